package convert

import "reflect"

var probesPart = part{
	leaves: map[string]leaf{
		"http_get.path": text("/healthz"), "http_get.port": one("80", "web"), "http_get.host": text("example.org"), "http_get.scheme": text("HTTPS"),
		"http_headers.name": one("Host", "Accept"), "http_headers.value": text("a"),
		"tcp_socket.port": one("22", "ssh"), "tcp_socket.host": text("192.0.2.1"), "exec.command": texts("true", "-a"),
		"initial_delay_seconds": number, "timeout_seconds": number, "period_seconds": number, "success_threshold": number, "failure_threshold": number,
	},
	exclusive: []reflect.Type{reflect.TypeFor[Probe]()},
}

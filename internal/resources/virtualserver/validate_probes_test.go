package virtualserver_test

import "testing"

func TestValidateProbes(t *testing.T) {
	ping := func(changes values) values {
		return values{"liveness_probe": with(values{"guest_agent_ping": values{}}, changes)}
	}
	get := func(content values) values { return values{"readiness_probe": values{"http_get": content}} }
	validates(t, map[string]validation{
		"ping":           {change: ping(values{"initial_delay_seconds": 0.0, "success_threshold": 1.0})},
		"no handler":     {values{"liveness_probe": values{"period_seconds": 5.0}}, []string{"liveness_probe: Missing handler"}},
		"two handlers":   {values{"readiness_probe": values{"guest_agent_ping": values{}, "exec": values{"command": []any{"true"}}}}, []string{"readiness_probe: More than one handler"}},
		"liveness twice": {ping(values{"success_threshold": 2.0}), []string{"liveness_probe.success_threshold: Invalid success threshold"}},
		"ready twice":    {change: values{"readiness_probe": values{"guest_agent_ping": values{}, "success_threshold": 2.0}}},
		"delay":          {ping(values{"initial_delay_seconds": -1.0}), []string{"liveness_probe.initial_delay_seconds: Invalid Attribute Value"}},
		"timeout":        {ping(values{"timeout_seconds": 0.0}), []string{"liveness_probe.timeout_seconds: Invalid Attribute Value"}},
		"period":         {ping(values{"period_seconds": 0.0}), []string{"liveness_probe.period_seconds: Invalid Attribute Value"}},
		"failures":       {ping(values{"failure_threshold": 0.0}), []string{"liveness_probe.failure_threshold: Invalid Attribute Value"}},
		"get":            {change: get(values{"port": "web", "path": "", "host": "", "scheme": "", "http_headers": []any{}})},
		"get no port":    {get(values{}), []string{"readiness_probe.http_get.port: Missing Configuration for Required Attribute"}},
		"get port":       {get(values{"port": "65536"}), []string{"readiness_probe.http_get.port: Invalid port"}},
		"get port name":  {get(values{"port": "Web port"}), []string{"readiness_probe.http_get.port: Invalid port"}},
		"get scheme":     {get(values{"port": "80", "scheme": "https"}), []string{"readiness_probe.http_get.scheme: Invalid Attribute Value Match"}},
		"get header":     {get(values{"port": "80", "http_headers": []any{values{"name": "a b", "value": "c"}}}), []string{"readiness_probe.http_get.http_headers.0.name: Invalid header name"}},
		"socket port":    {values{"readiness_probe": values{"tcp_socket": values{"port": "0"}}}, []string{"readiness_probe.tcp_socket.port: Invalid port"}},
		"no command":     {values{"readiness_probe": values{"exec": values{"command": []any{}}}}, []string{"readiness_probe.exec.command: Invalid Attribute Value"}},
	})
}

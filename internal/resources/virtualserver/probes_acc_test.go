package virtualserver_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccProbes: each handler is accepted, and nothing of a former one stays,
// not even what others wrote there.
func TestAccProbes(t *testing.T) {
	n := acctest.Start(t)
	const name = "probed"
	const liveness, readiness = "spec.template.spec.livenessProbe", "spec.template.spec.readinessProbe"
	with := func(liveness, readiness string) string {
		return server(n, name, memory, containerDisk, halted, "liveness_probe = "+liveness, "readiness_probe = "+readiness)
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(with(`{ tcp_socket = { port = 22, host = "192.0.2.1" }, initial_delay_seconds = 120, timeout_seconds = 2, period_seconds = 20, success_threshold = 1, failure_threshold = 5 }`,
			`{ http_get = { path = "/healthz", port = "80", host = "example.org", http_headers = [{ name = "Host", value = "a" }, { name = "Accept", value = "b" }] }, success_threshold = 2 }`),
			n.Has("vm", name, acctest.Fields{
				liveness:                    map[string]any{"tcpSocket": map[string]any{"port": 22, "host": "192.0.2.1"}, "initialDelaySeconds": 120, "timeoutSeconds": 2, "periodSeconds": 20, "successThreshold": 1, "failureThreshold": 5},
				readiness + ".httpGet.path": "/healthz", readiness + ".httpGet.port": 80, readiness + ".successThreshold": 2,
			})),
		inPlace(apply(with(`{ tcp_socket = { port = "ssh" }, initial_delay_seconds = 60 }`,
			`{ http_get = { port = 8080, http_headers = [{ name = "Accept", value = "b" }, { name = "Host", value = "c" }] } }`),
			n.Has("vm", name, acctest.Fields{
				liveness:                    map[string]any{"tcpSocket": map[string]any{"port": "ssh"}, "initialDelaySeconds": 60},
				readiness + ".httpGet.port": 8080, readiness + ".httpGet.path": nil, readiness + ".successThreshold": nil,
			}))),
		before(func() {
			n.Patch("vm", name, `{"spec": {"template": {"spec": {"readinessProbe": {"periodSeconds": 30, "httpGet": {"scheme": "HTTPS"}}}}}}`)
		}, inPlace(apply(with(`{ guest_agent_ping = {} }`, `{ exec = { command = ["systemctl", "is-active", "web"] }, timeout_seconds = 5 }`),
			n.Has("vm", name, acctest.Fields{
				liveness:  map[string]any{"guestAgentPing": map[string]any{}},
				readiness: map[string]any{"exec": map[string]any{"command": []any{"systemctl", "is-active", "web"}}, "timeoutSeconds": 5, "periodSeconds": 30},
			})))),
		inPlace(apply(server(n, name, memory, containerDisk, halted), n.Has("vm", name, acctest.Fields{liveness: nil, readiness: nil}))),
	}})
}

package virtualserver

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var probeHandlers = []string{"http_get", "tcp_socket", "exec", "guest_agent_ping"}

func (c configuration) checkProbes() {
	c.checkHandler("liveness_probe")
	c.checkHandler("readiness_probe")
	if n, _ := c.at("liveness_probe", "success_threshold").(types.Int64); n.ValueInt64() > 1 {
		c.refuse(path.Root("liveness_probe").AtName("success_threshold"), "Invalid success threshold", "A server that was found dead is stopped at once, so a liveness probe has a threshold of 1. Remove success_threshold.")
	}
}

// checkHandler checks that a probe has exactly one handler.
func (c configuration) checkHandler(name string) {
	probe := c.at(name)
	if probe == nil || !known(probe) {
		return
	}
	var set []string
	for _, handler := range probeHandlers {
		v := c.at(name, handler)
		if !known(v) {
			return
		}
		if v != nil {
			set = append(set, handler)
		}
	}
	switch len(set) {
	case 1:
	case 0:
		c.refuse(path.Root(name), "Missing handler", "A probe has exactly one of "+strings.Join(probeHandlers, ", ")+". Write guest_agent_ping = {}, for example.")
	default:
		c.refuse(path.Root(name), "More than one handler", strings.Join(set, " and ")+" exclude each other. Keep one of them.")
	}
}

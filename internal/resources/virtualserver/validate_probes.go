package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

func (c configuration) checkProbes() {
	if values.Number(c.At("liveness_probe", "success_threshold")) > 1 {
		c.Refuse(path.Root("liveness_probe").AtName("success_threshold"), "Invalid success threshold", "A server that was found dead is stopped at once, so a liveness probe has a threshold of 1. Remove success_threshold.")
	}
}

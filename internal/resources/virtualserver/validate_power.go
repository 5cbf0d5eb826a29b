package virtualserver

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

func (c configuration) checkPower() {
	strategy, state := values.Text(c.At("run_strategy")), values.Text(c.At("power_state"))
	at := path.Root("power_state")
	if convert.PowerRuleOf(kubevirtv1.VirtualMachineRunStrategy(strategy), state).Refused {
		c.Refuse(at, "A halted server does not run",
			fmt.Sprintf("With the run strategy \"Halted\" a server cannot be %q. Choose another run_strategy, or remove power_state.", state))
	}
	if state == convert.PowerPaused && values.IsThere(c.At("liveness_probe")) {
		c.Refuse(at, "A server with a liveness probe cannot be paused",
			"KubeVirt does not pause such a guest: the probe would find it dead. Remove liveness_probe, or choose another power_state.")
	}
	if strategy != string(kubevirtv1.RunStrategyOnce) {
		return
	}
	for name, value := range map[string]string{"restart_policy": restartAutomatic, "cloud_init_on_change": onChangeRestart} {
		if values.Text(c.At(name)) == value {
			c.Refuse(path.Root(name), "A server that runs once cannot be restarted",
				fmt.Sprintf("KubeVirt does not restart a server with the run strategy \"Once\", so %s cannot be %q. Choose another run_strategy, or remove it.", name, value))
		}
	}
}

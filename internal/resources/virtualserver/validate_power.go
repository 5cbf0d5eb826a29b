package virtualserver

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
)

func (c configuration) checkPower() {
	strategy, state := textOf(c.at("run_strategy")), textOf(c.at("power_state"))
	at := path.Root("power_state")
	if convert.PowerRuleOf(kubevirtv1.VirtualMachineRunStrategy(strategy), state).Refused {
		c.refuse(at, "A halted server does not run",
			fmt.Sprintf("With the run strategy \"Halted\" a server cannot be %q. Choose another run_strategy, or remove power_state.", state))
	}
	if state == convert.PowerPaused && isThere(c.at("liveness_probe")) {
		c.refuse(at, "A server with a liveness probe cannot be paused",
			"KubeVirt does not pause such a guest: the probe would find it dead. Remove liveness_probe, or choose another power_state.")
	}
	if strategy != string(kubevirtv1.RunStrategyOnce) {
		return
	}
	for name, value := range map[string]string{"restart_policy": restartAutomatic, "cloud_init_on_change": onChangeRestart} {
		if textOf(c.at(name)) == value {
			c.refuse(path.Root(name), "A server that runs once cannot be restarted",
				fmt.Sprintf("KubeVirt does not restart a server with the run strategy \"Once\", so %s cannot be %q. Choose another run_strategy, or remove it.", name, value))
		}
	}
}

package virtualserver_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccPowerCreate: a server is made in the power state that it is to have. One
// that is to be stopped has never run.
func TestAccPowerCreate(t *testing.T) {
	for strategy, state := range map[string]string{"Always": "stopped", "Once": "paused", "Manual": "running"} {
		t.Run(state, func(t *testing.T) {
			n := acctest.Start(t)
			name := "new-" + state
			config := server(n, name, memory, importedDisk(n), fmt.Sprintf("run_strategy = %q\n  power_state = %q", strategy, state))
			c := acctest.Case{}
			switch state {
			case "stopped":
				c.Steps = []resource.TestStep{apply(config, stopped(n, name),
					n.Has("vm", name, acctest.Fields{rememberedField: strategy, "status.observedGeneration": nil}))}
			case "paused":
				c.Steps = []resource.TestStep{apply(config, n.Has("vm", name, acctest.Fields{"spec.runStrategy": strategy}),
					attribute("status.printable_status", "Paused"), attribute("status.conditions.Paused.status", "True"))}
			case "running":
				c.Steps = []resource.TestStep{apply(config, n.Has("vm", name, acctest.Fields{"spec.runStrategy": strategy}), running(n, name))}
				c.Unverified = map[string]string{"power_state": "an import reads none of a server that runs"}
			}
			n.Run(c)
		})
	}
}

// TestAccPowerEphemeral: a server whose root disk is imported beforehand waits for
// that when it starts, not when it is made stopped.
func TestAccPowerEphemeral(t *testing.T) {
	acctest.Played(t, "slow imports")
	n := acctest.Start(t)
	const name = "ephemeral-power"
	root := fmt.Sprintf(`storage = { root = {
    ephemeral = true
    pvc       = { size = "1Gi", access_modes = ["ReadWriteOnce"] }
    source    = { http = { url = %q } }
  } }`, "https://images.invalid/slow-import-5.qcow2")
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(server(n, name, memory, root, `power_state = "stopped"`), stopped(n, name), n.Has("vm", name, acctest.Fields{rememberedField: "Always"})),
		inPlace(apply(server(n, name, memory, root), running(n, name), n.Has("vm", name, acctest.Fields{rememberedField: nil}))),
	}})
}

// TestAccPowerBornPaused: a guest that its start pauses is resumed where it is to
// run.
func TestAccPowerBornPaused(t *testing.T) {
	n := acctest.Start(t)
	const name = "born-paused"
	config := func(parts ...string) string {
		return server(n, name, append(parts, memory, containerDisk, `scheduling = { start_strategy = "Paused" }`)...)
	}
	n.Run(acctest.Case{
		Steps: []resource.TestStep{
			apply(config(`power_state = "running"`), running(n, name)),
			inPlace(apply(config(`power_state = "paused"`), attribute("status.printable_status", "Paused"))),
		},
		Unverified: map[string]string{"power_state": "an import takes the pause for that of its start"},
	})
}

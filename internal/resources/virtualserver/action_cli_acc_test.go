package virtualserver_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccActionTrigger: Terraform runs actions when resources change: a server
// that runs by hand alone is started once it is made, and restarted with another
// resource. Terraform 1.14.0 triggers too early.
func TestAccActionTrigger(t *testing.T) {
	n := acctest.Start(t)
	const name = "triggered"
	config := func(certificate string) string {
		return server(n, name, memory, containerDisk, `run_strategy = "Manual"
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.virtualserver_start.test]
    }
  }`) + fmt.Sprintf(`
action "virtualserver_start" "test" {
  config {
    name      = %[1]q
    namespace = %[2]q
  }
}

action "virtualserver_restart" "test" {
  config {
    name      = %[1]q
    namespace = %[2]q
  }
}

resource "terraform_data" "certificate" {
  input      = %[3]q
  depends_on = [virtualserver.test]

  lifecycle {
    action_trigger {
      events  = [after_update]
      actions = [action.virtualserver_restart.test]
    }
  }
}
`, name, n.Name, certificate)
	}
	// An action runs after the resource's state is written: that shows the server as
	// it was before, until the next refresh.
	runs := resource.ComposeAggregateTestCheckFunc(
		n.Has("vm", name, acctest.Fields{"status.printableStatus": "Running", "status.ready": true}),
		n.Has("vmi", name, acctest.Fields{"status.phase": "Running"}))
	first := ""
	n.Run(acctest.Case{
		Needs: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0), tfversion.SkipIf(tfversion.Version1_14_0)},
		Steps: []resource.TestStep{
			apply(config("old"), runs, attribute("status.ready", "false"), n.Check(func() error {
				first = acctest.Text(n.Get("vmi", name), "metadata.uid")
				return nil
			})),
			{RefreshState: true, Check: running(n, name)},
			apply(config("new"), running(n, name), n.Check(func() error {
				if acctest.Text(n.Get("vmi", name), "metadata.uid") == first {
					return errors.New("it was not restarted")
				}
				return nil
			})),
		},
	})
}

// TestAccActionDrift: what plans of the actions warn of. The next plan of the
// resource undoes a stop; a start that brings back what the resource wants leaves
// it nothing to do.
func TestAccActionDrift(t *testing.T) {
	n := acctest.Start(t)
	const name = "drifting"
	config := server(n, name, memory, containerDisk, `run_strategy = "RerunOnFailure"`)
	op := operatorOf(t, n)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config, running(n, name)),
		inPlace(acctest.Before(func() { op.run("stop", named(name)) }, apply(config, running(n, name),
			n.Has("vm", name, acctest.Fields{"spec.runStrategy": "RerunOnFailure"})))),
		planning(plancheck.ResourceActionNoop, acctest.Before(func() {
			op.run("stop", named(name))
			op.run("start", named(name))
		}, apply(config, running(n, name)))),
	}})
}

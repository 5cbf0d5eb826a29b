package virtualserver_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// inPlace checks that a step updates the server and does not replace it.
func inPlace(step resource.TestStep) resource.TestStep {
	return planning(plancheck.ResourceActionUpdate, step)
}

func planning(action plancheck.ResourceActionType, step resource.TestStep) resource.TestStep {
	return acctest.Planning(acctest.Address, action, step)
}

// sameMachine remembers the VirtualMachine's uid at its first call, and checks
// it at the others.
func sameMachine(n *acctest.Namespace, name string) resource.TestCheckFunc {
	var first any
	return n.Check(func() error {
		now := acctest.Field(n.Get("vm", name), "metadata.uid")
		if first == nil {
			first = now
		}
		if now != first {
			return errors.New("the VirtualMachine is another one than before")
		}
		return nil
	})
}

// TestAccSmokeRunStrategy: Always -> Halted stops the server, Halted -> Always
// starts it again, and the machine stays the same.
func TestAccSmokeRunStrategy(t *testing.T) {
	n := acctest.Start(t)
	const name = "power"
	config := func(strategy string) string {
		return server(n, name, memory, importedDisk(n), fmt.Sprintf("run_strategy = %q", strategy))
	}
	same := sameMachine(n, name)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("Always"), running(n, name), same),
		inPlace(apply(config("Halted"), stopped(n, name), same, attribute("status.printable_status", "Stopped"))),
		inPlace(apply(config("Always"), running(n, name), same)),
	}})
}

// TestAccHalted: a server that is created halted is fine and nothing is waited
// for; it starts when it is told to.
func TestAccHalted(t *testing.T) {
	n := acctest.Start(t)
	const name = "halted"
	config := func(strategy string) string {
		return server(n, name, memory, importedDisk(n), fmt.Sprintf("run_strategy = %q", strategy))
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("Halted"), stopped(n, name)),
		inPlace(apply(config("Manual"), n.Has("vm", name, acctest.Fields{"spec.runStrategy": "Manual"}), n.Lacks("vmi", name))),
		inPlace(apply(config("RerunOnFailure"), running(n, name))),
		inPlace(apply(config("Halted"), stopped(n, name))),
	}})
}

// TestAccMemoryRaised: more memory reaches the running guest without a restart
// or a new machine; another spelling of the same amount is no change.
func TestAccMemoryRaised(t *testing.T) {
	n := acctest.Start(t)
	const name = "memory"
	config := func(amount string) string {
		return server(n, name, containerDisk, fmt.Sprintf("resources = { memory = %q }", amount))
	}
	same, instance := sameMachine(n, name), ""
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("1Gi"), running(n, name), same, n.Check(func() error {
			instance = acctest.Text(n.Get("vmi", name), "metadata.uid")
			return nil
		})),
		planning(plancheck.ResourceActionNoop, apply(config("1024Mi"))),
		inPlace(apply(config("2Gi"), running(n, name), same,
			n.Has("vm", name, acctest.Fields{"spec.template.spec.domain.memory.guest": "2Gi"}),
			n.Check(func() error {
				n.Wait("vmi", name, "to have 2Gi", func(o acctest.Object) bool {
					return acctest.Text(o, "spec.domain.memory.guest") == "2Gi" && acctest.Text(o, "status.memory.guestCurrent") == "2Gi"
				})
				if now := acctest.Text(n.Get("vmi", name), "metadata.uid"); now != instance {
					return errors.New("the guest was restarted")
				}
				return nil
			}),
		)),
	}})
}

// TestAccRestartRequired: a change that cannot take effect live is written, the
// guest keeps running and the state tells that a restart is due.
func TestAccRestartRequired(t *testing.T) {
	n := acctest.Start(t)
	const name = "restart"
	config := func(cores int) string {
		return server(n, name, containerDisk, fmt.Sprintf(`resources = { memory = "1Gi", cpu = { cores = %d } }`, cores))
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(1), running(n, name), attribute("status.restart_required", "false")),
		inPlace(apply(config(2), running(n, name),
			n.Has("vm", name, acctest.Fields{"spec.template.spec.domain.cpu.cores": 2}),
			n.Check(func() error {
				n.Wait("vm", name, "to require a restart", requiresRestart)
				return nil
			}))),
		{RefreshState: true, Check: attribute("status.restart_required", "true")},
	}})
}

func requiresRestart(vm acctest.Object) bool { return hasCondition(vm, "RestartRequired") }

// TestAccLabels: labels and annotations come and go with the configuration, and
// only those.
func TestAccLabels(t *testing.T) {
	n := acctest.Start(t)
	const name = "labels"
	config := func(parts ...string) string {
		return server(n, name, append(parts, memory, containerDisk, `run_strategy = "Halted"`)...)
	}
	labels := func(want map[string]any) resource.TestCheckFunc {
		return n.Check(func() error {
			return acctest.Match(n.Get("vm", name), acctest.Fields{"metadata.labels": want})
		})
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(`labels = { app = "web", tier = "front" }`, `annotations = { "example.com/owner" = "ops" }`),
			labels(map[string]any{"app": "web", "tier": "front"}),
			n.Has("vm", name, acctest.Fields{"metadata.annotations[example.com/owner]": "ops"})),
		inPlace(apply(config(`labels = { app = "db", stage = "test" }`),
			labels(map[string]any{"app": "db", "stage": "test"}),
			n.Has("vm", name, acctest.Fields{"metadata.annotations[example.com/owner]": nil}))),
		inPlace(apply(config(), n.Has("vm", name, acctest.Fields{"metadata.labels[app]": nil, "metadata.labels[stage]": nil}))),
		inPlace(apply(config(`labels = { app = "web" }`), labels(map[string]any{"app": "web"}))),
	}})
}

// TestAccDefaultLabels: the provider's default labels are set below the
// server's own.
func TestAccDefaultLabels(t *testing.T) {
	n := acctest.Start(t)
	const name = "default-labels"
	config := func(defaults string) string {
		return fmt.Sprintf("provider \"virtualserver\" {\n  namespace = %q\n  default_labels = %s\n}\n", n.Name, defaults) +
			`resource "virtualserver" "test" {
  name         = "` + name + `"
  labels       = { app = "web" }
  run_strategy = "Halted"
  ` + memory + "\n" + containerDisk + "\n}\n"
	}
	n.Run(acctest.Case{
		Steps: []resource.TestStep{
			apply(config(`{ app = "none", team = "blue" }`),
				n.Has("vm", name, acctest.Fields{"metadata.labels": map[string]any{"app": "web", "team": "blue"}}),
				attribute("namespace", n.Name), attribute("labels_all.team", "blue"), attribute("labels.%", "1")),
			inPlace(apply(config(`{ team = "red" }`), n.Has("vm", name, acctest.Fields{"metadata.labels": map[string]any{"app": "web", "team": "red"}}))),
			inPlace(apply(config(`{}`), n.Has("vm", name, acctest.Fields{"metadata.labels": map[string]any{"app": "web"}}))),
		},
	})
}

// TestAccLongName: a server's name may be longer than KubeVirt allows; its
// machine has a shortened one and either is good for an import.
func TestAccLongName(t *testing.T) {
	n := acctest.Start(t)
	name := ""
	for len(name) < 200 {
		name += "long-name-"
	}
	name = name[:199] + "x"
	vm := func(state *terraform.State) string { return stateOf(state, "vm_name") }
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(server(n, name, memory, importedDisk(n), `network = { tcp = [22] }`, `cloud_init = "#cloud-config"`),
			func(state *terraform.State) error {
				if len(vm(state)) > 63 {
					return fmt.Errorf("the VirtualMachine is called %s", vm(state))
				}
				return errors.Join(
					running(n, vm(state))(state),
					n.Has("vm", vm(state), acctest.Fields{"metadata.annotations[virtualserver.io/name]": name})(state),
					exposes(n, vm(state), "TCP 22")(state),
					attribute("name", name)(state),
					attribute("id", n.Name+"/"+name)(state),
				)
			}),
	}})
}

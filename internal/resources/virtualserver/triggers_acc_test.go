package virtualserver_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// movableDisk is a root disk that nodes share: KubeVirt moves no other, nor a
// container disk where nodes do not tell the digests of images.
const movableDisk = `storage = { root = {
    pvc    = { size = "1Gi", access_modes = ["ReadWriteMany"] }
    source = { blank = {} }
  } }`

// nodeChecks tell whether the guest is on the node where it was at the last check.
type nodeChecks struct {
	n          *acctest.Namespace
	name, last string
}

func (c *nodeChecks) check(another bool) resource.TestCheckFunc {
	return c.n.Check(func() error {
		last, now := c.last, acctest.Text(c.n.Get("vmi", c.name), "status.nodeName")
		c.last = now
		if last != "" && (now == last) == another {
			return fmt.Errorf("the guest was on %s and is on %s", last, now)
		}
		return nil
	})
}

func (c *nodeChecks) moved() resource.TestCheckFunc { return c.check(true) }
func (c *nodeChecks) stays() resource.TestCheckFunc { return c.check(false) }

// TestAccMigrationTriggers: a trigger moves the running guest, once; giving them up
// moves nothing, a server that does not run only records them, and one that is
// restarted anyway is not moved as well.
func TestAccMigrationTriggers(t *testing.T) {
	acctest.Played(t, "migrations between nodes")
	n := acctest.Start(t)
	const name = "moves"
	guest, node, same := &guestChecks{n: n, name: name}, &nodeChecks{n: n, name: name}, sameMachine(n, name)
	config := func(round string, parts ...string) string {
		if round != "" {
			parts = append(parts, fmt.Sprintf("migration_triggers = { round = %q }", round))
		}
		return server(n, name, append(parts, memory, movableDisk)...)
	}
	succeeded := func(times int) resource.TestCheckFunc {
		return n.Check(func() error {
			list := n.List("vmim")
			if len(list) != times {
				return fmt.Errorf("there are %d migrations, not %d: %s", len(list), times, acctest.JSON(list))
			}
			for _, m := range list {
				if phase := acctest.Text(m, "status.phase"); phase != "Succeeded" {
					return fmt.Errorf("a migration is %s", phase)
				}
			}
			return nil
		})
	}
	updating := fmt.Sprintf("Updating virtual server %q", n.Name+"/"+name)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("1"), running(n, name), same, guest.restarted(), node.stays(), succeeded(0)),
		foreseen(apply(config("2"), running(n, name), same, guest.kept(), node.moved(), succeeded(1), attribute("migration_triggers.round", "2")), n.PlanWarned(updating+" migrates it", "migration_triggers has changed")),
		inPlace(apply(config("2", `labels = { app = "web" }`), guest.kept(), node.stays(), succeeded(1))),
		inPlace(apply(config(""), guest.kept(), node.stays(), succeeded(1))),
		inPlace(apply(config("3"), running(n, name), guest.kept(), node.moved(), succeeded(2))),
		// One that is under way is waited out; KubeVirt refuses a second one.
		before(func() {
			n.Create(fmt.Sprintf("apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstanceMigration\nmetadata: {name: theirs}\nspec: {vmiName: %s, addedNodeSelector: {kubernetes.io/hostname: no-such-node}}\n", name))
		}, resource.TestStep{Config: config("4", `timeouts = { update = "5s" }`), ExpectError: messages("migration_triggers = ", "It is not migrated: time is up", "the migration theirs is", "Apply again to migrate it")}),
		before(func() { n.Delete("vmim", "theirs") },
			inPlace(apply(config("4", `timeouts = { update = "60s" }`), running(n, name), guest.kept(), node.moved(), succeeded(3)))),
		inPlace(apply(config("5", `restart_triggers = { a = "b" }`), running(n, name), guest.restarted(), attribute("migration_triggers.round", "5"))),
		foreseen(apply(config("6", halted), stopped(n, name)), n.PlanWarned(updating+" stops it")),
		foreseen(apply(config("7", halted), stopped(n, name), attribute("migration_triggers.round", "7")), n.PlanNotWarned()),
	}})
}

// TestAccMigrationOfPaused: a paused guest moves, and stays paused.
func TestAccMigrationOfPaused(t *testing.T) {
	acctest.Played(t, "migrations between nodes")
	n := acctest.Start(t)
	const name = "paused-moves"
	guest, node := &guestChecks{n: n, name: name}, &nodeChecks{n: n, name: name}
	config := func(round string) string {
		return server(n, name, memory, movableDisk, `power_state = "paused"`, fmt.Sprintf("migration_triggers = { round = %q }", round))
	}
	paused := attribute("status.printable_status", "Paused")
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("1"), paused, guest.restarted(), node.stays()),
		inPlace(apply(config("2"), paused, guest.kept(), node.moved())),
	}})
}

// TestAccMigrationTriggerFails: a migration that fails is an error with its reason at
// the attribute, and the next apply tries again; all else is written and saved.
func TestAccMigrationTriggerFails(t *testing.T) {
	acctest.Played(t, "migrations that fail")
	n := acctest.Start(t)
	const name = "fail-migration"
	guest := &guestChecks{n: n, name: name}
	config := func(round, app, boot string) string {
		return server(n, name, memory, movableDisk, fmt.Sprintf("labels = { app = %q }", app),
			fmt.Sprintf("migration_triggers = { round = %q }", round), fmt.Sprintf("reboot_triggers = { boot = %q }", boot))
	}
	attempts := func(times int) {
		if list := n.List("vmim"); len(list) != times {
			t.Errorf("there are %d migrations, not %d", len(list), times)
		}
	}
	had := hadState{"migration_triggers": map[string]any{"round": "1"}, "reboot_triggers": map[string]any{"boot": "1"}, "labels": map[string]any{"app": "b"}}
	failing := func() resource.TestStep {
		return resource.TestStep{Config: config("2", "b", "2"), ExpectError: messages("Unable to update virtual server", "migration_triggers = ", "The migration kubevirt-migrate-vm-", "failed: ", "client socket is closed", "Last known status", "try again")}
	}
	again := before(func() { attempts(1) }, failing())
	again.ConfigPlanChecks.PreApply = append(again.ConfigPlanChecks.PreApply, had)
	last := before(func() { attempts(2) }, inPlace(apply(config("1", "b", "2"), guest.kept(), attribute("reboot_triggers.boot", "2"))))
	last.ConfigPlanChecks.PreApply = append(last.ConfigPlanChecks.PreApply, had)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("1", "a", "1"), running(n, name), guest.restarted()),
		failing(), again, last,
	}})
}

// TestAccMigrationTriggerLate: a migration that takes long is a warning, goes on and is
// recorded; a reboot that was to come after it is not.
func TestAccMigrationTriggerLate(t *testing.T) {
	acctest.Played(t, "nodes of known names")
	n := acctest.Start(t)
	const name = "pinned"
	guest := &guestChecks{n: n, name: name}
	config := func(round, boot string) string {
		return server(n, name, memory, movableDisk, `scheduling = { node_selector = { "kubernetes.io/hostname" = "node-0" } }`, `timeouts = { update = "10s" }`,
			fmt.Sprintf("migration_triggers = { round = %q }", round), fmt.Sprintf("reboot_triggers = { boot = %q }", boot))
	}
	cancel := func() {
		for _, m := range n.List("vmim") {
			n.Delete("vmim", acctest.Text(m, "metadata.name"))
		}
	}
	rebooted := inPlace(apply(config("3", "2"), running(n, name), guest.kept()))
	rebooted.ConfigPlanChecks.PreApply = append(rebooted.ConfigPlanChecks.PreApply, hadState{"migration_triggers": map[string]any{"round": "3"}, "reboot_triggers": map[string]any{"boot": "1"}})
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("1", "1"), running(n, name), guest.restarted()),
		inPlace(apply(config("2", "1"), guest.kept(), migrated(n, 1), attribute("migration_triggers.round", "2"),
			n.Warned("is not on another node yet: the migration kubevirt-migrate-vm-", "goes on by itself", "Give it more time with timeouts"))),
		before(cancel, resource.TestStep{Config: config("3", "2"), ExpectError: messages("reboot_triggers = ", "It is not rebooted: time is up, and it is not on another node yet", "Apply again to reboot it")}),
		rebooted,
	}})
}

// TestAccRebootTriggers: a trigger asks the running guest to reboot, and its instance
// stays. Where nothing can ask the guest it is an error, and not recorded.
func TestAccRebootTriggers(t *testing.T) {
	acctest.Played(t, "guests without an agent at will")
	n := acctest.Start(t)
	const name = "reboots-no-agent"
	guest := &guestChecks{n: n, name: name}
	config := func(boot string, acpi bool, parts ...string) string {
		if boot != "" {
			parts = append(parts, fmt.Sprintf("reboot_triggers = { boot = %q }", boot))
		}
		return server(n, name, append(parts, memory, containerDisk, fmt.Sprintf("features = { acpi = %t }", acpi))...)
	}
	updating := fmt.Sprintf("Updating virtual server %q", n.Name+"/"+name)
	refused := messages("Unable to update virtual server", "reboot_triggers = ", "no guest agent is connected, and ACPI is off", "qemu-guest-agent")
	again := inPlace(apply(config("6", false, halted), stopped(n, name), attribute("reboot_triggers.boot", "6")))
	again.ConfigPlanChecks.PreApply = append(again.ConfigPlanChecks.PreApply, hadState{"reboot_triggers": map[string]any{"boot": "4"}})
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("1", true), running(n, name), guest.restarted()),
		foreseen(apply(config("2", true), running(n, name), guest.kept(), attribute("reboot_triggers.boot", "2")), n.PlanWarned(updating+" reboots it", "reboot_triggers has changed")),
		inPlace(apply(config("", true), guest.kept())),
		// A restart does for it.
		foreseen(apply(config("4", false, `restart_triggers = { a = "b" }`), guest.restarted(), attribute("reboot_triggers.boot", "4")), n.PlanWarned(updating+" restarts it"), n.PlanNotWarned("reboots it")),
		{Config: config("5", false), ExpectError: refused},
		again,
	}})
}

// TestAccTriggersRefused: what KubeVirt refuses by itself is an error at the
// attribute.
func TestAccTriggersRefused(t *testing.T) {
	n := acctest.Start(t)
	const name = "bound"
	as := user(n, rights+"kubevirt.io virtualmachineinstancemigrations get,list,watch\n").Block
	config := func(round, boot string) string {
		return as + server(n, name, memory, containerDisk, fmt.Sprintf("migration_triggers = { round = %q }", round), fmt.Sprintf("reboot_triggers = { boot = %q }", boot))
	}
	unrecorded := apply(config("1", "1"), running(n, name), n.Check(func() error {
		if len(n.List("vmim")) > 0 {
			return errors.New("there is a migration")
		}
		return nil
	}))
	unrecorded.ConfigPlanChecks.PreApply = append(unrecorded.ConfigPlanChecks.PreApply, plancheck.ExpectEmptyPlan())
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("1", "1"), running(n, name)),
		{Config: config("2", "1"), ExpectError: messages("migration_triggers = ", "virtualmachines/migrate", "Give the provider's user this permission")},
		{Config: config("1", "2"), ExpectError: messages("reboot_triggers = ", "virtualmachineinstances/softreboot", "Give the provider's user this permission")},
		unrecorded,
	}})
}

package virtualserver_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/resources/virtualserver"
)

// guestChecks tell whether the guest is the one that it was at the last check.
type guestChecks struct {
	n    *acctest.Namespace
	name string
	last string
}

func (g *guestChecks) check(another bool) resource.TestCheckFunc {
	return g.n.Check(func() error {
		last, now := g.last, instanceOf(g.n, g.name)
		g.last = now
		switch {
		case now == "":
			return errors.New("the guest does not run")
		case another && now == last:
			return errors.New("the guest was not restarted")
		case !another && now != last:
			return errors.New("the guest was restarted")
		}
		return nil
	})
}

// restarted checks that the guest runs and is another one; kept, that it is the
// same.
func (g *guestChecks) restarted() resource.TestCheckFunc { return g.check(true) }
func (g *guestChecks) kept() resource.TestCheckFunc      { return g.check(false) }

// TestAccRestartTriggers: a trigger restarts a running server, once; giving them up
// restarts nothing, and a server that does not run only records them.
func TestAccRestartTriggers(t *testing.T) {
	n := acctest.Start(t)
	const name = "triggers"
	guest := &guestChecks{n: n, name: name}
	same := sameMachine(n, name)
	config := func(release string, parts ...string) string {
		if release != "" {
			parts = append(parts, fmt.Sprintf("restart_triggers = { release = %q }", release))
		}
		return server(n, name, append(parts, containerDisk)...)
	}
	cores := func(count int) string {
		return fmt.Sprintf(`resources = { memory = "1Gi", cpu = { cores = %d } }`, count)
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("1", cores(1)), running(n, name), same, guest.restarted()),
		inPlace(apply(config("2", cores(1)), running(n, name), same, guest.restarted())),
		inPlace(apply(config("2", cores(2)), guest.kept())), // it waits
		inPlace(apply(config("3", cores(3)), running(n, name), guest.restarted(), attribute("status.restart_required", "false"),
			n.Has("vmi", name, acctest.Fields{"spec.domain.cpu.cores": 3}))),
		inPlace(apply(config("", cores(3)), guest.kept())),
		inPlace(apply(config("4", cores(3)), same, guest.restarted())),
		inPlace(apply(config("5", cores(3), `run_strategy = "Halted"`), stopped(n, name))),
		inPlace(apply(config("6", cores(3), `run_strategy = "Halted"`), stopped(n, name))),
		inPlace(apply(config("7", cores(3)), running(n, name), same, guest.restarted())), // by its start
	}})
}

// TestAccRestartPolicy: "automatic" restarts a server for what cannot take effect
// otherwise, in the same apply, and for what waits already.
func TestAccRestartPolicy(t *testing.T) {
	n := acctest.Start(t)
	const name = "policy"
	guest := &guestChecks{n: n, name: name}
	config := func(policy string, cores int, parts ...string) string {
		return server(n, name, append(parts, containerDisk, fmt.Sprintf("restart_policy = %q", policy),
			fmt.Sprintf(`resources = { memory = "1Gi", cpu = { cores = %d } }`, cores))...)
	}
	landed := func(cores int) resource.TestCheckFunc {
		return resource.ComposeAggregateTestCheckFunc(running(n, name), attribute("status.restart_required", "false"), attribute("status.pending_changes.#", "0"),
			n.Has("vmi", name, acctest.Fields{"spec.domain.cpu.cores": cores}))
	}
	pending := func() {
		n.Wait("vm", name, "to require a restart", requiresRestart)
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("automatic", 1), landed(1), guest.restarted()),
		inPlace(apply(config("automatic", 2), landed(2), guest.restarted())),
		inPlace(apply(config("automatic", 2, `labels = { app = "web" }`), landed(2), guest.kept())),
		inPlace(apply(config("manual", 3), guest.kept())),
		// What waits already is planned, and done: here by the policy, then by others.
		before(pending, inPlace(apply(config("automatic", 3), landed(3), guest.restarted()))),
		before(func() {
			n.Patch("vm", name, `{"spec":{"template":{"spec":{"hostname":"theirs"}}}}`)
			pending()
		}, inPlace(apply(config("automatic", 3), landed(3), guest.restarted(), n.Has("vmi", name, acctest.Fields{"spec.hostname": "theirs"})))),
		// A change that starts the server by itself restarts nothing on top.
		inPlace(apply(config("automatic", 3, `power_state = "stopped"`), n.Lacks("vmi", name))),
		inPlace(apply(config("automatic", 4), landed(4), guest.restarted())),
		// A paused server is restarted as well, and paused again.
		inPlace(apply(config("automatic", 4, `power_state = "paused"`), guest.kept(), attribute("status.printable_status", "Paused"))),
		inPlace(apply(config("automatic", 5, `power_state = "paused"`), guest.restarted(), attribute("status.printable_status", "Paused"),
			n.Has("vmi", name, acctest.Fields{"spec.domain.cpu.cores": 5}))),
	}, Unverified: map[string]string{
		"network.%":        "it holds the host name that others gave it",
		"network.hostname": "others gave it, and nobody manages it",
	}})
}

// TestAccRestartPolicyUnawaited: what lands by itself restarts nothing, also where
// the configuration waits for nothing.
func TestAccRestartPolicyUnawaited(t *testing.T) {
	acctest.Played(t, "migrations that bring memory")
	n := acctest.Start(t)
	const name = "unawaited"
	guest := &guestChecks{n: n, name: name}
	config := func(memory string) string {
		return server(n, name, containerDisk, `restart_policy = "automatic"`, `wait = { until = "created" }`, fmt.Sprintf("resources = { memory = %q }", memory))
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("1Gi")),
		before(func() { up(n, name) }, apply(config("1024Mi"), guest.restarted())),
		inPlace(apply(config("2Gi"), guest.kept(), n.Has("vmi", name, acctest.Fields{"spec.domain.memory.guest": "2Gi"}))),
	}})
}

// TestAccRestartWithoutTopology: KubeVirt wants a machine with a CPU model and no
// topology restarted right after each start. Such a server is restarted for its
// changes alone, and the restart ends.
func TestAccRestartWithoutTopology(t *testing.T) {
	n := acctest.Start(t)
	const name = "model"
	guest := &guestChecks{n: n, name: name}
	config := func(hostname string) string {
		return server(n, name, containerDisk, `restart_policy = "automatic"`, fmt.Sprintf("network = { hostname = %q }", hostname),
			`resources = { memory = "1Gi", cpu = { model = "host-model" } }`)
	}
	required := func() { n.Wait("vm", name, "to require a restart", requiresRestart) }
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("one"), running(n, name), guest.restarted()),
		before(required, planning(plancheck.ResourceActionNoop, apply(config("one"), guest.kept()))),
		inPlace(apply(config("two"), running(n, name), guest.restarted(), attribute("status.pending_changes.#", "0"))),
		before(required, planning(plancheck.ResourceActionNoop, apply(config("two"), guest.kept()))),
	}})
}

// TestAccCloudInitOnChange: changed data waits, restarts the server or makes it
// anew, as it is said.
func TestAccCloudInitOnChange(t *testing.T) {
	n := acctest.Start(t)
	const name = "on-change"
	guest := &guestChecks{n: n, name: name}
	same := sameMachine(n, name)
	config := func(onChange, data string, parts ...string) string {
		return server(n, name, append(parts, memory, containerDisk, fmt.Sprintf("cloud_init_on_change = %q", onChange), fmt.Sprintf("cloud_init = %q", "#cloud-config\n# "+data))...)
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("ignore", "a"), running(n, name), same, guest.restarted()),
		inPlace(apply(config("ignore", "b"), same, guest.kept())),
		inPlace(apply(config("restart", "c"), running(n, name), same, guest.restarted())),
		inPlace(apply(config("restart", "c", `network_data = "version: 2"`), running(n, name), same, guest.restarted())),
		inPlace(apply(config("restart", "c", `network_data = "version: 2"`, `labels = { app = "web" }`), same, guest.kept())),
		planning(plancheck.ResourceActionReplace, apply(config("replace", "d", `network_data = "version: 2"`), running(n, name), guest.restarted(), n.Check(func() error {
			if same(nil) == nil {
				return errors.New("the machine is the same as before")
			}
			return nil
		}))),
		inPlace(apply(config("replace", "d", `network_data = "version: 2"`, `labels = { app = "web" }`), guest.kept())),
	}})
}

// TestAccRestartRefused: a restart that fails is an error, and the next apply tries
// again; all else is written and saved.
func TestAccRestartRefused(t *testing.T) {
	n := acctest.Start(t)
	const name = "refused"
	as := user(n, rights)
	guest := &guestChecks{n: n, name: name}
	config := func(release, app string) string {
		return as.Block + server(n, name, memory, containerDisk, fmt.Sprintf("labels = { app = %q }", app), fmt.Sprintf("restart_triggers = { release = %q }", release))
	}
	again := inPlace(apply(config("2", "b"), running(n, name), guest.restarted(), attribute("restart_triggers.release", "2")))
	again.ConfigPlanChecks.PreApply = append(again.ConfigPlanChecks.PreApply, hadState{"restart_triggers": map[string]any{"release": "1"}, "labels": map[string]any{"app": "b"}})
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("1", "a"), running(n, name), guest.restarted()),
		{Config: config("2", "b"), ExpectError: messages("Unable to update virtual server", "virtualmachines/restart", "Give the provider's user this permission")},
		before(func() { as.Grant(n, roleOf("subresources.kubevirt.io virtualmachines/restart update")) }, again),
	}})
}

// hadState checks attributes of the state that a plan starts from.
type hadState map[string]any

// CheckPlan implements plancheck.PlanCheck.
func (h hadState) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		before, _ := change.Change.Before.(map[string]any)
		for name, want := range h {
			if diff := cmp.Diff(want, before[name]); diff != "" {
				resp.Error = fmt.Errorf("%s in the state (-want +got):\n%s", name, diff)
			}
		}
	}
}

// TestAccPowerDrift: what somebody else does to a server's power shows in the next
// plan, and the apply undoes it; with power_state unset only the run strategy counts.
func TestAccPowerDrift(t *testing.T) {
	acctest.Played(t, "guests that shut themselves down")
	n := acctest.Start(t)
	const name = "drift"
	client := kube.NewClient(kube.Config{})
	operate := func(operation, status string) func() {
		return func() {
			t.Helper()
			if err := virtualserver.Operate(t.Context(), client, n.Name, name, operation); err != nil {
				t.Fatal(err)
			}
			n.Wait("vm", name, "to be "+status, func(o acctest.Object) bool { return acctest.Text(o, "status.printableStatus") == status })
		}
	}
	end := func() {
		n.EndGuest(name)
		n.Wait("vmi", name, "to be gone", func(o acctest.Object) bool { return o == nil })
	}
	config := func(strategy, state string) string {
		parts := []string{memory, containerDisk, fmt.Sprintf("run_strategy = %q", strategy)}
		if state != "" {
			parts = append(parts, fmt.Sprintf("power_state = %q", state))
		}
		return server(n, name, parts...)
	}
	fresh := n.Has("vm", name, acctest.Fields{rememberedField: nil})
	isPaused := n.Has("vm", name, acctest.Fields{"status.printableStatus": "Paused"})
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("Always", "running"), running(n, name)),
		before(operate("stop", "Stopped"), inPlace(apply(config("Always", "running"), running(n, name), fresh))),
		before(operate("pause", "Paused"), inPlace(apply(config("Always", "running"), running(n, name)))),
		before(func() { n.Patch("vm", name, `{"spec":{"runStrategy":"Halted"}}`) }, inPlace(apply(config("Always", "running"), running(n, name)))),
		inPlace(apply(config("Always", "stopped"), n.Lacks("vmi", name))),
		before(operate("start", "Running"), inPlace(apply(config("Always", "stopped"), n.Lacks("vmi", name)))),
		inPlace(apply(config("RerunOnFailure", "paused"), isPaused, fresh)),
		before(operate("unpause", "Running"), inPlace(apply(config("RerunOnFailure", "paused"), isPaused))),
		inPlace(apply(config("RerunOnFailure", "running"), running(n, name))),
		before(end, inPlace(apply(config("RerunOnFailure", "running"), running(n, name)))),
		inPlace(apply(config("RerunOnFailure", ""), running(n, name))),
		before(end, planning(plancheck.ResourceActionNoop, apply(config("RerunOnFailure", ""), n.Lacks("vmi", name)))),
		// Stopped by an action, with no power state that says otherwise.
		inPlace(apply(config("Always", ""), running(n, name))),
		before(operate("stop", "Stopped"), inPlace(apply(config("Always", ""), running(n, name), fresh))),
		before(operate("pause", "Paused"), planning(plancheck.ResourceActionNoop, apply(config("Always", ""), isPaused))),
		// A guest that runs once has run, when it ended.
		inPlace(apply(config("Once", "running"), running(n, name))),
		before(func() {
			n.EndGuest(name)
			n.Wait("vm", name, "to have ended", func(o acctest.Object) bool { return acctest.Text(o, "status.printableStatus") == "Stopped" })
		}, planning(plancheck.ResourceActionNoop, apply(config("Once", "running"), attribute("power_state", "running")))),
		{Config: config("Once", "paused"), ExpectError: messages("Unable to update virtual server", "Its guest has ended, so that it cannot be paused", "Remove power_state")},
		apply(config("Once", "")),
	}})
}

// TestAccForceDelete: the guest of a server that is destroyed by force gets no time
// to shut down, with a disk that is retained too; without the right to do so nothing
// is deleted.
func TestAccForceDelete(t *testing.T) {
	const held = `[{"op": "add", "path": "/metadata/finalizers/-", "value": "example.org/held"}]`
	for variant, root := range map[string]string{"plain": containerDisk, "retained": ""} {
		t.Run(variant, func(t *testing.T) {
			n := acctest.Start(t)
			const name = "forced"
			as := user(n, rights+"cdi.kubevirt.io datavolumes patch\n").Block
			if root == "" {
				root = strings.Replace(importedDisk(n), "root = {", `root = {
    on_destroy = "retain"`, 1)
			}
			config := server(n, name, memory, root, `force_delete = true`, `termination_grace_period_seconds = 180`, `timeouts = { delete = "15s" }`)
			hold := func() {
				if err := acctest.Match(n.Get("vmi", name), acctest.Fields{"spec.terminationGracePeriodSeconds": 180}); err != nil {
					t.Fatal(err)
				}
				n.PatchJSON("vmi", name, held)
			}
			release := func() {
				if err := acctest.Match(n.Get("vmi", name), acctest.Fields{"spec.terminationGracePeriodSeconds": 0}); err != nil {
					t.Error(err)
				}
				if variant == "retained" {
					claim := acctest.Text(n.Get("vm", name), "spec.template.spec.volumes[root].dataVolume.name")
					n.Own("dv", claim)
					n.Own("pvc", claim)
				}
				n.Patch("vmi", name, `{"metadata":{"finalizers":null}}`) // the server may go at once
			}
			n.Run(acctest.Case{
				Steps: []resource.TestStep{
					apply(config, running(n, name)),
					{Config: as + config, Destroy: true, ExpectError: messages("Unable to delete virtual server", "virtualmachines/stop", "apply force_delete = false first", "Nothing is deleted")},
					before(hold, resource.TestStep{Config: config, Destroy: true, ExpectError: messages("Unable to delete virtual server", "example.org/held")}),
					before(release, resource.TestStep{Config: config, Destroy: true}),
				},
				NoImport: "the server is destroyed in the end",
			})
		})
	}
}

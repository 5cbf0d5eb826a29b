package virtualserver_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
)

// unmanaged is a VirtualMachine that no resource manages; more are lines of its
// template's spec.
func unmanaged(name, strategy string, more ...string) string {
	return smallMachine(name, strategy, append([]string{"terminationGracePeriodSeconds: 30"}, more...)...) + "---"
}

// operatorOf runs actions in the test's namespace, as its administrator.
func operatorOf(t *testing.T, n *acctest.Namespace) operator {
	t.Helper()
	op := newOperator(t, values{"namespace": n.Name})
	op.local = n.IsLocal()
	return op
}

func named(name string) values { return values{"name": name} }

// up waits until a machine is ready, and returns its instance's uid.
func up(n *acctest.Namespace, name string) string {
	n.Wait("vm", name, "to be ready", func(o acctest.Object) bool { return acctest.Field(o, "status.ready") == true })
	return acctest.Text(n.Get("vmi", name), "metadata.uid")
}

// spec is what a machine's run strategy is, and the one it remembers.
func spec(n *acctest.Namespace, name string) string {
	vm := n.Get("vm", name)
	out := acctest.Text(vm, "spec.runStrategy")
	if was := acctest.Field(vm, "metadata.annotations[virtualserver.io/run-strategy]"); was != nil {
		out += fmt.Sprintf(" (was %v)", was)
	}
	return out
}

// hasCondition tells whether a condition of an object is true.
func hasCondition(o acctest.Object, kind string) bool {
	conditions, _ := acctest.Field(o, "status.conditions").([]any)
	return slices.ContainsFunc(conditions, func(c any) bool {
		m, _ := c.(map[string]any)
		return m["type"] == kind && m["status"] == "True"
	})
}

// TestAccActionStartStop: every run strategy with start, stop and restart, one
// after the other on one server: what the plan warns of, what is refused, and what
// the machine is afterwards.
func TestAccActionStartStop(t *testing.T) {
	n := acctest.Start(t)
	const refuses, drifts = "would fail now on virtual server", "changes the run strategy of virtual server"
	type step struct {
		action string
		plan   string   // of the warning
		error  []string // it is refused with these words
		spec   string
		runs   bool
	}
	for strategy, steps := range map[string][]step{
		"Always": {
			{"start", refuses, []string{"It runs already", "Last known status: Running", "use virtualserver_restart"}, "Always", true},
			{"restart", "", nil, "Always", true},
			{"stop", drifts, nil, "Halted (was Always)", false},
			{"stop", refuses, []string{"It does not run, and its run strategy Halted leaves it so", "Last known status: Stopped"}, "Halted (was Always)", false},
			{"restart", refuses, []string{"It is stopped: its run strategy is Halted", "virtualserver_start"}, "Halted (was Always)", false},
			{"start", "", nil, "Always", true},
		},
		"RerunOnFailure": {
			{"start", refuses, []string{"It runs already"}, "RerunOnFailure", true},
			{"restart", "", nil, "RerunOnFailure", true},
			{"stop", drifts, nil, "Halted (was RerunOnFailure)", false},
			{"restart", refuses, []string{"It is stopped"}, "Halted (was RerunOnFailure)", false},
			{"start", "", nil, "RerunOnFailure", true},
		},
		"Manual": {
			{"stop", refuses, []string{"its run strategy Manual leaves it so"}, "Manual", false},
			{"restart", refuses, []string{"It does not run", "Start it first"}, "Manual", false},
			{"start", "", nil, "Manual", true},
			{"start", refuses, []string{"It runs already"}, "Manual", true},
			{"restart", "", nil, "Manual", true},
			{"stop", "", nil, "Manual", false},
		},
		"Halted": {
			{"stop", refuses, []string{"It does not run"}, "Halted", false},
			{"restart", refuses, []string{"It is stopped"}, "Halted", false},
			{"start", drifts, nil, "Always", true},
		},
		"Once": {
			{"start", refuses, []string{"It runs already"}, "Once", true},
			{"restart", refuses, []string{"Its run strategy is Once"}, "Once", true},
			{"stop", drifts, nil, "Halted (was Once)", false},
			{"start", "", nil, "Once", true},
		},
	} {
		op, name := operatorOf(t, n), strings.ToLower(strategy)
		n.Create(unmanaged(name, strategy))
		instance := ""
		if strategy != "Halted" && strategy != "Manual" {
			instance = up(n, name)
		}
		for i, s := range steps {
			what := fmt.Sprintf("%s, step %d: %s", strategy, i+1, s.action)
			before := acctest.Text(n.Get("vm", name), "metadata.generation")
			if s.plan == "" {
				op.warns(s.action, named(name))
			} else {
				op.warns(s.action, named(name), s.plan)
			}
			if after := acctest.Text(n.Get("vm", name), "metadata.generation"); after != before {
				t.Errorf("%s: the plan changed the machine", what)
			}
			if s.error != nil {
				op.refuses(s.action, named(name), append([]string{fmt.Sprintf("Unable to %s virtual server %q", s.action, n.Name+"/"+name)}, s.error...)...)
			} else {
				messages := op.run(s.action, named(name))
				end := map[string]string{"start": "is ready", "restart": "is ready", "stop": "guest has stopped"}[s.action]
				if len(messages) < 2 || messages[len(messages)-1] != name+": "+end {
					t.Errorf("%s says %q", what, messages)
				}
			}
			if got := spec(n, name); got != s.spec {
				t.Errorf("%s: the run strategy is %s, want %s", what, got, s.spec)
			}
			vmi := n.Find("vmi", name)
			if (vmi != nil) != s.runs {
				t.Fatalf("%s: it runs: %t", what, vmi != nil)
			}
			now := acctest.Text(vmi, "metadata.uid")
			if anew := s.error == nil && s.runs; anew == (now == instance) && s.runs {
				t.Errorf("%s: its instance was %q, and is %q", what, instance, now)
			}
			instance = now
		}
	}
}

// TestAccActionNames: a server is found by its own name and by its machine's, in
// the namespace of the provider or of the action; one that is not there is no
// matter of the plan.
func TestAccActionNames(t *testing.T) {
	n := acctest.Start(t)
	long := "very" + strings.Repeat("-long", 20) + "-name"
	vm := convert.VMName(long)
	n.Create(unmanaged(vm, "Manual"))
	op := operatorOf(t, n)
	op.run("start", named(long))
	op.run("stop", named(vm))
	elsewhere := newOperator(t, values{"namespace": "default"})
	elsewhere.run("start", values{"name": vm, "namespace": n.Name})
	elsewhere.warns("stop", named(vm))
	elsewhere.refuses("stop", named(vm), fmt.Sprintf("Unable to stop virtual server %q", "default/"+vm), `no VirtualMachine of this name in the namespace "default"`, "name or namespace")
}

// TestAccActionStopAtOnce: a shorter grace period counts, also for a guest that
// is shutting down already.
func TestAccActionStopAtOnce(t *testing.T) {
	n := acctest.Start(t)
	op := operatorOf(t, n)
	for _, strategy := range []string{"Always", "Manual"} {
		name := strings.ToLower(strategy)
		n.Create(unmanaged(name, strategy))
		if strategy == "Manual" {
			op.run("start", named(name))
		}
		up(n, name)
		op.run("stop", values{"name": name, "grace_period_seconds": 0.0})
		if n.Find("vmi", name) != nil {
			t.Errorf("%s still runs", name)
		}
	}
}

// TestAccActionWithoutWaiting: the action ends when KubeVirt knows; what is still
// ending is waited out before the next start, and what is starting before a restart.
func TestAccActionWithoutWaiting(t *testing.T) {
	n := acctest.Start(t)
	op := operatorOf(t, n)
	n.Create(unmanaged("quick", "Manual"))
	if got := op.run("start", values{"name": "quick", "wait": false}); !slices.Equal(got, []string{"quick: starting", "quick: KubeVirt has accepted it"}) {
		t.Errorf("it says %q", got)
	}
	first := up(n, "quick")
	op.run("stop", values{"name": "quick", "wait": false})
	op.run("start", named("quick"))
	if second := up(n, "quick"); second == first {
		t.Error("it is the same instance")
	}

	n.Create(unmanaged("soon", "Always"))
	up(n, "soon")
	op.run("stop", named("soon"))
	op.run("start", values{"name": "soon", "wait": false})
	if got := op.run("restart", named("soon")); got[len(got)-1] != "soon: is ready" {
		t.Errorf("it says %q", got)
	}
}

// TestAccActionForcedRestart: a plan of it touches no pod, though KubeVirt's own
// dry run would.
func TestAccActionForcedRestart(t *testing.T) {
	n := acctest.Start(t)
	op := operatorOf(t, n)
	n.Create(unmanaged("forced", "Always"))
	first := up(n, "forced")
	pod := acctest.Text(n.List("pod", "vmi.kubevirt.io/id=forced")[0], "metadata.uid")
	op.warns("restart", values{"name": "forced", "force": true})
	if pods := n.List("pod", "vmi.kubevirt.io/id=forced"); len(pods) != 1 || acctest.Text(pods[0], "metadata.uid") != pod || acctest.Field(pods[0], "metadata.deletionTimestamp") != nil {
		t.Error("the plan deleted the server's pod")
	}
	op.run("restart", values{"name": "forced", "force": true})
	if up(n, "forced") == first {
		t.Error("it was not restarted")
	}
}

// TestAccActionPause: paused and back, with what is refused in between; a server
// that starts paused too.
func TestAccActionPause(t *testing.T) {
	n := acctest.Start(t)
	op := operatorOf(t, n)
	n.Create(unmanaged("standing", "Always") + unmanaged("probed", "Always", "livenessProbe: {exec: {command: [\"true\"]}, initialDelaySeconds: 1000}") +
		unmanaged("stopped", "Halted") + unmanaged("template", "Manual", "startStrategy: Paused"))
	paused := func(name string) bool {
		return hasCondition(n.Get("vmi", name), "Paused")
	}
	first := up(n, "standing")

	op.warns("unpause", named("standing"), "would fail now", "It is not paused")
	op.refuses("unpause", named("standing"), "Unable to unpause", "It is not paused", "Last known status: Running")
	op.warns("pause", named("standing"))
	if paused("standing") {
		t.Error("the plan paused it")
	}
	op.run("pause", named("standing"))
	if !paused("standing") {
		t.Error("it is not paused")
	}
	op.refuses("pause", named("standing"), "Unable to pause", "It is paused already", "Last known status: Paused")
	op.refuses("soft_reboot", named("standing"), "Unable to reboot", "It is paused", "virtualserver_unpause")
	op.warns("unpause", named("standing"))
	op.run("unpause", named("standing"))
	if paused("standing") || up(n, "standing") != first {
		t.Error("it does not go on as before")
	}

	up(n, "probed")
	op.warns("pause", named("probed"), "would fail now", "KubeVirt refuses it: Pausing VMIs with LivenessProbe is currently not supported.")
	op.refuses("pause", named("probed"), "Unable to pause", "KubeVirt refuses it: Pausing VMIs with LivenessProbe is currently not supported.")
	for _, action := range []string{"pause", "unpause", "soft_reboot", "migrate"} {
		op.warns(action, named("stopped"), "would fail now", "It does not run")
		op.refuses(action, named("stopped"), "It does not run", "Start it first")
	}

	op.warns("start", values{"name": "stopped", "paused": true}, "changes the run strategy", "Halted becomes Always")
	if got := op.run("start", values{"name": "stopped", "paused": true}); !paused("stopped") || got[len(got)-1] != "stopped: is started, and paused" {
		t.Errorf("it is not paused; it says %q", got)
	}
	op.run("start", named("template"))
	if !paused("template") {
		t.Error("the server with the start strategy Paused is not")
	}
	op.run("unpause", named("template"))
	up(n, "template")
}

// TestAccActionSoftReboot: the guest is asked, and the instance stays. A guest
// that nothing can ask is refused.
func TestAccActionSoftReboot(t *testing.T) {
	acctest.Played(t, "guests without an agent at will")
	n := acctest.Start(t)
	op := operatorOf(t, n)
	n.Create(unmanaged("rebooted", "Always") + strings.Replace(unmanaged("deaf-no-agent", "Always"), "memory:", "features: {acpi: {enabled: false}}\n        memory:", 1))
	first := up(n, "rebooted")
	op.warns("soft_reboot", named("rebooted"))
	if got := op.run("soft_reboot", named("rebooted")); up(n, "rebooted") != first || len(got) == 0 {
		t.Errorf("it has another instance, and says %q", got)
	}
	up(n, "deaf-no-agent")
	op.warns("soft_reboot", named("deaf-no-agent"), "would fail now", "no guest agent is connected, and ACPI is off")
	op.refuses("soft_reboot", named("deaf-no-agent"), "Unable to reboot", "no guest agent is connected, and ACPI is off", "qemu-guest-agent")
}

// TestAccActionTooLate: who waits in vain learns what goes on without them.
func TestAccActionTooLate(t *testing.T) {
	acctest.Played(t, "guests that never start")
	n := acctest.Start(t)
	op := operatorOf(t, n)
	n.Create(unmanaged("never-starts", "Halted") + unmanaged("interrupted-never-starts", "Halted"))
	n.Wait("vm", "never-starts", "to be stopped", func(o acctest.Object) bool { return acctest.Text(o, "status.printableStatus") == "Stopped" })
	op.refuses("start", values{"name": "never-starts", "timeout": "8s"},
		`Unable to start virtual server "`+n.Name+`/never-starts"`, "Time is up after 8s, and it has not started yet", "Last known status: Starting", "goes on starting by itself", "timeout", "wait = false")

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, diagnostics := op.invoke(ctx, "start", named("interrupted-never-starts"), func(message string) {
		if strings.HasSuffix(message, "status Starting") {
			cancel()
		}
	})
	op.has("an interrupted start", diagnostics, "ERROR", "Unable to start virtual server", "The action was interrupted", "goes on starting by itself")
	if got := spec(n, "interrupted-never-starts"); got != "Always" {
		t.Errorf("its run strategy is %s", got)
	}
}

// TestAccActionRights: the role of the documentation is enough for every action;
// a missing permission is one warning of all plans, and an error of the action.
func TestAccActionRights(t *testing.T) {
	n := acctest.Start(t)
	as := func(without ...string) operator {
		user := n.User(acctest.Rights(t, "actions.yaml", without...))
		op := newOperator(t, values{"namespace": n.Name, "impersonate": values{"user": user.Name}})
		op.local = n.IsLocal()
		return op
	}
	n.Create(movable("manual") + movable("halted"))
	n.Patch("vm", "halted", `{"spec": {"runStrategy": "Halted"}}`)
	up(n, "manual") // nobody would start it any more
	n.Patch("vm", "manual", `{"spec": {"runStrategy": "Manual"}}`)
	op := as()
	n.Wait("vm", "halted", "to be stopped", func(o acctest.Object) bool { return acctest.Field(o, "status.created") == nil })
	for _, action := range []string{"stop", "start", "pause", "unpause", "soft_reboot", "restart", "migrate"} {
		op.warns(action, named("manual"))
		op.run(action, named("manual"))
	}
	op.run("start", named("halted"))
	op.run("stop", named("halted"))
	op.run("start", named("halted"))

	op = as("virtualmachines/restart, ", "virtualmachineinstances/pause, ")
	op.warns("restart", named("manual"), "Plans are not checked by the cluster", "refused the request", "virtualmachines/restart")
	op.warns("pause", named("manual"))
	op.refuses("restart", named("manual"), "Unable to restart virtual server", `cannot update resource "virtualmachines/restart"`, "Give the provider's user this permission")
	op.refuses("pause", named("manual"), "Unable to pause virtual server", `cannot update resource "virtualmachineinstances/pause"`, "Give the provider's user this permission")
}

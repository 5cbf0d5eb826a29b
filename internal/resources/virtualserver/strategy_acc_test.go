package virtualserver_test

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/resources/virtualserver"
)

const rememberedField = "metadata.annotations[" + convert.AnnotationRunStrategy + "]"

// TestAccStrategyOperations holds the cluster to the two tables of the guide
// "Power": what each run strategy is with each power_state, and what each
// operation makes of it, the platform's table of start, stop and restart included.
func TestAccStrategyOperations(t *testing.T) {
	acctest.Played(t, "guests that shut themselves down")
	t.Run("operations", operations)
	t.Run("in flight", inFlight)
	for _, strategy := range []string{"Always", "RerunOnFailure", "Once", "Manual", "Halted"} {
		t.Run(strategy, func(t *testing.T) { powerStates(t, strategy) })
	}
}

// powerStates takes one server through the power states of a run strategy.
func powerStates(t *testing.T, strategy string) {
	n := acctest.Start(t)
	name := "power-" + strings.ToLower(strategy)
	config := func(state string) string {
		parts := []string{memory, containerDisk, fmt.Sprintf("run_strategy = %q", strategy)}
		if state != "" {
			parts = append(parts, fmt.Sprintf("power_state = %q", state))
		}
		return server(n, name, parts...)
	}
	at := func(state string) resource.TestStep {
		rule := ruleOf(t, strategy, state)
		if rule.Refused {
			return resource.TestStep{Config: config(state), ExpectError: messages("A halted server does not run")}
		}
		remembered := any(nil)
		if rule.Remembers {
			remembered = strategy
		}
		printed := map[string]string{"": "Running", convert.PowerRunning: "Running", convert.PowerStopped: "Stopped", convert.PowerPaused: "Paused"}[state]
		if strategy == "Halted" {
			printed = "Stopped"
		}
		if strategy == "Manual" && state == "" {
			printed = "" // as it is
		}
		step := apply(config(state),
			n.Has("vm", name, acctest.Fields{"spec.runStrategy": string(rule.Spec), rememberedField: remembered}),
			attribute("run_strategy", strategy),
			n.Check(func() error {
				if printed != "" {
					n.Wait("vm", name, "to be "+printed, func(o acctest.Object) bool { return acctest.Text(o, "status.printableStatus") == printed })
				}
				return nil
			}))
		if printed == "Running" || printed == "Paused" { // a stopped one is not waited for
			step.Check = resource.ComposeAggregateTestCheckFunc(step.Check, attribute("status.printable_status", printed))
		}
		return step
	}
	same := sameMachine(n, name)
	steps := []resource.TestStep{}
	for _, state := range []string{convert.PowerStopped, convert.PowerRunning, convert.PowerPaused, "", convert.PowerPaused, convert.PowerStopped, "", convert.PowerRunning, convert.PowerStopped} {
		step := at(state)
		if step.Check != nil {
			step.Check = resource.ComposeAggregateTestCheckFunc(step.Check, same)
		}
		steps = append(steps, step)
	}
	c := acctest.Case{Steps: steps}
	switch strategy {
	case "Manual", "Halted":
		c.Unverified = map[string]string{"power_state": "an import reads none of a machine that its strategy says all of"}
	}
	n.Run(c)
}

func ruleOf(t *testing.T, strategy, state string) convert.PowerRule {
	t.Helper()
	for _, rule := range convert.PowerRules {
		if string(rule.Strategy) == strategy && rule.State == state {
			return rule
		}
	}
	t.Fatalf("there is no rule for %s with the power state %q", strategy, state)
	return convert.PowerRule{}
}

// operations calls every operation on a server of its own for each run strategy.
func operations(t *testing.T) {
	n := acctest.Start(t)
	client := kube.NewClient(kube.Config{})
	name := func(i int) string { return fmt.Sprintf("operation-%d", i) }
	for i, rule := range convert.OperationRules { // all start at once
		n.Create(smallMachine(name(i), string(rule.Strategy)))
	}
	for i, rule := range convert.OperationRules {
		operate := func(operation string) error {
			return virtualserver.Operate(t.Context(), client, n.Name, name(i), operation)
		}
		cell := fmt.Sprintf("%s %s of %s", rule.Strategy, rule.Operation, cmp.Or(rule.Of, "it"))
		prepare(t, n, name(i), rule, operate)
		uid := acctest.Text(n.Get("vm", name(i)), "metadata.uid")
		instance := instanceOf(n, name(i))

		err := operate(rule.Operation)
		switch {
		case rule.Refused == "" && err != nil:
			t.Errorf("%s: %v", cell, err)
			continue
		case rule.Refused != "" && (err == nil || !strings.Contains(err.Error(), rule.Refused)):
			t.Errorf("%s: it was to be refused with %q: %v", cell, rule.Refused, err)
			continue
		}
		remembered := any(nil)
		if rule.Remembers {
			remembered = string(rule.Strategy)
		}
		want := acctest.Fields{"spec.runStrategy": string(rule.Spec), rememberedField: remembered, "status.printableStatus": string(rule.Status), "metadata.uid": uid}
		n.Wait("vm", name(i), fmt.Sprintf("to be as the table says after %s", cell), func(o acctest.Object) bool {
			return acctest.Match(o, want) == nil && len(requestsOf(o)) == 0
		})
		if now := instanceOf(n, name(i)); rule.Operation == "restart" && rule.Refused == "" && (now == instance || now == "") {
			t.Errorf("%s: the guest is the same as before", cell)
		} else if rule.Refused != "" && now != instance {
			t.Errorf("%s: it was refused, and the guest is another one", cell)
		}
	}
}

// inFlight calls operations one right after the other: each waits until KubeVirt has
// done what it was told before, where it would refuse it otherwise or mix the two up.
func inFlight(t *testing.T) {
	n := acctest.Start(t)
	client := kube.NewClient(kube.Config{})
	cases := []struct {
		strategy, of string // before; of is as in a rule
		operations   []string
		spec, status string
		remembered   any
	}{
		{"Always", "", []string{"stop", "start"}, "Always", "Running", nil},
		{"Always", "", []string{"restart", "restart"}, "Always", "Running", nil},
		{"Always", "", []string{"restart", "stop"}, "Halted", "Stopped", "Always"},
		{"RerunOnFailure", "", []string{"stop", "start"}, "RerunOnFailure", "Running", nil},
		{"RerunOnFailure", "", []string{"restart", "stop", "start", "restart"}, "RerunOnFailure", "Running", nil},
		{"RerunOnFailure", "a guest that has ended", []string{"start", "stop"}, "Halted", "Stopped", "RerunOnFailure"},
		{"Once", "", []string{"stop", "start"}, "Once", "Running", nil},
		{"Manual", "", []string{"stop", "start"}, "Manual", "Running", nil},
		{"Manual", "", []string{"restart", "restart", "stop"}, "Manual", "Stopped", nil},
		{"Manual", "a stopped guest", []string{"start", "stop"}, "Manual", "Stopped", nil},
		{"Halted", "", []string{"start", "stop", "start"}, "Always", "Running", nil},
	}
	name := func(i int) string { return fmt.Sprintf("flight-%d", i) }
	for i, c := range cases {
		n.Create(smallMachine(name(i), c.strategy))
	}
	for i, c := range cases {
		cell := fmt.Sprintf("%s %s", c.strategy, strings.Join(c.operations, ", "))
		operate := func(operation string) error {
			return virtualserver.Operate(t.Context(), client, n.Name, name(i), operation)
		}
		prepare(t, n, name(i), convert.OperationRule{Strategy: kubevirtv1.VirtualMachineRunStrategy(c.strategy), Of: c.of}, operate)
		for _, operation := range c.operations {
			if err := operate(operation); err != nil {
				t.Fatalf("%s: %s: %v", cell, operation, err)
			}
		}
		want := acctest.Fields{"spec.runStrategy": c.spec, rememberedField: c.remembered, "status.printableStatus": c.status}
		n.Wait("vm", name(i), "to be as it should after "+cell, func(o acctest.Object) bool {
			return acctest.Match(o, want) == nil && len(requestsOf(o)) == 0
		})
	}
}

// smallMachine is a small machine with a run strategy; more are lines of its
// template's spec.
func smallMachine(name, strategy string, more ...string) string {
	return fmt.Sprintf(`
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: %s}
spec:
  runStrategy: %s
  template:
    spec:
      %s
      domain:
        devices: {disks: [{name: root, disk: {bus: virtio}}]}
        memory: {guest: 128Mi}
      volumes: [{name: root, containerDisk: {image: %s}}]
`, name, strategy, strings.Join(more, "\n      "), smallImage)
}

// prepare brings a machine to where the operation of a rule finds it.
func prepare(t *testing.T, n *acctest.Namespace, name string, rule convert.OperationRule, operate func(string) error) {
	t.Helper()
	strategy := string(rule.Strategy)
	stopped := strategy == "Halted" || strategy == "Manual" && (rule.Of == "a stopped guest")
	if stopped {
		n.Wait("vm", name, "to be stopped", func(o acctest.Object) bool { return acctest.Text(o, "status.printableStatus") == "Stopped" })
		return
	}
	if strategy == "Manual" {
		if err := operate("start"); err != nil {
			t.Fatal(err)
		}
	}
	ready := func() {
		t.Helper()
		n.Wait("vm", name, "to run", func(o acctest.Object) bool {
			return acctest.Text(o, "status.printableStatus") == "Running" && acctest.Field(o, "status.ready") == true && len(requestsOf(o)) == 0
		})
	}
	ready()
	if rule.Of == "a guest that has ended" {
		n.EndGuest(name)
		n.Wait("vm", name, "to have ended", func(o acctest.Object) bool { return acctest.Text(o, "status.printableStatus") == "Stopped" })
	}
	if rule.Operation == "unpause" {
		if err := operate("pause"); err != nil {
			t.Fatal(err)
		}
		n.Wait("vm", name, "to be paused", func(o acctest.Object) bool { return acctest.Text(o, "status.printableStatus") == "Paused" })
	}
}

func instanceOf(n *acctest.Namespace, name string) string {
	if vmi := n.Find("vmi", name); vmi != nil {
		return acctest.Text(vmi, "metadata.uid")
	}
	return ""
}

func requestsOf(vm acctest.Object) []any {
	requests, _ := acctest.Field(vm, "status.stateChangeRequests").([]any)
	return requests
}

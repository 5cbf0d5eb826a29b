package convert

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

func powered(strategy kubevirtv1.VirtualMachineRunStrategy, state string) Server {
	m := Server{Name: types.StringValue("vs"), Namespace: types.StringValue("team"), RunStrategy: types.StringValue(string(strategy))}
	if state != "" {
		m.PowerState = types.StringValue(state)
	}
	return m
}

// TestPowerRules: the table is whole, and a machine has what it says.
func TestPowerRules(t *testing.T) {
	strategies, states := []kubevirtv1.VirtualMachineRunStrategy{runAlways, runRerun, runOnce, runManual, runHalted}, []string{"", PowerRunning, PowerStopped, PowerPaused}
	if len(PowerRules) != len(strategies)*len(states) {
		t.Errorf("the table has %d rows", len(PowerRules))
	}
	for _, strategy := range strategies {
		for _, state := range states {
			rule := PowerRuleOf(strategy, state)
			if rule.Means == "" {
				t.Errorf("there is no rule for %s %q", strategy, state)
			}
			if rule.Refused {
				continue
			}
			m := powered(strategy, state)
			vm := ToVirtualMachine(m, NewLayout(m, ""))
			noted := kubevirtv1.VirtualMachineRunStrategy(vm.Annotations[AnnotationRunStrategy])
			if RunStrategyOf(vm) != rule.Spec || vm.Spec.Running != nil || rule.Remembers && noted != strategy || !rule.Remembers && noted != "" {
				t.Errorf("%s %q is rendered as %s, remembered %q", strategy, state, RunStrategyOf(vm), noted)
			}
		}
	}
	if rule := PowerRuleOf("WaitAsReceiver", PowerRunning); rule.Spec != "WaitAsReceiver" {
		t.Errorf("an unknown strategy is written as %s", rule.Spec)
	}
}

// TestLegacyPower: a machine with `running` keeps it as long as it can say what is
// wanted.
func TestLegacyPower(t *testing.T) {
	for _, c := range []struct {
		m       Server
		running bool
		noted   string
	}{
		{powered(runAlways, ""), true, ""},
		{powered(runAlways, PowerStopped), false, "Always"},
		{powered(runHalted, ""), false, ""},
	} {
		vm := ToVirtualMachine(c.m, Layout{VMName: "vs", LegacyRunning: true})
		if !c.m.SaysRunning() || vm.Spec.RunStrategy != nil || vm.Spec.Running == nil || *vm.Spec.Running != c.running || vm.Annotations[AnnotationRunStrategy] != c.noted {
			t.Errorf("%s %s is rendered as %v, %v", c.m.RunStrategy, c.m.PowerState, vm.Spec, vm.Annotations)
		}
		read := FromObjects(Objects{VM: vm}, &c.m)
		wantEqual(t, "it is read otherwise", managed(c.m), managed(read))
	}
	if powered(runRerun, "").SaysRunning() {
		t.Error("`running` cannot say RerunOnFailure")
	}
}

// guest describes a machine and its instance.
type guest struct {
	spec     kubevirtv1.VirtualMachineRunStrategy
	noted    string
	status   kubevirtv1.VirtualMachineRunStrategy
	requests []kubevirtv1.StateChangeRequestAction
	phase    kubevirtv1.VirtualMachineInstancePhase // "" without instance
	paused   bool
	leaves   bool
	starts   string // start strategy
}

func (g guest) objects() Objects {
	vm := &kubevirtv1.VirtualMachine{Spec: kubevirtv1.VirtualMachineSpec{RunStrategy: &g.spec, Template: &kubevirtv1.VirtualMachineInstanceTemplateSpec{}}}
	vm.Name, vm.Namespace = "vs", "team"
	if g.noted != "" {
		vm.Annotations = map[string]string{AnnotationRunStrategy: g.noted}
	}
	if g.starts != "" {
		vm.Spec.Template.Spec.StartStrategy = ptr.To(kubevirtv1.StartStrategy(g.starts))
	}
	vm.Status.RunStrategy = g.status
	for _, action := range g.requests {
		vm.Status.StateChangeRequests = append(vm.Status.StateChangeRequests, kubevirtv1.VirtualMachineStateChangeRequest{Action: action})
	}
	o := Objects{VM: vm}
	if g.phase != "" {
		o.VMI = &kubevirtv1.VirtualMachineInstance{Status: kubevirtv1.VirtualMachineInstanceStatus{Phase: g.phase}}
		if g.paused {
			o.VMI.Status.Conditions = []kubevirtv1.VirtualMachineInstanceCondition{{Type: kubevirtv1.VirtualMachineInstancePaused, Status: corev1.ConditionTrue}}
		}
		if g.leaves {
			o.VMI.DeletionTimestamp = &metav1.Time{}
		}
	}
	return o
}

// TestPowerRead: what is read of a server, with the power state that the prior
// state had; "import" is none.
func TestPowerRead(t *testing.T) {
	const start, stop = kubevirtv1.StartRequest, kubevirtv1.StopRequest
	type requests = []kubevirtv1.StateChangeRequestAction
	for name, c := range map[string]struct {
		guest           guest
		prior           string
		strategy, power string
	}{
		"unmanaged":             {guest{spec: runAlways, phase: kubevirtv1.Running}, "", "Always", ""},
		"unmanaged and stopped": {guest{spec: runHalted, noted: "Always"}, "", "Halted", ""},
		"unmanaged and paused":  {guest{spec: runAlways, phase: kubevirtv1.Running, paused: true}, "", "Always", ""},

		"import":             {guest{spec: runAlways, phase: kubevirtv1.Running}, "import", "Always", ""},
		"import stopped":     {guest{spec: runHalted, noted: "Once"}, "import", "Once", PowerStopped},
		"import halted":      {guest{spec: runHalted}, "import", "Halted", ""},
		"import of nonsense": {guest{spec: runHalted, noted: "Manual"}, "import", "Halted", ""},
		"import stale":       {guest{spec: runAlways, noted: "Once", phase: kubevirtv1.Running}, "import", "Always", ""},
		"import paused":      {guest{spec: runManual, phase: kubevirtv1.Running, paused: true}, "import", "Manual", PowerPaused},
		"import born paused": {guest{spec: runAlways, phase: kubevirtv1.Running, paused: true, starts: "Paused"}, "import", "Always", ""},
		"import manual":      {guest{spec: runManual}, "import", "Manual", ""},

		"always":               {guest{spec: runAlways, phase: kubevirtv1.Running}, PowerRunning, "Always", PowerRunning},
		"always starting":      {guest{spec: runAlways}, PowerRunning, "Always", PowerRunning},
		"always crashing":      {guest{spec: runAlways, phase: kubevirtv1.Failed}, PowerRunning, "Always", PowerRunning},
		"always paused":        {guest{spec: runAlways, phase: kubevirtv1.Running, paused: true}, PowerRunning, "Always", PowerPaused},
		"always resumed":       {guest{spec: runAlways, phase: kubevirtv1.Running}, PowerPaused, "Always", PowerRunning},
		"always stopped":       {guest{spec: runHalted, noted: "Always"}, PowerRunning, "Always", PowerStopped},
		"always halted":        {guest{spec: runHalted}, PowerRunning, "Halted", PowerStopped},
		"always stopping":      {guest{spec: runHalted, noted: "Always", phase: kubevirtv1.Running, leaves: true}, PowerStopped, "Always", PowerStopped},
		"always started again": {guest{spec: runAlways, noted: "Always", phase: kubevirtv1.Running}, PowerStopped, "Always", PowerRunning},

		"rerun":           {guest{spec: runRerun, status: runRerun, phase: kubevirtv1.Running}, PowerRunning, "RerunOnFailure", PowerRunning},
		"rerun new":       {guest{spec: runRerun}, PowerRunning, "RerunOnFailure", PowerRunning},
		"rerun given":     {guest{spec: runRerun, status: runHalted}, PowerRunning, "RerunOnFailure", PowerRunning},
		"rerun ended":     {guest{spec: runRerun, status: runRerun}, PowerRunning, "RerunOnFailure", PowerStopped},
		"rerun ending":    {guest{spec: runRerun, status: runRerun, phase: kubevirtv1.Succeeded}, PowerRunning, "RerunOnFailure", PowerStopped},
		"rerun failed":    {guest{spec: runRerun, status: runRerun, phase: kubevirtv1.Failed, leaves: true}, PowerRunning, "RerunOnFailure", PowerRunning},
		"rerun told":      {guest{spec: runRerun, status: runRerun, requests: requests{start}}, PowerStopped, "RerunOnFailure", PowerRunning},
		"rerun told off":  {guest{spec: runRerun, status: runRerun, phase: kubevirtv1.Running, requests: requests{stop}}, PowerRunning, "RerunOnFailure", PowerStopped},
		"rerun restarted": {guest{spec: runRerun, status: runRerun, phase: kubevirtv1.Running, requests: requests{stop, start}}, PowerRunning, "RerunOnFailure", PowerRunning},

		"once ended":               {guest{spec: runOnce, phase: kubevirtv1.Succeeded}, PowerRunning, "Once", PowerRunning},
		"once paused and ended":    {guest{spec: runOnce, phase: kubevirtv1.Succeeded}, PowerPaused, "Once", PowerPaused},
		"once started by somebody": {guest{spec: runOnce, phase: kubevirtv1.Succeeded}, PowerStopped, "Once", PowerRunning},

		"manual":          {guest{spec: runManual, phase: kubevirtv1.Running}, PowerRunning, "Manual", PowerRunning},
		"manual stopped":  {guest{spec: runManual}, PowerRunning, "Manual", PowerStopped},
		"manual ended":    {guest{spec: runManual, phase: kubevirtv1.Succeeded}, PowerRunning, "Manual", PowerStopped},
		"manual told":     {guest{spec: runManual, requests: requests{start}}, PowerStopped, "Manual", PowerRunning},
		"manual told off": {guest{spec: runManual, phase: kubevirtv1.Running, requests: requests{stop}}, PowerRunning, "Manual", PowerStopped},
		"manual leaving":  {guest{spec: runManual, phase: kubevirtv1.Running, leaves: true}, PowerRunning, "Manual", PowerStopped},

		"halted":      {guest{spec: runHalted}, PowerStopped, "Halted", PowerStopped},
		"halted told": {guest{spec: runHalted, requests: requests{start}}, PowerStopped, "Halted", PowerRunning},
	} {
		t.Run(name, func(t *testing.T) {
			prior := powered("Always", c.prior)
			of := &prior
			if c.prior == "import" {
				of = nil
			}
			m := FromObjects(c.guest.objects(), of)
			if m.RunStrategy.ValueString() != c.strategy || m.PowerState.ValueString() != c.power || m.PowerState.IsNull() != (c.power == "") {
				t.Errorf("it is read as %s %s, want %s %q", m.RunStrategy, m.PowerState, c.strategy, c.power)
			}
		})
	}
}

// TestTakeRemembered: whoever noted a strategy, it goes with the patch that starts
// the server, and stays in one that is stopped.
func TestTakeRemembered(t *testing.T) {
	for name, c := range map[string]struct {
		live      guest
		was, now  Server
		strategy  kubevirtv1.VirtualMachineRunStrategy
		remembers string
	}{
		"started":               {guest{spec: runHalted, noted: "Always"}, powered(runAlways, PowerStopped), powered(runAlways, PowerRunning), runAlways, ""},
		"stopped by an action":  {guest{spec: runHalted, noted: "Always"}, powered(runHalted, ""), powered(runRerun, ""), runRerun, ""},
		"stays stopped":         {guest{spec: runHalted, noted: "Always"}, powered(runHalted, ""), powered(runHalted, ""), runHalted, "Always"},
		"started by others":     {guest{spec: runAlways, noted: "Always"}, powered(runAlways, ""), powered(runAlways, ""), runAlways, ""},
		"started meanwhile":     {guest{spec: runAlways, noted: "Always"}, powered(runAlways, PowerStopped), powered(runAlways, PowerStopped), runAlways, ""},
		"stopped":               {guest{spec: runRerun, noted: "Once"}, powered(runRerun, ""), powered(runRerun, PowerStopped), runHalted, "RerunOnFailure"},
		"another strategy":      {guest{spec: runHalted, noted: "Once"}, powered(runOnce, PowerStopped), powered(runAlways, PowerStopped), runHalted, "Always"},
		"halted for good":       {guest{spec: runHalted, noted: "Once"}, powered(runOnce, PowerStopped), powered(runHalted, ""), runHalted, ""},
		"manual and stopped":    {guest{spec: runHalted, noted: "Once"}, powered(runOnce, PowerStopped), powered(runManual, PowerStopped), runManual, ""},
		"stopped by others too": {guest{spec: runHalted}, powered(runAlways, ""), powered(runAlways, PowerStopped), runHalted, "Always"},
	} {
		t.Run(name, func(t *testing.T) {
			o := c.live.objects()
			l := LayoutOf(o.VM, "")
			before, after := ToVirtualMachine(c.was, l), ToVirtualMachine(c.now, l)
			TakeWhole(before, after, o.VM)
			got := machineOf(mergeOf(o.VM, before, after))
			if RunStrategyOf(got) != c.strategy || got.Annotations[AnnotationRunStrategy] != c.remembers {
				t.Errorf("it becomes %s, remembered %q", RunStrategyOf(got), got.Annotations[AnnotationRunStrategy])
			}
		})
	}
}

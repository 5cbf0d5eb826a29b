package convert

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// Values of power_state.
const (
	PowerRunning = "running"
	PowerStopped = "stopped"
	PowerPaused  = "paused"
)

// AnnotationRunStrategy remembers the run strategy of a server that was stopped:
// KubeVirt itself knows no other way to stop one than to forget it.
const AnnotationRunStrategy = "virtualserver.io/run-strategy"

// RememberedStrategy is the run strategy that a stopped server had, "" when it
// is not stopped or nobody noted it.
func RememberedStrategy(vm *kubevirtv1.VirtualMachine) kubevirtv1.VirtualMachineRunStrategy {
	if RunStrategyOf(vm) != kubevirtv1.RunStrategyHalted {
		return ""
	}
	switch was := kubevirtv1.VirtualMachineRunStrategy(vm.Annotations[AnnotationRunStrategy]); was {
	case kubevirtv1.RunStrategyAlways, kubevirtv1.RunStrategyRerunOnFailure, kubevirtv1.RunStrategyOnce:
		return was
	}
	return "" // somebody wrote something else
}

// SpecStrategy is the run strategy that the machine's spec has: Halted for a
// server that is stopped and would be started again by its own.
func (m Server) SpecStrategy() kubevirtv1.VirtualMachineRunStrategy {
	return m.powerRule().Spec
}

// SamePower tells whether two models ask for the same of the guest.
func (m Server) SamePower(o Server) bool {
	return m.RunStrategy.ValueString() == o.RunStrategy.ValueString() && m.PowerState.ValueString() == o.PowerState.ValueString()
}

func (m Server) powerRule() PowerRule {
	return PowerRuleOf(kubevirtv1.VirtualMachineRunStrategy(m.RunStrategy.ValueString()), m.PowerState.ValueString())
}

// applyPower writes the run strategy, and the one to remember.
func (m Server) applyPower(vm *kubevirtv1.VirtualMachine, l Layout) {
	rule := m.powerRule()
	if rule.Remembers {
		vm.Annotations = metadata.Merge(vm.Annotations, map[string]string{AnnotationRunStrategy: string(rule.Strategy)})
	}
	if running := rule.Spec == kubevirtv1.RunStrategyAlways; l.LegacyRunning {
		vm.Spec.Running = &running
	} else {
		vm.Spec.RunStrategy = &rule.Spec
	}
}

// SaysRunning tells whether `running` can say the run strategy.
func (m Server) SaysRunning() bool {
	spec := m.SpecStrategy()
	return spec == kubevirtv1.RunStrategyAlways || spec == kubevirtv1.RunStrategyHalted
}

// takeRemembered drops the remembered strategy of a machine that is not halted
// after an update, whoever wrote it: it would be taken for the strategy to go back
// to when somebody stops the server by other means.
func takeRemembered(before, after, live *kubevirtv1.VirtualMachine) {
	noted, ok := live.Annotations[AnnotationRunStrategy]
	becomes := RunStrategyOf(live)
	if now := RunStrategyOf(after); now != RunStrategyOf(before) {
		becomes = now
	}
	if !ok || becomes == kubevirtv1.RunStrategyHalted {
		return
	}
	before.Annotations = metadata.Merge(before.Annotations, map[string]string{AnnotationRunStrategy: noted})
	delete(after.Annotations, AnnotationRunStrategy)
}

// powerFrom reads run strategy and power state. Without a power_state that is
// managed, a stopped server is one with another strategy than it should have.
func powerFrom(r reader, o Objects, was Server) (strategy, power types.String) {
	spec := RunStrategyOf(o.VM)
	strategy, power = types.StringValue(string(spec)), was.PowerState
	remembered := RememberedStrategy(o.VM)
	if !r.importing && was.PowerState.ValueString() == "" {
		return strategy, power
	}
	if remembered != "" {
		return types.StringValue(string(remembered)), types.StringValue(PowerStopped)
	}
	now := PowerOf(o.VM, o.VMI)
	switch {
	case r.importing && now == PowerPaused && !startsPaused(o.VM):
		return strategy, types.StringValue(PowerPaused)
	case r.importing:
		return strategy, types.StringNull()
	case spec == kubevirtv1.RunStrategyOnce && hasEnded(o.VMI) && was.PowerState.ValueString() != PowerStopped:
		return strategy, power // it ran, and nothing starts it again
	}
	return strategy, types.StringValue(now)
}

// PowerOf tells whether a guest runs, is stopped or is paused. What KubeVirt has
// been told to do and not done yet counts as done, and so does what its run
// strategy does by itself: a server that cannot start is one that runs.
func PowerOf(vm *kubevirtv1.VirtualMachine, vmi *kubevirtv1.VirtualMachineInstance) string {
	strategy := RunStrategyOf(vm)
	leaves := vmi != nil && vmi.DeletionTimestamp != nil
	switch {
	case isRequested(vm, kubevirtv1.StartRequest):
		return PowerRunning // after a stop that stands before it, and in a halted machine too
	case strategy == kubevirtv1.RunStrategyHalted:
		return PowerStopped
	case strategy == kubevirtv1.RunStrategyManual:
		if vmi == nil || leaves || vmi.IsFinal() || isRequested(vm, kubevirtv1.StopRequest) {
			return PowerStopped
		}
	case strategy == kubevirtv1.RunStrategyRerunOnFailure:
		if vmi == nil && vm.Status.RunStrategy == strategy { // else it has just been given this one, and starts
			return PowerStopped
		}
		if vmi != nil && vmi.Status.Phase != kubevirtv1.Failed && (leaves || vmi.IsFinal() || isRequested(vm, kubevirtv1.StopRequest)) {
			return PowerStopped
		}
	}
	if vmi != nil && !leaves && !vmi.IsFinal() && IsPaused(vmi) {
		return PowerPaused
	}
	return PowerRunning
}

// IsPaused tells whether a guest's CPUs stand still.
func IsPaused(vmi *kubevirtv1.VirtualMachineInstance) bool {
	return slices.ContainsFunc(vmi.Status.Conditions, func(c kubevirtv1.VirtualMachineInstanceCondition) bool {
		return c.Type == kubevirtv1.VirtualMachineInstancePaused && c.Status == corev1.ConditionTrue
	})
}

func isRequested(vm *kubevirtv1.VirtualMachine, action kubevirtv1.StateChangeRequestAction) bool {
	return slices.ContainsFunc(vm.Status.StateChangeRequests, func(r kubevirtv1.VirtualMachineStateChangeRequest) bool { return r.Action == action })
}

func hasEnded(vmi *kubevirtv1.VirtualMachineInstance) bool { return vmi != nil && vmi.IsFinal() }

func startsPaused(vm *kubevirtv1.VirtualMachine) bool {
	return vm.Spec.Template != nil && vm.Spec.Template.Spec.StartStrategy != nil && *vm.Spec.Template.Spec.StartStrategy == kubevirtv1.StartStrategyPaused
}

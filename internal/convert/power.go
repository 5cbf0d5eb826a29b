package convert

import (
	kubevirtv1 "kubevirt.io/api/core/v1"
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

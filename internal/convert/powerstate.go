package convert

import (
	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// PowerStateOf is whether a guest runs: one that is only being started, or that
// has ended, is stopped. vmi is nil when there is no instance.
func PowerStateOf(vmi *kubevirtv1.VirtualMachineInstance) string {
	switch {
	case vmi == nil || vmi.Status.Phase != kubevirtv1.Running:
		return PowerStopped
	case InstanceCondition(vmi, kubevirtv1.VirtualMachineInstancePaused, corev1.ConditionTrue) != nil:
		return PowerPaused
	}
	return PowerRunning
}

// InstanceCondition returns the condition of a kind that has the status, nil when
// there is none.
func InstanceCondition(vmi *kubevirtv1.VirtualMachineInstance, kind kubevirtv1.VirtualMachineInstanceConditionType, status corev1.ConditionStatus) *kubevirtv1.VirtualMachineInstanceCondition {
	if vmi == nil {
		return nil
	}
	for i := range vmi.Status.Conditions {
		if c := &vmi.Status.Conditions[i]; c.Type == kind && c.Status == status {
			return c
		}
	}
	return nil
}

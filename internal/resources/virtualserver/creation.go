package virtualserver

import (
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// marked is the machine as the mark of its creation knows it.
func marked(vm *kubevirtv1.VirtualMachine) client.Object {
	out := &kubevirtv1.VirtualMachine{}
	out.SetGroupVersionKind(kubevirtv1.VirtualMachineGroupVersionKind)
	out.Namespace, out.Name, out.UID, out.Annotations = vm.Namespace, vm.Name, vm.UID, vm.Annotations
	return out
}

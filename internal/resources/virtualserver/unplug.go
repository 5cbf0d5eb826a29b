package virtualserver

import (
	"slices"

	kubevirtv1 "kubevirt.io/api/core/v1"
)

// unplugInterfaces has interfaces that a server loses leave its guest while it
// runs: one that is simply taken out of the machine stays in the guest until it is
// restarted, and keeps other changes from landing. So it stays with the state
// absent; KubeVirt takes it out of the guest, then out of the machine. That works
// for what can be plugged in, too. live is the machine; before and after are the
// renderings of the update.
func unplugInterfaces(live, before, after *kubevirtv1.VirtualMachine) {
	if !live.Status.Created || live.Spec.Template == nil {
		return
	}
	was, now := &before.Spec.Template.Spec, &after.Spec.Template.Spec
	for i := range was.Domain.Devices.Interfaces {
		gone := was.Domain.Devices.Interfaces[i]
		network := slices.IndexFunc(was.Networks, func(n kubevirtv1.Network) bool { return n.Name == gone.Name })
		stays := slices.ContainsFunc(now.Domain.Devices.Interfaces, func(i kubevirtv1.Interface) bool { return i.Name == gone.Name })
		if stays || network < 0 || !isPluggable(live, gone.Name) {
			continue
		}
		gone.State = kubevirtv1.InterfaceStateAbsent
		now.Domain.Devices.Interfaces = append(now.Domain.Devices.Interfaces, gone)
		now.Networks = append(now.Networks, was.Networks[network])
	}
}

// isPluggable tells whether KubeVirt plugs an interface in and out: those with a
// bridge to a network that is not the pod's first one.
func isPluggable(vm *kubevirtv1.VirtualMachine, name string) bool {
	spec := &vm.Spec.Template.Spec
	return slices.ContainsFunc(spec.Domain.Devices.Interfaces, func(i kubevirtv1.Interface) bool { return i.Name == name && i.Bridge != nil }) &&
		slices.ContainsFunc(spec.Networks, func(n kubevirtv1.Network) bool { return n.Name == name && n.Multus != nil && !n.Multus.Default })
}

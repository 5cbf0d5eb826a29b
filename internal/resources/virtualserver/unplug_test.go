package virtualserver

import (
	"slices"
	"testing"

	kubevirtv1 "kubevirt.io/api/core/v1"
)

// TestUnplugInterfaces: what can be plugged leaves a running guest first; all else
// is taken out of the machine.
func TestUnplugInterfaces(t *testing.T) {
	bridge := kubevirtv1.InterfaceBindingMethod{Bridge: &kubevirtv1.InterfaceBridge{}}
	sriov := kubevirtv1.InterfaceBindingMethod{SRIOV: &kubevirtv1.InterfaceSRIOV{}}
	multus := kubevirtv1.NetworkSource{Multus: &kubevirtv1.MultusNetwork{NetworkName: "uplink"}}
	first := kubevirtv1.NetworkSource{Multus: &kubevirtv1.MultusNetwork{NetworkName: "uplink", Default: true}}
	pod := kubevirtv1.NetworkSource{Pod: &kubevirtv1.PodNetwork{}}
	for name, c := range map[string]struct {
		binding kubevirtv1.InterfaceBindingMethod
		network kubevirtv1.NetworkSource
		halted  bool
		stays   bool
		want    []string
	}{
		"bridge":                      {binding: bridge, network: multus, want: []string{"nic absent"}},
		"bridge of a halted server":   {binding: bridge, network: multus, halted: true},
		"bridge that stays":           {binding: bridge, network: multus, stays: true, want: []string{"nic "}},
		"bridge on the pod network":   {binding: bridge, network: pod},
		"bridge on the first network": {binding: bridge, network: first},
		"SR-IOV":                      {binding: sriov, network: multus},
	} {
		t.Run(name, func(t *testing.T) {
			with := func(has bool) *kubevirtv1.VirtualMachine {
				vm := &kubevirtv1.VirtualMachine{Spec: kubevirtv1.VirtualMachineSpec{Template: &kubevirtv1.VirtualMachineInstanceTemplateSpec{}}}
				vm.Status.Created = !c.halted
				if has {
					vm.Spec.Template.Spec.Networks = []kubevirtv1.Network{{Name: "nic", NetworkSource: c.network}}
					vm.Spec.Template.Spec.Domain.Devices.Interfaces = []kubevirtv1.Interface{{Name: "nic", InterfaceBindingMethod: c.binding}}
				}
				return vm
			}
			after := with(c.stays)
			unplugInterfaces(with(true), with(true), after)
			var got []string
			for i, nic := range after.Spec.Template.Spec.Domain.Devices.Interfaces {
				got = append(got, nic.Name+" "+string(nic.State))
				if after.Spec.Template.Spec.Networks[i].Name != nic.Name {
					t.Errorf("the network of %s is missing", nic.Name)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("the machine has %q, not %q", got, c.want)
			}
		})
	}
}

package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// What disks and interfaces of a legacy server are where they say nothing.
const (
	legacyBus   = kubevirtv1.DiskBusSATA
	legacyModel = "e1000"
)

func (m Server) isLegacy() bool { return m.Devices != nil && m.Devices.Legacy.ValueBool() }

// applyLegacy gives what says nothing, and so would be virtio, what a guest
// without virtio drivers knows. Disks that are hot-plugged stay as they are; the
// layout keeps a cloud-init disk where it is, as no attribute tells its bus.
func (m Server) applyLegacy(spec *kubevirtv1.VirtualMachineInstanceSpec, l Layout) {
	if !m.isLegacy() {
		return
	}
	unsaid := m.disksWithoutBus(l)
	for _, v := range spec.Volumes {
		if v.DataVolume != nil && v.DataVolume.Hotpluggable || v.PersistentVolumeClaim != nil && v.PersistentVolumeClaim.Hotpluggable {
			delete(unsaid, v.Name)
		}
	}
	disks, interfaces := spec.Domain.Devices.Disks, spec.Domain.Devices.Interfaces
	for i := range disks {
		if target := disks[i].Disk; target != nil && target.Bus == DefaultBus && unsaid[disks[i].Name] {
			target.Bus = legacyBus
		}
	}
	for i := range interfaces {
		if f := &interfaces[i]; f.Model == "" && (f.Masquerade != nil || f.Bridge != nil) {
			f.Model = legacyModel
		}
	}
}

// withoutLegacy is the live machine as it would be if the server were not
// legacy: what says nothing still does when it is read.
func (m Server) withoutLegacy(live *kubevirtv1.VirtualMachine, l Layout) *kubevirtv1.VirtualMachine {
	if !m.isLegacy() || live.Spec.Template == nil {
		return live
	}
	devices := *m.Devices
	devices.Legacy = types.BoolNull()
	m.Devices = &devices
	unsaid, silent := m.disksWithoutBus(l), map[string]bool{}
	for _, f := range ToVirtualMachine(m, l).Spec.Template.Spec.Domain.Devices.Interfaces {
		silent[f.Name] = f.Model == ""
	}
	live = live.DeepCopy()
	disks, interfaces := live.Spec.Template.Spec.Domain.Devices.Disks, live.Spec.Template.Spec.Domain.Devices.Interfaces
	for i := range disks {
		if target := disks[i].Disk; target != nil && target.Bus == legacyBus && unsaid[disks[i].Name] {
			target.Bus = DefaultBus
		}
	}
	for i := range interfaces {
		if f := &interfaces[i]; f.Model == legacyModel && silent[f.Name] {
			f.Model = ""
		}
	}
	return live
}

// disksWithoutBus names the server's disks of which it says no bus.
func (m Server) disksWithoutBus(l Layout) map[string]bool {
	out := map[string]bool{l.CloudInitVolume: true}
	if m.Storage == nil {
		return out
	}
	if root := m.Storage.Root; root != nil {
		out[l.RootVolume] = root.Bus.ValueString() == ""
	}
	for name, d := range m.Storage.AdditionalDisks {
		out[name] = d.Bus.ValueString() == ""
	}
	return out
}

package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"k8s.io/apimachinery/pkg/api/equality"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// AttachmentStatusTypes are the attribute types of an attachment's status.
var AttachmentStatusTypes = map[string]attr.Type{
	"attached": types.BoolType,
	"pending":  types.BoolType,
	"phase":    types.StringType,
	"target":   types.StringType,
	"message":  types.StringType,
}

// AttachmentStatus reads what the instance says of an attachment; vmi is nil where
// none runs.
func AttachmentStatus(d AttachedDevice, vmi *kubevirtv1.VirtualMachineInstance) types.Object {
	values := map[string]attr.Value{
		"attached": types.BoolValue(HasDevice(vmi, d)), "pending": types.BoolValue(isPending(vmi, d)),
		"phase": types.StringNull(), "target": types.StringNull(), "message": types.StringNull(),
	}
	if s := VolumeStatusOf(vmi, d.Name()); s != nil {
		values["phase"], values["target"] = textOrNull(string(s.Phase)), textOrNull(s.Target)
		if s.HotplugVolume != nil && s.Phase != kubevirtv1.VolumeReady {
			values["message"] = textOrNull(s.Message)
		}
	}
	return types.ObjectValueMust(AttachmentStatusTypes, values)
}

// VolumeStatusOf is what the instance says of a volume; nil when it says nothing.
func VolumeStatusOf(vmi *kubevirtv1.VirtualMachineInstance, name string) *kubevirtv1.VolumeStatus {
	if vmi == nil || vmi.IsFinal() {
		return nil
	}
	return find(vmi.Status.VolumeStatus, name, func(s *kubevirtv1.VolumeStatus) string { return s.Name })
}

// InstanceDevice is the device of an instance that has its name; nil when there is
// none. It may not have reached the guest yet.
func InstanceDevice(vmi *kubevirtv1.VirtualMachineInstance, kind, name string) *AttachedDevice {
	if vmi == nil || vmi.IsFinal() {
		return nil
	}
	return deviceIn(&vmi.Spec, kind, name)
}

// HasDevice tells whether the guest of an instance has the device: it was started with
// it, or it is plugged in.
func HasDevice(vmi *kubevirtv1.VirtualMachineInstance, d AttachedDevice) bool {
	return WillHaveDevice(vmi, d) && vmi.IsRunning() && (!d.Pluggable() || isReady(vmi, d))
}

// WillHaveDevice tells whether an instance was told to have the device: its guest has
// it, or gets it when it starts or as it is plugged in.
func WillHaveDevice(vmi *kubevirtv1.VirtualMachineInstance, d AttachedDevice) bool {
	is := InstanceDevice(vmi, d.Kind, d.Name())
	return is != nil && equality.Semantic.DeepEqual(is.Volume, d.Volume) && hasDisk(is.Disk, d.Disk)
}

// hasDisk tells whether a disk of an instance is as a machine says. KubeVirt and
// preferences fill in what that leaves out of bus, cache, I/O and blocks; the rest nobody
// else writes.
func hasDisk(is, want *kubevirtv1.Disk) bool {
	if is == nil || want == nil {
		return is == want
	}
	return equality.Semantic.DeepDerivative(want, is) && equality.Semantic.DeepEqual(chosen(*is), chosen(*want))
}

// chosen is what only who writes a disk says of it.
func chosen(d kubevirtv1.Disk) kubevirtv1.Disk {
	out := kubevirtv1.Disk{Name: d.Name, Serial: d.Serial, BootOrder: d.BootOrder, Shareable: d.Shareable, ErrorPolicy: d.ErrorPolicy, Tag: d.Tag}
	switch {
	case d.CDRom != nil:
		out.CDRom = &kubevirtv1.CDRomTarget{ReadOnly: d.CDRom.ReadOnly}
	case d.LUN != nil:
		out.LUN = &kubevirtv1.LunTarget{ReadOnly: d.LUN.ReadOnly, Reservation: d.LUN.Reservation}
	case d.Disk != nil:
		out.Disk = &kubevirtv1.DiskTarget{ReadOnly: d.Disk.ReadOnly}
	}
	return out
}

func isReady(vmi *kubevirtv1.VirtualMachineInstance, d AttachedDevice) bool {
	s := VolumeStatusOf(vmi, d.Name())
	return s != nil && s.Phase == kubevirtv1.VolumeReady
}

// isPending tells of a guest that runs without the device, and of one that starts
// without it.
func isPending(vmi *kubevirtv1.VirtualMachineInstance, d AttachedDevice) bool {
	if vmi == nil || vmi.IsFinal() {
		return false
	}
	return !WillHaveDevice(vmi, d) || vmi.IsRunning() && !HasDevice(vmi, d)
}

// HoldsVolume tells whether an instance has a volume, or has not let it go yet.
func HoldsVolume(vmi *kubevirtv1.VirtualMachineInstance, name string) bool {
	return instanceVolume(vmi, name) != nil || VolumeStatusOf(vmi, name) != nil
}

// KeepsVolume tells whether an instance has a volume that stays until its guest ends.
func KeepsVolume(vmi *kubevirtv1.VirtualMachineInstance, name string) bool {
	v := instanceVolume(vmi, name)
	return v != nil && !IsPluggable(v)
}

// instanceVolume is the volume of an instance that has its name; nil when there is none.
func instanceVolume(vmi *kubevirtv1.VirtualMachineInstance, name string) *kubevirtv1.Volume {
	if vmi == nil || vmi.IsFinal() {
		return nil
	}
	return find(vmi.Spec.Volumes, name, volumeName)
}

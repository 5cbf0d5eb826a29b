package convert

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apitypes "k8s.io/apimachinery/pkg/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// Kinds of attachments, as their mark says them.
const (
	AttachedDisk       = "disk"
	AttachedFilesystem = "filesystem"
)

// Attached are the attributes that attachments of every kind have.
type Attached struct {
	Server    types.String `tfsdk:"server"`
	ServerUID types.String `tfsdk:"server_uid"`
	Namespace types.String `tfsdk:"namespace"`
	Name      types.String `tfsdk:"name"`

	Wait     *AttachmentWait `tfsdk:"wait"`
	Timeouts timeouts.Value  `tfsdk:"timeouts"`

	ID     types.String `tfsdk:"id"`
	Status types.Object `tfsdk:"status"`
}

// AttachmentWait says what an apply waits for.
type AttachmentWait struct {
	Until        types.String `tfsdk:"until"`
	OnTimeout    types.String `tfsdk:"on_timeout"`
	FailureGrace types.String `tfsdk:"failure_grace"`
}

// AttachedDevice is what an attachment adds to a machine: a volume, and the disk or
// filesystem that shows it to the guest.
type AttachedDevice struct {
	Kind       string // AttachedDisk, AttachedFilesystem
	Volume     kubevirtv1.Volume
	Disk       *kubevirtv1.Disk
	Filesystem *kubevirtv1.Filesystem
}

// Name is that of volume and device.
func (d AttachedDevice) Name() string { return d.Volume.Name }

// Claim names the DataVolume or claim behind the device, "" when there is none.
func (d AttachedDevice) Claim() string { return claimOf(&d.Volume) }

// Pluggable tells whether the device may come and go while the guest runs.
func (d AttachedDevice) Pluggable() bool { return IsPluggable(&d.Volume) }

// IsPluggable tells of a volume that may come and go while the guest runs.
func IsPluggable(v *kubevirtv1.Volume) bool {
	return v.PersistentVolumeClaim != nil && v.PersistentVolumeClaim.Hotpluggable || v.DataVolume != nil && v.DataVolume.Hotpluggable
}

// Attach gives a machine the device, in place of one that it has of its name, with the
// mark that says whose it is.
func (d AttachedDevice) Attach(vm *kubevirtv1.VirtualMachine) {
	spec := &vm.Spec.Template.Spec
	set(&spec.Volumes, d.Volume, volumeName)
	if d.Disk != nil {
		set(&spec.Domain.Devices.Disks, *d.Disk, diskName)
	}
	if d.Filesystem != nil {
		set(&spec.Domain.Devices.Filesystems, *d.Filesystem, filesystemName)
	}
	metav1.SetMetaDataAnnotation(&vm.ObjectMeta, AnnotationAttachment+d.Name(), string(vm.UID)+"/"+d.Kind)
}

// detached is the kind in the mark of a volume that is no part of the machine any more,
// and that the named instance keeps until it ends.
const detached = "detached"

// Detach takes an attachment and its mark out of a machine. What has no such mark
// stays. An instance that keeps it until its end is named in the mark: what it has and
// its machine does not is then none of the server's changes.
func Detach(vm *kubevirtv1.VirtualMachine, kind, name string, keeper apitypes.UID) {
	if AttachmentKind(vm, name) != kind {
		return
	}
	delete(vm.Annotations, AnnotationAttachment+name)
	if keeper != "" {
		vm.Annotations[AnnotationAttachment+name] = string(vm.UID) + "/" + detached + "/" + string(keeper)
	}
	if vm.Spec.Template == nil {
		return
	}
	spec := &vm.Spec.Template.Spec
	spec.Volumes = slices.DeleteFunc(spec.Volumes, func(v kubevirtv1.Volume) bool { return v.Name == name })
	spec.Domain.Devices.Disks = slices.DeleteFunc(spec.Domain.Devices.Disks, func(d kubevirtv1.Disk) bool { return d.Name == name })
	spec.Domain.Devices.Filesystems = slices.DeleteFunc(spec.Domain.Devices.Filesystems, func(f kubevirtv1.Filesystem) bool { return f.Name == name })
}

// Tidy removes the marks of what no instance but the named one can have kept.
func Tidy(vm *kubevirtv1.VirtualMachine, instance apitypes.UID) {
	maps.DeleteFunc(vm.Annotations, func(key, mark string) bool {
		_, what, _ := strings.Cut(mark, "/")
		kind, keeper, _ := strings.Cut(what, "/")
		return strings.HasPrefix(key, AnnotationAttachment) && kind == detached && (keeper != string(instance) || keeper == "")
	})
}

// AttachmentKind is the kind of the attachment that owns a volume of the machine, ""
// when none does. The uid keeps clones, which copy annotations, from inheriting it.
func AttachmentKind(vm *kubevirtv1.VirtualMachine, volume string) string {
	switch kind := markOf(vm, volume); kind {
	case AttachedDisk, AttachedFilesystem:
		return kind
	}
	return ""
}

// IsAttached tells whether what a machine has, or its instance still has, under the
// name of a volume is an attachment's. A machine that has a volume again of which the
// instance keeps an attachment's has one of its own.
func IsAttached(vm *kubevirtv1.VirtualMachine, instance apitypes.UID, volume string) bool {
	return IsAttachment(vm, volume) || markOf(vm, volume) == detached+"/"+string(instance) &&
		(vm.Spec.Template == nil || find(vm.Spec.Template.Spec.Volumes, volume, volumeName) == nil)
}

// markOf is what the mark of a volume says, "" where it has none of this machine.
func markOf(vm *kubevirtv1.VirtualMachine, volume string) string {
	owner, mark, _ := strings.Cut(vm.Annotations[AnnotationAttachment+volume], "/")
	if owner != string(vm.UID) {
		return ""
	}
	return mark
}

// DeviceOf reads an attachment of a kind from a machine; nil when there is none.
func DeviceOf(vm *kubevirtv1.VirtualMachine, kind, name string) *AttachedDevice {
	if vm.Spec.Template == nil || AttachmentKind(vm, name) != kind {
		return nil
	}
	return deviceIn(&vm.Spec.Template.Spec, kind, name)
}

// HasTemplateDevice tells whether a machine has a device of a kind and name, whosever it
// is.
func HasTemplateDevice(vm *kubevirtv1.VirtualMachine, kind, name string) bool {
	return vm.Spec.Template != nil && deviceIn(&vm.Spec.Template.Spec, kind, name) != nil
}

// deviceIn reads a device from the spec of a machine or of an instance.
func deviceIn(spec *kubevirtv1.VirtualMachineInstanceSpec, kind, name string) *AttachedDevice {
	volume := find(spec.Volumes, name, volumeName)
	if volume == nil {
		return nil
	}
	d := &AttachedDevice{Kind: kind, Volume: *volume}
	if kind == AttachedFilesystem {
		d.Filesystem = find(spec.Domain.Devices.Filesystems, name, filesystemName)
	} else {
		d.Disk = find(spec.Domain.Devices.Disks, name, diskName)
	}
	if d.Disk == nil && d.Filesystem == nil {
		return nil
	}
	return d
}

// OwnerOf says in words who owns what a machine has under the name of a volume, disk
// or filesystem: another attachment, the server itself, or nobody that can be told
// from it. It is "" when the name is free.
func OwnerOf(vm *kubevirtv1.VirtualMachine, name string) string {
	if vm.Spec.Template == nil {
		return ""
	}
	spec, l := &vm.Spec.Template.Spec, LayoutOf(vm, "")
	if find(spec.Volumes, name, volumeName) == nil && find(spec.Domain.Devices.Disks, name, diskName) == nil && find(spec.Domain.Devices.Filesystems, name, filesystemName) == nil {
		return ""
	}
	switch kind := AttachmentKind(vm, name); {
	case kind != "":
		return "another attachment (virtualserver_" + kind + "_attachment)"
	case name == l.RootVolume:
		return "the server itself: it is its root disk"
	case name == l.CloudInitVolume:
		return "the server itself: it holds its cloud-init data"
	case name == l.SysprepVolume:
		return "the server itself: it holds its sysprep data"
	}
	return "the server itself (storage.additional_disks or storage.filesystems), or to somebody who added it by hand"
}

// Same tells whether two devices are one: what the cluster fills in is in both.
func (d AttachedDevice) Same(other AttachedDevice) bool { return equality.Semantic.DeepEqual(d, other) }

func volumeName(v *kubevirtv1.Volume) string         { return v.Name }
func diskName(d *kubevirtv1.Disk) string             { return d.Name }
func filesystemName(f *kubevirtv1.Filesystem) string { return f.Name }

// find returns a copy of the element of a list that has the name; nil when none has.
func find[E any](list []E, name string, nameOf func(*E) string) *E {
	for i := range list {
		if nameOf(&list[i]) == name {
			e := list[i]
			return &e
		}
	}
	return nil
}

// set puts an element into a list, in the place of one that has its name.
func set[E any](list *[]E, element E, nameOf func(*E) string) {
	for i := range *list {
		if nameOf(&(*list)[i]) == nameOf(&element) {
			(*list)[i] = element
			return
		}
	}
	*list = append(*list, element)
}

// AttachmentAttribute returns the attribute of an attachment that renders a field of
// the machine, as an API error names it; the empty path when none does. Devices of
// attachments have the attributes of the server's own.
func AttachmentAttribute(vm *kubevirtv1.VirtualMachine, name, field string) path.Path {
	if vm == nil || vm.Spec.Template == nil {
		return path.Empty()
	}
	at, ok := AttributeOf(vm, LayoutOf(vm, ""), field)
	steps := at.Steps() // storage, its map, the device, ...
	if !ok || len(steps) < deviceSteps || !steps[deviceSteps-1].Equal(path.PathStepElementKeyString(name)) {
		return path.Empty()
	}
	if len(steps) == deviceSteps {
		return path.Root("name")
	}
	out := path.Empty()
	for _, step := range steps[deviceSteps:] {
		if attribute, ok := step.(path.PathStepAttributeName); ok {
			out = out.AtName(string(attribute))
		}
	}
	return out
}

// deviceSteps are those to a device of a server: storage.additional_disks["data"].
const deviceSteps = 3

package convert

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// apply renders the additional disks by boot order and key. The order counts
// at creation only: an update never moves an existing disk.
func (s *Storage) apply(vm *kubevirtv1.VirtualMachine, l Layout) {
	if s == nil {
		return
	}
	spec := &vm.Spec.Template.Spec
	for _, name := range bootSequence(s.AdditionalDisks) {
		d := s.AdditionalDisks[name]
		spec.Domain.Devices.Disks = append(spec.Domain.Devices.Disks, diskDevice(name, d.Bus, d.Serial, d.BootOrder, d.ReadOnly, l))
		spec.Volumes = append(spec.Volumes, kubevirtv1.Volume{Name: name, VolumeSource: d.volumeSource()})
		if d.DataVolume != nil && slices.Contains(l.Templates, d.DataVolume.Name.ValueString()) {
			// Removing the disk removes its template too: KubeVirt refuses one
			// that no volume refers to.
			vm.Spec.DataVolumeTemplates = append(vm.Spec.DataVolumeTemplates, kubevirtv1.DataVolumeTemplateSpec{ObjectMeta: metav1.ObjectMeta{Name: d.DataVolume.Name.ValueString()}})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Filesystems)) {
		f := s.Filesystems[name]
		spec.Domain.Devices.Filesystems = append(spec.Domain.Devices.Filesystems, kubevirtv1.Filesystem{Name: name, Virtiofs: &kubevirtv1.FilesystemVirtiofs{}})
		spec.Volumes = append(spec.Volumes, kubevirtv1.Volume{Name: name, VolumeSource: f.asDisk().volumeSource()})
	}
}

func bootSequence(disks map[string]Disk) []string {
	const last = math.MaxInt64
	order := func(name string) int64 {
		if n := disks[name].BootOrder.ValueInt64(); n > 0 {
			return n
		}
		return last
	}
	names := slices.Sorted(maps.Keys(disks))
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(order(a), order(b)) })
	return names
}

func diskDevice(name string, bus, serial types.String, bootOrder types.Int64, readOnly types.Bool, l Layout) kubevirtv1.Disk {
	target := kubevirtv1.DiskTarget{Bus: DefaultBus, ReadOnly: readOnly.ValueBool()}
	if b := bus.ValueString(); b != "" || slices.Contains(l.WithoutBus, name) {
		target.Bus = kubevirtv1.DiskBus(b)
	}
	d := kubevirtv1.Disk{Name: name, Serial: serial.ValueString(), DiskDevice: kubevirtv1.DiskDevice{Disk: &target}}
	if n := bootOrder.ValueInt64(); n > 0 {
		order := uint(n)
		d.BootOrder = &order
	}
	return d
}

// diskDeviceFrom reads the device side of a disk.
func diskDeviceFrom(r reader, vm *kubevirtv1.VirtualMachine, name string, was Disk) (bus, serial types.String, bootOrder types.Int64, readOnly types.Bool) {
	live := diskByName(vm, name)
	if live == nil {
		live = &kubevirtv1.Disk{}
	}
	target := live.Disk
	if target == nil {
		target = &kubevirtv1.DiskTarget{}
	}
	return r.textDefault(was.Bus, string(target.Bus), DefaultBus),
		r.text(was.Serial, live.Serial),
		r.number(was.BootOrder, int64(deref(live.BootOrder))), //nolint:gosec // a small ordinal
		r.flag(was.ReadOnly, target.ReadOnly)
}

func diskByName(vm *kubevirtv1.VirtualMachine, name string) *kubevirtv1.Disk {
	disks := vm.Spec.Template.Spec.Domain.Devices.Disks
	if i := slices.IndexFunc(disks, func(d kubevirtv1.Disk) bool { return d.Name == name }); i >= 0 {
		return &disks[i]
	}
	return nil
}

func (d Disk) volumeSource() kubevirtv1.VolumeSource {
	switch {
	case d.PersistentVolumeClaim != nil:
		return kubevirtv1.VolumeSource{PersistentVolumeClaim: claimSource(d.PersistentVolumeClaim.ClaimName.ValueString())}
	case d.DataVolume != nil:
		return kubevirtv1.VolumeSource{DataVolume: &kubevirtv1.DataVolumeSource{Name: d.DataVolume.Name.ValueString()}}
	case d.Ephemeral != nil && d.Ephemeral.PersistentVolumeClaim != nil:
		return kubevirtv1.VolumeSource{Ephemeral: ephemeralSource(d.Ephemeral.PersistentVolumeClaim.ClaimName.ValueString())}
	case d.ConfigMap != nil:
		return kubevirtv1.VolumeSource{ConfigMap: &kubevirtv1.ConfigMapVolumeSource{
			LocalObjectReference: corev1.LocalObjectReference{Name: d.ConfigMap.Name.ValueString()},
			Optional:             d.ConfigMap.Optional.ValueBoolPointer(),
		}}
	case d.Secret != nil:
		return kubevirtv1.VolumeSource{Secret: &kubevirtv1.SecretVolumeSource{
			SecretName: d.Secret.SecretName.ValueString(),
			Optional:   d.Secret.Optional.ValueBoolPointer(),
		}}
	case d.ServiceAccount != nil:
		return kubevirtv1.VolumeSource{ServiceAccount: &kubevirtv1.ServiceAccountVolumeSource{
			ServiceAccountName: d.ServiceAccount.ServiceAccountName.ValueString(),
		}}
	case d.ContainerDisk != nil:
		source := d.ContainerDisk.volumeSource()
		return kubevirtv1.VolumeSource{ContainerDisk: &source}
	case d.EmptyDisk != nil:
		return kubevirtv1.VolumeSource{EmptyDisk: &kubevirtv1.EmptyDiskSource{Capacity: amountOf(d.EmptyDisk.Capacity)}}
	}
	return kubevirtv1.VolumeSource{}
}

// disksFrom reads the disks named in prior; at import, every disk that no
// attachment owns and that an additional disk can express.
func disksFrom(r reader, vm *kubevirtv1.VirtualMachine, l Layout, prior map[string]Disk) map[string]Disk {
	if prior == nil && !r.importing {
		return nil
	}
	out := map[string]Disk{}
	for name, v := range volumesByName(vm) {
		was, known := prior[name]
		if d := diskByName(vm, name); d == nil || !known && (!r.importing || d.Disk == nil) {
			continue
		}
		if !known && (name == l.RootVolume || isCloudInit(v) || IsAttachment(vm, name)) {
			continue
		}
		d, ok := volumeFrom(r, v, was)
		if !ok && !known {
			continue
		}
		d.Bus, d.Serial, d.BootOrder, d.ReadOnly = diskDeviceFrom(r, vm, name, was)
		out[name] = d
	}
	if len(out) == 0 && prior == nil {
		return nil
	}
	return out
}

func filesystemsFrom(r reader, vm *kubevirtv1.VirtualMachine, prior map[string]Filesystem) map[string]Filesystem {
	if prior == nil && !r.importing {
		return nil
	}
	out := map[string]Filesystem{}
	volumes := volumesByName(vm)
	for _, fs := range vm.Spec.Template.Spec.Domain.Devices.Filesystems {
		was, known := prior[fs.Name]
		v := volumes[fs.Name]
		if v == nil || !known && (!r.importing || IsAttachment(vm, fs.Name)) {
			continue
		}
		if d, ok := volumeFrom(r, v, was.asDisk()); ok || known {
			out[fs.Name] = Filesystem{PersistentVolumeClaim: d.PersistentVolumeClaim, Ephemeral: d.Ephemeral, ConfigMap: d.ConfigMap, Secret: d.Secret, ServiceAccount: d.ServiceAccount}
		}
	}
	if len(out) == 0 && prior == nil {
		return nil
	}
	return out
}

func (f Filesystem) asDisk() Disk {
	return Disk{PersistentVolumeClaim: f.PersistentVolumeClaim, Ephemeral: f.Ephemeral, ConfigMap: f.ConfigMap, Secret: f.Secret, ServiceAccount: f.ServiceAccount}
}

// volumeFrom reads what a volume is made of; ok is false for kinds that have
// no attribute.
func volumeFrom(r reader, v *kubevirtv1.Volume, prior Disk) (d Disk, ok bool) {
	switch {
	case v.PersistentVolumeClaim != nil:
		d.PersistentVolumeClaim = claimRefFrom(r, v.PersistentVolumeClaim.ClaimName, prior.PersistentVolumeClaim)
	case v.DataVolume != nil:
		was, r := kindBefore(r, prior.DataVolume)
		d.DataVolume = &NameRef{Name: r.text(was.Name, v.DataVolume.Name)}
	case v.Ephemeral != nil && v.Ephemeral.PersistentVolumeClaim != nil:
		was, r := kindBefore(r, prior.Ephemeral)
		d.Ephemeral = &EphemeralRef{PersistentVolumeClaim: claimRefFrom(r, v.Ephemeral.PersistentVolumeClaim.ClaimName, was.PersistentVolumeClaim)}
	case v.ConfigMap != nil:
		was, r := kindBefore(r, prior.ConfigMap)
		d.ConfigMap = &ConfigMapRef{Name: r.text(was.Name, v.ConfigMap.Name), Optional: r.flag(was.Optional, deref(v.ConfigMap.Optional))}
	case v.Secret != nil:
		was, r := kindBefore(r, prior.Secret)
		d.Secret = &SecretRef{SecretName: r.text(was.SecretName, v.Secret.SecretName), Optional: r.flag(was.Optional, deref(v.Secret.Optional))}
	case v.ServiceAccount != nil:
		was, r := kindBefore(r, prior.ServiceAccount)
		d.ServiceAccount = &ServiceAccountRef{ServiceAccountName: r.text(was.ServiceAccountName, v.ServiceAccount.ServiceAccountName)}
	case v.ContainerDisk != nil:
		d.ContainerDisk = containerDiskFrom(r, v.ContainerDisk, prior.ContainerDisk)
	case v.EmptyDisk != nil:
		was, r := kindBefore(r, prior.EmptyDisk)
		d.EmptyDisk = &EmptyDisk{Capacity: r.amount(was.Capacity, &v.EmptyDisk.Capacity)}
	default:
		return d, false
	}
	return d, true
}

func claimRefFrom(r reader, live string, prior *ClaimRef) *ClaimRef {
	was, r := kindBefore(r, prior)
	return &ClaimRef{ClaimName: r.text(was.ClaimName, live)}
}

package convert

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// bind binds what a storage says of the machine itself.
func (s *Storage) bind(b binder, spec *kubevirtv1.VirtualMachineSpec) {
	bindTextPointer(b, &s.UpdateVolumesStrategy, &spec.UpdateVolumesStrategy)
}

// apply renders the additional disks by boot order and key. The order counts
// at creation only: an update never moves an existing disk.
func (s *Storage) apply(vm *kubevirtv1.VirtualMachine, l Layout) {
	if s == nil {
		return
	}
	s.bind(writer, &vm.Spec)
	spec := &vm.Spec.Template.Spec
	for _, name := range bootSequence(s.AdditionalDisks, func(d Disk) types.Int64 { return d.BootOrder }) {
		d := s.AdditionalDisks[name]
		device := kubevirtv1.Disk{Name: name}
		d.bindDevice(writer, &device, l)
		spec.Domain.Devices.Disks = append(spec.Domain.Devices.Disks, device)
		if d.hasSource() { // an empty CD-ROM drive has none
			volume := kubevirtv1.Volume{Name: name}
			d.bindVolume(writer, &volume.VolumeSource)
			spec.Volumes = append(spec.Volumes, volume)
		}
		if d.DataVolume != nil && slices.Contains(l.Templates, d.DataVolume.Name.ValueString()) {
			// Removing the disk removes its template too: KubeVirt refuses one
			// that no volume refers to.
			vm.Spec.DataVolumeTemplates = append(vm.Spec.DataVolumeTemplates, kubevirtv1.DataVolumeTemplateSpec{ObjectMeta: metav1.ObjectMeta{Name: d.DataVolume.Name.ValueString()}})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Filesystems)) {
		volume, d := kubevirtv1.Volume{Name: name}, s.Filesystems[name].asDisk()
		d.bindVolume(writer, &volume.VolumeSource)
		spec.Domain.Devices.Filesystems = append(spec.Domain.Devices.Filesystems, kubevirtv1.Filesystem{Name: name, Virtiofs: &kubevirtv1.FilesystemVirtiofs{}})
		spec.Volumes = append(spec.Volumes, volume)
	}
}

// bootSequence is the order of new devices: by boot order and key.
func bootSequence[M any](devices map[string]M, orderOf func(device M) types.Int64) []string {
	order := func(name string) int64 {
		if n := orderOf(devices[name]).ValueInt64(); n > 0 {
			return n
		}
		return math.MaxInt64
	}
	names := slices.Sorted(maps.Keys(devices))
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(order(a), order(b)) })
	return names
}

func diskByName(vm *kubevirtv1.VirtualMachine, name string) *kubevirtv1.Disk {
	disks := vm.Spec.Template.Spec.Domain.Devices.Disks
	if i := slices.IndexFunc(disks, func(d kubevirtv1.Disk) bool { return d.Name == name }); i >= 0 {
		return &disks[i]
	}
	return nil
}

// disksFrom reads the disks named in prior; at import, every disk that an additional
// disk can express. What an attachment owns is in neither.
func disksFrom(r reader, vm *kubevirtv1.VirtualMachine, l Layout, prior map[string]Disk) map[string]Disk {
	if prior == nil && !r.importing {
		return nil
	}
	out := map[string]Disk{}
	volumes := volumesByName(vm)
	for _, live := range vm.Spec.Template.Spec.Domain.Devices.Disks {
		d, known := prior[live.Name]
		v := volumes[live.Name]
		if IsAttachment(vm, live.Name) || !known && (!r.importing || live.Name == l.RootVolume || v != nil && isCloudInit(v)) {
			continue
		}
		if live.CDRom == nil && (v == nil || !known && live.Disk == nil && live.LUN == nil) {
			continue // only a CD-ROM drive can be empty
		}
		source := kubevirtv1.VolumeSource{}
		if v != nil {
			source = v.VolumeSource
		}
		d.bindVolume(binder{reader: r}, &source)
		if v != nil && !known && !d.hasSource() {
			continue // of a kind that no attribute says
		}
		d.bindDevice(binder{reader: r}, &live, l)
		out[live.Name] = d
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
		if v == nil || IsAttachment(vm, fs.Name) || !known && !r.importing {
			continue
		}
		d, source := was.asDisk(), v.VolumeSource
		d.bindVolume(binder{reader: r}, &source)
		if f := d.asFilesystem(); f != (Filesystem{}) || known {
			out[fs.Name] = f
		}
	}
	if len(out) == 0 && prior == nil {
		return nil
	}
	return out
}

func (f Filesystem) asDisk() Disk {
	return Disk{PersistentVolumeClaim: f.PersistentVolumeClaim, Ephemeral: f.Ephemeral, ConfigMap: f.ConfigMap, Secret: f.Secret, ServiceAccount: f.ServiceAccount, DownwardAPI: f.DownwardAPI}
}

func (d Disk) asFilesystem() Filesystem {
	return Filesystem{PersistentVolumeClaim: d.PersistentVolumeClaim, Ephemeral: d.Ephemeral, ConfigMap: d.ConfigMap, Secret: d.Secret, ServiceAccount: d.ServiceAccount, DownwardAPI: d.DownwardAPI}
}

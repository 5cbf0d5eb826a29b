package convert

import (
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// Layout says how a server's parts are named and spelled in one
// VirtualMachine: what its model alone does not tell. Create chooses it
// (NewLayout); from then on it is read from the object (LayoutOf), so that
// imported and restored machines keep their own names.
type Layout struct {
	VMName          string
	FullName        string // the server's name, when VMName is shortened
	RootVolume      string // volume and disk name of the root disk
	RootClaim       string // DataVolume or claim behind it; "" for container disks
	RootLUN         bool   // the root disk of others' machines may be a LUN
	CloudInitVolume string // volume and disk name of cloud-init
	CloudInitSecret string // our Secret, see OwnSecret
	CloudInitDevice kubevirtv1.DiskDevice
	UserData        CloudInitData // where the object has them
	NetworkData     CloudInitData
	SysprepVolume   string // volume and disk name of sysprep
	SysprepDevice   kubevirtv1.DiskDevice
	PodNetwork      string // interface on the pod network; "" when there is none
	PodImplied      bool   // the machine names no network, so that KubeVirt attaches the pod network
	PodExcluded     bool   // other networks keep KubeVirt from attaching it
	GPUs            []kubevirtv1.GPU
	Templates       []string           // DataVolumes that the machine's templates make
	WithoutBus      []string           // disks that name no bus, so that KubeVirt chooses
	DiskBus         kubevirtv1.DiskBus // of disks whose attributes name none; "" is DefaultBus
	LegacyRunning   bool               // the object uses `running` in place of `runStrategy`
}

// NewLayout is the layout of a server that this provider creates.
func NewLayout(m Server, rootClaim string) Layout {
	l := newLayout(m.Name.ValueString(), rootClaim)
	if volume := m.RootVolume(); volume != "" {
		l.RootVolume = volume
	}
	return l
}

func newLayout(name, rootClaim string) Layout {
	vm := VMName(name)
	l := Layout{
		VMName:          vm,
		RootVolume:      RootDisk,
		RootClaim:       rootClaim,
		CloudInitVolume: CloudInitDisk,
		CloudInitSecret: CloudInitSecretName(vm),
		CloudInitDevice: kubevirtv1.DiskDevice{Disk: &kubevirtv1.DiskTarget{Bus: DefaultBus}},
		SysprepVolume:   SysprepDisk,
		SysprepDevice:   kubevirtv1.DiskDevice{CDRom: &kubevirtv1.CDRomTarget{Bus: kubevirtv1.DiskBusSATA}},
		PodNetwork:      PodNetwork,
	}
	if vm != name {
		l.FullName = name
	}
	return l
}

// LayoutOf reads the layout of vm. rootVolume is the root disk's volume name
// where it is known from state, else "".
func LayoutOf(vm *kubevirtv1.VirtualMachine, rootVolume string) Layout {
	l := newLayout(vm.Name, "")
	l.VMName, l.CloudInitSecret = vm.Name, CloudInitSecretName(vm.Name) // others' names may be longer than ours
	l.FullName = vm.Annotations[AnnotationName]
	l.LegacyRunning = vm.Spec.Running != nil
	if rootVolume == "" {
		rootVolume = findRoot(vm)
	}
	l.RootVolume = rootVolume
	l.PodNetwork = podNetwork(vm)
	l.PodImplied, l.PodExcluded = podAttachment(vm, l.PodNetwork)
	for _, t := range vm.Spec.DataVolumeTemplates {
		l.Templates = append(l.Templates, t.Name)
	}
	if vm.Spec.Template == nil {
		return l
	}
	l.GPUs = vm.Spec.Template.Spec.Domain.Devices.GPUs
	for _, d := range vm.Spec.Template.Spec.Domain.Devices.Disks {
		if saysNoBus(d) {
			l.WithoutBus = append(l.WithoutBus, d.Name)
		}
		if d.Name == l.RootVolume {
			l.RootLUN = d.LUN != nil
		}
	}
	for i := range vm.Spec.Template.Spec.Volumes {
		v := &vm.Spec.Template.Spec.Volumes[i]
		if v.Name == l.RootVolume {
			l.RootClaim = claimOf(v)
		}
	}
	if v := cloudInitVolume(vm.Spec.Template.Spec.Volumes); v != nil {
		source, _ := cloudInitOf(v)
		l.CloudInitVolume, l.UserData, l.NetworkData = v.Name, source.user, source.network
		if d := diskByName(vm, v.Name); d != nil {
			l.CloudInitDevice = d.DiskDevice
		}
	}
	if v := sysprepVolume(vm.Spec.Template.Spec.Volumes); v != nil {
		l.SysprepVolume = v.Name
		if d := diskByName(vm, v.Name); d != nil {
			l.SysprepDevice = d.DiskDevice
		}
	}
	return l
}

// findRoot names the root disk of an imported machine: the disk of our own
// name, which no additional disk can have, whatever boots before it; else the
// lowest boot order among disks that are neither cdrom nor cloud-init, else the
// first such.
func findRoot(vm *kubevirtv1.VirtualMachine) string {
	if vm.Spec.Template == nil {
		return ""
	}
	volumes := volumesByName(vm)
	first, best, order := "", "", uint(0)
	for _, d := range vm.Spec.Template.Spec.Domain.Devices.Disks {
		v := volumes[d.Name]
		if v == nil || d.CDRom != nil || claimOf(v) == "" && v.ContainerDisk == nil || IsAttachment(vm, d.Name) {
			continue // also cloud-init, ConfigMaps and what else holds no system
		}
		if d.Name == RootDisk {
			return RootDisk
		}
		if first == "" {
			first = d.Name
		}
		if d.BootOrder != nil && (best == "" || *d.BootOrder < order) {
			best, order = d.Name, *d.BootOrder
		}
	}
	if best != "" {
		return best
	}
	return first
}

func podNetwork(vm *kubevirtv1.VirtualMachine) string {
	if vm.Spec.Template == nil {
		return ""
	}
	for _, n := range vm.Spec.Template.Spec.Networks {
		if n.Pod != nil {
			return n.Name
		}
	}
	return ""
}

// podAttachment tells what becomes of the pod network where none is named.
func podAttachment(vm *kubevirtv1.VirtualMachine, named string) (implied, excluded bool) {
	if vm.Spec.Template == nil || named != "" {
		return false, false
	}
	spec := &vm.Spec.Template.Spec
	if attach := spec.Domain.Devices.AutoattachPodInterface; attach != nil && !*attach {
		return false, false
	}
	none := len(spec.Networks) == 0 && len(spec.Domain.Devices.Interfaces) == 0
	return none, !none
}

func volumesByName(vm *kubevirtv1.VirtualMachine) map[string]*kubevirtv1.Volume {
	out := map[string]*kubevirtv1.Volume{}
	for i := range vm.Spec.Template.Spec.Volumes {
		v := &vm.Spec.Template.Spec.Volumes[i]
		out[v.Name] = v
	}
	return out
}

// IsAttachment tells whether an attachment resource owns the volume.
func IsAttachment(vm *kubevirtv1.VirtualMachine, volume string) bool {
	return AttachmentKind(vm, volume) != ""
}

func claimOf(v *kubevirtv1.Volume) string {
	switch {
	case v.DataVolume != nil:
		return v.DataVolume.Name
	case v.PersistentVolumeClaim != nil:
		return v.PersistentVolumeClaim.ClaimName
	case v.Ephemeral != nil && v.Ephemeral.PersistentVolumeClaim != nil:
		return v.Ephemeral.PersistentVolumeClaim.ClaimName
	}
	return ""
}

// ClaimsOf names the DataVolumes and claims of the machine's volumes.
func ClaimsOf(vm *kubevirtv1.VirtualMachine) []string {
	if vm.Spec.Template == nil {
		return nil
	}
	var out []string
	for i := range vm.Spec.Template.Spec.Volumes {
		if claim := claimOf(&vm.Spec.Template.Spec.Volumes[i]); claim != "" {
			out = append(out, claim)
		}
	}
	return out
}

// HasEphemeralRoot tells whether the root disk is only read.
func HasEphemeralRoot(vm *kubevirtv1.VirtualMachine, l Layout) bool {
	if vm.Spec.Template == nil {
		return false
	}
	v := volumesByName(vm)[l.RootVolume]
	return v != nil && v.Ephemeral != nil
}

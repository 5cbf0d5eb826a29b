package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
)

// Kinds of an existing claim used as root disk.
const (
	KindClaim      = "PersistentVolumeClaim"
	KindDataVolume = "DataVolume"
)

// DefaultBus is the bus of disks that name none.
const DefaultBus = "virtio"

// Imported tells whether the root disk's content is imported by a DataVolume
// of the server's own, which is deleted with it.
func (root *Root) Imported() bool {
	return root != nil && root.Source != nil && root.Source.Claim == nil && root.Source.ContainerDisk == nil
}

// OwnsRootDisk tells whether the root disk goes with the server. A source that
// no attribute can say, as of some imported machines, counts as imported.
func (m Server) OwnsRootDisk() bool {
	if m.RootClaim.ValueString() == "" || m.Storage == nil || m.Storage.Root == nil {
		return false
	}
	return m.Storage.Root.Source == nil || m.Storage.Root.Imported()
}

func (root *Root) apply(vm *kubevirtv1.VirtualMachine, namespace string, l Layout) {
	if root == nil {
		return
	}
	spec := &vm.Spec.Template.Spec
	spec.Domain.Devices.Disks = append(spec.Domain.Devices.Disks, diskDevice(l.RootVolume, root.Bus, root.Serial, root.BootOrder, types.BoolNull(), l))
	spec.Volumes = append(spec.Volumes, kubevirtv1.Volume{Name: l.RootVolume, VolumeSource: root.volumeSource(l)})
	if root.Imported() && !root.Ephemeral.ValueBool() {
		vm.Spec.DataVolumeTemplates = append(vm.Spec.DataVolumeTemplates, kubevirtv1.DataVolumeTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Name: l.RootClaim},
			Spec:       root.dataVolumeSpec(namespace),
		})
	}
}

func (root *Root) volumeSource(l Layout) kubevirtv1.VolumeSource {
	if root.Source != nil && root.Source.ContainerDisk != nil {
		source := root.Source.ContainerDisk.volumeSource()
		return kubevirtv1.VolumeSource{ContainerDisk: &source}
	}
	claim, kind := l.RootClaim, KindDataVolume
	if root.Source != nil && root.Source.Claim != nil {
		claim, kind = root.Source.Claim.Name.ValueString(), root.Source.Claim.Kind.ValueString()
	}
	switch {
	case root.Ephemeral.ValueBool():
		return kubevirtv1.VolumeSource{Ephemeral: ephemeralSource(claim)}
	case kind == KindDataVolume:
		return kubevirtv1.VolumeSource{DataVolume: &kubevirtv1.DataVolumeSource{Name: claim}}
	}
	return kubevirtv1.VolumeSource{PersistentVolumeClaim: claimSource(claim)}
}

func (root *Root) dataVolumeSpec(namespace string) cdiv1.DataVolumeSpec {
	spec := cdiv1.DataVolumeSpec{Source: root.Source.dataVolumeSource(namespace)}
	if c := root.PVC; c != nil {
		spec.PVC = &corev1.PersistentVolumeClaimSpec{
			AccessModes:      c.accessModes(),
			Resources:        c.requests(),
			StorageClassName: optional(c.StorageClassName),
			VolumeMode:       (*corev1.PersistentVolumeMode)(optional(c.VolumeMode)),
		}
	}
	if c := root.Storage; c != nil {
		spec.Storage = &cdiv1.StorageSpec{
			AccessModes:      c.accessModes(),
			Resources:        c.requests(),
			StorageClassName: optional(c.StorageClassName),
			VolumeMode:       (*corev1.PersistentVolumeMode)(optional(c.VolumeMode)),
		}
	}
	return spec
}

// ToRootDataVolume renders the DataVolume of an ephemeral root disk. It
// stands on its own: KubeVirt does not wait for an import behind an ephemeral
// volume, and a dataVolumeTemplate must be referenced by another kind.
func ToRootDataVolume(m Server, l Layout) *cdiv1.DataVolume {
	if m.Storage == nil || !m.Storage.Root.Imported() || !m.Storage.Root.Ephemeral.ValueBool() {
		return nil
	}
	return &cdiv1.DataVolume{
		TypeMeta: metav1.TypeMeta{APIVersion: cdiv1.SchemeGroupVersion.String(), Kind: KindDataVolume},
		ObjectMeta: metav1.ObjectMeta{
			Name:      l.RootClaim,
			Namespace: m.Namespace.ValueString(),
			// Nobody mounts the claim before the import is awaited: bind at once.
			Annotations: map[string]string{"cdi.kubevirt.io/storage.bind.immediate.requested": "true"},
		},
		Spec: m.Storage.Root.dataVolumeSpec(m.Namespace.ValueString()),
	}
}

// rootFrom reads the root disk. own is the DataVolume of an ephemeral root,
// nil when there is none or it was not looked up.
func rootFrom(r reader, vm *kubevirtv1.VirtualMachine, l Layout, own *cdiv1.DataVolume, prior *Root) *Root {
	was, ok := section(r, prior)
	live := volumesByName(vm)[l.RootVolume]
	if !ok || live == nil || l.RootVolume == "" {
		return nil
	}
	out := Root{
		Name:      r.textDefault(was.Name, l.RootVolume, RootDisk),
		Ephemeral: r.flag(was.Ephemeral, live.Ephemeral != nil),
		PVC:       was.PVC,
		Storage:   was.Storage,
		Source:    was.Source,
	}
	out.Bus, out.Serial, out.BootOrder, _ = diskDeviceFrom(r, vm, l.RootVolume, Disk{Bus: was.Bus, Serial: was.Serial, BootOrder: was.BootOrder})

	template := dataVolumeSpecOf(vm, l.RootClaim, own)
	switch {
	case live.ContainerDisk != nil:
		var before *ContainerDisk
		if was.Source != nil {
			before = was.Source.ContainerDisk
		}
		out.PVC, out.Storage = nil, nil
		out.Source = &Source{ContainerDisk: containerDiskFrom(r, live.ContainerDisk, before)}
	case template != nil:
		out.PVC, out.Storage = nil, nil
		if template.PVC != nil {
			out.PVC = claimFrom(r, was.PVC, template.PVC.Resources.Requests, template.PVC.StorageClassName, template.PVC.AccessModes, template.PVC.VolumeMode)
		}
		if template.Storage != nil {
			out.Storage = claimFrom(r, was.Storage, template.Storage.Resources.Requests, template.Storage.StorageClassName, template.Storage.AccessModes, template.Storage.VolumeMode)
		}
		out.Source = sourceFromDataVolume(r, template.Source, vm.Namespace, was.Source)
	case l.RootClaim != "" && (r.importing || was.Source != nil && was.Source.Claim != nil):
		var before *ClaimSource
		if was.Source != nil {
			before = was.Source.Claim
		}
		kind := ""
		if live.DataVolume != nil {
			kind = KindDataVolume
		}
		c, r := kindBefore(r, before)
		if live.Ephemeral != nil {
			kind = c.Kind.ValueString() // such a volume names the claim alone
		}
		out.Source = &Source{Claim: &ClaimSource{Name: r.text(c.Name, l.RootClaim), Kind: r.textDefault(c.Kind, kind, KindClaim)}}
	}
	return &out
}

// dataVolumeSpecOf finds the spec of the root's DataVolume.
func dataVolumeSpecOf(vm *kubevirtv1.VirtualMachine, claim string, own *cdiv1.DataVolume) *cdiv1.DataVolumeSpec {
	if claim == "" {
		return nil
	}
	for i := range vm.Spec.DataVolumeTemplates {
		if t := &vm.Spec.DataVolumeTemplates[i]; t.Name == claim {
			return &t.Spec
		}
	}
	if own != nil && own.Name == claim {
		return &own.Spec
	}
	return nil
}

func claimFrom(r reader, prior *Claim, requests corev1.ResourceList, class *string, modes []corev1.PersistentVolumeAccessMode, mode *corev1.PersistentVolumeMode) *Claim {
	was, r := kindBefore(r, prior)
	names := make([]string, 0, len(modes))
	for _, m := range modes {
		names = append(names, string(m))
	}
	out := Claim{
		Size:             r.amount(was.Size, nil),
		StorageClassName: r.text(was.StorageClassName, deref(class)),
		AccessModes:      r.texts(was.AccessModes, names),
		VolumeMode:       r.text(was.VolumeMode, string(deref(mode))),
	}
	if size, ok := requests[corev1.ResourceStorage]; ok {
		out.Size = r.amount(was.Size, &size)
	}
	return &out
}

func (c *Claim) accessModes() []corev1.PersistentVolumeAccessMode {
	var out []corev1.PersistentVolumeAccessMode
	for _, m := range Strings(c.AccessModes) {
		out = append(out, corev1.PersistentVolumeAccessMode(m))
	}
	return out
}

func (c *Claim) requests() corev1.VolumeResourceRequirements {
	if !c.Size.IsSet() {
		return corev1.VolumeResourceRequirements{}
	}
	return corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: amountOf(c.Size)}}
}

func claimSource(name string) *kubevirtv1.PersistentVolumeClaimVolumeSource {
	return &kubevirtv1.PersistentVolumeClaimVolumeSource{
		PersistentVolumeClaimVolumeSource: corev1.PersistentVolumeClaimVolumeSource{ClaimName: name},
	}
}

func ephemeralSource(claim string) *kubevirtv1.EphemeralVolumeSource {
	return &kubevirtv1.EphemeralVolumeSource{
		PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claim},
	}
}

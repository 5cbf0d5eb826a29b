package convert

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
)

// Kinds of an existing claim used as root disk.
const (
	KindClaim      = "PersistentVolumeClaim"
	KindDataVolume = "DataVolume"
)

// Buses of disks that name none.
const (
	DefaultBus      = kubevirtv1.DiskBusVirtio
	DefaultCDROMBus = kubevirtv1.DiskBusSATA // the one that every guest has a driver for
	DefaultLUNBus   = kubevirtv1.DiskBusSCSI // the one that passes SCSI commands on
)

// What becomes of the root disk when its server is destroyed.
const (
	OnDestroyDelete = "delete"
	OnDestroyRetain = "retain"
)

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
	device := kubevirtv1.Disk{Name: l.RootVolume}
	root.bindDevice(writer, &device, l)
	spec.Domain.Devices.Disks = append(spec.Domain.Devices.Disks, device)
	spec.Volumes = append(spec.Volumes, kubevirtv1.Volume{Name: l.RootVolume, VolumeSource: root.volumeSource(l)})
	if root.Imported() && !root.Ephemeral.ValueBool() {
		vm.Spec.DataVolumeTemplates = append(vm.Spec.DataVolumeTemplates, kubevirtv1.DataVolumeTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Name: l.RootClaim},
			Spec:       root.dataVolume().spec(&root.Source.Imports, namespace),
		})
	}
}

func (root *Root) volumeSource(l Layout) kubevirtv1.VolumeSource {
	if root.Source != nil && root.Source.ContainerDisk != nil {
		var out kubevirtv1.VolumeSource
		bindKind(writer, &root.Source.ContainerDisk, &out.ContainerDisk, bindContainerDisk)
		return out
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
		Spec: m.Storage.Root.dataVolume().spec(&m.Storage.Root.Source.Imports, m.Namespace.ValueString()),
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
	out := was
	out.Name = r.textDefault(was.Name, l.RootVolume, RootDisk)
	out.Ephemeral = r.flag(was.Ephemeral, live.Ephemeral != nil)
	device := deref(diskByName(vm, l.RootVolume))
	out.bindDevice(binder{reader: r}, &device, l)

	template := dataVolumeSpecOf(vm, l.RootClaim, own)
	switch {
	case live.ContainerDisk != nil:
		out.PVC, out.Storage, out.Source = nil, nil, &Source{}
		if was.Source != nil {
			out.Source.ContainerDisk = was.Source.ContainerDisk
		}
		bindKind(binder{reader: r}, &out.Source.ContainerDisk, &live.ContainerDisk, bindContainerDisk)
	case template != nil:
		out.dataVolume().bind(binder{reader: r}, template)
		out.Source = sourceFrom(r, template, vm.Namespace, was.Source)
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

package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// bindVolume binds what the disk is made of.
func (d *Disk) bindVolume(b binder, v *kubevirtv1.VolumeSource) {
	bindKind(b, &d.PersistentVolumeClaim, &v.PersistentVolumeClaim, func(b binder, a *ClaimRef, f *kubevirtv1.PersistentVolumeClaimVolumeSource) {
		bindText(b, &a.ClaimName, &f.ClaimName)
	})
	bindKind(b, &d.DataVolume, &v.DataVolume, func(b binder, a *NameRef, f *kubevirtv1.DataVolumeSource) {
		bindText(b, &a.Name, &f.Name)
	})
	bindKind(b, &d.Ephemeral, &v.Ephemeral, func(b binder, a *EphemeralRef, f *kubevirtv1.EphemeralVolumeSource) {
		bindKind(b, &a.PersistentVolumeClaim, &f.PersistentVolumeClaim, func(b binder, a *ClaimRef, f *corev1.PersistentVolumeClaimVolumeSource) {
			bindText(b, &a.ClaimName, &f.ClaimName)
		})
	})
	bindKind(b, &d.ConfigMap, &v.ConfigMap, func(b binder, a *ConfigMapRef, f *kubevirtv1.ConfigMapVolumeSource) {
		bindText(b, &a.Name, &f.Name)
		bindOptional(b, &a.Optional, &f.Optional)
		bindText(b, &a.VolumeLabel, &f.VolumeLabel)
	})
	bindKind(b, &d.Secret, &v.Secret, func(b binder, a *SecretRef, f *kubevirtv1.SecretVolumeSource) {
		bindText(b, &a.SecretName, &f.SecretName)
		bindOptional(b, &a.Optional, &f.Optional)
		bindText(b, &a.VolumeLabel, &f.VolumeLabel)
	})
	bindKind(b, &d.ServiceAccount, &v.ServiceAccount, func(b binder, a *ServiceAccountRef, f *kubevirtv1.ServiceAccountVolumeSource) {
		bindText(b, &a.ServiceAccountName, &f.ServiceAccountName)
	})
	bindKind(b, &d.DownwardAPI, &v.DownwardAPI, bindDownwardAPI)
	bindKind(b, &d.ContainerDisk, &v.ContainerDisk, bindContainerDisk)
	bindKind(b, &d.EmptyDisk, &v.EmptyDisk, func(b binder, a *EmptyDisk, f *kubevirtv1.EmptyDiskSource) {
		bindAmount(b, &a.Capacity, &f.Capacity)
	})
	bindKind(b, &d.HostDisk, &v.HostDisk, func(b binder, a *HostDisk, f *kubevirtv1.HostDisk) {
		bindText(b, &a.Path, &f.Path)
		bindText(b, &a.Type, &f.Type)
		bindAmount(b, &a.Capacity, &f.Capacity)
		bindFlagPointer(b, &a.Shared, &f.Shared)
	})
	switch {
	case v.PersistentVolumeClaim != nil:
		bindFlag(b, &d.Hotpluggable, &v.PersistentVolumeClaim.Hotpluggable)
	case v.DataVolume != nil:
		bindFlag(b, &d.Hotpluggable, &v.DataVolume.Hotpluggable)
	case !b.writing:
		d.Hotpluggable = b.flag(d.Hotpluggable, false)
	}
}

// hasSource tells whether the disk is made of something that an attribute says.
func (d *Disk) hasSource() bool {
	return d.PersistentVolumeClaim != nil || d.DataVolume != nil || d.Ephemeral != nil || d.ConfigMap != nil || d.Secret != nil ||
		d.ServiceAccount != nil || d.DownwardAPI != nil || d.ContainerDisk != nil || d.EmptyDisk != nil || d.HostDisk != nil
}

// bindOptional binds a switch whose false is written as it is spelled.
func bindOptional(b binder, a *types.Bool, f **bool) {
	if b.writing {
		*f = a.ValueBoolPointer()
		return
	}
	bindFlagPointer(b, a, f)
}

func bindDownwardAPI(b binder, a *DownwardAPI, f *kubevirtv1.DownwardAPIVolumeSource) {
	bindList(b, &a.Fields, &f.Fields, func(b binder, a *DownwardAPIField, f *corev1.DownwardAPIVolumeFile) {
		bindText(b, &a.Path, &f.Path)
		bindNumberPointer(b, &a.Mode, &f.Mode)
		field := deref(f.FieldRef)
		if bindText(b, &a.FieldPath, &field.FieldPath); b.writing && field.FieldPath != "" {
			f.FieldRef = &field
		}
		bindSection(b, &a.ResourceFieldRef, &f.ResourceFieldRef, func(b binder, a *ResourceFieldRef, f *corev1.ResourceFieldSelector) {
			bindText(b, &a.ContainerName, &f.ContainerName)
			bindText(b, &a.Resource, &f.Resource)
			bindAmount(b, &a.Divisor, &f.Divisor)
		})
	})
	bindText(b, &a.VolumeLabel, &f.VolumeLabel)
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

package convert

import (
	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// apply renders the disk with the answer file of a Windows guest.
func (s *Sysprep) apply(spec *kubevirtv1.VirtualMachineInstanceSpec, l Layout) {
	if s.IsAbsent() {
		return
	}
	reference := func(name string) *corev1.LocalObjectReference {
		if name == "" {
			return nil
		}
		return &corev1.LocalObjectReference{Name: name}
	}
	spec.Domain.Devices.Disks = append(spec.Domain.Devices.Disks, kubevirtv1.Disk{Name: l.SysprepVolume, DiskDevice: *l.SysprepDevice.DeepCopy()})
	spec.Volumes = append(spec.Volumes, kubevirtv1.Volume{Name: l.SysprepVolume, VolumeSource: kubevirtv1.VolumeSource{Sysprep: &kubevirtv1.SysprepSource{
		ConfigMap: reference(s.ConfigMap.ValueString()),
		Secret:    reference(s.Secret.ValueString()),
	}}})
}

// IsAbsent tells whether there is no answer file.
func (s *Sysprep) IsAbsent() bool {
	return s == nil || s.ConfigMap.ValueString() == "" && s.Secret.ValueString() == ""
}

// sysprepFrom reads the disk with the answer file, whatever its name.
func sysprepFrom(r reader, vm *kubevirtv1.VirtualMachine, prior *Sysprep) *Sysprep {
	was, ok := section(r, prior)
	if !ok {
		return nil
	}
	volume := sysprepVolume(vm.Spec.Template.Spec.Volumes)
	if volume == nil {
		if was.IsAbsent() {
			return prior
		}
		return nil
	}
	live := volume.Sysprep
	configMap, secret := deref(live.ConfigMap).Name, deref(live.Secret).Name
	if configMap != "" && was.ConfigMap.ValueString() == "" || secret != "" && was.Secret.ValueString() == "" {
		r = reader{importing: true} // of the other kind: read whole
	}
	out := Sysprep{ConfigMap: r.text(was.ConfigMap, configMap), Secret: r.text(was.Secret, secret)}
	if prior == nil && out.IsAbsent() {
		return nil
	}
	return &out
}

// sysprepVolume is the first volume with an answer file, nil when there is none.
func sysprepVolume(volumes []kubevirtv1.Volume) *kubevirtv1.Volume {
	for i := range volumes {
		if volumes[i].Sysprep != nil {
			return &volumes[i]
		}
	}
	return nil
}

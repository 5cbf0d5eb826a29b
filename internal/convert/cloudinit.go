package convert

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// Kinds of cloud-init data source.
const (
	NoCloud     = "nocloud"
	ConfigDrive = "configdrive"
)

// userDataKey is the key KubeVirt reads in a secretRef.
const userDataKey = "userdata"

// HasCloudInit tells whether the server has user data. Write-only user data
// is not in the model, its version is.
func (m Server) HasCloudInit() bool {
	return m.CloudInit.ValueString() != "" || !m.CloudInitWOVersion.IsNull()
}

func (m Server) applyCloudInit(spec *kubevirtv1.VirtualMachineInstanceSpec, l Layout) {
	if !m.HasCloudInit() {
		return
	}
	v := kubevirtv1.Volume{Name: l.CloudInitVolume}
	var inline string
	var secret *corev1.LocalObjectReference
	if l.CloudInitInline {
		inline = m.CloudInit.ValueString()
	} else {
		secret = &corev1.LocalObjectReference{Name: l.CloudInitSecret}
	}
	if m.CloudInitType.ValueString() == ConfigDrive {
		v.CloudInitConfigDrive = &kubevirtv1.CloudInitConfigDriveSource{UserData: inline, UserDataSecretRef: secret}
	} else {
		v.CloudInitNoCloud = &kubevirtv1.CloudInitNoCloudSource{UserData: inline, UserDataSecretRef: secret}
	}
	spec.Domain.Devices.Disks = append(spec.Domain.Devices.Disks, kubevirtv1.Disk{
		Name:       l.CloudInitVolume,
		DiskDevice: kubevirtv1.DiskDevice{Disk: &kubevirtv1.DiskTarget{Bus: DefaultBus}},
	})
	spec.Volumes = append(spec.Volumes, v)
}

// ToSecret renders the Secret that holds userData, which has any size there:
// admission limits user data in the object itself to 2,048 bytes.
func ToSecret(m Server, l Layout, userData string) *corev1.Secret {
	if !m.HasCloudInit() || l.CloudInitInline {
		return nil
	}
	return &corev1.Secret{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{Name: l.CloudInitSecret, Namespace: m.Namespace.ValueString()},
		Data:       map[string][]byte{userDataKey: []byte(userData)},
	}
}

// cloudInitFrom reads user data: from the object itself, else from secret,
// which is nil when the server's own Secret does not exist.
func (m *Server) cloudInitFrom(r reader, vm *kubevirtv1.VirtualMachine, secret *corev1.Secret, prior *Server) {
	var live, kind string
	found := false
	for i := range vm.Spec.Template.Spec.Volumes {
		v := &vm.Spec.Template.Spec.Volumes[i]
		userData, ref, ok := cloudInitOf(v)
		if !ok {
			continue
		}
		live, kind, found = userData, NoCloud, userData != ""
		if v.CloudInitConfigDrive != nil {
			kind = ConfigDrive
		}
		if ref != "" && secret != nil && ref == secret.Name {
			live, found = string(secret.Data[userDataKey]), true
		}
	}
	m.CloudInit = r.text(prior.CloudInit, live)
	m.CloudInitType = prior.CloudInitType // without a volume nothing tells it
	if found || kind != "" && !r.importing {
		m.CloudInitType = r.textDefault(prior.CloudInitType, kind, NoCloud)
	}
	m.CloudInitWOVersion = prior.CloudInitWOVersion
	if !found {
		// Gone: the next apply writes it again.
		m.CloudInitWOVersion = r.number(prior.CloudInitWOVersion, 0)
	}
}

// cloudInitOf returns a cloud-init volume's inline user data or the Secret
// that holds it.
func cloudInitOf(v *kubevirtv1.Volume) (userData, secret string, ok bool) {
	switch {
	case v.CloudInitNoCloud != nil:
		return v.CloudInitNoCloud.UserData, deref(v.CloudInitNoCloud.UserDataSecretRef).Name, true
	case v.CloudInitConfigDrive != nil:
		return v.CloudInitConfigDrive.UserData, deref(v.CloudInitConfigDrive.UserDataSecretRef).Name, true
	}
	return "", "", false
}

func isCloudInit(v *kubevirtv1.Volume) bool {
	_, _, ok := cloudInitOf(v)
	return ok
}

package convert

import (
	"encoding/base64"

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
	var plain, encoded string
	var secret *corev1.LocalObjectReference
	switch {
	case !l.CloudInitInline:
		secret = &corev1.LocalObjectReference{Name: l.CloudInitSecret}
	case l.CloudInitBase64:
		encoded = base64.StdEncoding.EncodeToString([]byte(m.CloudInit.ValueString()))
	default:
		plain = m.CloudInit.ValueString()
	}
	if m.CloudInitType.ValueString() == ConfigDrive {
		v.CloudInitConfigDrive = &kubevirtv1.CloudInitConfigDriveSource{UserData: plain, UserDataBase64: encoded, UserDataSecretRef: secret}
	} else {
		v.CloudInitNoCloud = &kubevirtv1.CloudInitNoCloudSource{UserData: plain, UserDataBase64: encoded, UserDataSecretRef: secret}
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
		source, ok := cloudInitOf(v)
		if !ok {
			continue
		}
		live, kind, found = source.userData, NoCloud, source.userData != ""
		if v.CloudInitConfigDrive != nil {
			kind = ConfigDrive
		}
		if source.secret != "" && secret != nil && source.secret == secret.Name {
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

// cloudInitSource is where a cloud-init volume has its user data: in itself,
// plain or in base64, or in a Secret.
type cloudInitSource struct {
	userData string
	base64   bool
	secret   string
}

func cloudInitOf(v *kubevirtv1.Volume) (source cloudInitSource, ok bool) {
	var plain, encoded string
	switch {
	case v.CloudInitNoCloud != nil:
		plain, encoded = v.CloudInitNoCloud.UserData, v.CloudInitNoCloud.UserDataBase64
		source.secret = deref(v.CloudInitNoCloud.UserDataSecretRef).Name
	case v.CloudInitConfigDrive != nil:
		plain, encoded = v.CloudInitConfigDrive.UserData, v.CloudInitConfigDrive.UserDataBase64
		source.secret = deref(v.CloudInitConfigDrive.UserDataSecretRef).Name
	default:
		return source, false
	}
	source.userData = plain
	if decoded, err := base64.StdEncoding.DecodeString(encoded); plain == "" && err == nil && len(decoded) > 0 {
		source.userData, source.base64 = string(decoded), true
	}
	return source, true
}

func isCloudInit(v *kubevirtv1.Volume) bool {
	_, ok := cloudInitOf(v)
	return ok
}

package convert

import (
	"encoding/base64"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// Kinds of cloud-init data source.
const (
	NoCloud     = "nocloud"
	ConfigDrive = "configdrive"
)

// Keys that KubeVirt reads in Secrets.
const (
	UserDataKey    = "userdata"
	NetworkDataKey = "networkdata"
)

// otherKeys are those that KubeVirt reads when the first is not there.
var otherKeys = map[string]string{UserDataKey: "userData", NetworkDataKey: "networkData"}

// OwnsUserData tells whether the server has user data of its own. Write-only
// values are not in the model, their version is.
func (m Server) OwnsUserData() bool {
	return m.CloudInit.ValueString() != "" || !m.CloudInitWOVersion.IsNull() || len(m.Users) > 0
}

// OwnsNetworkData is OwnsUserData for network data.
func (m Server) OwnsNetworkData() bool {
	return m.NetworkData.ValueString() != "" || !m.NetworkDataWOVersion.IsNull()
}

// KeepsSecret tells whether the server has a cloud-init Secret of its own.
func (m Server) KeepsSecret() bool { return m.OwnsUserData() || m.OwnsNetworkData() }

// HasUserData tells whether the guest gets user data, the server's own or a user's.
func (m Server) HasUserData() bool { return m.OwnsUserData() || m.UserDataSecret() != "" }

// HasNetworkData is HasUserData for network data.
func (m Server) HasNetworkData() bool { return m.OwnsNetworkData() || m.NetworkDataSecret() != "" }

// UserDataSecret names the user's Secret with user data.
func (m Server) UserDataSecret() string { return deref(m.CloudInitSecret).Name.ValueString() }

// NetworkDataSecret names the user's Secret with network data.
func (m Server) NetworkDataSecret() string {
	return deref(m.CloudInitSecret).NetworkDataName.ValueString()
}

// CloudInitData is where user data or network data stands in a machine: in
// itself, plain or in base64, or in a Secret.
type CloudInitData struct {
	Text   string
	Base64 bool
	Secret string
}

// Inline tells whether the data stands in the machine itself.
func (d CloudInitData) Inline() bool { return d.Secret == "" && d.Text != "" }

// OwnSecret names the Secret of the server that m is the state of: the one
// that the machine refers to for what m owns, else the one that it would get.
func (l Layout) OwnSecret(m Server) string {
	switch {
	case m.OwnsUserData() && l.UserData.Secret != "":
		return l.UserData.Secret
	case m.OwnsNetworkData() && l.NetworkData.Secret != "":
		return l.NetworkData.Secret
	}
	return CloudInitSecretName(l.VMName)
}

// SecretsToRead names the Secrets that may be the server's own; prior is its
// state, nil at import, when only their owner tells. A user's is never read
// again.
func (l Layout) SecretsToRead(prior *Server) []string {
	var out []string
	if d := l.UserData.Secret; d != "" && (prior == nil || prior.OwnsUserData()) {
		out = append(out, d)
	}
	if d := l.NetworkData.Secret; d != "" && d != l.UserData.Secret && (prior == nil || prior.OwnsNetworkData()) {
		out = append(out, d)
	}
	return out
}

func (m Server) applyCloudInit(spec *kubevirtv1.VirtualMachineInstanceSpec, l Layout) {
	if !m.HasUserData() && !m.HasNetworkData() {
		return
	}
	data, _ := m.GuestData() // validation refuses what cannot be merged
	user := place(l.UserData, data.User, m.UserDataSecret(), m.OwnsUserData(), l.CloudInitSecret)
	network := place(l.NetworkData, data.Network, m.NetworkDataSecret(), m.OwnsNetworkData(), l.CloudInitSecret)
	v := kubevirtv1.Volume{Name: l.CloudInitVolume}
	if m.CloudInitType.ValueString() == ConfigDrive {
		v.CloudInitConfigDrive = &kubevirtv1.CloudInitConfigDriveSource{
			UserData: user.plain, UserDataBase64: user.encoded, UserDataSecretRef: user.secret,
			NetworkData: network.plain, NetworkDataBase64: network.encoded, NetworkDataSecretRef: network.secret,
		}
	} else {
		v.CloudInitNoCloud = &kubevirtv1.CloudInitNoCloudSource{
			UserData: user.plain, UserDataBase64: user.encoded, UserDataSecretRef: user.secret,
			NetworkData: network.plain, NetworkDataBase64: network.encoded, NetworkDataSecretRef: network.secret,
		}
	}
	spec.Domain.Devices.Disks = append(spec.Domain.Devices.Disks, kubevirtv1.Disk{Name: l.CloudInitVolume, DiskDevice: *l.CloudInitDevice.DeepCopy()})
	spec.Volumes = append(spec.Volumes, v)
}

// placed is data as the fields of a volume have it.
type placed struct {
	plain, encoded string
	secret         *corev1.LocalObjectReference
}

func place(at CloudInitData, text, users string, owns bool, own string) placed {
	switch {
	case users != "":
		return placed{secret: &corev1.LocalObjectReference{Name: users}}
	case !owns:
		return placed{}
	case !at.Inline():
		return placed{secret: &corev1.LocalObjectReference{Name: own}}
	case at.Base64:
		return placed{encoded: base64.StdEncoding.EncodeToString([]byte(text))}
	}
	return placed{plain: text}
}

// ToSecret renders the Secret that holds what the server owns of data, which
// has any size there: admission limits user data and network data in the
// object itself to 2,048 bytes each.
func ToSecret(m Server, l Layout, data GuestData) *corev1.Secret {
	content := map[string][]byte{}
	if m.OwnsUserData() && !l.UserData.Inline() {
		content[UserDataKey] = []byte(data.User)
	}
	if m.OwnsNetworkData() && !l.NetworkData.Inline() {
		content[NetworkDataKey] = []byte(data.Network)
	}
	if len(content) == 0 {
		return nil
	}
	return &corev1.Secret{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{Name: l.CloudInitSecret, Namespace: m.Namespace.ValueString()},
		Data:       content,
	}
}

// cloudInitFrom reads user data and network data: from the object itself, else
// from secret, which is nil when the server's own Secret does not exist. Any
// other Secret is a user's.
func (m *Server) cloudInitFrom(r reader, vm *kubevirtv1.VirtualMachine, secret *corev1.Secret, prior *Server) {
	var source cloudInitSource
	if v := cloudInitVolume(vm.Spec.Template.Spec.Volumes); v != nil {
		source, _ = cloudInitOf(v)
	}
	user := source.user.resolve(secret, UserDataKey, prior.UserDataSecret())
	network := source.network.resolve(secret, NetworkDataKey, prior.NetworkDataSecret())

	m.CloudInit, m.Users = userDataFrom(r, user.readable(), prior)
	m.NetworkData = r.text(prior.NetworkData, network.readable())
	m.CloudInitSecret = cloudInitSecretFrom(r, user.secret, network.secret, prior.CloudInitSecret)
	if source.kind != "" { // without a volume nothing tells it
		m.CloudInitType = r.textDefault(prior.CloudInitType, source.kind, NoCloud)
	}
	// What is gone is written again by the next apply.
	if !user.found {
		m.CloudInitWOVersion = r.number(prior.CloudInitWOVersion, 0)
	}
	if !network.found {
		m.NetworkDataWOVersion = r.number(prior.NetworkDataWOVersion, 0)
	}
}

func cloudInitSecretFrom(r reader, user, network string, prior *CloudInitSecret) *CloudInitSecret {
	was, ok := section(r, prior)
	if !ok {
		return nil
	}
	out := CloudInitSecret{Name: r.text(was.Name, user), NetworkDataName: r.text(was.NetworkDataName, network)}
	if prior == nil && out.Name.IsNull() && out.NetworkDataName.IsNull() {
		return nil
	}
	return &out
}

// resolved is the data of the server's own, or the user's Secret that has it.
type resolved struct {
	text   string
	found  bool
	secret string
}

// resolve follows a reference to own, the server's Secret. users is the user's
// Secret that the state knows.
func (d CloudInitData) resolve(own *corev1.Secret, key, users string) resolved {
	switch {
	case d.Secret == "":
		return resolved{text: d.Text, found: d.Text != ""}
	case own == nil || own.Name != d.Secret || users == d.Secret:
		return resolved{secret: d.Secret}
	}
	content, ok := own.Data[key]
	if !ok {
		content, ok = own.Data[otherKeys[key]]
	}
	return resolved{text: string(content), found: ok}
}

// readable leaves out what no attribute can hold, such as user data that is
// compressed.
func (d resolved) readable() string {
	if !utf8.ValidString(d.text) {
		return ""
	}
	return d.text
}

// userDataFrom reads user data that cloud_init and users share.
func userDataFrom(r reader, live string, prior *Server) (types.String, map[string]User) {
	if len(prior.Users) == 0 {
		return r.text(prior.CloudInit, live), prior.Users
	}
	if live == "" {
		return r.text(prior.CloudInit, ""), nil
	}
	return splitUsers(r, live, prior)
}

type cloudInitSource struct {
	kind          string
	user, network CloudInitData
}

func cloudInitOf(v *kubevirtv1.Volume) (source cloudInitSource, ok bool) {
	switch s, d := v.CloudInitNoCloud, v.CloudInitConfigDrive; {
	case s != nil:
		return cloudInitSource{NoCloud, dataOf(s.UserData, s.UserDataBase64, s.UserDataSecretRef), dataOf(s.NetworkData, s.NetworkDataBase64, s.NetworkDataSecretRef)}, true
	case d != nil:
		return cloudInitSource{ConfigDrive, dataOf(d.UserData, d.UserDataBase64, d.UserDataSecretRef), dataOf(d.NetworkData, d.NetworkDataBase64, d.NetworkDataSecretRef)}, true
	}
	return source, false
}

func dataOf(plain, encoded string, secret *corev1.LocalObjectReference) CloudInitData {
	d := CloudInitData{Text: plain, Secret: deref(secret).Name}
	if decoded, err := base64.StdEncoding.DecodeString(encoded); plain == "" && err == nil && len(decoded) > 0 {
		d.Text, d.Base64 = string(decoded), true
	}
	return d
}

func isCloudInit(v *kubevirtv1.Volume) bool {
	_, ok := cloudInitOf(v)
	return ok
}

// cloudInitVolume is the cloud-init volume: of several, KubeVirt reads the
// first. nil when there is none.
func cloudInitVolume(volumes []kubevirtv1.Volume) *kubevirtv1.Volume {
	for i := range volumes {
		if isCloudInit(&volumes[i]) {
			return &volumes[i]
		}
	}
	return nil
}

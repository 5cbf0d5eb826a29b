package convert

import (
	"encoding/base64"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// machineWith is a machine with a cloud-init volume.
func machineWith(source kubevirtv1.CloudInitNoCloudSource) *kubevirtv1.VirtualMachine {
	vm := &kubevirtv1.VirtualMachine{Spec: kubevirtv1.VirtualMachineSpec{Template: &kubevirtv1.VirtualMachineInstanceTemplateSpec{}}}
	vm.Name, vm.Namespace = "vs", "default"
	vm.Spec.Template.Spec.Volumes = []kubevirtv1.Volume{{Name: "init", VolumeSource: kubevirtv1.VolumeSource{CloudInitNoCloud: &source}}}
	return vm
}

func ref(name string) *corev1.LocalObjectReference { return &corev1.LocalObjectReference{Name: name} }

func secretWith(name string, data map[string]string) *corev1.Secret {
	s := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: map[string][]byte{}}
	for key, value := range data {
		s.Data[key] = []byte(value)
	}
	return s
}

// TestCloudInitImport: what an import reads of a cloud-init volume, with the
// Secret that belongs to the machine.
func TestCloudInitImport(t *testing.T) {
	type read struct{ cloudInit, networkData, name, networkName string }
	for name, c := range map[string]struct {
		source kubevirtv1.CloudInitNoCloudSource
		own    *corev1.Secret
		want   read
	}{
		"nothing":     {},
		"inline":      {source: kubevirtv1.CloudInitNoCloudSource{UserData: "a", NetworkData: "b"}, want: read{"a", "b", "", ""}},
		"base64":      {source: kubevirtv1.CloudInitNoCloudSource{UserDataBase64: "YQ==", NetworkDataBase64: "Yg=="}, want: read{"a", "b", "", ""}},
		"no base64":   {source: kubevirtv1.CloudInitNoCloudSource{UserDataBase64: "%", NetworkData: "b"}, want: read{"", "b", "", ""}},
		"own":         {kubevirtv1.CloudInitNoCloudSource{UserDataSecretRef: ref("s"), NetworkDataSecretRef: ref("s")}, secretWith("s", map[string]string{"userdata": "a", "networkdata": "b"}), read{"a", "b", "", ""}},
		"other keys":  {kubevirtv1.CloudInitNoCloudSource{UserDataSecretRef: ref("s"), NetworkDataSecretRef: ref("s")}, secretWith("s", map[string]string{"userData": "a", "networkData": "b"}), read{"a", "b", "", ""}},
		"a user's":    {source: kubevirtv1.CloudInitNoCloudSource{UserDataSecretRef: ref("s"), NetworkDataSecretRef: ref("t")}, want: read{"", "", "s", "t"}},
		"network own": {kubevirtv1.CloudInitNoCloudSource{UserDataSecretRef: ref("s"), NetworkDataSecretRef: ref("t")}, secretWith("t", map[string]string{"networkdata": "b"}), read{"", "b", "s", ""}},
		"mixed":       {source: kubevirtv1.CloudInitNoCloudSource{UserData: "a", NetworkDataSecretRef: ref("t")}, want: read{"a", "", "", "t"}},
		"compressed":  {kubevirtv1.CloudInitNoCloudSource{UserDataSecretRef: ref("s")}, secretWith("s", map[string]string{"userdata": "\x1f\x8b\x08\xff"}), read{}},
	} {
		t.Run(name, func(t *testing.T) {
			o := Objects{VM: machineWith(c.source), Secret: c.own}
			m := FromObjects(o, nil)
			got := read{m.CloudInit.ValueString(), m.NetworkData.ValueString(), m.UserDataSecret(), m.NetworkDataSecret()}
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(read{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			wantEqual(t, "reading again changes the model", attributes(m), attributes(FromObjects(o, &m)))
		})
	}
}

// TestCloudInitDrift: what somebody makes of a server's references and data.
func TestCloudInitDrift(t *testing.T) {
	theirs := Server{CloudInitSecret: &CloudInitSecret{Name: types.StringValue("theirs"), NetworkDataName: types.StringValue("theirs")}}
	own := Server{CloudInit: types.StringValue("a"), NetworkDataWOVersion: types.Int64Value(1)}
	secret := secretWith("vs-cloudinit", map[string]string{"userdata": "a", "networkdata": "b"})
	for name, c := range map[string]struct {
		prior                 Server
		source                kubevirtv1.CloudInitNoCloudSource
		own                   *corev1.Secret
		cloudInit, secretName string
		version               int64
	}{
		"theirs":            {prior: theirs, source: kubevirtv1.CloudInitNoCloudSource{UserDataSecretRef: ref("theirs")}, secretName: "theirs"},
		"theirs exchanged":  {prior: theirs, source: kubevirtv1.CloudInitNoCloudSource{UserDataSecretRef: ref("other")}, secretName: "other"},
		"theirs gone":       {prior: theirs, source: kubevirtv1.CloudInitNoCloudSource{UserData: "a"}},
		"own":               {prior: own, source: kubevirtv1.CloudInitNoCloudSource{UserDataSecretRef: ref("vs-cloudinit"), NetworkDataSecretRef: ref("vs-cloudinit")}, own: secret, cloudInit: "a", version: 1},
		"own, inline":       {prior: own, source: kubevirtv1.CloudInitNoCloudSource{UserData: "c", NetworkData: "d"}, cloudInit: "c", version: 1},
		"own exchanged":     {prior: own, source: kubevirtv1.CloudInitNoCloudSource{UserDataSecretRef: ref("other"), NetworkDataSecretRef: ref("other")}},
		"own without a key": {prior: own, source: kubevirtv1.CloudInitNoCloudSource{UserDataSecretRef: ref("vs-cloudinit"), NetworkDataSecretRef: ref("vs-cloudinit")}, own: secretWith("vs-cloudinit", nil)},
		"own, compressed":   {prior: own, source: kubevirtv1.CloudInitNoCloudSource{UserDataSecretRef: ref("vs-cloudinit"), NetworkDataSecretRef: ref("vs-cloudinit")}, own: secretWith("vs-cloudinit", map[string]string{"userdata": "\xff", "networkdata": "b"}), version: 1},
	} {
		t.Run(name, func(t *testing.T) {
			m := FromObjects(Objects{VM: machineWith(c.source), Secret: c.own}, &c.prior)
			if m.CloudInit.ValueString() != c.cloudInit || m.UserDataSecret() != c.secretName || m.NetworkDataWOVersion.ValueInt64() != c.version {
				t.Errorf("read %v, %q, %v", m.CloudInit, m.UserDataSecret(), m.NetworkDataWOVersion)
			}
		})
	}
}

// TestSecretsToRead: a Secret that the state knows for a user's is not read.
func TestSecretsToRead(t *testing.T) {
	vm := machineWith(kubevirtv1.CloudInitNoCloudSource{UserDataSecretRef: ref("a"), NetworkDataSecretRef: ref("b")})
	for name, c := range map[string]struct {
		prior *Server
		want  []string
		own   string
	}{
		"import":       {nil, []string{"a", "b"}, "vs-cloudinit"},
		"theirs":       {&Server{CloudInitSecret: &CloudInitSecret{Name: types.StringValue("a")}}, nil, "vs-cloudinit"},
		"user data":    {&Server{CloudInit: types.StringValue("x")}, []string{"a"}, "a"},
		"users":        {&Server{Users: map[string]User{"jane": {}}}, []string{"a"}, "a"},
		"network data": {&Server{NetworkDataWOVersion: types.Int64Value(1)}, []string{"b"}, "b"},
		"both":         {&Server{CloudInitWOVersion: types.Int64Value(1), NetworkData: types.StringValue("x")}, []string{"a", "b"}, "a"},
	} {
		t.Run(name, func(t *testing.T) {
			l := LayoutOf(vm, "")
			if diff := cmp.Diff(c.want, l.SecretsToRead(c.prior)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := l.OwnSecret(deref(c.prior)); got != c.own {
				t.Errorf("its own is %q, want %q", got, c.own)
			}
		})
	}
}

// TestPlace: data stays where the machine has it.
func TestPlace(t *testing.T) {
	m := Server{CloudInit: types.StringValue("a"), NetworkData: types.StringValue("b")}
	for name, source := range map[string]kubevirtv1.CloudInitNoCloudSource{
		"plain":  {UserData: "a", NetworkData: "b"},
		"base64": {UserDataBase64: base64.StdEncoding.EncodeToString([]byte("a")), NetworkDataBase64: base64.StdEncoding.EncodeToString([]byte("b"))},
		"mixed":  {UserDataSecretRef: ref("vs-cloudinit"), NetworkData: "b"},
	} {
		t.Run(name, func(t *testing.T) {
			l := LayoutOf(machineWith(source), "")
			got := ToVirtualMachine(m, l).Spec.Template.Spec.Volumes[0].CloudInitNoCloud
			if diff := cmp.Diff(&source, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			secret := ToSecret(m, l, GuestData{User: "a", Network: "b"})
			if inSecret := source.UserDataSecretRef != nil; inSecret != (secret != nil) || inSecret && (string(secret.Data[UserDataKey]) != "a" || secret.Data[NetworkDataKey] != nil) {
				t.Errorf("the Secret is %v", secret)
			}
		})
	}
}

// TestSysprepDrift: the answer file is found by its kind, and another kind of
// source is read whole.
func TestSysprepDrift(t *testing.T) {
	machine := func(source *kubevirtv1.SysprepSource) *kubevirtv1.VirtualMachine {
		vm := machineWith(kubevirtv1.CloudInitNoCloudSource{})
		vm.Spec.Template.Spec.Volumes = []kubevirtv1.Volume{{Name: "unattend", VolumeSource: kubevirtv1.VolumeSource{Sysprep: source}}}
		vm.Spec.Template.Spec.Domain.Devices.Disks = []kubevirtv1.Disk{{Name: "unattend", DiskDevice: kubevirtv1.DiskDevice{Disk: &kubevirtv1.DiskTarget{Bus: "virtio"}}}}
		return vm
	}
	configMap, secret := Sysprep{ConfigMap: types.StringValue("a")}, Sysprep{Secret: types.StringValue("a")}
	for name, c := range map[string]struct {
		live        *kubevirtv1.SysprepSource
		prior, want *Sysprep
	}{
		"the same":     {&kubevirtv1.SysprepSource{ConfigMap: ref("a")}, &configMap, &configMap},
		"another kind": {&kubevirtv1.SysprepSource{Secret: ref("a")}, &configMap, &secret},
		"gone":         {nil, &configMap, nil},
		"empty":        {&kubevirtv1.SysprepSource{}, &configMap, &Sysprep{}},
	} {
		t.Run(name, func(t *testing.T) {
			vm := machine(c.live)
			if diff := cmp.Diff(c.want, FromObjects(Objects{VM: vm}, &Server{Sysprep: c.prior}).Sysprep); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if c.live == nil {
				return
			}
			rendered := ToVirtualMachine(Server{Sysprep: &configMap}, LayoutOf(vm, "")).Spec.Template.Spec
			if rendered.Volumes[0].Name != "unattend" || rendered.Domain.Devices.Disks[0].Disk == nil {
				t.Errorf("it is rendered as another disk: %+v", rendered)
			}
		})
	}
}

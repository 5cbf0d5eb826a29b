package virtualserver

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// TestUpdateCloudInit: what an update makes of a machine's cloud-init volume.
func TestUpdateCloudInit(t *testing.T) {
	type source = kubevirtv1.CloudInitNoCloudSource
	text := types.StringValue
	ref := func(name string) *corev1.LocalObjectReference { return &corev1.LocalObjectReference{Name: name} }
	theirs := func(name, network string) *convert.CloudInitSecret {
		return &convert.CloudInitSecret{Name: text(name), NetworkDataName: text(network)}
	}
	jane := map[string]convert.User{"jane": {}}
	for name, c := range map[string]struct {
		live, want  source
		state, plan convert.Server
	}{
		"network data moves alone": {
			live:  source{UserDataBase64: "YQ==", NetworkDataBase64: "Yg=="},
			state: convert.Server{CloudInit: text("a"), NetworkData: text("b")}, plan: convert.Server{CloudInit: text("a"), NetworkData: text("c")},
			want: source{UserDataBase64: "YQ==", NetworkDataSecretRef: ref("web-cloudinit")},
		},
		"users move user data": {
			live:  source{UserData: "#cloud-config", NetworkData: "b"},
			state: convert.Server{CloudInit: text("#cloud-config"), NetworkData: text("b")}, plan: convert.Server{CloudInit: text("#cloud-config"), Users: jane, NetworkData: text("b")},
			want: source{UserDataSecretRef: ref("web-cloudinit"), NetworkData: "b"},
		},
		"another Secret's name stays": {
			live:  source{UserDataSecretRef: ref("named"), NetworkDataSecretRef: ref("theirs")},
			state: convert.Server{CloudInit: text("a"), CloudInitSecret: theirs("", "theirs")}, plan: convert.Server{CloudInit: text("b"), NetworkData: text("c")},
			want: source{UserDataSecretRef: ref("named"), NetworkDataSecretRef: ref("named")},
		},
		"theirs becomes own": {
			live:  source{UserDataSecretRef: ref("theirs")},
			state: convert.Server{CloudInitSecret: theirs("theirs", "")}, plan: convert.Server{Users: jane},
			want: source{UserDataSecretRef: ref("web-cloudinit")},
		},
		"own becomes theirs": {
			live:  source{UserDataSecretRef: ref("web-cloudinit"), NetworkDataSecretRef: ref("web-cloudinit")},
			state: convert.Server{Users: jane, NetworkData: text("b")}, plan: convert.Server{CloudInitSecret: theirs("theirs", ""), NetworkData: text("b")},
			want: source{UserDataSecretRef: ref("theirs"), NetworkDataSecretRef: ref("web-cloudinit")},
		},
		"inline becomes theirs": {
			live:  source{UserData: "a", NetworkData: "b"},
			state: convert.Server{CloudInit: text("a"), NetworkData: text("b")}, plan: convert.Server{CloudInitSecret: theirs("theirs", "theirs")},
			want: source{UserDataSecretRef: ref("theirs"), NetworkDataSecretRef: ref("theirs")},
		},
		"theirs that somebody replaced": {
			live:  source{UserData: "a"},
			state: convert.Server{CloudInitSecret: theirs("", "")}, plan: convert.Server{CloudInitSecret: theirs("theirs", "")},
			want: source{UserDataSecretRef: ref("theirs")},
		},
		"what nobody manages stays": {
			live:  source{UserDataSecretRef: ref("somebody"), NetworkDataBase64: "Yg=="},
			state: convert.Server{}, plan: convert.Server{NetworkData: text("c")},
			want: source{UserDataSecretRef: ref("somebody"), NetworkDataSecretRef: ref("web-cloudinit")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			vm := &kubevirtv1.VirtualMachine{Spec: kubevirtv1.VirtualMachineSpec{Template: &kubevirtv1.VirtualMachineInstanceTemplateSpec{}}}
			vm.Name = "web"
			vm.Spec.Template.Spec.Volumes = []kubevirtv1.Volume{{Name: "init", VolumeSource: kubevirtv1.VolumeSource{CloudInitNoCloud: &c.live}}}
			before, after := renderings(c.state, c.plan, metadata.Keys{}, convert.LayoutOf(vm, ""))
			content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(vm)
			if err != nil {
				t.Fatal(err)
			}
			merged, err := kube.Merged(&unstructured.Unstructured{Object: content}, before, after)
			if err != nil {
				t.Fatal(err)
			}
			got, err := machine.Of(merged)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&c.want, got.Spec.Template.Spec.Volumes[0].CloudInitNoCloud); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

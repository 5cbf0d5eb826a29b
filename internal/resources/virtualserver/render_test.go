package virtualserver

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// TestRenderingsLabels: keys that nobody manages are in neither rendering, so
// that they are neither removed nor written back.
func TestRenderingsLabels(t *testing.T) {
	server := func(labels map[string]string) convert.Server {
		return convert.Server{Labels: convert.MapOf(labels), LabelsAll: convert.MapOf(labels)}
	}
	for name, c := range map[string]struct {
		state, plan   map[string]string
		managed       []string
		before, after map[string]string
	}{
		"imported, nothing asked": {
			state: map[string]string{"a": "1", "b": "2"}, plan: map[string]string{"a": "1", "b": "2"},
		},
		"imported, one changed": {
			state: map[string]string{"a": "1", "b": "2"}, plan: map[string]string{"a": "9"},
			after: map[string]string{"a": "9"},
		},
		"managed, one removed": {
			state: map[string]string{"a": "1", "b": "2"}, plan: map[string]string{"a": "1"}, managed: []string{"a", "b"},
			before: map[string]string{"a": "1", "b": "2"}, after: map[string]string{"a": "1"},
		},
		"managed beside unmanaged": {
			state: map[string]string{"a": "1", "b": "2"}, plan: map[string]string{"a": "9"}, managed: []string{"a"},
			before: map[string]string{"a": "1"}, after: map[string]string{"a": "9"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := renderings(server(c.state), server(c.plan), metadata.Keys{Labels: c.managed}, convert.NewLayout(convert.Server{Name: types.StringValue("web")}, ""))
			if diff := cmp.Diff(c.before, before.Labels); diff != "" {
				t.Errorf("before (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.after, after.Labels); diff != "" {
				t.Errorf("after (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRenderingsUserData: what stands in the machine moves to a Secret whole
// when it changes, also when the state did not know it.
func TestRenderingsUserData(t *testing.T) {
	for name, source := range map[string]kubevirtv1.CloudInitNoCloudSource{
		"plain":  {UserData: "old"},
		"base64": {UserDataBase64: "b2xk"},
	} {
		for known, state := range map[string]convert.Server{
			"known":   {CloudInit: types.StringValue("old")},
			"unknown": {CloudInit: types.StringNull()},
		} {
			t.Run(name+", "+known, func(t *testing.T) {
				vm := &kubevirtv1.VirtualMachine{Spec: kubevirtv1.VirtualMachineSpec{Template: &kubevirtv1.VirtualMachineInstanceTemplateSpec{}}}
				vm.Name = "web"
				vm.Spec.Template.Spec.Volumes = []kubevirtv1.Volume{{Name: "init", VolumeSource: kubevirtv1.VolumeSource{CloudInitNoCloud: &source}}}
				before, after := renderings(state, convert.Server{CloudInit: types.StringValue("new")}, metadata.Keys{}, convert.LayoutOf(vm, ""))
				if diff := cmp.Diff(&source, before.Spec.Template.Spec.Volumes[0].CloudInitNoCloud); diff != "" {
					t.Errorf("before (-want +got):\n%s", diff)
				}
				got := after.Spec.Template.Spec.Volumes[0].CloudInitNoCloud
				if got.UserData != "" || got.UserDataBase64 != "" || got.UserDataSecretRef == nil || got.UserDataSecretRef.Name != "web-cloudinit" {
					t.Errorf("after: %+v", got)
				}
			})
		}
	}
}

// TestRenderingsBus: a disk whose bus KubeVirt chooses gets one only when the
// configuration names it.
func TestRenderingsBus(t *testing.T) {
	vm := &kubevirtv1.VirtualMachine{Spec: kubevirtv1.VirtualMachineSpec{Template: &kubevirtv1.VirtualMachineInstanceTemplateSpec{}}}
	spec := &vm.Spec.Template.Spec
	spec.Volumes = []kubevirtv1.Volume{{Name: "root", VolumeSource: kubevirtv1.VolumeSource{ContainerDisk: &kubevirtv1.ContainerDiskSource{Image: "x"}}}}
	spec.Domain.Devices.Disks = []kubevirtv1.Disk{{Name: "root", DiskDevice: kubevirtv1.DiskDevice{Disk: &kubevirtv1.DiskTarget{}}}}
	server := func(bus types.String) convert.Server {
		return convert.Server{Storage: &convert.Storage{Root: &convert.Root{Bus: bus, Source: &convert.Source{ContainerDisk: &convert.ContainerDisk{Image: types.StringValue("x")}}}}}
	}
	unnamed, named := server(types.StringNull()), server(types.StringValue("virtio"))
	before, after := renderings(unnamed, named, metadata.Keys{}, convert.LayoutOf(vm, ""))
	if was, is := before.Spec.Template.Spec.Domain.Devices.Disks[0].Disk.Bus, after.Spec.Template.Spec.Domain.Devices.Disks[0].Disk.Bus; was != "" || is != "virtio" {
		t.Errorf("bus %q becomes %q", was, is)
	}
	if !changeOf(unnamed, named, metadata.Keys{}).spec {
		t.Error("naming the bus counts as no change")
	}
}

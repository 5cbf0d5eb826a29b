package convert

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// TestImport reads machines that others wrote, in their styles. What the model
// then renders says nothing that the machine does not say already, but for the
// defaults that it leaves out.
func TestImport(t *testing.T) {
	files, err := filepath.Glob("testdata/foreign/*.yaml")
	if err != nil || len(files) < 5 {
		t.Fatal("too few manifests", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			o := fromYAML(t, readFile(t, file))
			m := FromObjects(o, nil)
			golden(t, filepath.Join("testdata/imported", filepath.Base(file)), marshal(t, withoutStatus(m)))

			rendered := ToVirtualMachine(m, LayoutOf(o.VM, m.RootVolume()))
			wantEqual(t, "the model says more than the machine", []string(nil),
				differences(jsonOf(t, rendered), jsonOf(t, through(t, o.VM))))
			wantEqual(t, "reading again changes the model", attributes(m), attributes(FromObjects(o, &m)))
		})
	}
}

// differences lists what a rendering says and the live object does not say, or
// says otherwise. Elements of lists are found by their names.
func differences(rendered, live any) []string {
	var out []string
	var compare func(path string, rendered, live any)
	compare = func(path string, rendered, live any) {
		switch x := rendered.(type) {
		case map[string]any:
			y, _ := live.(map[string]any)
			for key, value := range x {
				// creationTimestamp: null, and a feature that says nothing is on
				if onByDefault := key == "enabled" && value == true && live != nil && y[key] == nil; value != nil && !onByDefault {
					compare(path+"."+key, value, y[key])
				}
			}
			return
		case []any:
			if names := namesOf(x); names != nil {
				y, _ := live.([]any)
				others := namesOf(y)
				for i, name := range names {
					var other any
					if at := slices.Index(others, name); at >= 0 {
						other = y[at]
					}
					compare(fmt.Sprintf("%s[%s]", path, name), x[i], other)
				}
				return
			}
		}
		if !cmp.Equal(rendered, live) {
			out = append(out, strings.TrimPrefix(path, "."))
		}
	}
	compare("", rendered, live)
	slices.Sort(out)
	return out
}

// namesOf returns the names of a list's elements, nil when they have none of
// their own.
func namesOf(list []any) []string {
	var out []string
	for _, e := range list {
		element, _ := e.(map[string]any)
		if meta, ok := element["metadata"].(map[string]any); ok {
			element = meta
		}
		name, ok := element["name"].(string)
		if !ok || slices.Contains(out, name) {
			return nil
		}
		out = append(out, name)
	}
	return out
}

func TestDifferences(t *testing.T) {
	live := map[string]any{"a": "1", "list": []any{map[string]any{"name": "x", "v": "1", "other": "2"}}, "plain": []any{"1"}}
	for want, rendered := range map[string]map[string]any{
		"":          {"a": "1", "list": []any{map[string]any{"name": "x", "v": "1"}}, "plain": []any{"1"}},
		"a":         {"a": "2"},
		"b":         {"b": "1"},
		"list[x].v": {"list": []any{map[string]any{"name": "x", "v": "2"}}},
		"plain":     {"plain": []any{"1", "2"}},
	} {
		if got := strings.Join(differences(rendered, live), " "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestOddMachines: an import reads whatever the API server accepts or might.
func TestOddMachines(t *testing.T) {
	template := func(spec kubevirtv1.VirtualMachineInstanceSpec) *kubevirtv1.VirtualMachine {
		return &kubevirtv1.VirtualMachine{
			ObjectMeta: metav1.ObjectMeta{Name: "odd", Namespace: "default"},
			Spec:       kubevirtv1.VirtualMachineSpec{Template: &kubevirtv1.VirtualMachineInstanceTemplateSpec{Spec: spec}},
		}
	}
	disk := func(name string) kubevirtv1.VirtualMachineInstanceSpec {
		var spec kubevirtv1.VirtualMachineInstanceSpec
		spec.Domain.Devices.Disks = []kubevirtv1.Disk{{Name: name}}
		return spec
	}
	ephemeral := disk("a")
	ephemeral.Volumes = []kubevirtv1.Volume{{Name: "a", VolumeSource: kubevirtv1.VolumeSource{Ephemeral: &kubevirtv1.EphemeralVolumeSource{}}}}
	noDevice := disk("a")
	noDevice.Volumes = []kubevirtv1.Volume{{Name: "a", VolumeSource: kubevirtv1.VolumeSource{ContainerDisk: &kubevirtv1.ContainerDiskSource{}}}}
	running := &kubevirtv1.VirtualMachine{}
	running.Spec.Running = new(bool)
	long := template(noDevice)
	long.Name = strings.Repeat("n", 100)

	full := modelFromYAML(t, readFile(t, "testdata/golden/05-disks/model.yaml"))
	for name, vm := range map[string]*kubevirtv1.VirtualMachine{
		"nothing":          {},
		"no template":      running,
		"empty template":   template(kubevirtv1.VirtualMachineInstanceSpec{}),
		"disk without":     template(disk("a")),
		"no claim":         template(ephemeral),
		"no kind of disk":  template(noDevice),
		"empty volume":     template(kubevirtv1.VirtualMachineInstanceSpec{Volumes: []kubevirtv1.Volume{{}}}),
		"a name too long":  long,
		"no volume source": template(kubevirtv1.VirtualMachineInstanceSpec{Volumes: []kubevirtv1.Volume{{Name: "root"}}}),
	} {
		t.Run(name, func(t *testing.T) {
			for _, prior := range []*Server{nil, {}, &full} {
				m := FromObjects(Objects{VM: vm}, prior)
				l := LayoutOf(vm, m.RootVolume())
				if l.VMName != vm.Name {
					t.Errorf("the layout's name is %q, the machine's %q", l.VMName, vm.Name)
				}
				ToVirtualMachine(m, l)
				ToRootDataVolume(m, l)
				ToService(m, l)
				ToSecret(m, l, GuestData{})
				if again := FromObjects(Objects{VM: vm}, &m); !reflect.DeepEqual(attributes(m), attributes(again)) {
					t.Errorf("reading again changes the model:\n%s", cmp.Diff(attributes(m), attributes(again)))
				}
			}
		})
	}
}

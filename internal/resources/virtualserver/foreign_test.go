package virtualserver_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/merge"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// TestUpdateForeign updates machines that others wrote: an update without a
// change leaves all as it is, and a change of one attribute changes just its
// fields.
func TestUpdateForeign(t *testing.T) {
	const spec = "spec.template.spec."
	changes := map[string]struct {
		change func(m *convert.Server, root string)
		want   func(root string) []string
	}{
		"nothing": {func(*convert.Server, string) {}, func(string) []string { return nil }},
		"memory": {func(m *convert.Server, _ string) {
			if m.Resources == nil {
				m.Resources = &convert.Resources{}
			}
			m.Resources.Memory = quantity.New("77Gi")
		}, func(string) []string { return []string{spec + "domain.memory.guest"} }},
		"serial": {func(m *convert.Server, _ string) { m.Storage.Root.Serial = types.StringValue("S") },
			func(root string) []string { return []string{spec + "domain.devices.disks[" + root + "].serial"} }},
		"disk": {func(m *convert.Server, _ string) {
			if m.Storage.AdditionalDisks == nil {
				m.Storage.AdditionalDisks = map[string]convert.Disk{}
			}
			m.Storage.AdditionalDisks["new"] = convert.Disk{DataVolume: &convert.NameRef{Name: types.StringValue("new")}}
		}, func(string) []string {
			return []string{spec + "domain.devices.disks[new].disk.bus", spec + "domain.devices.disks[new].name", spec + "volumes[new].dataVolume.name", spec + "volumes[new].name"}
		}},
		"label": {func(m *convert.Server, _ string) {
			m.LabelsAll = convert.MapOf(metadata.Merge(convert.StringMap(m.LabelsAll), map[string]string{"new": "x"}))
		},
			func(string) []string { return []string{"metadata.labels.new"} }},
	}
	files, err := filepath.Glob("../../convert/testdata/foreign/*.yaml")
	if err != nil || len(files) < 5 {
		t.Fatal("too few manifests", err)
	}
	for _, file := range files {
		for name, c := range changes {
			t.Run(filepath.Base(file)+"/"+name, func(t *testing.T) {
				vm := machine(t, file)
				m := convert.FromObjects(convert.Objects{VM: vm}, nil)
				l := convert.LayoutOf(vm, m.RootVolume())
				live, base := unstructuredOf(t, vm), unstructuredOf(t, convert.ToVirtualMachine(m, l))
				c.change(&m, l.RootVolume)
				merged := merge.Objects(live, base, unstructuredOf(t, convert.ToVirtualMachine(m, l)))

				was, now := map[string]any{}, map[string]any{}
				flatten(live, "", was)
				flatten(merged, "", now)
				var got []string
				for path, value := range now {
					if old, ok := was[path]; !ok || !cmp.Equal(old, value) {
						got = append(got, path)
					}
					delete(was, path)
				}
				slices.Sort(got)
				if diff := cmp.Diff(c.want(l.RootVolume), got); diff != "" || len(was) > 0 {
					t.Errorf("it drops %v and changes (-want +got):\n%s", was, diff)
				}
			})
		}
	}
}

func machine(t *testing.T, file string) *kubevirtv1.VirtualMachine {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	vm := &kubevirtv1.VirtualMachine{}
	if err := yaml.UnmarshalStrict(data, vm); err != nil {
		t.Fatal(err)
	}
	return vm
}

func unstructuredOf(t *testing.T, vm *kubevirtv1.VirtualMachine) map[string]any {
	t.Helper()
	data, err := json.Marshal(vm)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]any{}
	if err := utiljson.Unmarshal(data, &out); err != nil { // whole numbers stay whole
		t.Fatal(err)
	}
	return out
}

// flatten lists the leaves of an object by path; elements stand by their names.
func flatten(from any, path string, into map[string]any) {
	switch x := from.(type) {
	case map[string]any:
		for key, value := range x {
			at := key
			if path != "" {
				at = path + "." + key
			}
			flatten(value, at, into)
		}
	case []any:
		for i, value := range x {
			name := fmt.Sprint(i)
			if element, ok := value.(map[string]any); ok && element["name"] != nil {
				name = fmt.Sprint(element["name"])
			}
			flatten(value, path+"["+name+"]", into)
		}
	default:
		into[path] = x
	}
}

package convert

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/yaml"
)

var update = flag.Bool("update", false, "write the golden files from what the code does")

// TestGolden has one folder per case: model.yaml is what a user writes,
// objects.yaml what becomes of it, imported.yaml what an import reads of that.
func TestGolden(t *testing.T) {
	models, err := filepath.Glob("testdata/golden/*/model.yaml")
	if err != nil || len(models) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range models {
		folder := filepath.Dir(file)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			m := modelFromYAML(t, readFile(t, file))
			rendered := render(m, "vs-root-abcde")
			golden(t, filepath.Join(folder, "objects.yaml"), toYAML(t, rendered))

			live := fromYAML(t, readFile(t, filepath.Join(folder, "objects.yaml")))
			golden(t, filepath.Join(folder, "imported.yaml"), marshal(t, withoutStatus(FromObjects(live, nil))))

			read := FromObjects(live, &m)
			wantEqual(t, "model -> API -> model changes", managed(m), managed(read))
			wantEqual(t, "reading twice changes", attributes(read), attributes(FromObjects(live, &read)))
		})
	}
}

func withoutStatus(m Server) map[string]any {
	out := attributes(m)
	delete(out, "status")
	return out
}

// render returns the objects that a create makes of m.
func render(m Server, rootClaim string) Objects {
	l := NewLayout(m, rootClaim)
	data, err := m.GuestData()
	if err != nil {
		panic(err)
	}
	vm := ToVirtualMachine(m, l)
	return Objects{
		VM:      vm,
		VMI:     guestOf(m, vm),
		Root:    ToRootDataVolume(m, l),
		Secret:  ToSecret(m, l, data),
		Service: ToService(m, l),
	}
}

// guestOf is the guest of a server that an apply has brought to its power state;
// nil where none says so.
func guestOf(m Server, vm *kubevirtv1.VirtualMachine) *kubevirtv1.VirtualMachineInstance {
	vmi := &kubevirtv1.VirtualMachineInstance{Status: kubevirtv1.VirtualMachineInstanceStatus{Phase: kubevirtv1.Running}}
	switch state := m.PowerState.ValueString(); {
	case state == "", state == PowerStopped, RunStrategyOf(vm) == kubevirtv1.RunStrategyHalted:
		return nil
	case state == PowerPaused:
		vmi.Status.Conditions = []kubevirtv1.VirtualMachineInstanceCondition{{Type: kubevirtv1.VirtualMachineInstancePaused, Status: corev1.ConditionTrue}}
	}
	return vmi
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil { //nolint:gosec // test data
			t.Fatal(err)
		}
		return
	}
	wantEqual(t, file, string(readFile(t, file)), string(got))
}

func readFile(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	data, err := yaml.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

var separator = []byte("---\n")

// toYAML writes objects without what is empty in all of them.
func toYAML(t *testing.T, o Objects) []byte {
	t.Helper()
	var documents [][]byte
	add := func(object any) {
		content := jsonOf(t, object)
		delete(content, "status")
		documents = append(documents, marshal(t, content))
	}
	add(o.VM)
	if o.VMI != nil {
		content := jsonOf(t, o.VMI)
		content["kind"] = "VirtualMachineInstance"
		documents = append(documents, marshal(t, content))
	}
	if o.Root != nil {
		add(o.Root)
	}
	if o.Secret != nil {
		o.Secret.StringData = map[string]string{} // readable
		for key, value := range o.Secret.Data {
			o.Secret.StringData[key] = string(value)
		}
		o.Secret.Data = nil
		add(o.Secret)
	}
	if o.Service != nil {
		add(o.Service)
	}
	return bytes.Join(documents, separator)
}

// fromYAML reads the objects of one server, as an API server would hold them.
func fromYAML(t *testing.T, text []byte) Objects {
	t.Helper()
	var o Objects
	for document := range bytes.SplitSeq(text, separator) {
		var kind struct{ Kind string }
		if err := yaml.Unmarshal(document, &kind); err != nil {
			t.Fatal(err)
		}
		var into any
		switch kind.Kind {
		case "VirtualMachine":
			o.VM = &kubevirtv1.VirtualMachine{}
			into = o.VM
		case "VirtualMachineInstance":
			o.VMI = &kubevirtv1.VirtualMachineInstance{}
			into = o.VMI
		case "DataVolume":
			o.Root = &cdiv1.DataVolume{}
			into = o.Root
		case "Secret":
			o.Secret = &corev1.Secret{}
			into = o.Secret
		case "Service":
			o.Service = &corev1.Service{}
			into = o.Service
		default:
			t.Fatalf("a document has the kind %q", kind.Kind)
		}
		if err := yaml.UnmarshalStrict(document, into); err != nil {
			t.Fatal(err)
		}
	}
	if o.Secret != nil {
		o.Secret.Data = map[string][]byte{}
		for key, value := range o.Secret.StringData {
			o.Secret.Data[key] = []byte(value)
		}
	}
	return o
}

// jsonOf is the object as JSON decoded without types, nothing empty left out.
func jsonOf(t failer, object any) map[string]any {
	t.Helper()
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return content
}

// through passes objects through JSON, as an API server does.
func through[T any](t failer, object *T) *T {
	t.Helper()
	if object == nil {
		return nil
	}
	data, err := json.Marshal(object)
	if err != nil {
		t.Fatalf("%v", err)
	}
	out := new(T)
	if err := json.Unmarshal(data, out); err != nil {
		t.Fatalf("%v", err)
	}
	return out
}

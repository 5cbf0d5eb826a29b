package kube

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// TestPatchOfUnsigned: CPU counts are unsigned in KubeVirt's types.
func TestPatchOfUnsigned(t *testing.T) {
	machine := func(cores uint32) *kubevirtv1.VirtualMachine {
		vm := &kubevirtv1.VirtualMachine{}
		vm.Spec.Template = &kubevirtv1.VirtualMachineInstanceTemplateSpec{}
		vm.Spec.Template.Spec.Domain.CPU = &kubevirtv1.CPU{Cores: cores}
		return vm
	}
	object, err := jsonOf(machine(1))
	if err != nil {
		t.Fatal(err)
	}
	live := &unstructured.Unstructured{Object: object}
	patch, err := patchOf(live, machine(1), machine(2))
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"op":"replace","path":"/spec/template/spec/domain/cpu/cores","value":2}`; !strings.Contains(string(patch), want) {
		t.Errorf("the patch is %s", patch)
	}
	if patch, err := patchOf(live, machine(2), machine(2)); patch != nil || err != nil {
		t.Errorf("no change gives %s, %v", patch, err)
	}
}

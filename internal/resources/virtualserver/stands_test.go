package virtualserver

import (
	"strings"
	"testing"

	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
)

// TestStands: a device counts as written already when all that the plan writes of
// it is there, and it is of the same kind.
func TestStands(t *testing.T) {
	const want = `
volumes: [{name: data, emptyDisk: {capacity: 1Gi}}]
domain: {devices: {disks: [{name: data, serial: S, bootOrder: 2, disk: {bus: virtio}}]}}
`
	for name, test := range map[string]struct {
		live string
		is   bool
	}{
		"the same":        {want, true},
		"another unit":    {strings.Replace(want, "1Gi", "1024Mi", 1), true},
		"filled in":       {strings.Replace(want, "serial: S", "serial: S, cache: none", 1), true},
		"others beside":   {strings.NewReplacer("volumes: [", "volumes: [{name: x}, ", "disks: [", "disks: [{name: x}, ").Replace(want), true},
		"another bus":     {strings.Replace(want, "virtio", "sata", 1), false},
		"another order":   {strings.Replace(want, "bootOrder: 2", "bootOrder: 1", 1), false},
		"less":            {strings.Replace(want, "serial: S, ", "", 1), false},
		"another source":  {strings.Replace(want, "emptyDisk: {capacity: 1Gi}", "persistentVolumeClaim: {claimName: c}", 1), false},
		"without a disk":  {"volumes: [{name: data, emptyDisk: {capacity: 1Gi}}]", false},
		"as a filesystem": {strings.Replace(want, "disks: [", "filesystems: [{name: data, virtiofs: {}}], disks: [", 1), false},
	} {
		if got := stands(specOf(t, test.live), specOf(t, want), deviceKinds[0].lists, "data"); got != test.is {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestRefuseForeign: a device just as the plan writes it is an interrupted apply's,
// unless an attachment has marked it.
func TestRefuseForeign(t *testing.T) {
	vm := specOf(t, `
volumes: [{name: data, emptyDisk: {capacity: 1Gi}}]
domain: {devices: {disks: [{name: data, disk: {bus: virtio}}]}}
`)
	before, l := specOf(t, "{}"), convert.Layout{}
	if err := refuseForeign(vm, before, vm, l, convert.Server{}, convert.Server{}); err != nil {
		t.Error(err)
	}
	marked := vm.DeepCopy()
	marked.UID = "uid"
	marked.Annotations = map[string]string{convert.AnnotationAttachment + "data": "uid/disk"}
	if err := refuseForeign(marked, before, vm, l, convert.Server{}, convert.Server{}); err == nil || !strings.Contains(err.Error(), "(virtualserver_disk_attachment)") {
		t.Error(err)
	}
	// A state that is older than the mark knows the disk as the server's own.
	for what, after := range map[string]*kubevirtv1.VirtualMachine{"kept": vm, "removed": before} {
		if err := refuseForeign(marked, vm, after, l, convert.Server{}, convert.Server{}); err == nil || !strings.Contains(err.Error(), "(virtualserver_disk_attachment)") {
			t.Errorf("%s: %v", what, err)
		}
	}
	other := vm.DeepCopy()
	other.Spec.Template.Spec.Domain.Devices.Disks[0].Disk.Bus = "sata"
	if err := refuseForeign(other, before, vm, l, convert.Server{}, convert.Server{}); err == nil || !strings.Contains(err.Error(), "somebody else") {
		t.Error(err)
	}
}

// specOf is a machine whose template has the spec.
func specOf(t *testing.T, spec string) *kubevirtv1.VirtualMachine {
	t.Helper()
	vm := &kubevirtv1.VirtualMachine{}
	vm.Spec.Template = &kubevirtv1.VirtualMachineInstanceTemplateSpec{}
	if err := yaml.UnmarshalStrict([]byte(spec), &vm.Spec.Template.Spec); err != nil {
		t.Fatal(err)
	}
	return vm
}

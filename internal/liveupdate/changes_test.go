package liveupdate

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

const base = `
spec:
  template:
    metadata:
      labels: {tier: web}
    spec:
      architecture: amd64
      domain:
        cpu: {sockets: 2, cores: 1, threads: 1}
        memory: {guest: 2Gi}
        firmware: {uuid: "1", serial: "2"}
        devices:
          disks:
          - {name: root, disk: {bus: virtio}}
          - {name: data, disk: {bus: scsi}}
          - {name: boot, disk: {bus: virtio}}
          interfaces:
          - {name: default, masquerade: {}}
          - {name: lan, bridge: {}, model: virtio}
      networks:
      - {name: default, pod: {}}
      - {name: lan, multus: {networkName: lan}}
      volumes:
      - {name: root, dataVolume: {name: root}}
      - {name: data, persistentVolumeClaim: {claimName: data, hotpluggable: true}}
      - {name: boot, cloudInitNoCloud: {secretRef: {name: boot}}}
`

// known is a cluster where all that can be live is.
var known = Cluster{Known: true, Version: "v1.8.2", Migrates: true, Hotplug: Declarative, Ratio: 4}

type spec = kubevirtv1.VirtualMachineInstanceSpec

// edit changes a machine.
type edit = func(*spec)

func machine(t testing.TB, edits ...edit) *kubevirtv1.VirtualMachine {
	t.Helper()
	vm := machineOf(t)
	for _, e := range edits {
		e(&vm.Spec.Template.Spec)
	}
	return vm
}

func machineOf(t interface{ Fatal(...any) }) *kubevirtv1.VirtualMachine {
	vm := &kubevirtv1.VirtualMachine{}
	if err := yaml.UnmarshalStrict([]byte(base), vm); err != nil {
		t.Fatal(err)
	}
	return vm
}

// started is the instance that a cluster makes of a machine.
func started(vm *kubevirtv1.VirtualMachine, c Cluster) *kubevirtv1.VirtualMachineInstance {
	vmi := &kubevirtv1.VirtualMachineInstance{Spec: *vm.Spec.Template.Spec.DeepCopy()}
	vmi.Labels, vmi.Annotations = vm.Spec.Template.ObjectMeta.Labels, vm.Spec.Template.ObjectMeta.Annotations
	spec := &vmi.Spec
	if spec.Domain.CPU == nil {
		spec.Domain.CPU = &kubevirtv1.CPU{}
	}
	spec.Domain.CPU.Sockets = defaultSockets(spec)
	spec.Domain.CPU.MaxSockets = c.maxSockets(spec)
	if spec.Domain.Memory == nil {
		spec.Domain.Memory = &kubevirtv1.Memory{}
	}
	spec.Domain.Memory.Guest = guestMemory(spec)
	spec.Domain.Memory.MaxGuest = c.maxGuest(spec)
	vmi.Status.Memory = &kubevirtv1.MemoryStatus{GuestAtBoot: spec.Domain.Memory.Guest, GuestCurrent: spec.Domain.Memory.Guest}
	vmi.Status.Conditions = []kubevirtv1.VirtualMachineInstanceCondition{{Type: kubevirtv1.VirtualMachineInstanceIsMigratable, Status: corev1.ConditionTrue}}
	return vmi
}

// lines shows changes: field, landing, and what else there is to say.
func lines(changes []Change) []string {
	var out []string
	for _, c := range changes {
		line := fmt.Sprintf("%s: %s", strings.TrimPrefix(c.Field, "spec.template."), c.Landing)
		if c.Name != "" {
			line = strings.Replace(line, ":", "="+c.Name+":", 1)
		}
		if c.Removed {
			line = "-" + line
		}
		if c.Silent {
			line += ", silent"
		}
		out = append(out, line)
	}
	return out
}

func quantity(s string) *resource.Quantity {
	q := resource.MustParse(s)
	return &q
}

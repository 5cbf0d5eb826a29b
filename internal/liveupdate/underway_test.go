package liveupdate

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

func TestUnderway(t *testing.T) {
	hotplug := func(name string) kubevirtv1.Volume {
		v := kubevirtv1.Volume{Name: name}
		v.PersistentVolumeClaim = &kubevirtv1.PersistentVolumeClaimVolumeSource{Hotpluggable: true}
		return v
	}
	status := func(name string, phase kubevirtv1.VolumePhase) kubevirtv1.VolumeStatus {
		return kubevirtv1.VolumeStatus{Name: name, HotplugVolume: &kubevirtv1.HotplugVolumeStatus{}, Phase: phase}
	}
	for name, c := range map[string]struct {
		edit func(vmi *kubevirtv1.VirtualMachineInstance)
		want []string
	}{
		"nothing": {edit: func(*kubevirtv1.VirtualMachineInstance) {}},
		"CPUs": {
			edit: func(vmi *kubevirtv1.VirtualMachineInstance) {
				vmi.Spec.Domain.CPU.Sockets++
				vmi.Status.CurrentCPUTopology = &kubevirtv1.CPUTopology{Sockets: vmi.Spec.Domain.CPU.Sockets - 1, Cores: vmi.Spec.Domain.CPU.Cores, Threads: vmi.Spec.Domain.CPU.Threads}
			},
			want: []string{"spec.domain.cpu.sockets: live migration"},
		},
		"memory": {
			edit: func(vmi *kubevirtv1.VirtualMachineInstance) {
				vmi.Status.Memory = &kubevirtv1.MemoryStatus{GuestCurrent: vmi.Spec.Domain.Memory.Guest}
				vmi.Spec.Domain.Memory.Guest = quantity("16Gi")
			},
			want: []string{"spec.domain.memory.guest: live migration"},
		},
		"a volume that is being plugged": {
			edit: func(vmi *kubevirtv1.VirtualMachineInstance) {
				vmi.Spec.Volumes = []kubevirtv1.Volume{hotplug("a"), hotplug("b"), hotplug("c")}
				vmi.Status.VolumeStatus = []kubevirtv1.VolumeStatus{status("a", kubevirtv1.VolumeReady), status("b", kubevirtv1.HotplugVolumeAttachedToNode)}
			},
			want: []string{"b: live", "c: live"},
		},
		"a volume that leaves": {
			edit: func(vmi *kubevirtv1.VirtualMachineInstance) {
				vmi.Status.VolumeStatus = []kubevirtv1.VolumeStatus{status("gone", kubevirtv1.HotplugVolumeDetaching)}
			},
			want: []string{"gone: live, removed"},
		},
		"a volume that moves": {
			edit: func(vmi *kubevirtv1.VirtualMachineInstance) {
				vmi.Spec.Volumes = []kubevirtv1.Volume{hotplug("a")}
				vmi.Status.VolumeStatus = []kubevirtv1.VolumeStatus{status("a", kubevirtv1.VolumeReady)}
				vmi.Status.MigratedVolumes = []kubevirtv1.StorageMigratedVolumeInfo{{VolumeName: "a"}}
			},
			want: []string{"a: live migration"},
		},
		"interfaces": {
			edit: func(vmi *kubevirtv1.VirtualMachineInstance) {
				vmi.Spec.Domain.Devices.Interfaces = append(vmi.Spec.Domain.Devices.Interfaces,
					kubevirtv1.Interface{Name: "plugged"}, kubevirtv1.Interface{Name: "new"}, kubevirtv1.Interface{Name: "gone", State: kubevirtv1.InterfaceStateAbsent})
				vmi.Status.Interfaces = append(vmi.Status.Interfaces, kubevirtv1.VirtualMachineInstanceNetworkInterface{Name: "plugged"})
			},
			want: []string{"new: live", "gone: live, removed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			vm := machine(t)
			vmi := &kubevirtv1.VirtualMachineInstance{Spec: *vm.Spec.Template.Spec.DeepCopy()}
			vmi.Spec.Volumes = nil
			c.edit(vmi)
			var got []string
			for _, change := range Underway(vm, vm, vmi) {
				got = append(got, subjectOf(change)+": "+string(change.Landing)+map[bool]string{true: ", removed"}[change.Removed])
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// subjectOf is the name of the device that a change is about, else the field.
func subjectOf(c Change) string {
	spec := &c.Of.Spec.Template.Spec
	for _, v := range spec.Volumes {
		if c.Field == at(volumes, spec.Volumes, volumeName, v.Name) {
			return v.Name
		}
	}
	for _, i := range spec.Domain.Devices.Interfaces {
		if c.Field == at(interfaces, spec.Domain.Devices.Interfaces, interfaceName, i.Name) {
			return i.Name
		}
	}
	return "spec." + c.Field[len(template):]
}

func TestMigrationOf(t *testing.T) {
	vmi := &kubevirtv1.VirtualMachineInstance{}
	if uid, _ := FailedMigration(vmi); uid != "" || IsMigrating(vmi) || NeedsMigration(vmi) || Obstacle(vmi) != "" {
		t.Error("an instance that was never migrated migrates")
	}
	vmi.Status.MigrationState = &kubevirtv1.VirtualMachineInstanceMigrationState{MigrationUID: "m"}
	vmi.Status.Conditions = []kubevirtv1.VirtualMachineInstanceCondition{
		{Type: kubevirtv1.VirtualMachineInstanceMigrationRequired, Status: corev1.ConditionTrue},
		{Type: kubevirtv1.VirtualMachineInstanceVolumesChange, Status: corev1.ConditionFalse, Message: "no claim"},
	}
	if uid, _ := FailedMigration(vmi); uid != "" || !IsMigrating(vmi) || !NeedsMigration(vmi) || Obstacle(vmi) != "no claim" {
		t.Error("an instance on its way is not seen as such")
	}
	vmi.Status.MigrationState.Completed, vmi.Status.MigrationState.Failed = true, true
	vmi.Status.MigrationState.FailureReason = "socket closed"
	if uid, reason := FailedMigration(vmi); uid != "m" || reason != "socket closed" || IsMigrating(vmi) {
		t.Error("a failed migration is not seen as such")
	}
}

package liveupdate

import (
	"cmp"
	"fmt"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
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
			for _, change := range Underway(vm, vm, vmi, nil) {
				got = append(got, subjectOf(change)+": "+string(change.Landing)+map[bool]string{true: ", removed"}[change.Removed])
			}
			if diff := gocmp.Diff(c.want, got); diff != "" {
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

// TestUnderwayNetworks: virt-controller compares the networks of an instance with
// those that Multus reports of its pod.
func TestUnderwayNetworks(t *testing.T) {
	const network = "spec.networks[1].multus.networkName: live migration"
	for name, c := range map[string]struct {
		to, reported string
		interfaces   string // of the report
		unread       bool   // the pod
		migrates     bool
		want         []string
		moved        bool
	}{
		"nothing":                             {to: "first", reported: "team/first"},
		"another":                             {to: "other", reported: "team/first", want: []string{network}, moved: true},
		"another namespace":                   {to: "shared/first", reported: "team/first", want: []string{network}, moved: true},
		"it is there":                         {to: "other", reported: "team/other", moved: true},
		"with its namespace":                  {to: "team/first", reported: "team/first", moved: true},
		"back to what it was started with":    {to: "first", reported: "team/other", migrates: true, want: []string{network}, moved: true},
		"no report of the interface":          {to: "other", reported: "team/first", interfaces: "podother", moved: true},
		"no report":                           {to: "other", moved: true},
		"a pod that is not read":              {to: "other", unread: true, migrates: true, want: []string{network}, moved: true},
		"a pod that is not read, and at rest": {to: "other", unread: true, moved: true},
	} {
		t.Run(name, func(t *testing.T) {
			vm := machine(t, func(s *spec) { s.Networks[1].Multus.NetworkName = "first" })
			vmi := &kubevirtv1.VirtualMachineInstance{Spec: *vm.Spec.Template.Spec.DeepCopy()}
			vmi.Namespace, vmi.Spec.Volumes = "team", nil
			vmi.Spec.Networks[1].Multus.NetworkName = c.to
			vmi.Status.Interfaces = []kubevirtv1.VirtualMachineInstanceNetworkInterface{{Name: vmi.Spec.Networks[1].Name, PodInterfaceName: "podfirst"}}
			if c.migrates {
				vmi.Status.Conditions = []kubevirtv1.VirtualMachineInstanceCondition{{Type: kubevirtv1.VirtualMachineInstanceMigrationRequired, Status: corev1.ConditionTrue}}
			}
			pod := &corev1.Pod{}
			if c.reported != "" {
				pod.Annotations = map[string]string{"k8s.v1.cni.cncf.io/network-status": fmt.Sprintf(`[{"name":"cluster","interface":"eth0","default":true},{"name":%q,"interface":%q}]`, c.reported, cmp.Or(c.interfaces, "podfirst"))}
			}
			if c.unread {
				pod = nil
			}
			var got []string
			for _, change := range Underway(vm, vm, vmi, pod) {
				got = append(got, subjectOf(change)+": "+string(change.Landing))
			}
			if diff := gocmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if now := Reconnects(vm, vmi); now != c.moved {
				t.Errorf("whether to ask for the pod is %v", now)
			}
		})
	}
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

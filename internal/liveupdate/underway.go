package liveupdate

import (
	"encoding/json"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// Underway lists what the instance was told already and its guest does not have
// yet: Changes compares with the instance's spec, and this the spec with its status.
// started and want are as there. pod is the one that the instance runs in, needed where
// it Reconnects; nil where it is not known.
func Underway(started, want *kubevirtv1.VirtualMachine, vmi *kubevirtv1.VirtualMachineInstance, pod *corev1.Pod) []Change {
	if started == nil || want == nil || vmi == nil || started.Spec.Template == nil || want.Spec.Template == nil {
		return nil
	}
	of := want.DeepCopy() // with what is on its way out, so that it has an index
	u := underway{vmi: vmi, of: of, spec: &of.Spec.Template.Spec}
	u.compute()
	u.volumes()
	u.interfaces(&started.Spec.Template.Spec)
	u.networks(&started.Spec.Template.Spec, pod)
	return u.changes
}

type underway struct {
	vmi     *kubevirtv1.VirtualMachineInstance
	of      *kubevirtv1.VirtualMachine
	spec    *kubevirtv1.VirtualMachineInstanceSpec
	changes []Change
}

func (u *underway) add(field string, landing Landing, removed bool) {
	u.changes = append(u.changes, Change{Field: field, Of: u.of, Landing: landing, Removed: removed})
}

// compute has what virt-handler does on the node that a guest was migrated to.
func (u *underway) compute() {
	cpu, topology := u.vmi.Spec.Domain.CPU, u.vmi.Status.CurrentCPUTopology
	if cpu != nil && topology != nil && count(cpu.Sockets, cpu.Cores, cpu.Threads) != count(topology.Sockets, topology.Cores, topology.Threads) {
		u.add(domain+"cpu.sockets", Migration, false)
	}
	memory, status := u.vmi.Spec.Domain.Memory, u.vmi.Status.Memory
	if memory != nil && memory.Guest != nil && status != nil && status.GuestCurrent != nil && memory.Guest.Cmp(*status.GuestCurrent) != 0 {
		u.add(domain+"memory.guest", Migration, false)
	}
}

func count(sockets, cores, threads uint32) uint32 {
	return max(sockets, 1) * max(cores, 1) * max(threads, 1)
}

func (u *underway) volumes() {
	moving := map[string]bool{}
	for _, m := range u.vmi.Status.MigratedVolumes {
		moving[m.VolumeName] = true
	}
	for i := range u.vmi.Spec.Volumes {
		v := &u.vmi.Spec.Volumes[i]
		status := named(u.vmi.Status.VolumeStatus, func(s kubevirtv1.VolumeStatus) string { return s.Name }, v.Name)
		switch {
		case moving[v.Name]:
			u.add(u.volume(v.Name), Migration, false)
		case pluggable(v) && (status == nil || status.HotplugVolume != nil && status.Phase != kubevirtv1.VolumeReady):
			u.add(u.volume(v.Name), Live, false)
		}
	}
	for _, s := range u.vmi.Status.VolumeStatus {
		if s.HotplugVolume != nil && named(u.vmi.Spec.Volumes, volumeName, s.Name) == nil {
			u.add(u.volume(s.Name), Live, true)
		}
	}
}

// volume is the field of a volume, which may be in the machine no more.
func (u *underway) volume(name string) string {
	if named(u.spec.Volumes, volumeName, name) == nil {
		u.spec.Volumes = append(u.spec.Volumes, kubevirtv1.Volume{Name: name})
	}
	return at(volumes, u.spec.Volumes, volumeName, name)
}

func (u *underway) interfaces(was *kubevirtv1.VirtualMachineInstanceSpec) {
	for _, i := range u.vmi.Spec.Domain.Devices.Interfaces {
		there := named(u.vmi.Status.Interfaces, func(s kubevirtv1.VirtualMachineInstanceNetworkInterface) string { return s.Name }, i.Name) != nil
		gone, plugged := i.State == kubevirtv1.InterfaceStateAbsent, named(was.Domain.Devices.Interfaces, interfaceName, i.Name) == nil
		if !gone && (there || !plugged) {
			continue
		}
		if named(u.spec.Domain.Devices.Interfaces, interfaceName, i.Name) == nil {
			u.spec.Domain.Devices.Interfaces = append(u.spec.Domain.Devices.Interfaces, i)
		}
		u.add(at(interfaces, u.spec.Domain.Devices.Interfaces, interfaceName, i.Name), Live, gone)
	}
}

// networks compares with what Multus reports of the pod, as virt-controller does
// (network/migration.Evaluator): the pod of a guest that is migrated has the networks
// that the instance is to have. Without the pod the instance's condition must do.
func (u *underway) networks(was *kubevirtv1.VirtualMachineInstanceSpec, pod *corev1.Pod) {
	connected := networksOf(pod)
	for i := range u.vmi.Spec.Networks {
		n := &u.vmi.Spec.Networks[i]
		if n.Multus == nil || n.Multus.Default {
			continue
		}
		moves := pod == nil && NeedsMigration(u.vmi) && isOther(was, n)
		if there := named(u.vmi.Status.Interfaces, func(s kubevirtv1.VirtualMachineInstanceNetworkInterface) string { return s.Name }, n.Name); there != nil && there.PodInterfaceName != "" {
			now, reported := connected[there.PodInterfaceName]
			moves = moves || reported && now != n.Multus.NetworkName && now != u.vmi.Namespace+"/"+n.Multus.NetworkName
		}
		if !moves {
			continue
		}
		if named(u.spec.Networks, networkName, n.Name) == nil {
			u.spec.Networks = append(u.spec.Networks, *n)
		}
		u.add(at(networks, u.spec.Networks, networkName, n.Name)+".multus.networkName", Migration, false)
	}
}

// networksOf are the networks of a pod's interfaces, by the interfaces' names in it.
func networksOf(pod *corev1.Pod) map[string]string {
	if pod == nil {
		return nil
	}
	var report []struct{ Name, Interface string }
	_ = json.Unmarshal([]byte(pod.Annotations["k8s.v1.cni.cncf.io/network-status"]), &report) // none is one that virt-controller cannot read either
	out := map[string]string{}
	for _, n := range report {
		out[n.Interface] = n.Name
	}
	return out
}

// Reconnects tells whether it takes the instance's pod to know which networks its
// interfaces are connected to: they may not be those that it was started with.
func Reconnects(started *kubevirtv1.VirtualMachine, vmi *kubevirtv1.VirtualMachineInstance) bool {
	return slices.ContainsFunc(vmi.Spec.Networks, func(n kubevirtv1.Network) bool {
		return n.Multus != nil && (NeedsMigration(vmi) || started.Spec.Template != nil && isOther(&started.Spec.Template.Spec, &n))
	})
}

// isOther tells of a network that was another one when the guest was started.
func isOther(was *kubevirtv1.VirtualMachineInstanceSpec, n *kubevirtv1.Network) bool {
	before := named(was.Networks, networkName, n.Name)
	return before != nil && before.Multus != nil && before.Multus.NetworkName != n.Multus.NetworkName
}

// Obstacle is what an instance says about a change that does not get on; "" when
// it says nothing.
func Obstacle(vmi *kubevirtv1.VirtualMachineInstance) string {
	for _, c := range vmi.Status.Conditions {
		if c.Type == kubevirtv1.VirtualMachineInstanceVolumesChange && c.Status == corev1.ConditionFalse && c.Message != "" {
			return c.Message
		}
	}
	for _, s := range vmi.Status.VolumeStatus {
		if s.HotplugVolume != nil && s.Phase != kubevirtv1.VolumeReady && s.Message != "" {
			return fmt.Sprintf("volume %q: %s (%s)", s.Name, s.Message, s.Phase)
		}
	}
	return ""
}

// FailedMigration is the last migration of the instance when it failed, with the
// reason; "" when it did not.
func FailedMigration(vmi *kubevirtv1.VirtualMachineInstance) (uid, reason string) {
	state := vmi.Status.MigrationState
	if state == nil || !state.Failed || !state.Completed {
		return "", ""
	}
	if reason = state.FailureReason; reason == "" {
		reason = "KubeVirt gives no reason"
	}
	return string(state.MigrationUID), reason
}

// NeedsMigration tells of an instance whose interfaces change with its next migration.
func NeedsMigration(vmi *kubevirtv1.VirtualMachineInstance) bool {
	return slices.ContainsFunc(vmi.Status.Conditions, func(c kubevirtv1.VirtualMachineInstanceCondition) bool {
		return c.Type == kubevirtv1.VirtualMachineInstanceMigrationRequired && c.Status == corev1.ConditionTrue
	})
}

// IsMigrating tells of an instance that is on its way to another node.
func IsMigrating(vmi *kubevirtv1.VirtualMachineInstance) bool {
	state := ptr.Deref(vmi.Status.MigrationState, kubevirtv1.VirtualMachineInstanceMigrationState{Completed: true})
	return !state.Completed
}

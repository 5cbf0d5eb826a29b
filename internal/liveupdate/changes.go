// Package liveupdate knows how a change of a VirtualMachine reaches the instance
// that runs: at once, by a live migration, or with a restart. The rules are those
// of KubeVirt's virt-controller, as of 1.8.2 (pkg/virt-controller/watch/vm/vm.go);
// what later versions do otherwise is in Cluster. It knows the API's types only.
package liveupdate

import (
	"cmp"
	"fmt"
	"slices"

	kubevirtv1 "kubevirt.io/api/core/v1"
)

// Landing is how a change reaches the running guest.
type Landing string

// Landings.
const (
	Live      Landing = "live"
	Migration Landing = "live migration"
	Restart   Landing = "restart"
)

// Change is a field in which the instance that runs differs from its machine.
type Change struct {
	// Field, as API errors name it: "spec.template.spec.domain.cpu.cores". Elements
	// of lists go by their index in Of.
	Field string
	// Of is the machine that has Field: the wanted one, or for what is Removed the
	// one that runs, with what was plugged in since its start.
	Of *kubevirtv1.VirtualMachine
	// Name is the key of a label or annotation, which Field leaves out.
	Name    string
	Removed bool
	Landing Landing
	// Reason is a clause that says why, in plain words: "it takes no CPU away from
	// a running guest". "" where the landing says all.
	Reason string
	// Silent: KubeVirt sets no RestartRequired for it.
	Silent bool

	gated bool // KubeVirt leaves it alone while another change waits for a restart
}

// Changes lists in which way the instance differs from the machine. started is the
// machine as the instance was started from, want as it is or will be, both with
// instance type and preference expanded. vmi is the instance, nil when only the
// two machines are known: then it is taken to be as it was started. An instance
// that was never changed from what it was started with has no changes.
func Changes(started, want *kubevirtv1.VirtualMachine, vmi *kubevirtv1.VirtualMachineInstance, c Cluster) []Change {
	if started == nil || want == nil || started.Spec.Template == nil || want.Spec.Template == nil {
		return nil
	}
	u := newUpdate(started, want, vmi, c)
	u.others()
	u.volumes()
	u.disks()
	u.networks()
	u.cpu()
	u.memory()
	u.placement()
	u.metadata()
	u.block()
	slices.SortStableFunc(u.changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Name, b.Name))
	})
	return u.changes
}

// update is one comparison.
type update struct {
	cluster Cluster
	vmi     *kubevirtv1.VirtualMachineInstance // nil when unknown
	running *kubevirtv1.VirtualMachine         // started, with what was plugged in since
	want    *kubevirtv1.VirtualMachine
	was     *kubevirtv1.VirtualMachineInstanceSpec // as started
	is      *kubevirtv1.VirtualMachineInstanceSpec // as it runs
	now     *kubevirtv1.VirtualMachineInstanceSpec // as wanted
	changes []Change
}

func newUpdate(started, want *kubevirtv1.VirtualMachine, vmi *kubevirtv1.VirtualMachineInstance, c Cluster) *update {
	u := &update{cluster: c, vmi: vmi, want: want, was: &started.Spec.Template.Spec, now: &want.Spec.Template.Spec}
	u.is = u.was
	if vmi != nil {
		u.is = &vmi.Spec
	}
	u.running = withPlugged(started, vmi)
	return u
}

// withPlugged is the machine with the volumes, disks and interfaces that only its
// instance has, so that they have an index.
func withPlugged(started *kubevirtv1.VirtualMachine, vmi *kubevirtv1.VirtualMachineInstance) *kubevirtv1.VirtualMachine {
	if vmi == nil {
		return started
	}
	out := started.DeepCopy()
	spec := &out.Spec.Template.Spec
	spec.Volumes = appendMissing(spec.Volumes, vmi.Spec.Volumes, volumeName)
	spec.Domain.Devices.Disks = appendMissing(spec.Domain.Devices.Disks, vmi.Spec.Domain.Devices.Disks, diskName)
	spec.Domain.Devices.Interfaces = appendMissing(spec.Domain.Devices.Interfaces, vmi.Spec.Domain.Devices.Interfaces, interfaceName)
	spec.Networks = appendMissing(spec.Networks, vmi.Spec.Networks, networkName)
	return out
}

func (u *update) add(c Change) {
	c.Of = u.want
	if c.Removed {
		c.Of = u.running
	}
	u.changes = append(u.changes, c)
}

// block has what KubeVirt changes only while nothing waits for a restart wait, too.
func (u *update) block() {
	blocker := ""
	for _, c := range u.changes {
		if c.Landing == Restart && !c.Silent && !c.gated && (blocker == "" || c.Field < blocker) {
			blocker = c.Field
		}
	}
	if blocker == "" {
		return
	}
	for i := range u.changes {
		if c := &u.changes[i]; c.gated && c.Landing != Restart {
			c.Landing, c.Silent = Restart, false
			c.Reason = fmt.Sprintf("KubeVirt changes nothing live while %s waits for a restart", blocker)
		}
	}
}

// migration is the landing of a change that an instance sees on another node.
func (u *update) migration(field string) Change {
	if stuck, because := u.stuck(); stuck {
		why := "it takes a live migration, and the server cannot be migrated" + because
		if u.cluster.Evicts {
			why += "; " + evicts
		}
		return Change{Field: field, Landing: Restart, Silent: true, gated: true, Reason: why}
	}
	return u.migrates(field)
}

const evicts = "the cluster shuts down what it does not migrate for a change (workloadUpdateMethods has Evict)"

// migrates is that of an instance that can be migrated.
func (u *update) migrates(field string) Change {
	c := Change{Field: field, Landing: Migration, gated: true}
	switch {
	case !u.cluster.Known:
		c.Reason = "KubeVirt starts it by itself where workloadUpdateMethods has LiveMigrate"
	case u.cluster.Migrates:
		c.Reason = "KubeVirt starts it by itself"
	case u.cluster.Evicts:
		c.Landing, c.Silent, c.Reason = Restart, true, evicts
	default:
		c.Reason = "somebody must migrate the server, the cluster does not do so by itself (workloadUpdateMethods lacks LiveMigrate)"
	}
	return c
}

// stuck tells of an instance that KubeVirt says cannot be migrated.
func (u *update) stuck() (stuck bool, because string) {
	if u.vmi == nil {
		return false, ""
	}
	for _, c := range u.vmi.Status.Conditions {
		if c.Type == kubevirtv1.VirtualMachineInstanceIsMigratable && c.Status == "False" {
			if c.Message != "" {
				because = " (" + c.Message + ")"
			}
			return true, because
		}
	}
	return false, ""
}

package liveupdate

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// networks follows netvmliveupdate.IsRestartRequired and the network synchronizer
// (VMController.Sync), which nothing else that waits keeps from its work.
func (u *update) networks() {
	is := u.connected()
	// KubeVirt compares with the machine as it was started only where the instance
	// shows that something needs a restart.
	flagged := u.needsRestart(is) && !(equality.Semantic.DeepEqual(u.was.Domain.Devices.Interfaces, u.now.Domain.Devices.Interfaces) &&
		equality.Semantic.DeepEqual(u.was.Networks, u.now.Networks))
	before := len(u.changes)
	for i := range u.now.Domain.Devices.Interfaces {
		now := &u.now.Domain.Devices.Interfaces[i]
		field := fmt.Sprintf("%s[%d]", interfaces, i)
		if there := named(is.Domain.Devices.Interfaces, interfaceName, now.Name); there == nil {
			u.addedInterface(field, now, !flagged)
		} else {
			u.changedInterface(field, there, now, !flagged)
		}
	}
	for i := range u.now.Networks {
		now := &u.now.Networks[i]
		if there := named(is.Networks, networkName, now.Name); there != nil {
			u.changedNetwork(fmt.Sprintf("%s[%d]", networks, i), there, now, !flagged)
		} else if named(u.now.Domain.Devices.Interfaces, interfaceName, now.Name) == nil {
			u.add(Change{Field: fmt.Sprintf("%s[%d]", networks, i), Landing: Restart, Silent: !flagged})
		}
	}
	u.goneInterfaces(is, !flagged)
	if flagged && !slices.ContainsFunc(u.changes[before:], func(c Change) bool { return c.Landing == Restart }) {
		u.add(Change{Field: interfaces, Landing: Restart}) // another order
	}
}

// connected is the part of the instance's spec that says what it is connected to.
func (u *update) connected() *kubevirtv1.VirtualMachineInstanceSpec {
	if u.vmi != nil || len(u.was.Domain.Devices.Interfaces) > 0 {
		return u.is
	}
	// A guest without interfaces has one on the pod network, which the machine may
	// spell out.
	is := &kubevirtv1.VirtualMachineInstanceSpec{}
	if auto := u.was.Domain.Devices.AutoattachPodInterface; auto != nil && !*auto {
		return is
	}
	for _, network := range u.now.Networks {
		if i := named(u.now.Domain.Devices.Interfaces, interfaceName, network.Name); network.Pod != nil && i != nil {
			is.Networks = append(is.Networks, network)
			is.Domain.Devices.Interfaces = append(is.Domain.Devices.Interfaces, *i)
		}
	}
	return is
}

// needsRestart is IsRestartRequired.
func (u *update) needsRestart(is *kubevirtv1.VirtualMachineInstanceSpec) bool {
	for i := range is.Domain.Devices.Interfaces {
		there := &is.Domain.Devices.Interfaces[i]
		if now := named(u.now.Domain.Devices.Interfaces, interfaceName, there.Name); now == nil || !sameInterface(there, now) {
			return true
		}
	}
	for i := range is.Networks {
		there := &is.Networks[i]
		if now := named(u.now.Networks, networkName, there.Name); now == nil || !u.sameNetwork(there, now) {
			return true
		}
	}
	return podNetwork(u.now.Networks) && !podNetwork(is.Networks)
}

func podNetwork(list []kubevirtv1.Network) bool {
	return slices.ContainsFunc(list, func(n kubevirtv1.Network) bool { return n.Pod != nil })
}

func sameInterface(a, b *kubevirtv1.Interface) bool {
	a, b = a.DeepCopy(), b.DeepCopy()
	a.State, b.State = "", ""
	return reflect.DeepEqual(a, b)
}

func (u *update) sameNetwork(a, b *kubevirtv1.Network) bool {
	if u.cluster.LiveNetworks {
		a, b = a.DeepCopy(), b.DeepCopy()
		for _, n := range []*kubevirtv1.Network{a, b} {
			if n.Multus != nil {
				n.Multus.NetworkName = ""
			}
		}
	}
	return reflect.DeepEqual(a, b)
}

func (u *update) addedInterface(field string, now *kubevirtv1.Interface, silent bool) {
	network := named(u.now.Networks, networkName, now.Name)
	switch {
	case now.State == kubevirtv1.InterfaceStateAbsent:
	case network == nil || network.Pod != nil:
		u.add(Change{Field: field, Landing: Restart, Silent: silent, Reason: "only secondary networks are plugged in while a guest runs"})
	case now.SRIOV != nil:
		c := u.migration(field)
		c.gated = false
		u.add(c)
	case now.Bridge != nil:
		u.add(Change{Field: field, Landing: Live, Reason: byMultus})
	default:
		u.add(Change{Field: field, Landing: Restart, Silent: silent, Reason: "only bridge and SR-IOV interfaces are plugged in while a guest runs"})
	}
}

const byMultus = "at once where Multus' dynamic networks controller runs, else by a live migration"

func (u *update) changedInterface(field string, is, now *kubevirtv1.Interface, silent bool) {
	if !sameInterface(is, now) {
		was := named(u.was.Domain.Devices.Interfaces, interfaceName, now.Name)
		if was == nil {
			was = is
		}
		for _, d := range differences(field, was, now) {
			if d.field != field+".state" {
				u.add(Change{Field: d.field, Landing: Restart, Silent: silent})
			}
		}
	}
	if is.State == now.State {
		return
	}
	c := Change{Field: field + ".state", Landing: Live}
	switch {
	case is.State == kubevirtv1.InterfaceStateAbsent:
		c.Landing, c.Silent, c.Reason = Restart, true, "an interface that is being unplugged does not come back"
	case now.State == kubevirtv1.InterfaceStateAbsent && u.ordinal():
		c.Landing, c.Silent, c.Reason = Restart, true, "the server's pod names its interfaces in the old way"
	case now.State == kubevirtv1.InterfaceStateAbsent:
		c.Reason = byMultus
	}
	u.add(c)
}

var ordinalName = regexp.MustCompile(`^net\d+$`)

// ordinal tells of a pod with interfaces "net1", "net2": KubeVirt unplugs none of
// them (HasOrdinalSecondaryIfaces). It waits with all until it knows.
func (u *update) ordinal() bool {
	if u.vmi == nil {
		return false
	}
	return slices.ContainsFunc(u.vmi.Status.Interfaces, func(s kubevirtv1.VirtualMachineInstanceNetworkInterface) bool {
		n := named(u.is.Networks, networkName, s.Name)
		return n != nil && n.Multus != nil && !n.Multus.Default && ordinalName.MatchString(s.PodInterfaceName)
	})
}

func (u *update) changedNetwork(field string, is, now *kubevirtv1.Network, silent bool) {
	if reflect.DeepEqual(is, now) {
		return
	}
	if u.sameNetwork(is, now) {
		c := u.migration(field + ".multus.networkName")
		c.gated = false
		u.add(c)
		return
	}
	was := named(u.was.Networks, networkName, now.Name)
	if was == nil {
		was = is
	}
	for _, d := range differences(field, was, now) {
		u.add(Change{Field: d.field, Landing: Restart, Silent: silent})
	}
}

// goneInterfaces finds what the machine has no more and the instance has.
func (u *update) goneInterfaces(is *kubevirtv1.VirtualMachineInstanceSpec, silent bool) {
	running := &u.running.Spec.Template.Spec
	for _, there := range is.Domain.Devices.Interfaces {
		if named(u.now.Domain.Devices.Interfaces, interfaceName, there.Name) != nil {
			continue
		}
		network := named(is.Networks, networkName, there.Name)
		if named(u.was.Domain.Devices.Interfaces, interfaceName, there.Name) == nil && network != nil && network.Pod != nil && len(u.now.Domain.Devices.Interfaces) == 0 {
			continue // the one that every guest has
		}
		field := at(interfaces, running.Domain.Devices.Interfaces, interfaceName, there.Name)
		u.add(Change{Field: field, Removed: true, Landing: Restart, Silent: silent, Reason: "an interface is unplugged while it is in the machine, with state absent"})
	}
}

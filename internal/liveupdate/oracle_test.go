package liveupdate

import (
	"reflect"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"pgregory.net/rapid"
)

// restartRequired tells whether KubeVirt sets RestartRequired, in the way that
// virt-controller finds out: it takes everything that may change live over to a
// copy of what was started, and compares the rest as a whole.
func restartRequired(started, want *kubevirtv1.VirtualMachine, vmi *kubevirtv1.VirtualMachineInstance, c Cluster) bool {
	was, now := started.Spec.Template.Spec.DeepCopy(), &want.Spec.Template.Spec
	moves := want.Spec.UpdateVolumesStrategy != nil && *want.Spec.UpdateVolumesStrategy == kubevirtv1.UpdateVolumesStrategyMigration
	volumesMay, disksMay := volumesMayChange(was, now, moves), disksMayChange(was, now)
	if volumesMay {
		was.Volumes = now.Volumes
	}
	if disksMay {
		was.Domain.Devices.Disks = now.Domain.Devices.Disks
	}
	if !c.Stage {
		if was.Domain.CPU != nil && now.Domain.CPU != nil {
			was.Domain.CPU.Sockets = now.Domain.CPU.Sockets
		}
		if now.Domain.Memory != nil && now.Domain.Memory.Guest != nil {
			if was.Domain.Memory == nil {
				was.Domain.Memory = &kubevirtv1.Memory{}
			}
			was.Domain.Memory.Guest = now.Domain.Memory.Guest
		}
		was.NodeSelector, was.Affinity, was.Tolerations = now.NodeSelector, now.Affinity, now.Tolerations
	}
	if !networksNeedRestart(now, &vmi.Spec, c) {
		was.Domain.Devices.Interfaces, was.Networks = now.Domain.Devices.Interfaces, now.Networks
	}
	if vmi.Spec.Domain.Firmware != nil && now.Domain.Firmware != nil && vmi.Spec.Domain.Firmware.UUID == now.Domain.Firmware.UUID {
		if was.Domain.Firmware == nil {
			was.Domain.Firmware = &kubevirtv1.Firmware{}
		}
		was.Domain.Firmware.UUID = now.Domain.Firmware.UUID
	}
	if !equality.Semantic.DeepEqual(*was, *now) {
		return true
	}
	return !c.Stage && (socketsNeedRestart(now, vmi) || memoryNeedsRestart(now, vmi) || moves && movesNeedRestart(now, vmi))
}

func volumesMayChange(was, now *spec, moves bool) bool {
	old := map[string]kubevirtv1.Volume{}
	for _, v := range was.Volumes {
		old[v.Name] = v
	}
	for _, v := range now.Volumes {
		before, ok := old[v.Name]
		switch {
		case pluggable(&v):
		case !ok:
			return false
		case moves && (v.PersistentVolumeClaim != nil || v.DataVolume != nil):
		case !equality.Semantic.DeepEqual(before, v):
			return false
		}
		delete(old, v.Name)
	}
	for _, v := range old {
		if !pluggable(&v) {
			return false
		}
	}
	return true
}

func disksMayChange(was, now *spec) bool {
	for _, d := range now.Domain.Devices.Disks {
		before := named(was.Domain.Devices.Disks, diskName, d.Name)
		if !pluggable(named(now.Volumes, volumeName, d.Name)) && (before == nil || !equality.Semantic.DeepEqual(*before, d)) {
			return false
		}
	}
	for _, d := range was.Domain.Devices.Disks {
		if named(now.Domain.Devices.Disks, diskName, d.Name) != nil {
			continue
		}
		if v := named(was.Volumes, volumeName, d.Name); v != nil && !pluggable(v) || d.CDRom != nil {
			return false
		}
	}
	return true
}

func networksNeedRestart(now, is *spec, c Cluster) bool {
	for _, i := range is.Domain.Devices.Interfaces {
		wanted := named(now.Domain.Devices.Interfaces, interfaceName, i.Name)
		if wanted == nil {
			return true
		}
		a, b := i, *wanted
		a.State, b.State = "", ""
		if !reflect.DeepEqual(a, b) {
			return true
		}
	}
	pod := func(n kubevirtv1.Network) bool { return n.Pod != nil }
	if slices.ContainsFunc(now.Networks, pod) && !slices.ContainsFunc(is.Networks, pod) {
		return true
	}
	for _, n := range is.Networks {
		wanted := named(now.Networks, networkName, n.Name)
		if wanted == nil {
			return true
		}
		a, b := n.DeepCopy(), wanted.DeepCopy()
		if c.LiveNetworks && a.Multus != nil && b.Multus != nil {
			a.Multus.NetworkName, b.Multus.NetworkName = "", ""
		}
		if !reflect.DeepEqual(a, b) {
			return true
		}
	}
	return false
}

func socketsNeedRestart(now *spec, vmi *kubevirtv1.VirtualMachineInstance) bool {
	if now.Domain.CPU == nil || now.Domain.CPU.Sockets == vmi.Spec.Domain.CPU.Sockets {
		return false
	}
	n := now.Domain.CPU.Sockets
	return n > vmi.Spec.Domain.CPU.MaxSockets || n < vmi.Spec.Domain.CPU.Sockets || now.Architecture == "arm64"
}

func memoryNeedsRestart(now *spec, vmi *kubevirtv1.VirtualMachineInstance) bool {
	if now.Domain.Memory == nil || now.Domain.Memory.Guest == nil || vmi.Status.Memory.GuestCurrent == nil || now.Domain.Memory.Guest.Equal(*vmi.Spec.Domain.Memory.Guest) {
		return false
	}
	guest, most := now.Domain.Memory.Guest.Value(), vmi.Spec.Domain.Memory.MaxGuest
	return !vmi.IsMigratable() || most == nil || guest > most.Value() || guest%(2<<20) != 0 || most.Value()%(2<<20) != 0 ||
		now.Architecture != "amd64" || guest < 1<<30 || guest < vmi.Status.Memory.GuestAtBoot.Value()
}

func movesNeedRestart(now *spec, vmi *kubevirtv1.VirtualMachineInstance) bool {
	for _, v := range now.Volumes {
		is := named(vmi.Spec.Volumes, volumeName, v.Name)
		if is == nil || claimOf(is) == "" || claimOf(&v) == "" || claimOf(is) == claimOf(&v) {
			continue
		}
		if d := named(vmi.Spec.Domain.Devices.Disks, diskName, v.Name); d != nil && (d.Shareable != nil && *d.Shareable || d.LUN != nil) {
			return true
		}
	}
	return false
}

// anyEdits are changes of all kinds, each of which can come with any other.
var anyEdits = []edit{
	sockets(1), sockets(3), sockets(4), sockets(9), cores(2), maxSockets(16), func(s *spec) { s.Domain.CPU = nil }, architecture("arm64"),
	memory("512Mi"), memory("1Gi"), memory("4Gi"), memory("10Gi"), memory("2049Mi"), hugepages, requests("2Gi"), func(s *spec) { s.Domain.Memory = nil },
	nodeSelector, tolerations, affinity, hostname("web"),
	extraDisk(true), extraDisk(false), claim("other"), root("other"), shareable, drive, func(s *spec) { drive(s); medium(s) },
	func(s *spec) { s.Domain.Devices.Disks[0].Serial = "x" }, func(s *spec) { s.Domain.Devices.Disks[1].Serial = "x" },
	func(s *spec) { s.Volumes, s.Domain.Devices.Disks = s.Volumes[:2], s.Domain.Devices.Disks[:2] },
	func(s *spec) { s.Volumes[1].PersistentVolumeClaim.Hotpluggable = false },
	func(s *spec) { slices.Reverse(s.Volumes); slices.Reverse(s.Domain.Devices.Disks) },
	extraInterface(bridge), extraInterface(sriov), extraInterface(plugin), state("absent"), state("down"), otherNetwork, noPodNetwork,
	func(s *spec) { slices.Reverse(s.Domain.Devices.Interfaces) },
	func(s *spec) { s.Domain.Devices.Interfaces, s.Networks = nil, nil },
	func(s *spec) { s.Domain.Devices.Interfaces[len(s.Domain.Devices.Interfaces)-1].Model = "e1000" },
	func(s *spec) { s.Domain.Devices.GPUs = []kubevirtv1.GPU{{Name: "a"}, {Name: "b"}} },
	func(s *spec) { s.Domain.Devices.GPUs = []kubevirtv1.GPU{{Name: "b"}, {Name: "a"}} },
	func(s *spec) { s.Domain.Firmware.UUID = "3" }, func(s *spec) { s.Domain.Firmware = nil },
	func(s *spec) { s.Domain.Resources.Limits = corev1.ResourceList{"cpu": *quantity("2")} },
}

// drawMachine makes a machine with up to four edits, of which a failure shows the
// numbers.
func drawMachine(t *rapid.T, what string) *kubevirtv1.VirtualMachine {
	vm := machineOf(t)
	for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(anyEdits)-1), 0, 4).Draw(t, what) {
		apply(anyEdits[i], &vm.Spec.Template.Spec)
	}
	if rapid.Bool().Draw(t, what+" moves") {
		movesVolumes(vm)
	}
	return vm
}

// apply leaves a machine as it is that lacks what is to be edited, or where names
// would stand twice.
func apply(e edit, s *spec) {
	before := s.DeepCopy()
	defer func() {
		if recover() != nil || twice(s.Domain.Devices.Disks, diskName) || twice(s.Domain.Devices.Interfaces, interfaceName) {
			*s = *before
		}
	}()
	e(s)
}

func twice[T any](list []T, name func(T) string) bool {
	seen := map[string]bool{}
	for _, e := range list {
		if seen[name(e)] {
			return true
		}
		seen[name(e)] = true
	}
	return false
}

func clusters() *rapid.Generator[Cluster] {
	return rapid.Custom(func(t *rapid.T) Cluster {
		c := known
		c.Stage = rapid.IntRange(0, 3).Draw(t, "stage") == 0
		c.LiveNetworks, c.Migrates = rapid.Bool().Draw(t, "networks"), rapid.Bool().Draw(t, "migrates")
		c.Hotplug = rapid.SampledFrom([]Hotplug{Declarative, SubresourceOnly, None}).Draw(t, "hotplug")
		return c
	})
}

// TestRestartRequired: what KubeVirt sets RestartRequired for has a change that
// waits for a restart and says so, and nothing else has.
func TestRestartRequired(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, from, to := clusters().Draw(t, "cluster"), drawMachine(t, "started"), drawMachine(t, "want")
		vmi := started(from, c)
		if rapid.IntRange(0, 4).Draw(t, "stuck") == 0 {
			stuck(vmi)
		}
		changes := Changes(from, to, vmi, c)
		told := slices.ContainsFunc(changes, func(c Change) bool { return c.Landing == Restart && !c.Silent })
		if required := restartRequired(from, to, vmi, c); told != required {
			t.Errorf("RestartRequired is %v: %v", required, lines(changes))
		}
		for _, change := range changes {
			if change.Of != to && !change.Removed || change.Landing == "" {
				t.Errorf("%+v", change)
			}
		}
	})
}

// TestNoChanges: a guest has what it was started with.
func TestNoChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, vm := clusters().Draw(t, "cluster"), drawMachine(t, "machine")
		for _, vmi := range []*kubevirtv1.VirtualMachineInstance{nil, started(vm, c)} {
			if got := Changes(vm, vm.DeepCopy(), vmi, c); len(got) > 0 {
				t.Errorf("instance known: %v: %v", vmi != nil, lines(got))
			}
		}
	})
}

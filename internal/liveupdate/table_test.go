package liveupdate

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// row is a change in both directions: of a guest that was started with from to to,
// and of one that was started with to back.
type row struct {
	name     string
	from, to []edit
	machine  func(vm *kubevirtv1.VirtualMachine) // of both
	cluster  func(*Cluster)
	instance func(vmi *kubevirtv1.VirtualMachineInstance)
	there    []string // as lines says it
	back     []string
	because  string // the reason of one of there
}

var table = []row{
	{name: "nothing", from: []edit{memory("2Gi")}, to: []edit{memory("2048Mi")}},
	{name: "empty is none", to: []edit{func(s *spec) {
		s.Tolerations, s.NodeSelector, s.Domain.Devices.Filesystems = []corev1.Toleration{}, map[string]string{}, []kubevirtv1.Filesystem{}
	}}},
	{name: "the order of disks and volumes", to: []edit{func(s *spec) {
		s.Volumes[0], s.Volumes[1] = s.Volumes[1], s.Volumes[0]
		s.Domain.Devices.Disks[0], s.Domain.Devices.Disks[1] = s.Domain.Devices.Disks[1], s.Domain.Devices.Disks[0]
	}}},

	{name: "sockets", to: []edit{sockets(4)}, there: []string{"spec.domain.cpu.sockets: live migration"}, back: []string{"spec.domain.cpu.sockets: restart"}, because: "KubeVirt starts it by itself"},
	{name: "more sockets than there is room for", to: []edit{sockets(9)}, there: []string{"spec.domain.cpu.sockets: restart"}, back: []string{"spec.domain.cpu.sockets: restart"}, because: "room for 8 sockets"},
	{name: "sockets of a guest that was started where changes are staged", to: []edit{sockets(4)}, instance: func(vmi *kubevirtv1.VirtualMachineInstance) { vmi.Spec.Domain.CPU.MaxSockets = 0 },
		there: []string{"spec.domain.cpu.sockets: restart"}, back: []string{"spec.domain.cpu.sockets: restart"}, because: "without room for more CPUs"},
	{name: "sockets within max_sockets", from: []edit{maxSockets(3)}, to: []edit{maxSockets(3), sockets(3)}, there: []string{"spec.domain.cpu.sockets: live migration"}, back: []string{"spec.domain.cpu.sockets: restart"}},
	{name: "sockets above max_sockets", from: []edit{maxSockets(3)}, to: []edit{maxSockets(4), sockets(4)},
		there: []string{"spec.domain.cpu.maxSockets: restart", "spec.domain.cpu.sockets: restart"}, back: []string{"spec.domain.cpu.maxSockets: restart", "spec.domain.cpu.sockets: restart"}},
	{name: "sockets on ARM", from: []edit{architecture("arm64")}, to: []edit{architecture("arm64"), sockets(4)}, there: []string{"spec.domain.cpu.sockets: restart"}, back: []string{"spec.domain.cpu.sockets: restart"}, because: "ARM"},
	{name: "sockets that nobody migrates for", to: []edit{sockets(4)}, cluster: func(c *Cluster) { c.Migrates = false },
		there: []string{"spec.domain.cpu.sockets: live migration"}, back: []string{"spec.domain.cpu.sockets: restart"}, because: "somebody must migrate the server"},
	{name: "sockets where the cluster evicts", to: []edit{sockets(4)}, cluster: func(c *Cluster) { c.Migrates, c.Evicts = false, true },
		there: []string{"spec.domain.cpu.sockets: restart, silent"}, back: []string{"spec.domain.cpu.sockets: restart"}, because: "shuts down"},
	{name: "sockets of what cannot be migrated", to: []edit{sockets(4)}, instance: stuck,
		there: []string{"spec.domain.cpu.sockets: restart, silent"}, back: []string{"spec.domain.cpu.sockets: restart"}, because: "host devices"},
	{name: "sockets without a topology", from: []edit{func(s *spec) { s.Domain.CPU = &kubevirtv1.CPU{Model: "Conroe"} }}, to: []edit{func(s *spec) { s.Domain.CPU = &kubevirtv1.CPU{Model: "Conroe", Sockets: 2} }},
		there: []string{"spec.domain.cpu.sockets: live migration"}, back: []string{"spec.domain.cpu.sockets: restart"}},
	{name: "cpu out of nothing", from: []edit{func(s *spec) { s.Domain.CPU = nil }}, to: []edit{func(s *spec) { s.Domain.CPU = &kubevirtv1.CPU{Sockets: 2} }},
		there: []string{"spec.domain.cpu.sockets: restart"}, back: []string{"-spec.domain.cpu.sockets: restart"}},
	{name: "cores", to: []edit{cores(2)}, there: []string{"spec.domain.cpu.cores: restart"}, back: []string{"spec.domain.cpu.cores: restart"}},
	{name: "sockets and cores", to: []edit{sockets(4), cores(2)}, there: []string{"spec.domain.cpu.cores: restart", "spec.domain.cpu.sockets: restart"}, back: []string{"spec.domain.cpu.cores: restart", "spec.domain.cpu.sockets: restart"},
		because: "KubeVirt changes nothing live while spec.template.spec.domain.cpu.cores waits for a restart"},
	{name: "what waits by itself holds nothing up", to: []edit{sockets(9), memory("4Gi"), nodeSelector},
		there: []string{"spec.domain.cpu.sockets: restart", "spec.domain.memory.guest: live migration", "spec.nodeSelector: live"},
		back:  []string{"spec.domain.cpu.sockets: restart", "spec.domain.memory.guest: restart", "-spec.nodeSelector: live"}},

	{name: "memory", to: []edit{memory("4Gi")}, there: []string{"spec.domain.memory.guest: live migration"}, back: []string{"spec.domain.memory.guest: restart"}},
	{name: "more memory than there is room for", to: []edit{memory("10Gi")}, there: []string{"spec.domain.memory.guest: restart"}, back: []string{"spec.domain.memory.guest: restart"}, because: "room for 8Gi"},
	{name: "memory in odd steps", to: []edit{memory("2049Mi")}, there: []string{"spec.domain.memory.guest: restart"}, back: []string{"spec.domain.memory.guest: restart"}, because: "2Mi"},
	{name: "memory of a small guest", from: []edit{memory("512Mi")}, to: []edit{memory("1Gi")}, there: []string{"spec.domain.memory.guest: restart"}, back: []string{"spec.domain.memory.guest: restart"}, because: "at least 1Gi"},
	{name: "memory on ARM", from: []edit{architecture("arm64")}, to: []edit{architecture("arm64"), memory("4Gi")}, there: []string{"spec.domain.memory.guest: restart"}, back: []string{"spec.domain.memory.guest: restart"}, because: "x86_64"},
	{name: "memory of what cannot be migrated", to: []edit{memory("4Gi")}, instance: stuck, there: []string{"spec.domain.memory.guest: restart"}, back: []string{"spec.domain.memory.guest: restart"}, because: "host devices"},
	{name: "memory that the guest did not take", to: []edit{memory("4Gi")}, instance: func(vmi *kubevirtv1.VirtualMachineInstance) {
		vmi.Status.Conditions = append(vmi.Status.Conditions, kubevirtv1.VirtualMachineInstanceCondition{Type: kubevirtv1.VirtualMachineInstanceMemoryChange, Status: corev1.ConditionFalse})
	}, there: []string{"spec.domain.memory.guest: restart"}, back: []string{"spec.domain.memory.guest: restart"}, because: "did not take"},
	{name: "memory that was raised before goes back", from: []edit{memory("2Gi")}, to: []edit{memory("3Gi")}, instance: func(vmi *kubevirtv1.VirtualMachineInstance) {
		vmi.Spec.Domain.Memory.Guest, vmi.Status.Memory.GuestCurrent = quantity("4Gi"), quantity("4Gi")
	}, there: []string{"spec.domain.memory.guest: live migration"}, back: []string{"spec.domain.memory.guest: restart"}},
	{name: "memory by the request", from: []edit{requests("2Gi")}, to: []edit{requests("3Gi")},
		there: []string{"spec.domain.resources.requests.memory: restart"}, back: []string{"spec.domain.resources.requests.memory: restart"}},
	{name: "hugepages", from: []edit{hugepages}, to: []edit{}, there: []string{"-spec.domain.memory.hugepages.pageSize: restart"}, back: []string{"spec.domain.memory.hugepages.pageSize: restart"}},

	{name: "placement", to: []edit{nodeSelector, tolerations, affinity},
		there: []string{"spec.affinity: live", "spec.nodeSelector: live", "spec.tolerations: live"}, back: []string{"-spec.affinity: live", "-spec.nodeSelector: live", "-spec.tolerations: live"}},
	{name: "placement while something waits", to: []edit{nodeSelector, hostname("web")},
		there: []string{"spec.hostname: restart", "spec.nodeSelector: restart"}, back: []string{"-spec.hostname: restart", "-spec.nodeSelector: restart"}},
	{name: "staged", to: []edit{nodeSelector, sockets(4), memory("4Gi")}, cluster: func(c *Cluster) { c.Stage = true }, because: "Stage",
		there: []string{"spec.domain.cpu.sockets: restart", "spec.domain.memory.guest: restart", "spec.nodeSelector: restart"},
		back:  []string{"spec.domain.cpu.sockets: restart", "spec.domain.memory.guest: restart", "-spec.nodeSelector: restart"}},
	{name: "placement, staged", to: []edit{nodeSelector, tolerations, affinity}, cluster: func(c *Cluster) { c.Stage = true }, because: "Stage",
		there: []string{"spec.affinity: restart", "spec.nodeSelector: restart", "spec.tolerations: restart"}, back: []string{"-spec.affinity: restart", "-spec.nodeSelector: restart", "-spec.tolerations: restart"}},

	{name: "a hotpluggable disk", to: []edit{extraDisk(true)}, there: []string{"spec.domain.devices.disks[3]: live", "spec.volumes[3]: live"}, back: []string{"-spec.domain.devices.disks[3]: live", "-spec.volumes[3]: live"}},
	{name: "a hotpluggable disk while something waits", to: []edit{extraDisk(true), hostname("web")},
		there: []string{"spec.domain.devices.disks[3]: live", "spec.hostname: restart", "spec.volumes[3]: live"}, back: []string{"-spec.domain.devices.disks[3]: live", "-spec.hostname: restart", "-spec.volumes[3]: live"}},
	{name: "a hotpluggable disk without hot-plugging", to: []edit{extraDisk(true)}, cluster: func(c *Cluster) { c.Hotplug = None }, because: "DeclarativeHotplugVolumes",
		there: []string{"spec.domain.devices.disks[3]: restart, silent", "spec.volumes[3]: restart, silent"}, back: []string{"-spec.domain.devices.disks[3]: restart, silent", "-spec.volumes[3]: restart, silent"}},
	{name: "a hotpluggable disk with the older way", to: []edit{extraDisk(true)}, cluster: func(c *Cluster) { c.Hotplug = SubresourceOnly }, because: "addvolume",
		there: []string{"spec.domain.devices.disks[3]: restart, silent", "spec.volumes[3]: restart, silent"}, back: []string{"-spec.domain.devices.disks[3]: restart, silent", "-spec.volumes[3]: restart, silent"}},
	{name: "a disk", to: []edit{extraDisk(false)}, there: []string{"spec.domain.devices.disks[3]: restart", "spec.volumes[3]: restart"}, back: []string{"-spec.domain.devices.disks[3]: restart", "-spec.volumes[3]: restart"}},
	{name: "a disk becomes hotpluggable", from: []edit{extraDisk(false)}, to: []edit{extraDisk(true)}, there: []string{"spec.volumes[3]: restart, silent"}, back: []string{"spec.volumes[3].persistentVolumeClaim.hotpluggable: restart"}},
	{name: "a claim is swapped", to: []edit{claim("other")}, there: []string{"spec.volumes[1]: live"}, back: []string{"spec.volumes[1]: live"}},
	{name: "a claim and its bus", to: []edit{claim("other"), func(s *spec) { s.Domain.Devices.Disks[1].Disk.Bus = "virtio" }},
		there: []string{"spec.domain.devices.disks[1]: live", "spec.volumes[1]: live"}, back: []string{"spec.domain.devices.disks[1]: live", "spec.volumes[1]: live"}},
	{name: "the bus of a hotpluggable disk", to: []edit{func(s *spec) { s.Domain.Devices.Disks[1].Disk.Bus = "virtio" }},
		there: []string{"spec.domain.devices.disks[1].disk.bus: restart, silent"}, back: []string{"spec.domain.devices.disks[1].disk.bus: restart, silent"}},
	{name: "the serial of the root disk", to: []edit{func(s *spec) { s.Domain.Devices.Disks[0].Serial = "x" }}, there: []string{"spec.domain.devices.disks[0].serial: restart"}, back: []string{"spec.domain.devices.disks[0].serial: restart"}},
	{name: "cloud-init's Secret", to: []edit{func(s *spec) { s.Volumes[2].CloudInitNoCloud.UserDataSecretRef.Name = "x" }},
		there: []string{"spec.volumes[2].cloudInitNoCloud.secretRef.name: restart"}, back: []string{"spec.volumes[2].cloudInitNoCloud.secretRef.name: restart"}},
	{name: "an empty drive", to: []edit{drive}, there: []string{"spec.domain.devices.disks[3]: restart"}, back: []string{"-spec.domain.devices.disks[3]: restart"}},
	{name: "a medium in a drive", from: []edit{drive}, to: []edit{drive, medium}, there: []string{"spec.volumes[3]: live"}, back: []string{"-spec.volumes[3]: live"}},

	{name: "a disk is moved", to: []edit{claim("other")}, machine: movesVolumes, there: []string{"spec.volumes[1]: live migration"}, back: []string{"spec.volumes[1]: live migration"}, because: "copied"},
	{name: "the root disk is moved", to: []edit{root("other")}, machine: movesVolumes, there: []string{"spec.volumes[0]: live migration"}, back: []string{"spec.volumes[0]: live migration"}},
	{name: "the root disk is moved without", to: []edit{root("other")}, there: []string{"spec.volumes[0].dataVolume.name: restart"}, back: []string{"spec.volumes[0].dataVolume.name: restart"}},
	{name: "a disk is moved while something waits", to: []edit{root("other"), hostname("web")}, machine: movesVolumes,
		there: []string{"spec.hostname: restart", "spec.volumes[0]: restart"}, back: []string{"-spec.hostname: restart", "spec.volumes[0]: restart"}},
	{name: "a disk is moved, staged", to: []edit{root("other")}, machine: movesVolumes, cluster: func(c *Cluster) { c.Stage = true },
		there: []string{"spec.volumes[0]: restart, silent"}, back: []string{"spec.volumes[0]: restart, silent"}},
	{name: "a disk is plugged in where disks are moved", to: []edit{extraDisk(true)}, machine: movesVolumes, because: "turns hot-plugging off",
		there: []string{"spec.domain.devices.disks[3]: restart, silent", "spec.volumes[3]: restart, silent"}, back: []string{"-spec.domain.devices.disks[3]: restart, silent", "-spec.volumes[3]: restart, silent"}},
	{name: "a shareable disk is moved", from: []edit{shareable}, to: []edit{shareable, root("other")}, machine: movesVolumes, there: []string{"spec.volumes[0]: restart"}, back: []string{"spec.volumes[0]: restart"}},
	{name: "a disk is moved away from one that stays", to: []edit{root("other")}, machine: movesVolumes, instance: func(vmi *kubevirtv1.VirtualMachineInstance) {
		vmi.Status.VolumeStatus = []kubevirtv1.VolumeStatus{{Name: "data", PersistentVolumeClaimInfo: &kubevirtv1.PersistentVolumeClaimInfo{AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}}}}
	}, there: []string{"spec.volumes[0]: restart"}, back: []string{"spec.volumes[0]: restart"}, because: `"data"`},
	{name: "filesystems", to: []edit{func(s *spec) {
		s.Domain.Devices.Filesystems = []kubevirtv1.Filesystem{{Name: "f", Virtiofs: &kubevirtv1.FilesystemVirtiofs{}}}
		s.Volumes = append(s.Volumes, kubevirtv1.Volume{Name: "f", VolumeSource: kubevirtv1.VolumeSource{Secret: &kubevirtv1.SecretVolumeSource{SecretName: "f"}}})
	}}, there: []string{"spec.domain.devices.filesystems[0]: restart", "spec.volumes[3]: restart"}, back: []string{"-spec.domain.devices.filesystems[0]: restart", "-spec.volumes[3]: restart"}},

	{name: "a bridge", to: []edit{extraInterface(bridge)}, there: []string{"spec.domain.devices.interfaces[2]: live"}, back: []string{"-spec.domain.devices.interfaces[2]: restart"}},
	{name: "a bridge while something waits", to: []edit{extraInterface(bridge), hostname("web")},
		there: []string{"spec.domain.devices.interfaces[2]: live", "spec.hostname: restart"}, back: []string{"-spec.domain.devices.interfaces[2]: restart", "-spec.hostname: restart"}},
	{name: "SR-IOV", to: []edit{extraInterface(sriov)}, there: []string{"spec.domain.devices.interfaces[2]: live migration"}, back: []string{"-spec.domain.devices.interfaces[2]: restart"}},
	{name: "a plugin", to: []edit{extraInterface(plugin)}, there: []string{"spec.domain.devices.interfaces[2]: restart, silent"}, back: []string{"-spec.domain.devices.interfaces[2]: restart"}},
	{name: "an interface is unplugged", to: []edit{state("absent")}, there: []string{"spec.domain.devices.interfaces[1].state: live"}, back: []string{"spec.domain.devices.interfaces[1].state: restart, silent"}},
	{name: "an interface is unplugged from an old pod", to: []edit{state("absent")}, instance: func(vmi *kubevirtv1.VirtualMachineInstance) {
		vmi.Status.Interfaces = []kubevirtv1.VirtualMachineInstanceNetworkInterface{{Name: "lan", PodInterfaceName: "net1"}}
	}, there: []string{"spec.domain.devices.interfaces[1].state: restart, silent"}, back: []string{"spec.domain.devices.interfaces[1].state: restart, silent"}},
	{name: "a link", to: []edit{state("down")}, there: []string{"spec.domain.devices.interfaces[1].state: live"}, back: []string{"spec.domain.devices.interfaces[1].state: live"}},
	{name: "the model of an interface", to: []edit{func(s *spec) { s.Domain.Devices.Interfaces[1].Model = "e1000" }}, there: []string{"spec.domain.devices.interfaces[1].model: restart"}, back: []string{"spec.domain.devices.interfaces[1].model: restart"}},
	{name: "the network of an interface", to: []edit{otherNetwork}, there: []string{"spec.networks[1].multus.networkName: restart"}, back: []string{"spec.networks[1].multus.networkName: restart"}},
	{name: "the network of an interface, live", to: []edit{otherNetwork}, cluster: func(c *Cluster) { c.LiveNetworks = true },
		there: []string{"spec.networks[1].multus.networkName: live migration"}, back: []string{"spec.networks[1].multus.networkName: live migration"}},
	{name: "the pod network", from: []edit{noPodNetwork}, to: []edit{}, there: []string{"spec.domain.devices.interfaces[0]: restart"}, back: []string{"-spec.domain.devices.interfaces[0]: restart"}},

	{name: "the host name", to: []edit{hostname("web")}, there: []string{"spec.hostname: restart"}, back: []string{"-spec.hostname: restart"}},
	{name: "a GPU", to: []edit{func(s *spec) { s.Domain.Devices.GPUs = []kubevirtv1.GPU{{Name: "g", DeviceName: "x/y"}} }}, there: []string{"spec.domain.devices.gpus[0]: restart"}, back: []string{"-spec.domain.devices.gpus[0]: restart"}},
	{name: "the uuid that KubeVirt noted", from: []edit{func(s *spec) { s.Domain.Firmware = nil }}, to: []edit{func(s *spec) { s.Domain.Firmware = &kubevirtv1.Firmware{UUID: "1"} }}, instance: func(vmi *kubevirtv1.VirtualMachineInstance) {
		vmi.Spec.Domain.Firmware = &kubevirtv1.Firmware{UUID: "1"}
	}, back: []string{"-spec.domain.firmware.uuid: restart"}},
	{name: "another uuid", to: []edit{func(s *spec) { s.Domain.Firmware.UUID = "3" }}, there: []string{"spec.domain.firmware.uuid: restart"}, back: []string{"spec.domain.firmware.uuid: restart"}},
	{name: "a probe", to: []edit{func(s *spec) {
		s.LivenessProbe = &kubevirtv1.Probe{Handler: kubevirtv1.Handler{GuestAgentPing: &kubevirtv1.GuestAgentPing{}}, PeriodSeconds: 5}
	}}, there: []string{"spec.livenessProbe.guestAgentPing: restart", "spec.livenessProbe.periodSeconds: restart"}, back: []string{"-spec.livenessProbe.guestAgentPing: restart", "-spec.livenessProbe.periodSeconds: restart"}},
}

func maxSockets(n uint32) edit { return func(s *spec) { s.Domain.CPU.MaxSockets = n } }

func architecture(a string) edit { return func(s *spec) { s.Architecture = a } }

func hostname(h string) edit { return func(s *spec) { s.Hostname = h } }

func root(dv string) edit { return func(s *spec) { s.Volumes[0].DataVolume.Name = dv } }

func shareable(s *spec) { s.Domain.Devices.Disks[0].Shareable = ptr.To(true) }

func requests(memory string) edit {
	return func(s *spec) {
		s.Domain.Memory = nil
		s.Domain.Resources.Requests = corev1.ResourceList{corev1.ResourceMemory: *quantity(memory)}
	}
}

func drive(s *spec) {
	s.Domain.Devices.Disks = append(s.Domain.Devices.Disks, kubevirtv1.Disk{Name: "drive", DiskDevice: kubevirtv1.DiskDevice{CDRom: &kubevirtv1.CDRomTarget{Bus: "sata"}}})
}

func medium(s *spec) {
	s.Volumes = append(s.Volumes, kubevirtv1.Volume{Name: "drive", VolumeSource: kubevirtv1.VolumeSource{DataVolume: &kubevirtv1.DataVolumeSource{Name: "iso", Hotpluggable: true}}})
}

func noPodNetwork(s *spec) {
	s.Domain.Devices.Interfaces, s.Networks = s.Domain.Devices.Interfaces[1:], s.Networks[1:]
}

func stuck(vmi *kubevirtv1.VirtualMachineInstance) {
	vmi.Status.Conditions = []kubevirtv1.VirtualMachineInstanceCondition{{Type: kubevirtv1.VirtualMachineInstanceIsMigratable, Status: corev1.ConditionFalse, Message: "it has host devices"}}
}

func TestChanges(t *testing.T) {
	for _, r := range table {
		t.Run(r.name, func(t *testing.T) {
			c := known
			if r.cluster != nil {
				r.cluster(&c)
			}
			try := func(from, to []edit, want []string) []Change {
				t.Helper()
				was, now := machine(t, from...), machine(t, to...)
				for _, vm := range []*kubevirtv1.VirtualMachine{was, now} {
					if r.machine != nil {
						r.machine(vm)
					}
				}
				vmi := started(was, c)
				if r.instance != nil {
					r.instance(vmi)
				}
				got := Changes(was, now, vmi, c)
				if diff := cmp.Diff(want, lines(got)); diff != "" {
					t.Error(diff)
				}
				if r.instance == nil { // that the instance is not known changes nothing
					if diff := cmp.Diff(want, lines(Changes(was, now, nil, c))); diff != "" {
						t.Errorf("without the instance: %s", diff)
					}
				}
				return got
			}
			got := try(r.from, r.to, r.there)
			try(r.to, r.from, r.back)
			try(r.from, r.from, nilUnless(r.name == "memory that was raised before goes back", "spec.domain.memory.guest: live migration"))
			said := ""
			for _, change := range got {
				said += change.Reason + "\n"
			}
			if !strings.Contains(said, r.because) {
				t.Errorf("no change is for %q:\n%s", r.because, said)
			}
		})
	}
}

func nilUnless(is bool, line string) []string {
	if is {
		return []string{line}
	}
	return nil
}

package liveupdate

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

func sockets(n uint32) edit { return func(s *spec) { s.Domain.CPU.Sockets = n } }

func cores(n uint32) edit { return func(s *spec) { s.Domain.CPU.Cores = n } }

func memory(size string) edit { return func(s *spec) { s.Domain.Memory.Guest = quantity(size) } }

func hugepages(s *spec) { s.Domain.Memory.Hugepages = &kubevirtv1.Hugepages{PageSize: "2Mi"} }

func nodeSelector(s *spec) { s.NodeSelector = map[string]string{"disk": "ssd"} }

func tolerations(s *spec) { s.Tolerations = []corev1.Toleration{{Key: "gpu"}} }

func affinity(s *spec) {
	s.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{TopologyKey: "zone"}}}}
}

// extraDisk adds a disk with a claim.
func extraDisk(hotpluggable bool) edit {
	return func(s *spec) {
		source := &kubevirtv1.PersistentVolumeClaimVolumeSource{Hotpluggable: hotpluggable}
		source.ClaimName = "extra"
		s.Volumes = append(s.Volumes, kubevirtv1.Volume{Name: "extra", VolumeSource: kubevirtv1.VolumeSource{PersistentVolumeClaim: source}})
		s.Domain.Devices.Disks = append(s.Domain.Devices.Disks, kubevirtv1.Disk{Name: "extra", DiskDevice: kubevirtv1.DiskDevice{Disk: &kubevirtv1.DiskTarget{Bus: "scsi"}}})
	}
}

// claim changes the claim of the hotpluggable disk.
func claim(name string) edit {
	return func(s *spec) { s.Volumes[1].PersistentVolumeClaim.ClaimName = name }
}

func movesVolumes(vm *kubevirtv1.VirtualMachine) {
	vm.Spec.UpdateVolumesStrategy = ptr.To(kubevirtv1.UpdateVolumesStrategyMigration)
}

var (
	bridge = kubevirtv1.Interface{InterfaceBindingMethod: kubevirtv1.InterfaceBindingMethod{Bridge: &kubevirtv1.InterfaceBridge{}}}
	sriov  = kubevirtv1.Interface{InterfaceBindingMethod: kubevirtv1.InterfaceBindingMethod{SRIOV: &kubevirtv1.InterfaceSRIOV{}}}
	plugin = kubevirtv1.Interface{Binding: &kubevirtv1.PluginBinding{Name: "passt"}}
)

// extraInterface adds an interface on a secondary network.
func extraInterface(i kubevirtv1.Interface) edit {
	return func(s *spec) {
		i.Name = "extra"
		s.Domain.Devices.Interfaces = append(s.Domain.Devices.Interfaces, i)
		s.Networks = append(s.Networks, kubevirtv1.Network{Name: "extra", NetworkSource: kubevirtv1.NetworkSource{Multus: &kubevirtv1.MultusNetwork{NetworkName: "extra"}}})
	}
}

// state changes the state of the secondary interface.
func state(to kubevirtv1.InterfaceState) edit {
	return func(s *spec) { s.Domain.Devices.Interfaces[1].State = to }
}

func otherNetwork(s *spec) { s.Networks[1].Multus.NetworkName = "other" }

package liveupdate

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

func TestClusterOf(t *testing.T) {
	for name, test := range map[string]struct {
		kubevirt string
		want     Cluster
	}{
		"1.8 by default": {`status: {observedKubeVirtVersion: v1.8.2}`, Cluster{Version: "v1.8.2", Hotplug: None, Ratio: 4}},
		"1.9 by default": {`status: {observedKubeVirtVersion: v1.9.0}`, Cluster{Version: "v1.9.0", Hotplug: Declarative, LiveNetworks: true, Ratio: 4}},
		"a candidate":    {`status: {observedKubeVirtVersion: v1.9.0-rc.1}`, Cluster{Version: "v1.9.0-rc.1", Hotplug: Declarative, LiveNetworks: true, Ratio: 4}},
		"no version":     {`spec: {}`, Cluster{Hotplug: None, Ratio: 4}},
		"gates": {`{spec: {configuration: {developerConfiguration: {featureGates: [DeclarativeHotplugVolumes, LiveUpdateNADRef]}}}, status: {observedKubeVirtVersion: v1.8.2}}`,
			Cluster{Version: "v1.8.2", Hotplug: Declarative, LiveNetworks: true, Ratio: 4}},
		"both ways to hot-plug": {`spec: {configuration: {developerConfiguration: {featureGates: [DeclarativeHotplugVolumes, HotplugVolumes]}}}`, Cluster{Hotplug: SubresourceOnly, Ratio: 4}},
		"turned off": {`{spec: {configuration: {developerConfiguration: {disabledFeatureGates: [DeclarativeHotplugVolumes, LiveUpdateNADRef]}}}, status: {observedKubeVirtVersion: v1.9.0}}`,
			Cluster{Version: "v1.9.0", Hotplug: None, Ratio: 4}},
		"staged, with room": {`{spec: {workloadUpdateStrategy: {workloadUpdateMethods: [Evict, LiveMigrate]}, configuration: {vmRolloutStrategy: Stage, liveUpdateConfiguration: {maxHotplugRatio: 2, maxCpuSockets: 16, maxGuest: 8Gi}}}}`,
			Cluster{Stage: true, Migrates: true, Evicts: true, Hotplug: None, Ratio: 2, MaxSockets: 16, MaxGuest: quantity("8Gi")}},
	} {
		kv := &kubevirtv1.KubeVirt{}
		if err := yaml.UnmarshalStrict([]byte(test.kubevirt), kv); err != nil {
			t.Fatal(err)
		}
		test.want.Known = true
		if diff := cmp.Diff(test.want, ClusterOf(kv)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if c := ClusterOf(nil); c.Known || c.Stage || c.Migrates || c.Hotplug != Declarative {
		t.Errorf("of no cluster: %+v", c)
	}
}

// TestPlugged: what came after the start is compared with the instance, too.
func TestPlugged(t *testing.T) {
	from, with := machine(t), machine(t, extraDisk(true), extraInterface(bridge))
	vmi := started(from, known)
	vmi.Spec = *with.Spec.Template.Spec.DeepCopy()
	wantLines(t, "it is there", nil, Changes(from, with, vmi, known))
	gone := Changes(from, from.DeepCopy(), vmi, known)
	wantLines(t, "it goes again", []string{"-spec.domain.devices.disks[3]: live", "-spec.domain.devices.interfaces[2]: restart, silent", "-spec.volumes[3]: live"}, gone)
	for _, c := range gone {
		if s := c.Of.Spec.Template.Spec; s.Volumes[3].Name != "extra" || s.Domain.Devices.Interfaces[2].Name != "extra" {
			t.Errorf("%s names nothing", c.Field)
		}
	}
	unplugged := started(with, known)
	unplugged.Spec = *from.Spec.Template.Spec.DeepCopy()
	wantLines(t, "it is unplugged already", nil, Changes(with, from, unplugged, known))

	dump := &kubevirtv1.MemoryDumpVolumeSource{}
	dump.ClaimName, dump.Hotpluggable = "dump", true
	dumped := started(from, known)
	dumped.Spec.Volumes = append(dumped.Spec.Volumes, kubevirtv1.Volume{Name: "dump", VolumeSource: kubevirtv1.VolumeSource{MemoryDump: dump}})
	wantLines(t, "a memory dump", nil, Changes(from, from.DeepCopy(), dumped, known))

	defaults := machine(t, func(s *spec) { s.Domain.Devices.Disks = s.Domain.Devices.Disks[:2] })
	wantLines(t, "a volume without a disk", nil, Changes(defaults, defaults.DeepCopy(), started(from, known), known))

	implicit := machine(t, func(s *spec) { s.Domain.Devices.Interfaces, s.Networks = nil, nil })
	wantLines(t, "the interface that every guest has", nil, Changes(implicit, implicit.DeepCopy(), started(machine(t, func(s *spec) {
		s.Domain.Devices.Interfaces, s.Networks = s.Domain.Devices.Interfaces[:1], s.Networks[:1]
	}), known), known))
}

// TestTemplateKeys: labels and annotations reach an instance at its start.
func TestTemplateKeys(t *testing.T) {
	keys := func(labels, annotations map[string]string) *kubevirtv1.VirtualMachine {
		vm := machine(t)
		vm.Spec.Template.ObjectMeta.Labels, vm.Spec.Template.ObjectMeta.Annotations = labels, annotations
		return vm
	}
	from, to := keys(map[string]string{"a": "1", "b": "1"}, nil), keys(map[string]string{"a": "2", "c": "1"}, map[string]string{
		"note": "x", "descheduler.alpha.kubernetes.io/evict": "true", "kubevirt.io/pci-topology-version": "v3",
	})
	vmi := started(from, known)
	vmi.Labels = map[string]string{"a": "1", "b": "1", "kubevirt.io/nodeName": "node-0"}
	want := []string{
		"metadata.annotations=descheduler.alpha.kubernetes.io/evict: live", "metadata.annotations=note: restart, silent",
		"metadata.labels=a: restart, silent", "-metadata.labels=b: restart, silent", "metadata.labels=c: restart, silent",
	}
	wantLines(t, "keys", want, Changes(from, to, vmi, known))
	wantLines(t, "keys, without the instance", want, Changes(from, to, nil, known))
	wantLines(t, "no keys", nil, Changes(from, from.DeepCopy(), vmi, known))
}

func wantLines(t *testing.T, what string, want []string, got []Change) {
	t.Helper()
	if diff := cmp.Diff(want, lines(got)); diff != "" {
		t.Errorf("%s: %s", what, diff)
	}
}

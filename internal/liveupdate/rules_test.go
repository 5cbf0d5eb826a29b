package liveupdate

import (
	"testing"

	kubevirtv1 "kubevirt.io/api/core/v1"
)

// example is a change of one kind, and what of it counts.
type example struct {
	from, to []edit
	cluster  func(*Cluster)
	meta     func(vm *kubevirtv1.VirtualMachine)
}

// ruleExamples has at least one change for each rule of KubeVirt.
var ruleExamples = map[string][]example{
	"CPU sockets are added": {{to: []edit{sockets(4)}}, {to: []edit{sockets(8)}}},
	"CPU sockets are taken away, or more are added than there is room for": {{to: []edit{sockets(1)}}, {to: []edit{sockets(9)}}},
	"Other properties of the CPU":                                          {{to: []edit{cores(2)}}, {to: []edit{func(s *spec) { s.Domain.CPU.Threads = 2 }}}, {to: []edit{func(s *spec) { s.Domain.CPU.Model = "Conroe" }}}},
	"Memory grows, or shrinks to no less than the guest was started with":  {{to: []edit{memory("4Gi")}}, {to: []edit{memory("8Gi")}}},
	"Other changes of memory": {
		{to: []edit{memory("1Gi")}}, {to: []edit{memory("9Gi")}}, {to: []edit{memory("3000000Ki")}}, {from: []edit{memory("512Mi")}, to: []edit{memory("1Gi")}},
		{to: []edit{func(s *spec) { s.Domain.Memory.MaxGuest = quantity("16Gi") }}}, {to: []edit{hugepages}},
	},
	"An instance type with more sockets or more memory":             {{to: []edit{sockets(4), memory("4Gi")}}},
	"Any other instance type or preference":                         {{to: []edit{cores(2)}}},
	"GPUs and devices of the host":                                  {{to: []edit{func(s *spec) { s.Domain.Devices.GPUs = []kubevirtv1.GPU{{Name: "gpu-0", DeviceName: "x/y"}} }}}},
	"Node selector, affinity, tolerations":                          {{to: []edit{nodeSelector}}, {from: []edit{nodeSelector}}, {to: []edit{tolerations}}, {from: []edit{tolerations}}, {to: []edit{affinity}}, {from: []edit{affinity}}},
	"A hotpluggable disk is added or removed":                       {{to: []edit{extraDisk(true)}}, {from: []edit{extraDisk(true)}}},
	"The same where the cluster does not hot-plug":                  {{to: []edit{extraDisk(true)}, cluster: func(c *Cluster) { c.Hotplug = None }}, {from: []edit{extraDisk(true)}, cluster: func(c *Cluster) { c.Hotplug = SubresourceOnly }}},
	"Settings of a hotpluggable disk that is plugged in":            {{to: []edit{func(s *spec) { s.Domain.Devices.Disks[1].Serial = "x" }}}},
	"Any other disk is added, changed or removed":                   {{to: []edit{extraDisk(false)}}, {from: []edit{extraDisk(false)}}, {to: []edit{func(s *spec) { s.Domain.Devices.Disks[0].Serial = "x" }}}},
	"Another claim of a disk, with the update strategy `Migration`": {{to: []edit{claim("other")}, meta: movesVolumes}, {to: []edit{func(s *spec) { s.Volumes[0].DataVolume.Name = "other" }}, meta: movesVolumes}},
	"Filesystems":                                {{to: []edit{func(s *spec) { s.Domain.Devices.Filesystems = []kubevirtv1.Filesystem{{Name: "f"}} }}}},
	"An interface is added":                      {{to: []edit{extraInterface(bridge)}}},
	"An SR-IOV interface is added":               {{to: []edit{extraInterface(sriov)}}},
	"An interface with another binding is added": {{to: []edit{extraInterface(plugin)}}},
	"State of an interface":                      {{to: []edit{state("absent")}}, {from: []edit{state("down")}}, {to: []edit{state("down")}}},
	"Network of an interface":                    {{to: []edit{otherNetwork}, cluster: func(c *Cluster) { c.LiveNetworks = true }}},
	"An interface is changed otherwise, or one with another binding is removed": {{from: []edit{extraInterface(sriov)}}, {to: []edit{func(s *spec) { s.Domain.Devices.Interfaces[1].MacAddress = "02:00:00:00:00:01" }}}, {to: []edit{otherNetwork}}},
	"Labels and annotations of the template, Ignition": {{meta: func(vm *kubevirtv1.VirtualMachine) { vm.Spec.Template.ObjectMeta.Labels["tier"] = "db" }}, {meta: func(vm *kubevirtv1.VirtualMachine) {
		vm.Spec.Template.ObjectMeta.Annotations = map[string]string{"kubevirt.io/ignitiondata": "{}"}
	}}},
	"Everything else that the guest is made of: devices, firmware, clock, features, host name, probes, credentials, ...":     {{to: []edit{func(s *spec) { s.Hostname = "web" }}}, {to: []edit{func(s *spec) { s.Domain.Firmware.Serial = "x" }}}},
	"CPU, memory, node selector, affinity, tolerations and claims while any other change of the machine waits for a restart": {{to: []edit{cores(2), sockets(4), memory("4Gi"), nodeSelector, tolerations, affinity}}, {to: []edit{cores(2), claim("other")}, meta: movesVolumes}},
	"CPU, memory, node selector, affinity, tolerations where the cluster's `vmRolloutStrategy` is `Stage`":                   {{to: []edit{sockets(4), memory("4Gi"), nodeSelector, tolerations, affinity}, cluster: func(c *Cluster) { c.Stage = true }}},
}

// TestRules: each rule that the documentation tells is what Changes says, with the
// instance at hand as without.
func TestRules(t *testing.T) {
	rules := map[string]bool{}
	for _, rule := range Rules() {
		if rules[rule.Title] = true; rule.ByProvider {
			continue
		}
		examples := ruleExamples[rule.Title]
		if len(examples) == 0 {
			t.Errorf("%s: there is no example", rule.Title)
		}
		for i, e := range examples {
			from, to, c := machine(t, e.from...), machine(t, e.to...), known
			if e.meta != nil {
				e.meta(to)
			}
			if e.cluster != nil {
				e.cluster(&c)
			}
			for _, vmi := range []*kubevirtv1.VirtualMachineInstance{nil, started(from, c)} {
				changes := Changes(from, to, vmi, c)
				if len(changes) == 0 {
					t.Errorf("%s, %d: nothing changes", rule.Title, i)
				}
				for _, change := range changes {
					if change.Landing != rule.Landing || change.Silent != rule.Silent {
						t.Errorf("%s, %d (instance known: %v): %v", rule.Title, i, vmi != nil, lines(changes))
						break
					}
				}
			}
		}
	}
	for title := range ruleExamples {
		if !rules[title] {
			t.Errorf("there is no rule %q", title)
		}
	}
}

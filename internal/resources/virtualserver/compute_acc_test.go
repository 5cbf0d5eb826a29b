package virtualserver_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

const (
	domain = "spec.template.spec.domain."
)

// TestAccCPU: everything that can be said of CPUs; pinned ones first, then a
// share of a larger number.
func TestAccCPU(t *testing.T) {
	n := acctest.Start(t)
	const name = "cpu"
	config := func(resources string) string {
		return server(n, name, halted, containerDisk, "resources = {\n"+resources+"\n}")
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(`memory = "2Gi"
      hugepages = "2Mi"
      memory_request = "2Gi"
      memory_limit = "2Gi"
      cpu = {
        sockets = 1, cores = 2, threads = 1, max_sockets = 4, model = "host-passthrough"
        features = { vmx = "require", apic = "", pcid = "disable" }
        request = "2", limit = "2000m"
        dedicated = true, isolate_emulator_thread = true, numa = {}, realtime = { mask = "0-1" }
      }`),
			n.Has("vm", name, acctest.Fields{
				domain + "cpu.sockets": 1, domain + "cpu.cores": 2, domain + "cpu.threads": 1, domain + "cpu.maxSockets": 4, domain + "cpu.model": "host-passthrough",
				domain + "cpu.features[vmx].policy": "require", domain + "cpu.features[apic].policy": nil, domain + "cpu.features[pcid].policy": "disable",
				domain + "cpu.dedicatedCpuPlacement": true, domain + "cpu.isolateEmulatorThread": true,
				domain + "cpu.numa":                  map[string]any{"guestMappingPassthrough": map[string]any{}},
				domain + "cpu.realtime":              map[string]any{"mask": "0-1"},
				domain + "resources.requests":        map[string]any{"cpu": "2", "memory": "2Gi"},
				domain + "resources.limits":          map[string]any{"cpu": "2", "memory": "2Gi"},
				domain + "memory.hugepages.pageSize": "2Mi",
			})),
		inPlace(apply(config(`memory = "2Gi"
      max_memory = "4Gi"
      overcommit_guest_overhead = true
      cpu = { count = 4, fraction = "10%", limit = "3", features = { vmx = "optional" }, dedicated = false }`),
			n.Has("vm", name, acctest.Fields{
				domain + "cpu":                               map[string]any{"sockets": 4, "features": []any{map[string]any{"name": "vmx", "policy": "optional"}}},
				domain + "memory":                            map[string]any{"guest": "2Gi", "maxGuest": "4Gi"},
				domain + "resources.requests":                map[string]any{"cpu": "400m"},
				domain + "resources.limits":                  map[string]any{"cpu": "3"},
				domain + "resources.overcommitGuestOverhead": true,
			}))),
		before(func() {
			n.PatchJSON("vm", name, `[{"op": "replace", "path": "/spec/template/spec/domain/resources/requests/cpu", "value": "1"}]`)
		}, inPlace(apply(config(`memory = "2Gi"
      cpu = { count = 2, fraction = "10%" }`),
			n.Has("vm", name, acctest.Fields{
				domain + "cpu":       map[string]any{"sockets": 2},
				domain + "memory":    map[string]any{"guest": "2Gi"},
				domain + "resources": map[string]any{"requests": map[string]any{"cpu": "200m"}},
			})))),
		inPlace(apply(config(`memory = "2Gi"
      cpu = { request = "200m" }`),
			n.Has("vm", name, acctest.Fields{domain + "cpu": nil, domain + "resources": map[string]any{"requests": map[string]any{"cpu": "200m"}}}))),
	}})
}

// TestAccGPUsAndHostDevices: devices of the node by name, and the ways between
// the two spellings of GPUs.
func TestAccGPUsAndHostDevices(t *testing.T) {
	acctest.Played(t, "the feature gate HostDevices")
	n := acctest.Start(t)
	const name = "node-devices"
	config := func(resources string) string {
		return server(n, name, halted, containerDisk, "resources = {\nmemory = \"2Gi\"\n"+resources+"\n}")
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(`gpu = { type = "nvidia.com/A100", count = 2 }
      host_devices = { nic = { device_name = "intel.com/qat", tag = "fast" } }`),
			n.Has("vm", name, acctest.Fields{
				devices + "gpus[gpu-1].deviceName": "nvidia.com/A100",
				devices + "hostDevices":            []any{map[string]any{"name": "nic", "deviceName": "intel.com/qat", "tag": "fast"}},
			})),
		inPlace(apply(config(`gpus = {
        gpu-1 = { device_name = "nvidia.com/A100", virtual_gpu_options = { display = { enabled = true, ram_fb = false } } }
        other = { device_name = "nvidia.com/T4", tag = "small" }
      }
      host_devices = { nic = { device_name = "intel.com/qat" }, qat = { device_name = "intel.com/qat" } }`),
			n.Check(func() error {
				vm := n.Get("vm", name)
				if got := strings.Join(acctest.Names(vm, devices+"gpus"), " "); got != "gpu-1 other" {
					t.Errorf("the GPUs are %s", got)
				}
				return acctest.Match(vm, acctest.Fields{
					devices + "gpus[gpu-1].virtualGPUOptions": map[string]any{"display": map[string]any{"enabled": true, "ramFB": map[string]any{"enabled": false}}},
					devices + "gpus[other]":                   map[string]any{"name": "other", "deviceName": "nvidia.com/T4", "tag": "small"},
					devices + "hostDevices[nic]":              map[string]any{"name": "nic", "deviceName": "intel.com/qat"},
				})
			}))),
		inPlace(apply(config(`gpus = { other = { device_name = "nvidia.com/T4" } }`), n.Check(func() error {
			vm := n.Get("vm", name)
			if got := acctest.Names(vm, devices+"gpus"); !slices.Equal(got, []string{"other"}) {
				t.Errorf("the GPUs are %v", got)
			}
			return acctest.Match(vm, acctest.Fields{devices + "hostDevices": nil, devices + "gpus[other].tag": nil})
		}))),
	}})
}

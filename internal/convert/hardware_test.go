package convert

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/merge"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// hardware is a server with something of everything that one machine can have.
const hardware = `{name: vs, namespace: default, run_strategy: Always, labels_all: {},
	resources: {memory: 2Gi, memory_limit: 4Gi, max_memory: 4Gi, hugepages: 2Mi, overcommit_guest_overhead: true,
		cpu: {count: 4, max_sockets: 8, features: {vmx: require, apic: ""}, fraction: 10%, limit: "4", numa: {}, realtime: {mask: "0"}},
		gpus: {one: {device_name: a/b, tag: t}, two: {device_name: a/c}}, host_devices: {nic: {device_name: a/d}}},
	firmware: {bootloader: efi, secure_boot: false, smm: true, uuid: 3f9c8d4e-0b1a-4c6e-9d2f-6a7b8c9d0e1f, serial: S}, machine_type: q35, architecture: amd64, tpm: {persistent: true},
	devices: {rng: {}, watchdog: {model: i6300esb, action: reset}, inputs: {tablet: {bus: usb}}, graphics: false, sound: {}, panic_devices: [{model: isa}], io_threads_policy: auto},
	clock: {utc_offset: 0, timers: {hpet: {enabled: false}, rtc: {track: guest}}},
	features: {acpi: true, apic: {}, pvspinlock: false, hyperv: {relaxed: true, spinlocks: {retries: 8191}, vendorid: {vendorid: A}}}}`

// TestHardwareDriftShows is as TestDriftShows.
func TestHardwareDriftShows(t *testing.T) {
	for name, drift := range map[string]func(m *Server){
		"memory limit":      func(m *Server) { m.Resources.MemoryLimit = quantity.New("3Gi") },
		"most memory gone":  func(m *Server) { m.Resources.MaxMemory = quantity.Null() },
		"huge pages":        func(m *Server) { m.Resources.Hugepages = types.StringValue("1Gi") },
		"overcommit":        func(m *Server) { m.Resources.OvercommitGuestOverhead = types.BoolValue(false) },
		"most sockets":      func(m *Server) { m.Resources.CPU.MaxSockets = types.Int64Value(9) },
		"cpu feature":       func(m *Server) { m.Resources.CPU.Features = MapOf(map[string]string{"vmx": "disable", "apic": ""}) },
		"cpu feature gone":  func(m *Server) { m.Resources.CPU.Features = MapOf(map[string]string{"apic": ""}) },
		"cpu features gone": func(m *Server) { m.Resources.CPU.Features = MapOf(map[string]string{}) },
		"cpu limit gone":    func(m *Server) { m.Resources.CPU.Limit = quantity.Null() },
		"numa gone":         func(m *Server) { m.Resources.CPU.NUMA = nil },
		"realtime":          func(m *Server) { m.Resources.CPU.Realtime.Mask = types.StringValue("1") },
		"gpu": func(m *Server) {
			m.Resources.GPUs["one"] = GPUDevice{DeviceName: types.StringValue("a/x"), Tag: types.StringValue("t")}
		},
		"gpu gone":           func(m *Server) { delete(m.Resources.GPUs, "two") },
		"host device gone":   func(m *Server) { delete(m.Resources.HostDevices, "nic") },
		"secure boot":        func(m *Server) { m.Firmware.SecureBoot = types.BoolValue(true) },
		"secure boot gone":   func(m *Server) { m.Firmware.SecureBoot = types.BoolNull() },
		"smm":                func(m *Server) { m.Firmware.SMM = types.BoolValue(false) },
		"uuid":               func(m *Server) { m.Firmware.UUID = types.StringValue("4f9c8d4e-0b1a-4c6e-9d2f-6a7b8c9d0e1f") },
		"machine type":       func(m *Server) { m.MachineType = types.StringValue("virt") },
		"tpm gone":           func(m *Server) { m.TPM = nil },
		"tpm":                func(m *Server) { m.TPM.Persistent = types.BoolValue(false) },
		"rng gone":           func(m *Server) { m.Devices.RNG = nil },
		"watchdog":           func(m *Server) { m.Devices.Watchdog.Action = types.StringValue("poweroff") },
		"another watchdog":   func(m *Server) { m.Devices.Watchdog.Model = types.StringValue(WatchdogDiag288) },
		"input bus":          func(m *Server) { m.Devices.Inputs["tablet"] = Input{Bus: types.StringValue("virtio")} },
		"graphics":           func(m *Server) { m.Devices.Graphics = types.BoolValue(true) },
		"sound gone":         func(m *Server) { m.Devices.Sound = nil },
		"panic devices":      func(m *Server) { m.Devices.PanicDevices = []PanicDevice{{}, {Model: types.StringValue("hyperv")}} },
		"panic devices gone": func(m *Server) { m.Devices.PanicDevices = nil },
		"threads policy":     func(m *Server) { m.Devices.IOThreadsPolicy = types.StringValue("shared") },
		"offset":             func(m *Server) { m.Clock.UTCOffset = types.Int64Value(60) },
		"offset gone":        func(m *Server) { m.Clock.UTCOffset = types.Int64Null() },
		"timezone": func(m *Server) {
			m.Clock.UTCOffset, m.Clock.Timezone = types.Int64Null(), types.StringValue("Asia/Tokyo")
		},
		"timer":               func(m *Server) { m.Clock.Timers.HPET.Enabled = types.BoolValue(true) },
		"timer gone":          func(m *Server) { m.Clock.Timers.RTC = nil },
		"acpi":                func(m *Server) { m.Features.ACPI = types.BoolValue(false) },
		"apic gone":           func(m *Server) { m.Features.APIC = nil },
		"pvspinlock":          func(m *Server) { m.Features.Pvspinlock = types.BoolValue(true) },
		"enlightenment gone":  func(m *Server) { m.Features.Hyperv.Relaxed = types.BoolNull() },
		"enlightenment off":   func(m *Server) { m.Features.Hyperv.Relaxed = types.BoolValue(false) },
		"spinlock retries":    func(m *Server) { m.Features.Hyperv.Spinlocks.Retries = types.Int64Value(4096) },
		"hypervisor's vendor": func(m *Server) { m.Features.Hyperv.VendorID.VendorID = types.StringValue("B") },
		"bootloader gone":     func(m *Server) { m.Firmware.Bootloader, m.Firmware.SecureBoot = types.StringNull(), types.BoolNull() },
		"BIOS with its switch": func(m *Server) {
			m.Firmware.Bootloader, m.Firmware.SecureBoot, m.Firmware.UseSerial = types.StringValue(BootloaderBIOS), types.BoolNull(), types.BoolValue(true)
		},
	} {
		t.Run(name, func(t *testing.T) {
			prior, want := modelFromYAML(t, []byte(hardware)), modelFromYAML(t, []byte(hardware))
			drift(&want)
			if reflect.DeepEqual(managed(prior), managed(want)) {
				t.Fatal("it does not drift")
			}
			wantEqual(t, "the drift reads otherwise", managed(want), managed(FromObjects(render(want, "vs-root-abcde"), &prior)))
		})
	}
}

// TestFraction: a fraction stays while the request is that share of the CPUs.
func TestFraction(t *testing.T) {
	for name, c := range map[string]struct {
		cpu     kubevirtv1.CPU
		request string
		want    CPU
	}{
		"as written":      {kubevirtv1.CPU{Sockets: 4}, "400m", CPU{Count: types.Int64Value(4), Fraction: types.StringValue("10%")}},
		"another number":  {kubevirtv1.CPU{Sockets: 4}, "0.4", CPU{Count: types.Int64Value(4), Fraction: types.StringValue("10%")}},
		"of more CPUs":    {kubevirtv1.CPU{Sockets: 8}, "800m", CPU{Count: types.Int64Value(8), Fraction: types.StringValue("10%")}},
		"another request": {kubevirtv1.CPU{Sockets: 4}, "1", CPU{Count: types.Int64Value(4), Request: quantity.New("1")}},
		"more CPUs":       {kubevirtv1.CPU{Sockets: 8}, "400m", CPU{Count: types.Int64Value(8), Request: quantity.New("400m")}},
		"no request":      {kubevirtv1.CPU{Sockets: 4}, "", CPU{Count: types.Int64Value(4)}},
	} {
		t.Run(name, func(t *testing.T) {
			domain := &kubevirtv1.DomainSpec{CPU: &c.cpu}
			if c.request != "" {
				domain.Resources.Requests = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(c.request)}
			}
			prior := CPU{Count: types.Int64Value(4), Fraction: types.StringValue("10%")}
			for range 2 { // what was read reads the same again
				bindCPU(binder{}, &prior, domain)
				if !prior.Count.Equal(c.want.Count) || !prior.Fraction.Equal(c.want.Fraction) || !prior.Request.Equal(c.want.Request) {
					t.Fatalf("read %+v", prior)
				}
			}
		})
	}
}

// TestImportedGPUs: `gpu` where it says everything, else `gpus`; GPUs of
// resource claims have no attribute.
func TestImportedGPUs(t *testing.T) {
	claim := kubevirtv1.GPU{Name: "gpu-1", ClaimRequest: &kubevirtv1.ClaimRequest{ClaimName: "c", RequestName: "r"}}
	for name, c := range map[string]struct {
		live []kubevirtv1.GPU
		gpu  int64
		gpus []string
	}{
		"none":          {},
		"ours":          {[]kubevirtv1.GPU{{Name: "gpu-0", DeviceName: "a/b"}, {Name: "gpu-1", DeviceName: "a/b"}}, 2, nil},
		"another order": {[]kubevirtv1.GPU{{Name: "gpu-1", DeviceName: "a/b"}, {Name: "gpu-0", DeviceName: "a/b"}}, 0, []string{"gpu-0", "gpu-1"}},
		"other names":   {[]kubevirtv1.GPU{{Name: "x", DeviceName: "a/b"}}, 0, []string{"x"}},
		"other types":   {[]kubevirtv1.GPU{{Name: "gpu-0", DeviceName: "a/b"}, {Name: "gpu-1", DeviceName: "a/c"}}, 0, []string{"gpu-0", "gpu-1"}},
		"tag":           {[]kubevirtv1.GPU{{Name: "gpu-0", DeviceName: "a/b", Tag: "t"}}, 0, []string{"gpu-0"}},
		"claim":         {[]kubevirtv1.GPU{{Name: "gpu-0", DeviceName: "a/b"}, claim}, 0, []string{"gpu-0"}},
		"only a claim":  {[]kubevirtv1.GPU{claim}, 0, nil},
		"no type":       {[]kubevirtv1.GPU{{Name: "gpu-0"}}, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			spec := &kubevirtv1.VirtualMachineInstanceSpec{}
			spec.Domain.Devices.GPUs = c.live
			got := deref(resourcesFrom(reader{importing: true}, spec, nil))
			if n := deref(got.GPU).Count.ValueInt64(); n != c.gpu {
				t.Errorf("%d of one type, not %d", n, c.gpu)
			}
			if len(got.GPUs) != len(c.gpus) {
				t.Errorf("the GPUs are %v, not %v", got.GPUs, c.gpus)
			}
			for _, name := range c.gpus {
				if _, ok := got.GPUs[name]; !ok {
					t.Errorf("%s is missing", name)
				}
			}
		})
	}
}

// TestWithoutChosen: what the cluster chooses is dropped from the state where
// the plan leaves it to the cluster, and nothing else.
func TestWithoutChosen(t *testing.T) {
	state := modelFromYAML(t, []byte(hardware))
	before := managed(state)
	for name, c := range map[string]struct {
		change               func(plan *Server)
		uuid, serial         string
		machine, instruction string
	}{
		"the same":         {func(*Server) {}, state.Firmware.UUID.ValueString(), "S", "q35", "amd64"},
		"no uuid":          {func(p *Server) { p.Firmware.UUID = types.StringNull() }, "", "S", "q35", "amd64"},
		"another uuid":     {func(p *Server) { p.Firmware.UUID = types.StringValue("x") }, state.Firmware.UUID.ValueString(), "S", "q35", "amd64"},
		"empty":            {func(p *Server) { p.Firmware.Serial, p.MachineType = types.StringValue(""), types.StringValue("") }, state.Firmware.UUID.ValueString(), "", "", "amd64"},
		"no firmware":      {func(p *Server) { p.Firmware = nil }, "", "", "q35", "amd64"},
		"no architecture":  {func(p *Server) { p.Architecture = types.StringNull() }, state.Firmware.UUID.ValueString(), "S", "q35", ""},
		"nothing any more": {func(p *Server) { *p = Server{} }, "", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			plan := modelFromYAML(t, []byte(hardware))
			c.change(&plan)
			got := state.WithoutChosen(plan)
			if got.Firmware.UUID.ValueString() != c.uuid || got.Firmware.Serial.ValueString() != c.serial || got.MachineType.ValueString() != c.machine || got.Architecture.ValueString() != c.instruction {
				t.Errorf("got %v, %v, %v, %v", got.Firmware.UUID, got.Firmware.Serial, got.MachineType, got.Architecture)
			}
			if !got.Firmware.SMM.ValueBool() {
				t.Error("the rest of the firmware is gone")
			}
			wantEqual(t, "the state itself changes", before, managed(state))
		})
	}
	if got := (Server{}).WithoutChosen(state); got.Firmware != nil {
		t.Error("firmware from nowhere")
	}
}

// TestWithoutChosenRoot: what a plan leaves out of the root disk, which cannot
// change, stays as it is in the machine.
func TestWithoutChosenRoot(t *testing.T) {
	const whole = `{name: vs, storage: {root: {preallocation: true, content_type: archive, priority_class_name: low,
		pvc: {size: 1Gi, storage_class_name: fast, access_modes: [ReadWriteOnce], volume_mode: Block, volume_name: v},
		source: {http: {url: "https://a.example.org", checksum: "md5:0", extra_headers: [A]}}}}}`
	state := modelFromYAML(t, []byte(whole))
	for plan, want := range map[string]string{
		whole: whole,
		`{storage: {root: {pvc: {size: 2Gi, storage_class_name: ""}, source: {http: {url: "https://b.example.org", extra_headers: []}}}}}`: `{name: vs, storage: {root: {
			pvc: {size: 1Gi, storage_class_name: ""}, source: {http: {url: "https://a.example.org", extra_headers: []}}}}}`,
		`{storage: {root: {preallocation: false, storage: {size: 2Gi}, source: {blank: {}}}}}`: `{name: vs, storage: {root: {preallocation: true,
			pvc: {size: 1Gi, storage_class_name: fast, access_modes: [ReadWriteOnce], volume_mode: Block, volume_name: v},
			source: {http: {url: "https://a.example.org", checksum: "md5:0", extra_headers: [A]}}}}}`,
	} {
		got := state.WithoutChosen(modelFromYAML(t, []byte(plan)))
		wantEqual(t, plan, managed(modelFromYAML(t, []byte(want))), managed(got))
	}
	wantEqual(t, "the state itself changes", managed(modelFromYAML(t, []byte(whole))), managed(state))
}

// TestFeatureStates: a feature that only is there is on, and one that is removed
// goes in either spelling.
func TestFeatureStates(t *testing.T) {
	const config = `{name: vs, namespace: default, run_strategy: Always, firmware: {smm: true}, features: {hyperv: {relaxed: true}}, storage: {additional_disks: {d: {empty_disk: {capacity: 1Gi}, block_size: {match_volume: true}}}},
		resources: {gpus: {g: {device_name: a/b, virtual_gpu_options: {display: {ram_fb: true}}}}}}`
	const without = `{name: vs, namespace: default, run_strategy: Always, storage: {additional_disks: {d: {empty_disk: {capacity: 1Gi}}}},
		resources: {gpus: {g: {device_name: a/b}}}}`
	on := true
	for name, state := range map[string]*kubevirtv1.FeatureState{"there": {}, "enabled": {Enabled: &on}} {
		t.Run(name, func(t *testing.T) {
			m := modelFromYAML(t, []byte(config))
			o := render(m, "")
			domain := &o.VM.Spec.Template.Spec.Domain
			domain.Features.SMM, domain.Features.Hyperv.Relaxed = state, state
			domain.Devices.Disks[0].BlockSize.MatchVolume, domain.Devices.GPUs[0].VirtualGPUOptions.Display.RamFB = state, state
			wantEqual(t, "it reads otherwise", managed(m), managed(FromObjects(o, &m)))

			l := LayoutOf(o.VM, "")
			after := contentOf(ToVirtualMachine(modelFromYAML(t, []byte(without)), l))
			merged := machineOf(merge.Objects(contentOf(o.VM), contentOf(ToVirtualMachine(m, l)), after))
			wantEqual(t, "something stays", after, contentOf(merged))
		})
	}
}

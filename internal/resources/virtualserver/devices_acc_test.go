package virtualserver_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccDevices: a server that runs with every kind of device.
func TestAccDevices(t *testing.T) {
	acctest.Played(t, "feature gates of devices")
	n := acctest.Start(t)
	const name = "devices"
	config := func(parts ...string) string {
		return server(n, name, append([]string{containerDisk, memory}, parts...)...)
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(`devices = {
    rng = {}
    watchdog = { model = "i6300esb", action = "poweroff" }
    inputs = { tablet = { bus = "usb" }, other = { bus = "virtio", type = "tablet" } }
    input_device = false, graphics = true, serial_console = true, serial_console_log = true, memballoon = false, vsock = false
    video = { type = "virtio" }
    sound = { model = "ac97" }
    panic_devices = [{ model = "isa" }, { model = "hyperv" }]
    downward_metrics = {}
    client_passthrough = {}
    disable_hotplug = true
    virtio_transitional = true
    block_multi_queue = true
    io_threads_policy = "supplementalPool"
    io_threads = 2
  }`),
			running(n, name),
			n.Has("vm", name, acctest.Fields{
				devices + "rng": map[string]any{}, devices + "downwardMetrics": map[string]any{}, devices + "clientPassthrough": map[string]any{},
				devices + "watchdog":                 map[string]any{"name": "watchdog", "i6300esb": map[string]any{"action": "poweroff"}},
				devices + "inputs[tablet]":           map[string]any{"name": "tablet", "type": "tablet", "bus": "usb"},
				devices + "inputs[other]":            map[string]any{"name": "other", "type": "tablet", "bus": "virtio"},
				devices + "autoattachInputDevice":    false,
				devices + "autoattachGraphicsDevice": true,
				devices + "autoattachSerialConsole":  true,
				devices + "logSerialConsole":         true,
				devices + "autoattachMemBalloon":     false,
				devices + "autoattachVSOCK":          false,
				devices + "video":                    map[string]any{"type": "virtio"},
				devices + "sound":                    map[string]any{"name": "sound", "model": "ac97"},
				devices + "panicDevices":             []any{map[string]any{"model": "isa"}, map[string]any{"model": "hyperv"}},
				devices + "disableHotplug":           true,
				devices + "useVirtioTransitional":    true,
				devices + "blockMultiQueue":          true,
				domain + "ioThreadsPolicy":           "supplementalPool",
				domain + "ioThreads":                 map[string]any{"supplementalPoolThreadCount": 2},
			})),
		inPlace(apply(config(halted, `devices = {
    watchdog = { name = "dog" }
    inputs = { tablet = {} }
    graphics = false
    vsock = true
    sound = {}
    panic_devices = [{ model = "pvpanic" }]
    io_threads_policy = "auto"
    disable_hotplug = false
  }`),
			stopped(n, name),
			n.Has("vm", name, acctest.Fields{
				devices + "rng": nil, devices + "downwardMetrics": nil, devices + "clientPassthrough": nil, devices + "video": nil, devices + "disableHotplug": nil,
				devices + "autoattachVSOCK": true, devices + "autoattachMemBalloon": nil, devices + "autoattachGraphicsDevice": false, domain + "ioThreads": nil,
				devices + "watchdog":       map[string]any{"name": "dog"},
				devices + "inputs":         []any{map[string]any{"name": "tablet", "type": "tablet"}},
				devices + "sound":          map[string]any{"name": "sound"},
				devices + "panicDevices":   []any{map[string]any{"model": "pvpanic"}},
				domain + "ioThreadsPolicy": "auto",
			}))),
		inPlace(apply(config(halted), n.Has("vm", name, acctest.Fields{
			devices + "watchdog": nil, devices + "inputs": nil, devices + "sound": nil, devices + "panicDevices": nil, domain + "ioThreadsPolicy": nil,
		}))),
	}})
}

// TestAccWindows: the features, clock and firmware that a Windows guest needs,
// up to an instance that the cluster runs.
func TestAccWindows(t *testing.T) {
	n := acctest.Start(t)
	const name = "windows"
	config := func(parts ...string) string {
		return server(n, name, append([]string{containerDisk, memory}, parts...)...)
	}
	there, on := map[string]any{}, map[string]any{"enabled": true}
	hyperv := domain + "features.hyperv."
	timer := domain + "clock.timer."
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(`firmware = { bootloader = "efi", smm = true }`, `tpm = {}`, `features = {
    acpi = true
    apic = { end_of_interrupt = true }
    kvm_hidden = true
    pvspinlock = false
    hyperv = {
      relaxed = true, vapic = true, vpindex = true, runtime = true, synic = true, reset = true, frequencies = true, reenlightenment = true, ipi = true, evmcs = false
      spinlocks = { retries = 8191 }
      synictimer = { direct = true }
      tlbflush = { enabled = true, direct = true, extended = true }
      vendorid = { vendorid = "KVMKVMKVM" }
    }
  }`, `clock = {
    timezone = "Europe/Berlin"
    timers = {
      hpet = { enabled = false, tick_policy = "merge" }, pit = { tick_policy = "delay" }, rtc = { tick_policy = "catchup", track = "wall" }, kvm = {}, hyperv = {}
    }
  }`),
			running(n, name),
			n.Has("vm", name, acctest.Fields{
				domain + "features.acpi": there, domain + "features.smm": on, domain + "features.apic": map[string]any{"endOfInterrupt": true},
				domain + "features.kvm": map[string]any{"hidden": true}, domain + "features.pvspinlock": map[string]any{"enabled": false},
				hyperv + "relaxed": on, hyperv + "vapic": on, hyperv + "vpindex": on, hyperv + "runtime": on, hyperv + "synic": on, hyperv + "reset": on,
				hyperv + "frequencies": on, hyperv + "reenlightenment": on, hyperv + "ipi": on, hyperv + "evmcs": map[string]any{"enabled": false},
				hyperv + "spinlocks":      map[string]any{"spinlocks": 8191},
				hyperv + "synictimer":     map[string]any{"direct": on},
				hyperv + "tlbflush":       map[string]any{"enabled": true, "direct": on, "extended": on},
				hyperv + "vendorid":       map[string]any{"vendorid": "KVMKVMKVM"},
				domain + "clock.timezone": "Europe/Berlin",
				domain + "clock.utc":      nil,
				timer + "hpet":            map[string]any{"present": false, "tickPolicy": "merge"},
				timer + "pit":             map[string]any{"tickPolicy": "delay"},
				timer + "rtc":             map[string]any{"tickPolicy": "catchup", "track": "wall"},
				timer + "kvm":             there,
				timer + "hyperv":          there,
			}),
			n.Has("vmi", name, acctest.Fields{
				"spec.domain.features.hyperv.relaxed.enabled":   true,
				"spec.domain.features.hyperv.spinlocks.enabled": true,
			})),
		inPlace(apply(config(halted, `firmware = { bootloader = "efi", smm = true }`, `features = { acpi = false, hyperv_passthrough = true }`, `clock = { utc_offset = 0, timers = { hpet = { enabled = false } } }`),
			n.Has("vm", name, acctest.Fields{
				domain + "features": map[string]any{"acpi": map[string]any{"enabled": false}, "smm": on, "hypervPassthrough": map[string]any{"enabled": true}},
				domain + "clock":    map[string]any{"utc": map[string]any{"offsetSeconds": 0}, "timer": map[string]any{"hpet": map[string]any{"present": false}}},
			}))),
		inPlace(apply(config(halted), n.Has("vm", name, acctest.Fields{domain + "features": nil, domain + "clock": nil, domain + "firmware.bootloader": nil}))),
	}})
}

// TestAccLegacy: a guest without virtio drivers, and one that gets them later.
func TestAccLegacy(t *testing.T) {
	n := acctest.Start(t)
	const name = "legacy"
	config := func(devices string) string {
		return server(n, name, memory, `cloud_init = "#cloud-config"`, `storage = {
    `+containerRoot+`
    additional_disks = {
      data  = { empty_disk = { capacity = "1Gi" } }
      empty = { empty_disk = { capacity = "1Gi" }, bus = "" }
      fast  = { empty_disk = { capacity = "1Gi" }, bus = "virtio" }
    }
  }`, devices)
	}
	buses := func(bus, model any) resource.TestCheckFunc {
		return n.Has("vm", name, acctest.Fields{
			devices + "disks[root].disk.bus": bus, devices + "disks[data].disk.bus": bus, devices + "disks[empty].disk.bus": bus, devices + "disks[cloudinit].disk.bus": "sata",
			devices + "disks[fast].disk.bus": "virtio", devices + "interfaces[default].model": model,
		})
	}
	n.Run(acctest.Case{
		Unverified: map[string]string{
			"storage.additional_disks.empty.bus": "an import reads the default bus as null",
			"storage.additional_disks.fast.bus":  "an import reads the default bus as null",
		},
		Steps: []resource.TestStep{
			apply(config(`devices = { legacy = true }`), running(n, name), buses("sata", "e1000")),
			inPlace(apply(config(halted), buses("virtio", nil))),
			inPlace(apply(config("devices = { legacy = true }\n"+halted), buses("sata", "e1000"))),
			inPlace(apply(config("devices = { legacy = false }\n"+halted), buses("virtio", nil))),
			inPlace(apply(config(halted))),
		},
	})
}

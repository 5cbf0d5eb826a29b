package preference_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

const address = "virtualserver_preference.test"

// config is a preference of the test's namespace.
func config(n *acctest.Namespace, name string, parts ...string) string {
	return fmt.Sprintf("resource \"virtualserver_preference\" \"test\" {\n  name      = %q\n  namespace = %q\n  %s\n}\n", name, n.Name, strings.Join(parts, "\n  "))
}

// clusterWide is one of the cluster.
func clusterWide(name string, parts ...string) string {
	return fmt.Sprintf("resource \"virtualserver_preference\" \"test\" {\n  name         = %q\n  cluster_wide = true\n  %s\n}\n", name, strings.Join(parts, "\n  "))
}

func planning(action plancheck.ResourceActionType, step resource.TestStep) resource.TestStep {
	return acctest.Planning(address, action, step)
}

func attribute(name, value string) resource.TestCheckFunc {
	return resource.TestCheckResourceAttr(address, name, value)
}

const windows = `
  labels = { os = "windows" }
  clock = {
    preferred_clock_offset = { utc = {} }
    preferred_timer = {
      hpet   = { present = false }
      hyperv = {}
      kvm    = { present = true }
      pit    = { tick_policy = "delay" }
      rtc    = { tick_policy = "catchup", track = "guest" }
    }
  }
  cpu = { preferred_cpu_topology = "sockets", preferred_cpu_features = { vmx = "optional", invtsc = "" } }
  devices = {
    preferred_autoattach_graphics_device    = true
    preferred_autoattach_input_device       = true
    preferred_autoattach_mem_balloon        = true
    preferred_autoattach_pod_interface      = false
    preferred_autoattach_serial_console     = true
    preferred_block_multi_queue             = true
    preferred_cdrom_bus                     = "sata"
    preferred_disable_hotplug               = false
    preferred_disk_block_size               = { custom = { logical = 4096, physical = 4096 } }
    preferred_disk_bus                      = "sata"
    preferred_disk_cache                    = "none"
    preferred_disk_dedicated_io_thread      = true
    preferred_disk_io                       = "native"
    preferred_input_bus                     = "usb"
    preferred_input_type                    = "tablet"
    preferred_interface_masquerade          = {}
    preferred_interface_model               = "e1000e"
    preferred_lun_bus                       = "scsi"
    preferred_network_interface_multi_queue = true
    preferred_panic_device_model            = "hyperv"
    preferred_rng                           = {}
    preferred_sound_model                   = "ich9"
    preferred_tpm                           = { persistent = true }
    preferred_use_virtio_transitional       = false
    preferred_virtual_gpu_options           = { display = { enabled = true, ram_fb = false } }
  }
  features = {
    preferred_acpi       = true
    preferred_apic       = { end_of_interrupt = true }
    preferred_kvm        = { hidden = true }
    preferred_pvspinlock = false
    preferred_smm        = true
    preferred_hyperv = {
      evmcs           = false
      frequencies     = true
      ipi             = true
      reenlightenment = true
      relaxed         = true
      reset           = true
      runtime         = true
      spinlocks       = { spinlocks = 8191 }
      synic           = true
      synictimer      = { direct = true }
      tlbflush        = { direct = true, extended = true }
      vapic           = true
      vendorid        = { vendorid = "virtual" }
      vpindex         = true
    }
  }
  firmware = {
    preferred_use_bios        = false
    preferred_use_bios_serial = false
    preferred_efi             = { secure_boot = true, persistent = false }
  }
  machine      = { preferred_machine_type = "q35" }
  volumes      = { preferred_storage_class_name = "fast" }
  requirements = { cpu = { guest = 2 }, memory = { guest = "4096Mi" }, architecture = "amd64" }

  preferred_subdomain                        = "apps"
  preferred_termination_grace_period_seconds = 0
  preferred_architecture                     = "amd64"
  prefer_spread_socket_to_core_ratio         = 2
  instance_annotations                       = { "example.org/of" = "instance" }
`

// TestAccSmokePreference: all of a preference is written, changed and removed.
func TestAccSmokePreference(t *testing.T) {
	n := acctest.Start(t)
	changed := strings.NewReplacer(`hpet   = { present = false }`, `hpet   = { present = true }`, `hyperv = {}`, ``, `preferred_rng                           = {}`, ``,
		`"ich9"`, `"ac97"`, `, invtsc = ""`, ``, `"sockets"`, `"spread", spread_options = { across = "CoresThreads", ratio = 2 }`, `"4096Mi"`, `"8Gi"`,
		`preferred_smm        = true`, `preferred_smm = false`).Replace(windows)
	on := map[string]any{"enabled": true}
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(config(n, "windows", windows),
			attribute("id", n.Name+"/windows"),
			n.Has("preference", "windows", acctest.Fields{
				"spec.clock": map[string]any{"preferredClockOffset": map[string]any{"utc": map[string]any{}}, "preferredTimer": map[string]any{
					"hpet": map[string]any{"present": false}, "hyperv": map[string]any{}, "kvm": map[string]any{"present": true},
					"pit": map[string]any{"tickPolicy": "delay"}, "rtc": map[string]any{"tickPolicy": "catchup", "track": "guest"},
				}},
				"spec.cpu.preferredCPUFeatures":               []any{map[string]any{"name": "invtsc"}, map[string]any{"name": "vmx", "policy": "optional"}},
				"spec.devices.preferredDiskBus":               "sata",
				"spec.devices.preferredRng":                   map[string]any{},
				"spec.devices.preferredDiskBlockSize":         map[string]any{"custom": map[string]any{"logical": 4096, "physical": 4096}},
				"spec.features.preferredAcpi":                 on,
				"spec.features.preferredHyperv.synictimer":    map[string]any{"direct": on},
				"spec.features.preferredHyperv.spinlocks":     map[string]any{"spinlocks": 8191},
				"spec.firmware.preferredEfi":                  map[string]any{"secureBoot": true, "persistent": false},
				"spec.requirements":                           map[string]any{"cpu": map[string]any{"guest": 2}, "memory": map[string]any{"guest": "4Gi"}, "architecture": "amd64"},
				"spec.preferredTerminationGracePeriodSeconds": 0,
				"spec.annotations":                            map[string]any{"example.org/of": "instance"},
			})),
		planning(plancheck.ResourceActionNoop, acctest.Apply(config(n, "windows", strings.Replace(windows, "4096Mi", "4Gi", 1)))),
		planning(plancheck.ResourceActionUpdate, acctest.Apply(config(n, "windows", changed), n.Has("preference", "windows", acctest.Fields{
			"spec.clock.preferredTimer.hpet": map[string]any{"present": true}, "spec.clock.preferredTimer.hyperv": nil, "spec.devices.preferredRng": nil,
			"spec.devices.preferredSoundModel": "ac97", "spec.cpu.preferredCPUFeatures": []any{map[string]any{"name": "vmx", "policy": "optional"}},
			"spec.cpu.spreadOptions": map[string]any{"across": "CoresThreads", "ratio": 2}, "spec.requirements.memory.guest": "8Gi",
			"spec.features.preferredSmm": map[string]any{"enabled": false},
		}))),
		{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
		planning(plancheck.ResourceActionUpdate, acctest.Apply(config(n, "windows"), n.Has("preference", "windows", acctest.Fields{"spec": map[string]any{}, "metadata.labels": nil}))),
	}})
}

// TestAccPreferenceOfOthers: what others write on it is neither shown nor
// changed, and a preference that somebody deleted comes back.
func TestAccPreferenceOfOthers(t *testing.T) {
	n := acctest.Start(t)
	var was acctest.Object
	theirs := func() {
		n.Patch("preference", "shared", `{"metadata": {"labels": {"theirs": "a"}}, "spec": {
			"preferredSubdomain": "theirs", "devices": {"preferredRng": {}}, "cpu": {"preferredCPUFeatures": [{"name": "theirs"}, {"name": "vmx", "policy": "require"}]}}}`)
		was = n.Get("preference", "shared")
	}
	ours := func(bus string) string {
		return config(n, "shared", `labels = { ours = "x" }`, `cpu = { preferred_cpu_features = { vmx = "require" } }`, fmt.Sprintf("devices = { preferred_disk_bus = %q }", bus))
	}
	changes := func(want ...string) resource.TestCheckFunc {
		return n.Check(func() error {
			if changed := acctest.Changed(was, n.Get("preference", "shared")); !slices.Equal(changed, want) {
				return fmt.Errorf("the update changed %v, not only %v", changed, want)
			}
			return nil
		})
	}
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(ours("sata")),
		acctest.Before(theirs, planning(plancheck.ResourceActionNoop, acctest.Apply(ours("sata"), changes()))),
		planning(plancheck.ResourceActionUpdate, acctest.Apply(ours("scsi"), changes("spec.devices.preferredDiskBus"))),
		acctest.Before(func() { n.Patch("preference", "shared", `{"spec": {"devices": {"preferredDiskBus": "usb"}}}`) },
			planning(plancheck.ResourceActionUpdate, acctest.Apply(ours("scsi"), changes("spec.devices.preferredDiskBus")))),
		acctest.Before(func() { n.Delete("preference", "shared") }, planning(plancheck.ResourceActionCreate, acctest.Apply(ours("sata")))),
	}})
}

// TestAccClusterPreference: one without a namespace, which has its name for id.
func TestAccClusterPreference(t *testing.T) {
	n := acctest.Start(t)
	name := n.Name + "-linux"
	machine := func(kind string) string {
		return fmt.Sprintf("machine = { preferred_machine_type = %q }", kind)
	}
	n.Run(acctest.Case{
		Address: address,
		Steps: []resource.TestStep{
			acctest.Apply(clusterWide(name, machine("q35")),
				attribute("id", name), resource.TestCheckNoResourceAttr(address, "namespace"),
				n.Has("clusterpreference", name, acctest.Fields{"spec": map[string]any{"machine": map[string]any{"preferredMachineType": "q35"}}})),
			acctest.Before(func() { n.Patch("clusterpreference", name, `{"metadata": {"labels": {"theirs": "a"}}}`) },
				planning(plancheck.ResourceActionUpdate, acctest.Apply(clusterWide(name, machine("pc")), n.Has("clusterpreference", name, acctest.Fields{
					"spec.machine.preferredMachineType": "pc", "metadata.labels": map[string]any{"theirs": "a"},
				})))),
			acctest.Before(func() { n.Delete("clusterpreference", name) }, planning(plancheck.ResourceActionCreate, acctest.Apply(clusterWide(name, machine("pc"))))),
			{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
		},
	})
}

// TestAccPreferenceIdentity: both are imported by identity too.
func TestAccPreferenceIdentity(t *testing.T) {
	n := acctest.Start(t)
	n.Run(acctest.Case{
		Address: address,
		Needs:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			acctest.Apply(config(n, "a")),
			{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
			acctest.Apply(clusterWide(n.Name + "-a")),
			{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// TestAccPreferenceRefused: one that exists is not adopted, and what this version
// of KubeVirt does not know is said at the attribute: its API server would drop
// it silently.
func TestAccPreferenceRefused(t *testing.T) {
	acctest.Played(t, "KubeVirt 1.8")
	n := acctest.Start(t)
	n.Create(`
apiVersion: instancetype.kubevirt.io/v1beta1
kind: VirtualMachinePreference
metadata: {name: theirs}
spec: {}
`)
	unknown := `devices = { preferred_video_type = "virtio" }`
	message := acctest.Messages("Attribute devices.preferred_video_type", "does not know the field spec.devices.preferredVideoType")
	n.Run(acctest.Case{NoImport: "the case is about what is refused", Steps: []resource.TestStep{
		{Config: config(n, "theirs"), ExpectError: acctest.Messages(fmt.Sprintf("Unable to create preference %q", n.Name+"/theirs"), "exists already")},
		{Config: config(n, "ours", unknown), PlanOnly: true, ExpectError: message},
		{Config: "provider \"virtualserver\" {\n  plan_validation = \"offline\"\n}\n" + config(n, "ours", unknown), ExpectError: message},
		acctest.Apply(config(n, "ours")),
		{Config: config(n, "ours", unknown), PlanOnly: true, ExpectError: message},
		{Config: config(n, "ours", `cpu = { preferred_cpu_topology = "preferCores" }`)},
	}})
}

package preference_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// whole uses every section of the schema.
const whole = `{name: spread, namespace: team, labels: {a: b}, annotations: {c: d},
  clock: {preferred_clock_offset: {utc: {offset_seconds: -3600}}, preferred_timer: {hpet: {present: false, tick_policy: delay}, kvm: {present: true}, pit: {tick_policy: discard, present: true}, rtc: {tick_policy: catchup, track: guest, present: true}, hyperv: {present: true}}},
  cpu: {preferred_cpu_topology: spread, spread_options: {across: CoresThreads, ratio: 2}, preferred_cpu_features: {vmx: require, invtsc: ""}},
  devices: {preferred_disk_bus: virtio, preferred_disk_block_size: {custom: {logical: 4096, physical: 4096, discard_granularity: 0}, match_volume: false}, preferred_rng: {}, preferred_tpm: {enabled: true, persistent: true}, preferred_interface_masquerade: {}, preferred_virtual_gpu_options: {display: {enabled: true, ram_fb: true}}},
  features: {preferred_acpi: true, preferred_apic: {enabled: true, end_of_interrupt: true}, preferred_kvm: {hidden: true}, preferred_hyperv: {relaxed: true, spinlocks: {enabled: true, spinlocks: 8191}, synictimer: {direct: true}, tlbflush: {extended: true}, vendorid: {vendorid: virtual}}},
  firmware: {preferred_efi: {secure_boot: true, persistent: true}}, machine: {preferred_machine_type: q35}, volumes: {preferred_storage_class_name: fast},
  requirements: {cpu: {guest: 2}, memory: {guest: 1Gi}, architecture: amd64}, preferred_subdomain: e, preferred_termination_grace_period_seconds: 0, preferred_architecture: amd64,
  preferred_launch_security: {sev: {policy: {encrypted_state: true}, attestation: {}, session: f, dh_cert: g}}, prefer_spread_socket_to_core_ratio: 3, instance_annotations: {h: i}}`

func TestValidate(t *testing.T) {
	tf := acctest.StartOffline(t, "virtualserver_preference")
	for name, c := range map[string]struct {
		config string
		want   []string
	}{
		"whole":        {whole, nil},
		"least":        {`{name: a}`, nil},
		"absent":       {`{name: a, labels: {}, clock: {}, cpu: {preferred_cpu_topology: "", spread_options: {across: ""}, preferred_cpu_features: {}}, devices: {preferred_disk_bus: "", preferred_sound_model: ""}, features: {}, firmware: {}, machine: {preferred_machine_type: ""}, volumes: {}, requirements: {}, preferred_architecture: "", instance_annotations: {}}`, nil},
		"former names": {`{name: a, cpu: {preferred_cpu_topology: preferCores}}`, nil},
		"two places":   {`{name: a, namespace: b, cluster_wide: true}`, []string{"namespace: Namespace of a cluster-wide object"}},
		"topology":     {`{name: a, cpu: {preferred_cpu_topology: dies}}`, []string{"cpu.preferred_cpu_topology: Invalid Attribute Value Match"}},
		"across":       {`{name: a, cpu: {preferred_cpu_topology: spread, spread_options: {across: Dies}}}`, []string{"cpu.spread_options.across: Invalid Attribute Value Match"}},
		"ratio":        {`{name: a, cpu: {preferred_cpu_topology: spread, spread_options: {ratio: 0}}}`, []string{"cpu.spread_options.ratio: Invalid Attribute Value"}},
		"threads":      {`{name: a, cpu: {preferred_cpu_topology: spread, spread_options: {across: CoresThreads, ratio: 4}}}`, []string{"cpu.spread_options.ratio: Invalid ratio"}},
		"threads, former names": {`{name: a, cpu: {preferred_cpu_topology: preferSpread, spread_options: {across: CoresThreads}}, prefer_spread_socket_to_core_ratio: 4}`,
			[]string{"prefer_spread_socket_to_core_ratio: Invalid ratio"}},
		"threads of another topology": {`{name: a, cpu: {preferred_cpu_topology: cores, spread_options: {across: CoresThreads, ratio: 4}}}`, nil},
		"cpu feature":                 {`{name: a, cpu: {preferred_cpu_features: {vmx: please}}}`, []string{"cpu.preferred_cpu_features.vmx: Invalid Attribute Value Match"}},
		"two clocks":                  {`{name: a, clock: {preferred_clock_offset: {utc: {}, timezone: Europe/Berlin}}}`, []string{"clock.preferred_clock_offset.timezone: Two clocks"}},
		"tick policy":                 {`{name: a, clock: {preferred_timer: {pit: {tick_policy: merge}}}}`, []string{"clock.preferred_timer.pit.tick_policy: Invalid Attribute Value Match"}},
		"two block sizes":             {`{name: a, devices: {preferred_disk_block_size: {custom: {logical: 512}, match_volume: true}}}`, []string{"devices.preferred_disk_block_size.match_volume: Two block sizes"}},
		"block size":                  {`{name: a, devices: {preferred_disk_block_size: {custom: {logical: 511}}}}`, []string{"devices.preferred_disk_block_size.custom.logical: Invalid block size"}},
		"block size no power":         {`{name: a, devices: {preferred_disk_block_size: {custom: {logical: 512, physical: 1000}}}}`, []string{"devices.preferred_disk_block_size.custom.physical: Invalid block size"}},
		"logical block size":          {`{name: a, devices: {preferred_disk_block_size: {custom: {logical: 4096, physical: 512}}}}`, []string{"devices.preferred_disk_block_size.custom.logical: Logical block size too large"}},
		"discard granularity":         {`{name: a, devices: {preferred_disk_block_size: {custom: {logical: 512, physical: 512, discard_granularity: 1000}}}}`, []string{"devices.preferred_disk_block_size.custom.discard_granularity: Invalid discard granularity"}},
		"BIOS on the console":         {`{name: a, firmware: {preferred_use_bios: true, preferred_use_bios_serial: true}}`, nil},
		"no BIOS on the console":      {`{name: a, firmware: {preferred_use_bios: false, preferred_use_bios_serial: true}}`, []string{"firmware.preferred_use_bios_serial: Setting of another firmware"}},
		"no serial console":           {`{name: a, firmware: {preferred_use_bios_serial: false}}`, nil},
		"bus":                         {`{name: a, devices: {preferred_disk_bus: ide}}`, []string{"devices.preferred_disk_bus: Invalid Attribute Value Match"}},
		"vendor":                      {`{name: a, features: {preferred_hyperv: {vendorid: {vendorid: 1234567890123}}}}`, []string{"features.preferred_hyperv.vendorid.vendorid: Invalid Attribute Value Length"}},
		"requirements":                {`{name: a, requirements: {cpu: {}, memory: {guest: ""}}}`, []string{"requirements.cpu.guest: Missing Configuration for Required Attribute", "requirements.memory.guest: Invalid Attribute Value Length"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, tf.Validate(c.config)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnknown(t *testing.T) {
	acctest.StartOffline(t, "virtualserver_preference").WithUnknown(whole)
}

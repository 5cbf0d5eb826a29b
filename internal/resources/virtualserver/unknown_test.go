package virtualserver_test

import (
	"strings"
	"testing"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// elements has an object in every map and list of objects.
const elements = `
name: vs
namespace: team
run_strategy: Halted
resources:
  memory: 1Gi
  gpus: {a: {device_name: nvidia.com/T4, tag: x, virtual_gpu_options: {display: {enabled: true, ram_fb: false}}}}
  host_devices: {b: {device_name: intel.com/qat, tag: z}}
storage:
  root: {pvc: {size: 4Gi, access_modes: [ReadWriteOnce]}, source: {http: {url: "https://example.org/disk.img"}}}
  additional_disks:
    claim: {persistent_volume_claim: {claim_name: data}}
    volume: {data_volume: {name: data}}
    ephemeral: {ephemeral: {persistent_volume_claim: {claim_name: base}}}
    host: {host_disk: {path: /a, type: Disk}}
    pod: {downward_api: {fields: [{path: labels, field_path: metadata.labels}, {path: memory, resource_field_ref: {container_name: compute, resource: limits.memory, divisor: 1Mi}}]}}
    image: {container_disk: {image: "a/b:c"}, block_size: {custom: {logical: 512, physical: 4096}}}
  filesystems:
    shared: {persistent_volume_claim: {claim_name: shared}}
    labels: {downward_api: {fields: [{path: labels, field_path: metadata.labels}]}}
network:
  dhcp_options: {private_options: [{option: 240, value: a}]}
  dns_config: {options: [{name: ndots, value: "2"}]}
  interfaces: {nic: {network_attachment: net, dhcp_options: {private_options: [{option: 241, value: b}]}}}
  service: {ports: {web: {port: 80, target_port: 8080}}}
devices:
  inputs: {tablet: {type: tablet, bus: usb}}
  panic_devices: [{model: isa}]
scheduling:
  tolerations: [{key: gpu, effect: NoExecute, toleration_seconds: 60}]
  topology_spread_constraints: [{max_skew: 1, topology_key: zone, when_unsatisfiable: DoNotSchedule, label_selector: {match_expressions: [{key: a, operator: In, values: [b]}]}}]
  affinity:
    node_affinity:
      required_during_scheduling_ignored_during_execution: {node_selector_terms: [{match_expressions: [{key: a, operator: Gt, values: ["1"]}], match_fields: [{key: metadata.name, operator: In, values: [node1]}]}]}
      preferred_during_scheduling_ignored_during_execution: [{weight: 1, preference: {match_expressions: [{key: a, operator: Exists}]}}]
    pod_affinity:
      required_during_scheduling_ignored_during_execution: [{topology_key: zone, label_selector: {match_labels: {a: b}}, match_label_keys: [c]}]
    pod_anti_affinity:
      preferred_during_scheduling_ignored_during_execution: [{weight: 2, pod_affinity_term: {topology_key: zone, namespaces: [x], namespace_selector: {}}}]
readiness_probe: {http_get: {port: "80", http_headers: [{name: Host, value: example.org}]}}
cloud_init: "#cloud-config"
users: {jane: {ssh_authorized_keys: [], groups: [wheel]}}
access_credentials:
- ssh_public_key: {secret_name: keys, propagation_method: {qemu_guest_agent: {users: [jane]}}}
- user_password: {secret_name: passwords}
`

// withUnknown has any single value of a configuration, leaf, container or
// element, be known only after apply.
func withUnknown(t *testing.T, tf offline, check func(tf offline, base, path string, config values)) {
	t.Helper()
	for name, base := range map[string]string{"large": large, "elements": elements} {
		whole := parse(t, base)
		if got := acctest.Said(tf.validate(whole)); len(got) > 0 {
			t.Fatalf("%s is not valid: %v", name, got)
		}
		for _, path := range pathsOf(whole) {
			t.Run(name+"/"+path, func(t *testing.T) {
				t.Parallel()
				tf := tf
				tf.t = t
				check(tf, base, path, with(whole, values{path: unknown}))
			})
		}
	}
}

// TestValidateUnknown: what is not known yet is not wrong.
func TestValidateUnknown(t *testing.T) {
	withUnknown(t, newOffline(t, nil), func(tf offline, _, _ string, config values) {
		if got := acctest.Said(tf.validate(config)); len(got) > 0 {
			tf.t.Error(got)
		}
	})
}

// TestPlanUnknown: a plan with an unknown value is made, and replaces the
// server only for a value that would.
func TestPlanUnknown(t *testing.T) {
	tf := newOffline(t, values{})
	prior := map[string]*state{large: tf.created(parse(t, large)), elements: tf.created(parse(t, elements))}
	withUnknown(t, tf, func(tf offline, base, path string, config values) {
		if p := tf.plan(nil, config); len(p.errors)+len(p.warnings)+len(p.replace) > 0 {
			tf.t.Error(p.errors, p.warnings, p.replace)
		}
		p := tf.plan(prior[base], config)
		if len(p.errors) > 0 {
			tf.t.Error(p.errors)
		}
		for _, replaced := range p.replace {
			if !strings.HasPrefix(path, replaced) && !strings.HasPrefix(replaced, path) {
				tf.t.Errorf("%s is replaced", replaced)
			}
		}
		if len(p.replace) == 0 && len(p.warnings) > 0 {
			tf.t.Error(p.warnings)
		}
	})
}

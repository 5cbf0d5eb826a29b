package instancetype_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// whole uses every section of the schema.
const whole = `{name: large, namespace: team, labels: {a: b}, annotations: {c: d},
  cpu: {guest: 4, model: host-passthrough, max_sockets: 8, dedicated_cpu_placement: true, isolate_emulator_thread: true, numa: {guest_mapping_passthrough: {}}, realtime: {mask: "0"}},
  memory: {guest: 4Gi, max_guest: 8Gi, hugepages: {page_size: 2Mi}, overcommit_percent: 0},
  gpus: {a: {device_name: nvidia.com/T4, tag: x, virtual_gpu_options: {display: {enabled: true, ram_fb: true}}}}, host_devices: {b: {device_name: intel.com/qat, tag: y}},
  io_threads_policy: auto, io_threads: {supplemental_pool_thread_count: 2}, launch_security: {sev: {policy: {encrypted_state: true}, attestation: {}, session: a, dh_cert: b}},
  node_selector: {e: f}, scheduler_name: g, instance_annotations: {h: i}}`

func TestValidate(t *testing.T) {
	tf := acctest.StartOffline(t, "virtualserver_instance_type")
	for name, c := range map[string]struct {
		config string
		want   []string
	}{
		"whole":        {whole, nil},
		"least":        {`{name: a, cpu: {guest: 1}, memory: {guest: 1Gi}}`, nil},
		"absent":       {`{name: a, labels: {}, annotations: {}, cpu: {guest: 1, model: ""}, memory: {guest: 1Gi, max_guest: ""}, gpus: {}, host_devices: {}, io_threads_policy: "", io_threads: {}, launch_security: {}, node_selector: {}, scheduler_name: "", instance_annotations: {}}`, nil},
		"cluster-wide": {`{name: a, cluster_wide: true, cpu: {guest: 1}, memory: {guest: 1Gi}}`, nil},
		"nothing":      {`{}`, []string{"cpu: Missing Configuration for Required Attribute", "memory: Missing Configuration for Required Attribute", "name: Missing Configuration for Required Attribute"}},
		"name":         {`{name: A, cpu: {guest: 1}, memory: {guest: 1Gi}}`, []string{"name: Invalid name"}},
		"two places":   {`{name: a, namespace: b, cluster_wide: true, cpu: {guest: 1}, memory: {guest: 1Gi}}`, []string{"namespace: Namespace of a cluster-wide object"}},
		"no cpu":       {`{name: a, cpu: {guest: 0}, memory: {guest: 1Gi}}`, []string{"cpu.guest: Invalid Attribute Value"}},
		"memory":       {`{name: a, cpu: {guest: 1}, memory: {guest: "8"}}`, []string{"memory.guest: Amount too small"}},
		"no memory":    {`{name: a, cpu: {guest: 1}, memory: {guest: ""}}`, []string{"memory.guest: Invalid Attribute Value Length"}},
		"max guest":    {`{name: a, cpu: {guest: 1}, memory: {guest: 2Gi, max_guest: 2047Mi}}`, []string{"memory.max_guest: Maximum memory too small"}},
		"max equal":    {`{name: a, cpu: {guest: 1}, memory: {guest: 2Gi, max_guest: 2048Mi}}`, nil},
		"overcommit":   {`{name: a, cpu: {guest: 1}, memory: {guest: 1Gi, overcommit_percent: 101}}`, []string{"memory.overcommit_percent: Invalid Attribute Value"}},
		"overcommitted hugepages": {`{name: a, cpu: {guest: 1}, memory: {guest: 1Gi, overcommit_percent: 10, hugepages: {page_size: 2Mi}}}`,
			[]string{"memory.overcommit_percent: Overcommitted hugepages"}},
		"page size":            {`{name: a, cpu: {guest: 1}, memory: {guest: 1Gi, hugepages: {page_size: big}}}`, []string{"memory.hugepages.page_size: Invalid page size"}},
		"pages do not fit":     {`{name: a, cpu: {guest: 1}, memory: {guest: 1536Mi, hugepages: {page_size: 1Gi}}}`, []string{"memory.hugepages.page_size: Memory is no multiple of the page size"}},
		"pages larger":         {`{name: a, cpu: {guest: 1}, memory: {guest: 512Mi, hugepages: {page_size: 1Gi}}}`, []string{"memory.hugepages.page_size: Memory is no multiple of the page size"}},
		"pool without threads": {`{name: a, cpu: {guest: 1}, memory: {guest: 1Gi}, io_threads_policy: supplementalPool, io_threads: {}}`, []string{"io_threads_policy: Missing number of threads"}},
		"pool":                 {`{name: a, cpu: {guest: 1}, memory: {guest: 1Gi}, io_threads_policy: supplementalPool, io_threads: {supplemental_pool_thread_count: 2}}`, nil},
		"shared CPUs": {`{name: a, cpu: {guest: 1, dedicated_cpu_placement: false, isolate_emulator_thread: true, numa: {guest_mapping_passthrough: {}}, realtime: {}}, memory: {guest: 1Gi}}`,
			[]string{"cpu.isolate_emulator_thread: Needs dedicated CPUs", "cpu.numa: Needs dedicated CPUs", "cpu.realtime: Needs dedicated CPUs"}},
		"nothing to dedicate": {`{name: a, cpu: {guest: 1, isolate_emulator_thread: false}, memory: {guest: 1Gi}}`, nil},
		"realtime alone":      {`{name: a, cpu: {guest: 1, dedicated_cpu_placement: true, realtime: {}}, memory: {guest: 1Gi}}`, []string{"cpu.realtime: Needs numa"}},
		"I/O threads policy":  {`{name: a, cpu: {guest: 1}, memory: {guest: 1Gi}, io_threads_policy: many}`, []string{"io_threads_policy: Invalid Attribute Value Match"}},
		"GPU":                 {`{name: a, cpu: {guest: 1}, memory: {guest: 1Gi}, gpus: {a: {device_name: "x y"}}}`, []string{"gpus.a.device_name: Invalid device name"}},
		"GPU's name":          {`{name: a, cpu: {guest: 1}, memory: {guest: 1Gi}, gpus: {A: {device_name: x}}}`, []string{"gpus.A: Invalid name"}},
		"no device name":      {`{name: a, cpu: {guest: 1}, memory: {guest: 1Gi}, gpus: {a: {}}, host_devices: {b: null}}`, []string{"gpus.a.device_name: Missing device_name", "host_devices.b.device_name: Missing device_name"}},
		"reserved label":      {`{name: a, labels: {kubevirt.io/a: b}, cpu: {guest: 1}, memory: {guest: 1Gi}}`, []string{"labels.kubevirt.io/a: Reserved key"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, tf.Validate(c.config)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnknown(t *testing.T) {
	acctest.StartOffline(t, "virtualserver_instance_type").WithUnknown(whole)
}

// TestPlan: namespace, id and replacement follow from the configuration and the
// state alone.
func TestPlan(t *testing.T) {
	tf := acctest.StartOffline(t, "virtualserver_instance_type")
	const spec = `cpu: {guest: 1}, memory: {guest: 1Gi}`
	const here, wide = `{name: a, namespace: team, id: team/a, uid: u, ` + spec + `}`, `{name: a, cluster_wide: true, id: a, uid: u, ` + spec + `}`
	for name, c := range map[string]struct {
		state, config string
		want          []string // namespace, id and uid
		replace       []string
	}{
		"create":                     {"", `{name: a, ` + spec + `}`, []string{"team", "team/a", "<unknown>"}, nil},
		"create elsewhere":           {"", `{name: a, namespace: b, ` + spec + `}`, []string{"b", "b/a", "<unknown>"}, nil},
		"create cluster-wide":        {"", `{name: a, cluster_wide: true, ` + spec + `}`, []string{"<null>", "a", "<unknown>"}, nil},
		"no change":                  {here, `{name: a, ` + spec + `}`, []string{"team", "team/a", "u"}, nil},
		"other spelling":             {here, `{name: a, cluster_wide: false, labels: {}, cpu: {guest: 1}, memory: {guest: 1024Mi}}`, []string{"team", "team/a", "u"}, nil},
		"update":                     {here, `{name: a, cpu: {guest: 2}, memory: {guest: 1Gi}}`, []string{"team", "team/a", "u"}, nil},
		"the object's own namespace": {`{name: a, namespace: old, id: old/a, uid: u, ` + spec + `}`, `{name: a, cpu: {guest: 2}, memory: {guest: 1Gi}}`, []string{"old", "old/a", "u"}, nil},
		"name":                       {here, `{name: b, ` + spec + `}`, []string{"team", "team/b", "u"}, []string{"name"}},
		"namespace":                  {here, `{name: a, namespace: b, ` + spec + `}`, []string{"b", "b/a", "u"}, []string{"namespace"}},
		"to cluster-wide":            {here, `{name: a, cluster_wide: true, ` + spec + `}`, []string{"<null>", "a", "u"}, []string{"cluster_wide"}},
		"to the namespace":           {wide, `{name: a, ` + spec + `}`, []string{"team", "team/a", "u"}, []string{"cluster_wide"}},
		"stays cluster-wide":         {wide, `{name: a, cluster_wide: true, cpu: {guest: 2}, memory: {guest: 1Gi}}`, []string{"<null>", "a", "u"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, replace := tf.Plan(c.state, c.config, "namespace", "id", "uid")
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.replace, replace); diff != "" {
				t.Errorf("replace (-want +got):\n%s", diff)
			}
		})
	}
}

package virtualserver_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// large uses every section of the schema.
const large = `
name: vs
namespace: team
run_strategy: Always
power_state: running
restart_policy: manual
restart_triggers: {release: a}
migration_triggers: {release: a}
reboot_triggers: {release: a}
force_delete: false
cloud_init_on_change: ignore
deletion_protection: false
labels: {app: web}
annotations: {owner: jane}
wait: {until: created, on_timeout: fail, ip_family: ipv4, failure_grace: 30s}
timeouts: {create: 10m}
resources:
  cpu: {sockets: 1, cores: 2, threads: 1, model: Conroe}
  memory: 1Gi
  memory_request: 512Mi
  gpu: {type: nvidia.com/T4, count: 1}
storage:
  root:
    name: system
    ephemeral: false
    bus: virtio
    boot_order: 1
    serial: ROOT
    pvc: {size: 4Gi, storage_class_name: fast, access_modes: [ReadWriteOnce], volume_mode: Filesystem}
    source:
      http: {url: "https://example.org/disk.img", secret_ref: login, cert_config_map: ca, extra_headers: ["A: b"], secret_extra_headers: [c], checksum: "md5:0"}
  additional_disks:
    claim: {persistent_volume_claim: {claim_name: data}, serial: DATA, bus: scsi, boot_order: 2, read_only: true}
  filesystems:
    config: {config_map: {name: app, optional: true}}
network:
  tcp: [80]
  udp: [53]
  mac_address: "02:00:00:12:34:56"
  dns_policy: None
  dns_config: {nameservers: ["192.0.2.1"], searches: [example.org], options: [{name: ndots, value: "2"}]}
  service: {name: web}
scheduling:
  tolerations: [{key: gpu, effect: NoExecute, toleration_seconds: 60}]
liveness_probe: {tcp_socket: {port: "22"}}
template_labels: {tier: web}
cloud_init: "#cloud-config"
cloud_init_type: configdrive
`

// state is what Terraform remembers of a server.
type state struct {
	value   tftypes.Value
	private []byte
}

// planResult is what the provider plans. Its state is null when it is destroyed.
type planResult struct {
	state
	replace  []string // paths, sorted
	errors   []string // "path: summary"
	warnings []string // summaries, but for those of effects
	effects  []string // what a plan says of the guest, "summary: detail"
}

// isEffect tells of a warning about how an update reaches the guest.
func isEffect(summary string) bool {
	return regexp.MustCompile(`^Changes that take effect while|^Updating virtual server "[^"]*"(: \d+ changes? waits? for a restart| (restarts|stops|starts|migrates|reboots) it)$`).MatchString(summary)
}

// plan plans the change from prior, nil for none, to config, nil for destroy.
// It holds the plan to what Terraform demands of every plan.
func (tf offline) plan(prior *state, config values) planResult {
	tf.t.Helper()
	ty := tf.schema.ValueType()
	if prior == nil {
		prior = &state{value: tftypes.NewValue(ty, nil)}
	}
	configured := valueOf(tf.t, ty, nil)
	proposed := configured
	if config != nil {
		configured = tf.value(config)
		proposed = tf.propose(*prior, configured)
	}
	var before *planResult
	for range 2 { // Terraform plans again when it applies
		resp, err := tf.server.PlanResourceChange(tf.t.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName:         "virtualserver",
			PriorState:       dynamic(tf.t, prior.value),
			PriorPrivate:     prior.private,
			ProposedNewState: dynamic(tf.t, proposed),
			Config:           dynamic(tf.t, configured),
		})
		if err != nil {
			tf.t.Fatal(err)
		}
		p := planResult{state: state{private: resp.PlannedPrivate}}
		for _, d := range resp.Diagnostics {
			switch {
			case d.Severity == tfprotov6.DiagnosticSeverityError:
				p.errors = append(p.errors, acctest.Said([]*tfprotov6.Diagnostic{d})...)
			case isEffect(d.Summary):
				p.effects = append(p.effects, d.Summary+": "+d.Detail)
			default:
				p.warnings = append(p.warnings, d.Summary)
			}
		}
		for _, path := range resp.RequiresReplace {
			p.replace = append(p.replace, acctest.PathText(path))
		}
		slices.Sort(p.replace)
		if p.value, err = resp.PlannedState.Unmarshal(ty); err != nil {
			tf.t.Fatal(err)
		}
		if before != nil && (!before.value.Equal(p.value) || !cmp.Equal(before.replace, p.replace) || !cmp.Equal(before.warnings, p.warnings) || !cmp.Equal(before.effects, p.effects)) {
			tf.t.Errorf("planning again gives something else:\n%+v\n%+v", before, p)
		}
		before = &p
	}
	if config != nil && len(before.errors) == 0 {
		tf.wantFaithful(*prior, configured, before.value)
	}
	return *before
}

// propose is Terraform's own proposal: the configuration, with computed
// attributes that it leaves out taken from the prior state.
func (tf offline) propose(prior state, config tftypes.Value) tftypes.Value {
	was, now := objectOf(tf.t, prior.value), objectOf(tf.t, config)
	for _, a := range tf.schema.Block.Attributes {
		if a.Computed && now[a.Name].IsNull() && was != nil {
			now[a.Name] = was[a.Name]
		}
	}
	return tftypes.NewValue(config.Type(), now)
}

// wantFaithful: Terraform fails on a plan that says otherwise than the
// configuration, unless it keeps what the prior state said.
func (tf offline) wantFaithful(prior state, config, plan tftypes.Value) {
	tf.t.Helper()
	was, want, got := objectOf(tf.t, prior.value), objectOf(tf.t, config), objectOf(tf.t, plan)
	for _, a := range tf.schema.Block.Attributes {
		if a.WriteOnly {
			if !got[a.Name].IsNull() {
				tf.t.Errorf("the write-only %s is planned", a.Name)
			}
			continue
		}
		if a.Computed && want[a.Name].IsNull() {
			continue
		}
		if a.NestedType == nil && !was[a.Name].IsNull() && got[a.Name].Equal(was[a.Name]) {
			continue // kept, which is allowed for a value that is configured
		}
		differences, err := want[a.Name].Diff(got[a.Name])
		if err != nil {
			tf.t.Fatal(err)
		}
		for _, d := range differences {
			if strings.HasSuffix(acctest.PathText(d.Path), "_wo") && d.Value2 != nil && d.Value2.IsNull() {
				continue // write-only, in a nested attribute
			}
			kept, _, err := tftypes.WalkAttributePath(was[a.Name], d.Path)
			if value, ok := kept.(tftypes.Value); err == nil && ok && d.Value2 != nil && d.Value1 != nil && !d.Value1.IsNull() && !value.IsNull() && value.Equal(*d.Value2) {
				continue
			}
			if d.Value1 != nil && d.Value2 != nil && (d.Value1.Type().Is(tftypes.Object{}) || d.Value1.Type().Is(tftypes.Map{})) && !d.Value1.IsNull() && !d.Value2.IsNull() {
				continue // its parts follow
			}
			tf.t.Errorf("%s.%s: Terraform refuses the plan: configured %v, planned %v", a.Name, acctest.PathText(d.Path), d.Value1, d.Value2)
		}
	}
}

// apply is the state after an apply of the plan: what was unknown is known,
// and the keys are managed.
func (tf offline) apply(p planResult, config values) *state {
	tf.t.Helper()
	if len(p.errors) > 0 {
		tf.t.Fatal(p.errors)
	}
	keys := func(name string) (out []string) {
		for key := range objectOf(tf.t, objectOf(tf.t, p.value)[name]) {
			out = append(out, key)
		}
		slices.Sort(out)
		return out
	}
	attributes := objectOf(tf.t, p.value)
	answers := values{"uid": "uid-1", "root_claim": "vs-root-abcde", "service_name": nil, "cluster_ip": nil, "status": values{
		"printable_status": "Running", "run_strategy": "Always", "ready": true, "node": "node-1", "restart_required": false, "load_balancer_ingress": []any{},
		"addresses": values{"default": []any{"10.0.0.1"}}, "conditions": values{"Ready": values{"status": "True", "reason": "", "message": ""}},
	}}
	if network, ok := config["network"].(values); ok && (network["tcp"] != nil || network["udp"] != nil) {
		answers["service_name"], answers["cluster_ip"] = "vs", "10.1.0.1"
	}
	for name, value := range attributes {
		if value.IsKnown() {
			continue
		}
		if _, ok := answers[name]; !ok {
			tf.t.Errorf("%s is not known at plan time", name)
		}
		attributes[name] = valueOf(tf.t, value.Type(), answers[name])
	}
	return &state{value: tftypes.NewValue(p.value.Type(), attributes), private: private(tf.t, values{
		"labels": keys("labels_all"), "annotations": keys("annotations"),
		"template_labels": keys("template_labels"), "template_annotations": keys("template_annotations"),
	})}
}

// created is the state after the first apply of a configuration.
func (tf offline) created(config values) *state {
	tf.t.Helper()
	return tf.apply(tf.plan(nil, config), config)
}

func private(t testing.TB, managed values) []byte {
	t.Helper()
	keys, err := json.Marshal(managed)
	if err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(map[string][]byte{"managed_keys": keys})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// set returns the state with attributes replaced.
func (s state) set(t testing.TB, attributes values) *state {
	t.Helper()
	all := objectOf(t, s.value)
	for name, value := range attributes {
		all[name] = valueOf(t, all[name].Type(), value)
	}
	s.value = tftypes.NewValue(s.value.Type(), all)
	return &s
}

// objectOf returns the attributes of an object or the elements of a map.
func objectOf(t testing.TB, v tftypes.Value) map[string]tftypes.Value {
	t.Helper()
	var out map[string]tftypes.Value
	if v.IsNull() {
		return nil
	}
	if err := v.As(&out); err != nil {
		t.Fatal(err)
	}
	return maps.Clone(out) // As hands out the value's own
}

// changed lists the top-level attributes that a plan changes, unknown ones
// with a question mark.
func changed(t testing.TB, prior *state, p planResult) []string {
	t.Helper()
	out := []string{}
	was, now := objectOf(t, prior.value), objectOf(t, p.value)
	for name, value := range now {
		switch {
		case !value.IsKnown():
			out = append(out, name+"?")
		case !value.Equal(was[name]):
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

package virtualserver_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/merge"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// TestTakeWhole updates machines on which others wrote too.
func TestTakeWhole(t *testing.T) {
	type model = convert.Server
	none := func(*model) {}
	text := types.StringValue
	size := func(name string) func(*model) {
		return func(m *model) { m.InstanceType = &convert.InstanceTypeRef{Name: text(name)} }
	}
	fallback := func(volume string) func(*model) {
		return func(m *model) {
			m.InstanceType = &convert.InstanceTypeRef{InferFromVolume: text(volume), InferFromVolumeFailurePolicy: text("Ignore")}
			m.Resources = &convert.Resources{Memory: quantity.New("1Gi")}
		}
	}
	prefers := func(r convert.InstanceTypeRef) func(*model) { return func(m *model) { m.Preference = &r } }
	ready := func(p convert.Probe) func(*model) { return func(m *model) { m.ReadinessProbe = &p } }
	alive := func(p convert.Probe) func(*model) { return func(m *model) { m.LivenessProbe = &p } }
	get := func(port string) convert.Probe { return convert.Probe{HTTPGet: &convert.HTTPGet{Port: text(port)}} }
	command := types.ListValueMust(types.StringType, []attr.Value{text("a")})
	template := func(spec string) string { return "spec: {template: {spec: {" + spec + "}}}" }

	for name, c := range map[string]struct {
		state, plan func(*model)
		live, want  string
	}{
		"another instance type drops revision and kind": {size("a"), size("b"),
			"spec: {instancetype: {name: a, kind: VirtualMachineInstancetype, revisionName: r}}", "spec: {instancetype: {name: b}}"},
		"the same instance type keeps them": {size("a"), func(m *model) { size("a")(m); m.TerminationGracePeriodSeconds = types.Int64Value(5) },
			"spec: {instancetype: {name: a, revisionName: r}}", "spec: {instancetype: {name: a, revisionName: r}, template: {spec: {terminationGracePeriodSeconds: 5}}}"},
		"an inferred preference becomes a named one": {prefers(convert.InstanceTypeRef{InferFromVolume: text("root")}), prefers(convert.InstanceTypeRef{Name: text("b")}),
			"spec: {preference: {name: a, kind: VirtualMachinePreference}}", "spec: {preference: {name: b}}"},
		"a named preference becomes an inferred one": {prefers(convert.InstanceTypeRef{Name: text("a")}), prefers(convert.InstanceTypeRef{InferFromVolume: text("root")}),
			"spec: {preference: {name: a, kind: VirtualMachinePreference, revisionName: r}}", "spec: {preference: {inferFromVolume: root}}"},
		"no instance type leaves nothing": {size("a"), func(m *model) { m.Resources = &convert.Resources{Memory: quantity.New("1Gi")} },
			"spec: {instancetype: {name: a, revisionName: r}}", template("domain: {memory: {guest: 1Gi}}")},
		"memory stands by again": {fallback("root"), fallback("data"),
			"spec: {instancetype: {name: a}}",
			"spec: {instancetype: {inferFromVolume: data, inferFromVolumeFailurePolicy: Ignore}, template: {spec: {domain: {memory: {guest: 1Gi}}}}}"},
		"another handler drops the former": {ready(get("80")), ready(convert.Probe{TCPSocket: &convert.TCPSocket{Port: text("80")}}),
			template("readinessProbe: {httpGet: {port: 80, scheme: HTTPS}, periodSeconds: 5}"), template("readinessProbe: {tcpSocket: {port: 80}, periodSeconds: 5}")},
		"the same handler keeps what others wrote": {ready(get("80")), ready(get("81")),
			template("readinessProbe: {httpGet: {port: 80, scheme: HTTPS}}"), template("readinessProbe: {httpGet: {port: 81, scheme: HTTPS}}")},
		"no probe leaves nothing": {alive(convert.Probe{Exec: &convert.Exec{Command: command}}), none,
			template("livenessProbe: {exec: {command: [a]}, periodSeconds: 5}"), template("")},
		"a probe takes the place of another's": {none, alive(convert.Probe{GuestAgentPing: &convert.Nothing{}}),
			template("livenessProbe: {tcpSocket: {port: 22}}"), template("livenessProbe: {guestAgentPing: {}}")},
		"a probe of others is theirs": {none, func(m *model) { m.TerminationGracePeriodSeconds = types.Int64Value(0) },
			template("livenessProbe: {tcpSocket: {port: 22}}"), template("livenessProbe: {tcpSocket: {port: 22}}, terminationGracePeriodSeconds: 0")},
	} {
		t.Run(name, func(t *testing.T) {
			render := func(change func(*model)) *kubevirtv1.VirtualMachine {
				m := model{Name: text("vs"), RunStrategy: text("Halted")}
				change(&m)
				return convert.ToVirtualMachine(m, convert.NewLayout(convert.Server{Name: types.StringValue("vs")}, ""))
			}
			read := func(manifest string) *kubevirtv1.VirtualMachine {
				vm := &kubevirtv1.VirtualMachine{Spec: kubevirtv1.VirtualMachineSpec{Template: &kubevirtv1.VirtualMachineInstanceTemplateSpec{}}}
				if err := yaml.UnmarshalStrict([]byte(manifest), vm); err != nil {
					t.Fatal(err)
				}
				return vm
			}
			live, before, after := read(c.live), render(c.state), render(c.plan)
			convert.TakeWhole(before, after, live)
			merged := merge.Objects(unstructuredOf(t, live), unstructuredOf(t, before), unstructuredOf(t, after))
			if diff := cmp.Diff(unstructuredOf(t, read(c.want)), merged); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

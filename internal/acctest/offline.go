package acctest

import (
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"sigs.k8s.io/yaml"
)

// Offline talks to the provider as Terraform does, without a cluster, about one
// type of resource. Configurations are written in YAML.
type Offline struct {
	t      *testing.T
	server tfprotov6.ProviderServer
	schema *tfprotov6.Schema
	name   string
}

// StartOffline starts the provider. Its namespace is "team".
func StartOffline(t *testing.T, typeName string) Offline {
	t.Helper()
	server, err := Factories(nil)["virtualserver"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	o := Offline{t: t, server: server, schema: schemas.ResourceSchemas[typeName], name: typeName}
	block := o.parse(schemas.Provider.ValueType(), `{host: "https://192.0.2.1", token: none, plan_validation: offline, namespace: team}`)
	configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: o.wire(block)})
	if err != nil || len(configured.Diagnostics) > 0 {
		t.Fatal(err, configured.Diagnostics)
	}
	return o
}

// Validate returns what is wrong with a configuration, as "path: summary".
func (o Offline) Validate(config string) []string {
	o.t.Helper()
	return o.validate(o.parse(o.schema.ValueType(), config))
}

func (o Offline) validate(config tftypes.Value) []string {
	o.t.Helper()
	resp, err := o.server.ValidateResourceConfig(o.t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: o.name, Config: o.wire(config)})
	if err != nil {
		o.t.Fatal(err)
	}
	return Said(resp.Diagnostics)
}

// WithUnknown holds the provider to what it must do with a configuration of
// which any one value is known only after the apply: it is valid, and planned.
func (o Offline) WithUnknown(config string) {
	o.t.Helper()
	whole := o.parse(o.schema.ValueType(), config)
	var paths []*tftypes.AttributePath
	_ = tftypes.Walk(whole, func(at *tftypes.AttributePath, v tftypes.Value) (bool, error) {
		if len(at.Steps()) > 0 && !v.IsNull() {
			paths = append(paths, at)
		}
		return true, nil
	})
	for _, unknown := range paths {
		changed, err := tftypes.Transform(whole, func(at *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
			if at.Equal(unknown) {
				return tftypes.NewValue(v.Type(), tftypes.UnknownValue), nil
			}
			return v, nil
		})
		if err != nil {
			o.t.Fatal(err)
		}
		if got := o.validate(changed); len(got) > 0 {
			o.t.Errorf("with %s unknown the configuration is refused: %v", PathText(unknown), got)
		}
		_, _, problems := o.plan(tftypes.NewValue(changed.Type(), nil), changed)
		if len(problems) > 0 {
			o.t.Errorf("with %s unknown there is no plan: %v", PathText(unknown), problems)
		}
	}
}

// ValidateUnknown is Validate where an attribute is known only after the apply.
func (o Offline) ValidateUnknown(config, attribute string) []string {
	o.t.Helper()
	at := tftypes.NewAttributePath().WithAttributeName(attribute)
	changed, err := tftypes.Transform(o.parse(o.schema.ValueType(), config), func(path *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if path.Equal(at) {
			return tftypes.NewValue(v.Type(), tftypes.UnknownValue), nil
		}
		return v, nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return o.validate(changed)
}

// Plan plans the change from a state to a configuration; an empty state is none.
// The result are the planned values at the paths, "<unknown>" and "<null>" among
// them, and the paths that replace the resource.
func (o Offline) Plan(state, config string, paths ...string) (values, replace []string) {
	o.t.Helper()
	prior := tftypes.NewValue(o.schema.ValueType(), nil)
	if state != "" {
		prior = o.parse(o.schema.ValueType(), state)
	}
	planned, replace, problems := o.plan(prior, o.parse(o.schema.ValueType(), config))
	if len(problems) > 0 {
		o.t.Fatal(problems)
	}
	return valuesAt(planned, paths), replace
}

// PlanSaid plans likewise, and returns what the provider says of it, as
// "path: summary".
func (o Offline) PlanSaid(state, config string) (said, replace []string) {
	o.t.Helper()
	_, replace, said = o.plan(o.parse(o.schema.ValueType(), state), o.parse(o.schema.ValueType(), config))
	return said, replace
}

func (o Offline) plan(prior, config tftypes.Value) (planned tftypes.Value, replace, problems []string) {
	o.t.Helper()
	resp, err := o.server.PlanResourceChange(o.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: o.name, PriorState: o.wire(prior), ProposedNewState: o.wire(o.propose(prior, config)), Config: o.wire(config),
	})
	if err != nil {
		o.t.Fatal(err)
	}
	for _, p := range resp.RequiresReplace {
		replace = append(replace, PathText(p))
	}
	if planned, err = resp.PlannedState.Unmarshal(config.Type()); err != nil {
		o.t.Fatal(err)
	}
	return planned, replace, Said(resp.Diagnostics)
}

// propose is Terraform's own proposal: the configuration, with computed
// attributes that it leaves out taken from the prior state.
func (o Offline) propose(prior, config tftypes.Value) tftypes.Value {
	var was, now map[string]tftypes.Value
	if err := config.As(&now); err != nil {
		o.t.Fatal(err)
	}
	if prior.IsNull() {
		return config
	}
	if err := prior.As(&was); err != nil {
		o.t.Fatal(err)
	}
	now = maps.Clone(now) // As gives the value's own
	for _, a := range o.schema.Block.Attributes {
		if a.Computed && now[a.Name].IsNull() {
			now[a.Name] = was[a.Name]
		}
	}
	return tftypes.NewValue(config.Type(), now)
}

func (o Offline) parse(ty tftypes.Type, text string) tftypes.Value {
	o.t.Helper()
	data, err := yaml.YAMLToJSONStrict([]byte(text))
	if err != nil {
		o.t.Fatal(err)
	}
	value, err := (tfprotov6.DynamicValue{JSON: data}).Unmarshal(ty)
	if err != nil {
		o.t.Fatal(err)
	}
	return value
}

func (o Offline) wire(v tftypes.Value) *tfprotov6.DynamicValue {
	o.t.Helper()
	out, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		o.t.Fatal(err)
	}
	return &out
}

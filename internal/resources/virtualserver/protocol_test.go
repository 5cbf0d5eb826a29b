package virtualserver_test

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"sigs.k8s.io/yaml"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/provider"
)

// offline talks to the provider as Terraform does, without a cluster.
type offline struct {
	t      testing.TB
	server tfprotov6.ProviderServer
	schema *tfprotov6.Schema
}

// values is a configuration or a part of it. A path's steps are its keys.
type values = map[string]any

// unknown stands for a value that is known after apply.
var unknown = struct{ unknown bool }{true}

// newOffline starts a provider whose block holds the given values. Its
// cluster does not exist.
func newOffline(t testing.TB, block values) offline {
	t.Helper()
	tf := offline{t: t, server: providerserver.NewProtocol6(provider.New("test")())()}
	schemas, err := tf.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	tf.schema = schemas.ResourceSchemas["virtualserver"]
	if block != nil {
		all := values{"host": "https://192.0.2.1", "token": "none", "plan_validation": "offline"}
		for key, value := range block {
			all[key] = value
		}
		resp, err := tf.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
			Config: dynamic(t, valueOf(t, schemas.Provider.ValueType(), all)),
		})
		if err != nil || len(resp.Diagnostics) > 0 {
			t.Fatal(err, resp.Diagnostics)
		}
	}
	return tf
}

func (tf offline) validate(config values) []*tfprotov6.Diagnostic {
	tf.t.Helper()
	resp, err := tf.server.ValidateResourceConfig(tf.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName:           "virtualserver",
		Config:             dynamic(tf.t, tf.value(config)),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		tf.t.Fatal(err)
	}
	return resp.Diagnostics
}

// value is a configuration on the wire.
func (tf offline) value(config values) tftypes.Value {
	tf.t.Helper()
	return valueOf(tf.t, tf.schema.ValueType(), config)
}

// valueOf makes a value of a type: nil is null, what a map leaves out too.
func valueOf(t testing.TB, ty tftypes.Type, from any) tftypes.Value {
	t.Helper()
	switch {
	case from == nil:
		return tftypes.NewValue(ty, nil)
	case from == any(unknown):
		return tftypes.NewValue(ty, tftypes.UnknownValue)
	}
	switch ty := ty.(type) {
	case tftypes.Object:
		content := from.(values)
		attributes := map[string]tftypes.Value{}
		for name, attributeType := range ty.AttributeTypes {
			attributes[name] = valueOf(t, attributeType, content[name])
		}
		for name := range content {
			if attributes[name].Type() == nil {
				t.Fatalf("there is no attribute %q", name)
			}
		}
		return tftypes.NewValue(ty, attributes)
	case tftypes.Map:
		elements := map[string]tftypes.Value{}
		for key, value := range from.(values) {
			elements[key] = valueOf(t, ty.ElementType, value)
		}
		return tftypes.NewValue(ty, elements)
	case tftypes.List:
		elements := []tftypes.Value{}
		for _, value := range from.([]any) {
			elements = append(elements, valueOf(t, ty.ElementType, value))
		}
		return tftypes.NewValue(ty, elements)
	}
	if number, ok := from.(float64); ok {
		return tftypes.NewValue(ty, big.NewFloat(number))
	}
	return tftypes.NewValue(ty, from)
}

func dynamic(t testing.TB, v tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	out, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		t.Fatal(err)
	}
	return &out
}

// parse reads a configuration.
func parse(t testing.TB, text string) values {
	t.Helper()
	out := values{}
	if err := yaml.UnmarshalStrict([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// with returns a copy of the configuration with the values at the paths,
// written "a.b.c", replaced; nil removes one.
func with(config values, changes values) values {
	out := clone(config)
	for path, value := range changes {
		setAt(out, strings.Split(path, "."), value)
	}
	return out
}

// setAt sets a value below a map or list, whose steps are indexes.
func setAt(container any, steps []string, value any) {
	if list, ok := container.([]any); ok {
		i, err := strconv.Atoi(steps[0])
		if err != nil {
			panic(err)
		}
		if len(steps) == 1 {
			list[i] = value
			return
		}
		setAt(list[i], steps[1:], value)
		return
	}
	object := container.(values)
	step := steps[0]
	if len(steps) == 1 {
		if object[step] = value; value == nil {
			delete(object, step)
		}
		return
	}
	switch object[step].(type) {
	case values, []any:
	default:
		object[step] = values{}
	}
	setAt(object[step], steps[1:], value)
}

func clone(config values) values {
	out := values{}
	for key, value := range config {
		out[key] = cloneAny(value)
	}
	return out
}

func cloneAny(value any) any {
	switch v := value.(type) {
	case values:
		return clone(v)
	case []any:
		out := make([]any, len(v))
		for i, element := range v {
			out[i] = cloneAny(element)
		}
		return out
	}
	return value
}

// pathsOf lists the paths of everything in a configuration, containers and
// elements of lists too.
func pathsOf(config values) []string {
	out := pathsBelow(config)
	slices.Sort(out)
	return out
}

func pathsBelow(value any) (out []string) {
	add := func(step string, below any) {
		out = append(out, step)
		for _, path := range pathsBelow(below) {
			out = append(out, step+"."+path)
		}
	}
	switch v := value.(type) {
	case values:
		for key, below := range v {
			add(key, below)
		}
	case []any:
		for i, below := range v {
			add(strconv.Itoa(i), below)
		}
	}
	return out
}

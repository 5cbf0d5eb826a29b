package convert

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"sigs.k8s.io/yaml"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// Models are written and compared as YAML of their attributes, in which a
// null attribute is absent and "", [] and {} are not.

// encode returns the YAML form of a model or a part of it.
func encode(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case timeouts.Value:
		return nil
	case attr.Value:
		return encodeAttribute(x)
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return encode(v.Elem())
	case reflect.Struct:
		out := map[string]any{}
		for _, field := range fieldsOf(v.Type()) {
			if value := encode(v.FieldByIndex(field.Index)); value != nil {
				out[field.Tag.Get("tfsdk")] = value
			}
		}
		return out
	case reflect.Map:
		if v.IsNil() {
			return nil
		}
		out := map[string]any{}
		for _, key := range v.MapKeys() {
			out[key.String()] = encode(v.MapIndex(key))
		}
		return out
	case reflect.Slice:
		if v.IsNil() {
			return nil
		}
		out := []any{}
		for i := range v.Len() {
			out = append(out, encode(v.Index(i)))
		}
		return out
	}
	panic(fmt.Sprintf("a model cannot hold %s", v.Type()))
}

func encodeAttribute(v attr.Value) any {
	if v.IsNull() {
		return nil
	}
	switch x := v.(type) {
	case types.String:
		return x.ValueString()
	case quantity.Value:
		return x.ValueString()
	case types.Int64:
		return x.ValueInt64()
	case types.Bool:
		return x.ValueBool()
	case types.List:
		out := []any{}
		for _, e := range x.Elements() {
			out = append(out, encodeAttribute(e))
		}
		return out
	case types.Map:
		return encodeAttributes(x.Elements())
	case types.Object:
		return encodeAttributes(x.Attributes())
	}
	panic(fmt.Sprintf("a model cannot hold %T", v))
}

func encodeAttributes(attributes map[string]attr.Value) any {
	out := map[string]any{}
	for name, value := range attributes {
		if e := encodeAttribute(value); e != nil {
			out[name] = e
		}
	}
	return out
}

// decode sets a model or a part of it from its YAML form.
func decode(into reflect.Value, from any) {
	switch into.Interface().(type) {
	case types.String:
		into.Set(reflect.ValueOf(types.StringValue(from.(string))))
		return
	case quantity.Value:
		into.Set(reflect.ValueOf(quantity.New(from.(string))))
		return
	case types.Int64:
		if n, ok := from.(int64); ok { // of encode
			from = float64(n)
		}
		into.Set(reflect.ValueOf(types.Int64Value(int64(from.(float64)))))
		return
	case types.Bool:
		into.Set(reflect.ValueOf(types.BoolValue(from.(bool))))
		return
	case types.List:
		into.Set(reflect.ValueOf(decodeList(from.([]any))))
		return
	case types.Map:
		texts := map[string]string{}
		for key, value := range from.(map[string]any) {
			texts[key] = value.(string)
		}
		into.Set(reflect.ValueOf(MapOf(texts)))
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		decode(into.Elem(), from)
	case reflect.Struct:
		fields := map[string]reflect.Value{}
		for _, field := range fieldsOf(into.Type()) {
			fields[field.Tag.Get("tfsdk")] = into.FieldByIndex(field.Index)
		}
		for name, value := range from.(map[string]any) {
			if !fields[name].IsValid() {
				panic(fmt.Sprintf("%s has no attribute %q", into.Type(), name))
			}
			decode(fields[name], value)
		}
	case reflect.Map:
		into.Set(reflect.MakeMap(into.Type()))
		for key, value := range from.(map[string]any) {
			element := reflect.New(into.Type().Elem()).Elem()
			decode(element, value)
			into.SetMapIndex(reflect.ValueOf(key), element)
		}
	case reflect.Slice:
		list := from.([]any)
		into.Set(reflect.MakeSlice(into.Type(), len(list), len(list)))
		for i, value := range list {
			decode(into.Index(i), value)
		}
	default:
		panic(fmt.Sprintf("a model cannot hold %s", into.Type()))
	}
}

// decodeList reads a list of texts or numbers; an empty one counts as texts.
func decodeList(from []any) types.List {
	var texts []string
	var numbers []int64
	for _, e := range from {
		switch x := e.(type) {
		case string:
			texts = append(texts, x)
		case float64:
			numbers = append(numbers, int64(x))
		case int64:
			numbers = append(numbers, x)
		}
	}
	if numbers != nil {
		return int64List(numbers)
	}
	return stringList(texts)
}

func modelFromYAML(t *testing.T, text []byte) Server {
	t.Helper()
	var content map[string]any
	if err := yaml.UnmarshalStrict(text, &content); err != nil {
		t.Fatal(err)
	}
	var m Server
	decode(reflect.ValueOf(&m).Elem(), content)
	return m
}

// attributes is the YAML form of a model.
func attributes(m Server) map[string]any {
	return encode(reflect.ValueOf(m)).(map[string]any)
}

// managed is the YAML form of what a user writes: all but the computed
// attributes, which no configuration holds.
func managed(m Server) map[string]any {
	out := attributes(m)
	for _, name := range []string{"id", "uid", "vm_name", "labels_all", "root_claim", "service_name", "cluster_ip", "status"} {
		delete(out, name)
	}
	return out
}

// failer is what *testing.T and *rapid.T share.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

func wantEqual(t failer, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// fieldsOf are the attributes of a model, also of those that it embeds.
func fieldsOf(model reflect.Type) []reflect.StructField {
	return slices.DeleteFunc(reflect.VisibleFields(model), func(f reflect.StructField) bool { return f.Anonymous })
}

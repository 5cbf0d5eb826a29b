package convert

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// Models are drawn by a walk over their type. Each leaf attribute has a
// generator in the leaves of its section, by its path without keys or, for attributes that many
// sections share, by its last name; one without fails every property, so that
// no new attribute goes untested.

type leaf func(*rapid.T) any

func pick(label string, options ...any) leaf {
	return func(t *rapid.T) any { return rapid.SampledFrom(options).Draw(t, label) }
}

// text is absent in all spellings or one of the values; required is one.
func text(values ...string) leaf {
	return pick("text", append([]any{types.StringNull(), types.StringValue("")}, required(values...)...)...)
}

func required(values ...string) []any {
	out := make([]any, 0, len(values))
	for _, v := range values {
		out = append(out, types.StringValue(v))
	}
	return out
}

func one(values ...string) leaf { return pick("required", required(values...)...) }

func texts(values ...string) leaf {
	return pick("texts", types.ListNull(types.StringType), stringList(nil), stringList(values[:1]), stringList(values))
}

func keys(values ...string) leaf {
	return pick("keys", MapOf(nil), MapOf(map[string]string{}), MapOf(map[string]string{values[0]: ""}), MapOf(map[string]string{values[0]: "a", values[1]: "b"}))
}

var (
	number = pick("number", types.Int64Null(), types.Int64Value(1), types.Int64Value(2), types.Int64Value(4))
	toggle = pick("flag", types.BoolNull(), types.BoolValue(false), types.BoolValue(true))
	amount = pick("amount", quantity.Null(), quantity.New(""), quantity.New("1Gi"), quantity.New("1024Mi"), quantity.New("1.5Gi"), quantity.New("2G"))
	ports  = pick("ports", types.ListNull(types.Int64Type), int64List(nil), int64List([]int64{443, 80}), int64List([]int64{22}))
	object = text("a", "b.c")
	untold = func(*rapid.T) any { return nil } // computed, or not the conversion's
)

// A part is what the generator knows of one part of a model, in the file
// of that part (generate_<part>_test.go).
type part struct {
	leaves    map[string]leaf
	exclusive []reflect.Type  // types that have exactly one of their nested attributes
	always    []string        // nested attributes that are never absent
	refused   []string        // nested attributes that never pass validation
	beside    []string        // nested attributes beside those that exclude each other
	fix       func(m *Server) // makes a drawn model pass the rules that span attributes
}

var (
	parts = []part{
		serverPart, computePart, storagePart, networkPart, guestPart,
		firmwarePart, devicesPart, clockPart, featuresPart, schedulingPart, probesPart, instanceTypePart, templatePart,
	}
	leaves    = map[string]leaf{}
	exclusive []reflect.Type
	always    []string
	refused   []string
	beside    []string
)

func init() {
	for _, s := range parts {
		maps.Copy(leaves, s.leaves)
		exclusive = append(exclusive, s.exclusive...)
		always = append(always, s.always...)
		refused = append(refused, s.refused...)
		beside = append(beside, s.beside...)
	}
}

func leafOf(path string) leaf {
	for at := path; ; {
		if g, ok := leaves[at]; ok {
			return g
		}
		_, rest, ok := strings.Cut(at, ".")
		if !ok {
			return nil
		}
		at = rest
	}
}

func generate(t *rapid.T, into reflect.Value, path string) {
	if g := leafOf(path); g != nil {
		if value := g(t); value != nil {
			into.Set(reflect.ValueOf(value))
		}
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		if slices.Contains(always, path) || rapid.Bool().Draw(t, path) {
			into.Set(reflect.New(into.Type().Elem()))
			generate(t, into.Elem(), path)
		}
	case reflect.Map:
		names := rapid.SampledFrom([][]string{nil, {}, {"a"}, {"b", "a"}}).Draw(t, path)
		if names == nil {
			return
		}
		into.Set(reflect.MakeMap(into.Type()))
		for _, name := range names {
			element := reflect.New(into.Type().Elem()).Elem()
			generate(t, element, path)
			// The map's own name: disks and filesystems share their names.
			into.SetMapIndex(reflect.ValueOf(name+"-"+strings.ReplaceAll(path[strings.LastIndex(path, ".")+1:], "_", "-")), element)
		}
	case reflect.Slice:
		into.Set(reflect.MakeSlice(into.Type(), 0, 2))
		for range rapid.IntRange(0, 2).Draw(t, path) {
			element := reflect.New(into.Type().Elem()).Elem()
			generate(t, element, path)
			into.Set(reflect.Append(into, element))
		}
	case reflect.Struct:
		generateStruct(t, into, path)
	default:
		panic(fmt.Sprintf("the attribute %s has no generator", path))
	}
}

func generateStruct(t *rapid.T, into reflect.Value, path string) {
	var kinds []int
	fields := fieldsOf(into.Type())
	for i, field := range fields {
		at := strings.TrimPrefix(path+"."+field.Tag.Get("tfsdk"), ".")
		if slices.Contains(exclusive, into.Type()) && field.Type.Kind() == reflect.Pointer && !slices.Contains(beside, at) {
			if !slices.Contains(refused, at) {
				kinds = append(kinds, i)
			}
			continue
		}
		generate(t, into.FieldByIndex(field.Index), at)
	}
	if kinds != nil {
		field := fields[rapid.SampledFrom(kinds).Draw(t, path+" kind")]
		at := strings.TrimPrefix(path+"."+field.Tag.Get("tfsdk"), ".")
		kind := into.FieldByIndex(field.Index)
		kind.Set(reflect.New(field.Type.Elem()))
		generate(t, kind.Elem(), at)
	}
}

// TestEveryAttributeHasAGenerator does not depend on what is drawn.
func TestEveryAttributeHasAGenerator(t *testing.T) {
	used := map[string]bool{}
	var walk func(ty reflect.Type, path string)
	walk = func(ty reflect.Type, path string) {
		if g := leafOf(path); g != nil {
			for at := path; ; _, at, _ = strings.Cut(at, ".") {
				if _, ok := leaves[at]; ok {
					used[at] = true
					return
				}
			}
		}
		switch ty.Kind() {
		case reflect.Pointer, reflect.Map, reflect.Slice:
			walk(ty.Elem(), path)
		case reflect.Struct:
			if ty.PkgPath() != reflect.TypeFor[Server]().PkgPath() {
				t.Errorf("the attribute %s has no generator", path)
				return
			}
			for _, field := range fieldsOf(ty) {
				walk(field.Type, strings.TrimPrefix(path+"."+field.Tag.Get("tfsdk"), "."))
			}
		default:
			t.Errorf("the attribute %s has no generator", path)
		}
	}
	walk(reflect.TypeFor[Server](), "")
	for name := range leaves {
		if !used[name] {
			t.Errorf("no attribute uses the generator %s", name)
		}
	}
}

// servers draws models that pass validation.
func servers() *rapid.Generator[Server] {
	return rapid.Custom(func(t *rapid.T) Server {
		var m Server
		generate(t, reflect.ValueOf(&m).Elem(), "")
		for _, p := range parts {
			if p.fix != nil {
				p.fix(&m)
			}
		}
		return m
	})
}

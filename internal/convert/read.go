package convert

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// reader turns live values into attributes. At import it reads everything;
// afterwards only what the prior model manages: an attribute that is null
// there belongs to nobody and stays null, so that what others write on the
// object is neither shown nor removed. A prior "", [] or {} stays while the
// live value is absent.
type reader struct{ importing bool }

func (r reader) text(prior types.String, live string) types.String {
	switch {
	case !r.importing && prior.IsNull():
		return types.StringNull()
	case live != "":
		return types.StringValue(live)
	case !r.importing && prior.ValueString() == "":
		return prior
	}
	return types.StringNull()
}

// textDefault reads an attribute that, when absent, renders as fallback.
func (r reader) textDefault(prior types.String, live, fallback string) types.String {
	if live == "" {
		live = fallback
	}
	if live == fallback && (r.importing || prior.ValueString() == "") {
		if r.importing {
			return types.StringNull()
		}
		return prior
	}
	return r.text(prior, live)
}

func (r reader) number(prior types.Int64, live int64) types.Int64 {
	switch {
	case !r.importing && prior.IsNull():
		return types.Int64Null()
	case live != 0:
		return types.Int64Value(live)
	case !r.importing && prior.ValueInt64() == 0:
		return prior
	}
	return types.Int64Null()
}

// flag reads a switch that is off when absent.
func (r reader) flag(prior types.Bool, live bool) types.Bool {
	switch {
	case !r.importing && prior.IsNull():
		return types.BoolNull()
	case live:
		return types.BoolValue(true)
	case !r.importing && !prior.ValueBool():
		return prior
	case r.importing:
		return types.BoolNull()
	}
	return types.BoolValue(false)
}

func (r reader) amount(prior quantity.Value, live *resource.Quantity) quantity.Value {
	if !r.importing && prior.IsNull() {
		return quantity.Null()
	}
	if live == nil || live.IsZero() {
		if !r.importing && !prior.IsSet() {
			return prior
		}
		return quantity.Null()
	}
	if now := quantity.Of(*live); !now.Same(prior) {
		return now
	}
	return prior
}

func (r reader) texts(prior types.List, live []string) types.List {
	if !r.importing && prior.IsNull() {
		return types.ListNull(types.StringType)
	}
	if len(live) == 0 {
		if !r.importing && len(prior.Elements()) == 0 {
			return prior
		}
		return types.ListNull(types.StringType)
	}
	if slices.Equal(Strings(prior), live) {
		return prior
	}
	return stringList(live)
}

// keys reads the keys of prior; at import, every key that is not skipped.
func (r reader) keys(prior types.Map, live map[string]string, skip func(key string) bool) types.Map {
	if !r.importing && prior.IsNull() {
		return types.MapNull(types.StringType)
	}
	out := map[string]string{}
	if r.importing {
		maps.Copy(out, live)
		maps.DeleteFunc(out, func(k, _ string) bool { return skip(k) })
		if len(out) == 0 {
			return types.MapNull(types.StringType)
		}
		return MapOf(out)
	}
	for k := range prior.Elements() {
		if v, ok := live[k]; ok {
			out[k] = v
		}
	}
	return MapOf(out)
}

// section tells whether a nested object is read, and gives its prior content.
func section[T any](r reader, prior *T) (T, bool) {
	if prior != nil {
		return *prior, true
	}
	var none T
	return none, r.importing
}

// kindBefore gives a nested object's prior content; when the object is of
// another kind than the prior, all of it is read.
func kindBefore[T any](r reader, prior *T) (T, reader) {
	if prior != nil {
		return *prior, r
	}
	var none T
	return none, reader{importing: true}
}

// Strings returns a list's known strings.
func Strings(l types.List) []string {
	out := make([]string, 0, len(l.Elements()))
	for _, e := range l.Elements() {
		if s, ok := e.(types.String); ok && !s.IsNull() && !s.IsUnknown() {
			out = append(out, s.ValueString())
		}
	}
	return out
}

// Int64s returns a list's known numbers.
func Int64s(l types.List) []int64 {
	out := make([]int64, 0, len(l.Elements()))
	for _, e := range l.Elements() {
		if n, ok := e.(types.Int64); ok && !n.IsNull() && !n.IsUnknown() {
			out = append(out, n.ValueInt64())
		}
	}
	return out
}

// StringMap returns a map's known strings.
func StringMap(m types.Map) map[string]string { return metadata.StringMap(m) }

// MapOf is the attribute form of m; nil is null.
func MapOf(m map[string]string) types.Map { return metadata.MapOf(m) }

func stringList(values []string) types.List {
	elements := make([]attr.Value, 0, len(values))
	for _, v := range values {
		elements = append(elements, types.StringValue(v))
	}
	return types.ListValueMust(types.StringType, elements)
}

func int64List(values []int64) types.List {
	elements := make([]attr.Value, 0, len(values))
	for _, v := range values {
		elements = append(elements, types.Int64Value(v))
	}
	return types.ListValueMust(types.Int64Type, elements)
}

// textOrNull is the attribute form of s; "" is null.
func textOrNull(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// either is the first of two texts that says something.
func either(a, b types.String) string {
	if s := a.ValueString(); s != "" {
		return s
	}
	return b.ValueString()
}

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

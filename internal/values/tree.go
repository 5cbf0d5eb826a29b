// Package values reads configurations, plans and states that may hold unknown
// values: those of attributes by the way to them, and what an absent one is.
package values

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Tree is a whole configuration, plan or state that may hold unknown values.
// It is converted once: reading attributes one by one through the framework
// builds the schema's types for each, which a fleet's plan would feel.
type Tree struct{ Root types.Object }

// getter is a configuration, plan or state.
type getter interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

// TreeOf converts the whole of it.
func TreeOf(ctx context.Context, from getter) (Tree, diag.Diagnostics) {
	var t Tree
	diags := from.Get(ctx, &t.Root)
	return t, diags
}

// At returns the value at the steps, each an attribute's name or a map's key;
// nil below an absent one, and the unknown value itself below an unknown one.
func (t Tree) At(steps ...string) attr.Value {
	var v attr.Value = t.Root
	for _, step := range steps {
		if v == nil || v.IsNull() || v.IsUnknown() {
			break
		}
		switch x := v.(type) {
		case types.Object:
			v = x.Attributes()[step]
		case types.Map:
			v = x.Elements()[step]
		default:
			return nil
		}
	}
	if v == nil || v.IsNull() {
		return nil
	}
	return v
}

// Known tells whether the values are known or absent.
func Known(values ...attr.Value) bool {
	for _, v := range values {
		if IsUnknown(v) {
			return false
		}
	}
	return true
}

// Text returns a string's value, "" when it is absent or unknown.
func Text(v attr.Value) string {
	s, _ := v.(types.String)
	return s.ValueString()
}

// Count returns the number of elements of a list.
func Count(v attr.Value) int {
	l, _ := v.(types.List)
	return len(l.Elements())
}

// Number returns a number's value, 0 when it is absent or unknown.
func Number(v attr.Value) int64 {
	n, _ := v.(types.Int64)
	return n.ValueInt64()
}

// IsOn tells whether a switch is on.
func IsOn(v attr.Value) bool {
	b, _ := v.(types.Bool)
	return b.ValueBool()
}

// IsOff tells whether a switch is written off.
func IsOff(v attr.Value) bool {
	b, ok := v.(types.Bool)
	return ok && !b.IsNull() && !b.IsUnknown() && !b.ValueBool()
}

// IsThere tells that a nested object is written.
func IsThere(v attr.Value) bool { return v != nil && !v.IsUnknown() }

// Elements returns a map's elements.
func Elements(v attr.Value) map[string]attr.Value {
	m, _ := v.(types.Map)
	return m.Elements()
}

// Keys returns a map's keys in order.
func Keys(v attr.Value) []string { return slices.Sorted(maps.Keys(Elements(v))) }

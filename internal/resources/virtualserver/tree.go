package virtualserver

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// tree is a whole configuration, plan or state that may hold unknown values.
// It is converted once: reading attributes one by one through the framework
// builds the schema's types for each, which a fleet's plan would feel.
type tree struct{ root types.Object }

// getter is a configuration, plan or state.
type getter interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

func treeOf(ctx context.Context, from getter) (tree, diag.Diagnostics) {
	var t tree
	diags := from.Get(ctx, &t.root)
	return t, diags
}

// at returns the value at the steps, each an attribute's name or a map's key;
// nil below an absent one, and the unknown value itself below an unknown one.
func (t tree) at(steps ...string) attr.Value {
	var v attr.Value = t.root
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

// known tells whether the values are known or absent.
func known(values ...attr.Value) bool {
	for _, v := range values {
		if isUnknown(v) {
			return false
		}
	}
	return true
}

// textOf returns a string's value, "" when it is absent or unknown.
func textOf(v attr.Value) string {
	s, _ := v.(types.String)
	return s.ValueString()
}

// countOf returns the number of elements of a list.
func countOf(v attr.Value) int {
	l, _ := v.(types.List)
	return len(l.Elements())
}

// numberOf returns a number's value, 0 when it is absent or unknown.
func numberOf(v attr.Value) int64 {
	n, _ := v.(types.Int64)
	return n.ValueInt64()
}

// isOn tells whether a switch is on; isOff, whether it is written off.
func isOn(v attr.Value) bool {
	b, _ := v.(types.Bool)
	return b.ValueBool()
}

func isOff(v attr.Value) bool {
	b, ok := v.(types.Bool)
	return ok && !b.IsNull() && !b.IsUnknown() && !b.ValueBool()
}

// isThere tells that a nested object is written.
func isThere(v attr.Value) bool { return v != nil && !v.IsUnknown() }

// elementsOf returns a map's elements.
func elementsOf(v attr.Value) map[string]attr.Value {
	m, _ := v.(types.Map)
	return m.Elements()
}

// keysOf returns a map's keys in order.
func keysOf(v attr.Value) []string { return slices.Sorted(maps.Keys(elementsOf(v))) }

package virtualserver

import (
	"context"

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

// elementsOf returns a map's elements.
func elementsOf(v attr.Value) map[string]attr.Value {
	m, _ := v.(types.Map)
	return m.Elements()
}

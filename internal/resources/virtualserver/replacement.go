package virtualserver

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// immutable lists the attributes whose change replaces the server. A root
// disk's size is not among them: it grows in place.
func immutable() []path.Path {
	root := path.Root("storage").AtName("root")
	out := []path.Path{path.Root("name"), path.Root("namespace"), root.AtName("ephemeral"), root.AtName("name")}
	for _, claim := range []string{"pvc", "storage"} {
		for _, attribute := range []string{"storage_class_name", "access_modes", "volume_mode"} {
			out = append(out, root.AtName(claim).AtName(attribute))
		}
	}
	return append(out, root.AtName("source"))
}

// replacements returns the immutable attributes that the plan changes. It
// decides here and not in plan modifiers, because those cannot tell the disk
// that a replacement loses.
func replacements(ctx context.Context, state tfsdk.State, plan tfsdk.Plan) (path.Paths, diag.Diagnostics) {
	var out path.Paths
	var diags diag.Diagnostics
	for _, p := range immutable() {
		var was, now attr.Value
		diags.Append(state.GetAttribute(ctx, p, &was)...)
		diags.Append(plan.GetAttribute(ctx, p, &now)...)
		if diags.HasError() {
			return nil, diags
		}
		if !equivalent(was, now) {
			out = append(out, p)
		}
	}
	for _, claim := range []string{"pvc", "storage"} {
		var was, now types.Object
		p := path.Root("storage").AtName("root").AtName(claim)
		diags.Append(state.GetAttribute(ctx, p, &was)...)
		diags.Append(plan.GetAttribute(ctx, p, &now)...)
		if was.IsNull() != now.IsNull() && !now.IsUnknown() {
			out = append(out, p)
		}
	}
	return out, diags
}

// equivalent compares values with "", [], {} and false the same as absent,
// and quantities by amount. A nested object that is there differs from one
// that is not: `blank = {}` says something.
func equivalent(a, b attr.Value) bool {
	if isUnknown(a) || isUnknown(b) {
		return false
	}
	switch x := a.(type) {
	case types.Object:
		y, ok := b.(types.Object)
		if !ok || x.IsNull() || y.IsNull() {
			return ok && x.IsNull() == y.IsNull()
		}
		others := y.Attributes()
		for name, value := range x.Attributes() {
			if !equivalent(value, others[name]) {
				return false
			}
		}
		return true
	case quantity.Value:
		y, ok := b.(quantity.Value)
		return ok && x.Same(y)
	}
	return isEmpty(a) && isEmpty(b) || a != nil && b != nil && a.Equal(b)
}

func isUnknown(v attr.Value) bool { return v != nil && v.IsUnknown() }

func isEmpty(v attr.Value) bool {
	if v == nil || v.IsNull() {
		return true
	}
	switch x := v.(type) {
	case types.String:
		return x.ValueString() == ""
	case types.Bool:
		return !x.ValueBool()
	case types.List:
		return len(x.Elements()) == 0
	}
	return false
}

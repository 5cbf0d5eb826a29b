package plainobject

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
)

// PlanPlace plans namespace and id of an object, and returns the attributes whose
// change makes it another one. scoped objects can be cluster-wide.
func PlanPlace(ctx context.Context, data *providerdata.Data, scoped bool, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) path.Paths {
	creating := req.State.Raw.IsNull()
	var config, state, plan place
	config.read(ctx, req.Config, scoped, &resp.Diagnostics)
	plan.read(ctx, resp.Plan, scoped, &resp.Diagnostics)
	if !creating {
		state.read(ctx, req.State, scoped, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return nil
	}
	plan.namespace = planNamespace(data, config, state, creating)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("namespace"), plan.namespace)...)
	if id := plan.id(); creating || !id.IsUnknown() {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), id)...)
	}
	if creating {
		return nil
	}
	return replacements(state, plan)
}

// planNamespace plans the namespace of the configuration, else none for a
// cluster-wide object, else the one that the object has, else the provider's.
func planNamespace(data *providerdata.Data, config, state place, creating bool) types.String {
	switch {
	case config.clusterWide.ValueBool():
		return types.StringNull()
	case !config.namespace.IsNull():
		return config.namespace
	case config.clusterWide.IsUnknown():
		return types.StringUnknown()
	case !creating && !state.namespace.IsNull():
		return state.namespace
	case data != nil && data.Namespace != "":
		return types.StringValue(data.Namespace)
	}
	return types.StringUnknown()
}

// place is where an object is; its values may be unknown.
type place struct {
	name, namespace types.String
	clusterWide     types.Bool
}

type getter interface {
	GetAttribute(ctx context.Context, at path.Path, target any) diag.Diagnostics
}

func (p *place) read(ctx context.Context, from getter, scoped bool, diags *diag.Diagnostics) {
	diags.Append(from.GetAttribute(ctx, path.Root("name"), &p.name)...)
	diags.Append(from.GetAttribute(ctx, path.Root("namespace"), &p.namespace)...)
	if scoped {
		diags.Append(from.GetAttribute(ctx, path.Root("cluster_wide"), &p.clusterWide)...)
	}
}

func (p *place) id() types.String {
	if p.name.IsUnknown() || p.namespace.IsUnknown() || p.clusterWide.IsUnknown() {
		return types.StringUnknown()
	}
	return types.StringValue(metadata.ID(p.namespace.ValueString(), p.name.ValueString()))
}

// replacements returns the attributes whose change makes it another object.
func replacements(state, plan place) path.Paths {
	var out path.Paths
	if !state.name.Equal(plan.name) {
		out = append(out, path.Root("name"))
	}
	scope := plan.clusterWide.IsUnknown() || state.clusterWide.ValueBool() != plan.clusterWide.ValueBool()
	if scope {
		out = append(out, path.Root("cluster_wide"))
	}
	if !scope && !state.namespace.Equal(plan.namespace) {
		out = append(out, path.Root("namespace"))
	}
	return out
}

// CheckPlace refuses a cluster-wide object in a namespace.
func CheckPlace(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	var p place
	p.read(ctx, config, true, diags)
	if p.clusterWide.ValueBool() && !p.namespace.IsNull() && !p.namespace.IsUnknown() {
		diags.Append(attribute.Error(path.Root("namespace"), "Namespace of a cluster-wide object",
			"With cluster_wide = true the object has no namespace. Remove namespace or cluster_wide."))
	}
}

package plainobject

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"k8s.io/apimachinery/pkg/api/equality"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/admission"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
)

// ModifyPlan plans namespace and id, decides on replacement, and has the cluster
// check the object by dry run. Planned values follow from configuration and
// state alone: Terraform plans again during an apply and fails on a different
// value, so nothing that the cluster says becomes one.
func (r *Resource[M]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	// Validation saw what was known then; an apply plans again with the rest.
	CheckPlace(ctx, req.Config, &resp.Diagnostics)
	creating := req.State.Raw.IsNull()
	var config, state, plan place
	config.read(ctx, req.Config, &resp.Diagnostics)
	plan.read(ctx, resp.Plan, &resp.Diagnostics)
	if !creating {
		state.read(ctx, req.State, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	plan.namespace = r.planNamespace(config, state, creating)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("namespace"), plan.namespace)...)
	if id := plan.id(); creating || !id.IsUnknown() {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), id)...)
	}
	if !creating {
		if resp.RequiresReplace = replacements(state, plan); len(resp.RequiresReplace) > 0 {
			return
		}
	}
	if resp.Diagnostics.HasError() || !req.Config.Raw.IsFullyKnown() {
		return
	}
	var now, was M
	resp.Diagnostics.Append(resp.Plan.Get(ctx, &now)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if creating {
		r.checkPlan(ctx, now, "create", &resp.Diagnostics, func(ctx context.Context) error {
			api, err := r.data.Client.API(ctx)
			if err == nil {
				err = api.Create(ctx, r.Render(now), client.DryRunAll, kube.Strict)
			}
			return err
		})
		return
	}
	resp.Diagnostics.Append(req.State.Get(ctx, &was)...)
	managed, diags := metadata.ReadKeys(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || !r.differ(was, now, managed) {
		return
	}
	r.checkPlan(ctx, now, "update", &resp.Diagnostics, func(ctx context.Context) error {
		return r.patch(ctx, was, now, managed, client.DryRunAll)
	})
}

// checkPlan sends a dry run, and says what the cluster answers.
func (r *Resource[M]) checkPlan(ctx context.Context, plan M, verb string, diags *diag.Diagnostics, send func(ctx context.Context) error) {
	h := r.Head(&plan)
	if r.data == nil || !r.data.Known || r.data.PlanValidation != providerdata.PlanValidationServer || h.Namespace.IsUnknown() || r.data.DryRun.Stopped() {
		return
	}
	ctx, cancel := context.WithTimeout(kube.Aside(r.withWarnings(ctx, h, diags)), providerdata.DryRunTimeout)
	defer cancel()
	admission.Report(diags, r.data.DryRun, r.subject(h), verb, send(ctx), r.Attribute)
}

// differ tells whether an update writes anything.
func (r *Resource[M]) differ(state, plan M, managed metadata.Keys) bool {
	before, after := r.renderings(state, plan, managed)
	return !equality.Semantic.DeepEqual(before, after)
}

// planNamespace plans the namespace of the configuration, else none for a
// cluster-wide object, else the one that the object has, else the provider's.
func (r *Resource[M]) planNamespace(config, state place, creating bool) types.String {
	switch {
	case config.clusterWide.ValueBool():
		return types.StringNull()
	case !config.namespace.IsNull():
		return config.namespace
	case config.clusterWide.IsUnknown():
		return types.StringUnknown()
	case !creating && !state.namespace.IsNull():
		return state.namespace
	case r.data != nil && r.data.Namespace != "":
		return types.StringValue(r.data.Namespace)
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

func (p *place) read(ctx context.Context, from getter, diags *diag.Diagnostics) {
	diags.Append(from.GetAttribute(ctx, path.Root("name"), &p.name)...)
	diags.Append(from.GetAttribute(ctx, path.Root("namespace"), &p.namespace)...)
	diags.Append(from.GetAttribute(ctx, path.Root("cluster_wide"), &p.clusterWide)...)
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

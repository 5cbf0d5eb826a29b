package plainobject

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
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
	if resp.RequiresReplace = PlanPlace(ctx, r.data, true, req, resp); len(resp.RequiresReplace) > 0 {
		return
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

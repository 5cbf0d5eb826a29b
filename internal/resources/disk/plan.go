package disk

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/admission"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/plainobject"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// privateMade is the key in private state of what the disk was made with.
const privateMade = "made_with"

// ModifyPlan plans namespace and id, decides on replacement, warns of what is lost,
// and has the cluster check a new disk by dry run. Planned values follow from
// configuration, state and private state alone.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var state convert.VirtualDisk
	creating, destroying := req.State.Raw.IsNull(), req.Plan.Raw.IsNull()
	if !creating {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if destroying {
		if state.DeletionProtection.ValueBool() {
			resp.Diagnostics.Append(protected("destroy", state))
		}
		return
	}
	replace := plainobject.PlanPlace(ctx, r.data, false, req, resp)
	if !creating {
		resp.RequiresReplace = append(replace, r.replacements(ctx, req, resp, state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if len(resp.RequiresReplace) > 0 {
		var protect types.Bool
		resp.Diagnostics.Append(resp.Plan.GetAttribute(ctx, path.Root("deletion_protection"), &protect)...)
		resp.Diagnostics.Append(warnReplacement(state, protect.ValueBool())...)
		return
	}
	if !req.Config.Raw.IsFullyKnown() {
		return
	}
	var plan convert.VirtualDisk
	resp.Diagnostics.Append(resp.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if creating {
		r.checkPlan(ctx, plan, &resp.Diagnostics)
		return
	}
	resp.Diagnostics.Append(checkSize(state, plan)...)
	plan.UID, plan.Status = state.UID, state.Status
	if grows(state, plan) || plan.BindImmediately.ValueBool() && !state.BindImmediately.ValueBool() {
		plan.Status = types.ObjectUnknown(convert.DiskStatusTypes)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// replacements returns the attributes that the disk cannot change, and that the plan
// does. What a disk was made with that has no DataVolume any more, nobody knows:
// then only what its claim tells counts.
func (r *Resource) replacements(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, state convert.VirtualDisk) path.Paths {
	record, diags := req.Private.GetKey(ctx, privateMade)
	resp.Diagnostics.Append(diags...)
	whole, recorded := state.WithRecord(record)
	made := tfsdk.State{Schema: req.State.Schema, Raw: req.State.Raw}
	resp.Diagnostics.Append(made.Set(ctx, &whole)...)
	before, diags := values.TreeOf(ctx, made)
	resp.Diagnostics.Append(diags...)
	after, diags := values.TreeOf(ctx, resp.Plan)
	resp.Diagnostics.Append(diags...)
	comparison := datavolume.Comparison(state.Namespace.ValueString())
	if recorded {
		return comparison.Replacements(before, after, datavolume.Immutable(), datavolume.Exclusive())
	}
	var told [][]string
	for _, steps := range datavolume.Immutable() {
		if before.At(steps...) != nil && after.At(steps...) != nil {
			told = append(told, steps)
		}
	}
	return comparison.Replacements(before, after, told, nil)
}

// checkPlan sends a dry run of a new disk, and says what the cluster answers.
func (r *Resource) checkPlan(ctx context.Context, plan convert.VirtualDisk, diags *diag.Diagnostics) {
	if r.data == nil || !r.data.Known || r.data.PlanValidation != providerdata.PlanValidationServer || plan.Namespace.IsUnknown() || r.data.DryRun.Stopped() {
		return
	}
	ctx, cancel := context.WithTimeout(kube.Aside(withWarnings(ctx, plan, diags)), providerdata.DryRunTimeout)
	defer cancel()
	api, err := r.data.Client.API(ctx)
	if err == nil {
		err = api.Create(ctx, convert.ToDataVolume(plan), client.DryRunAll, kube.Strict)
	}
	admission.Report(diags, r.data.DryRun, subject(plan), "create", err, convert.DiskAttribute)
}

func protected(verb string, m convert.VirtualDisk) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("deletion_protection"), subject(m).Summary(verb),
		"The disk is protected from deletion.\n\nTo go on, set deletion_protection = false and apply that first. A tainted disk needs \"terraform untaint <address>\" before that.")
}

// warnReplacement refuses to replace a protected disk, and says what is lost.
func warnReplacement(state convert.VirtualDisk, protect bool) diag.Diagnostics {
	name := subject(state).Name
	switch {
	case protect || state.DeletionProtection.ValueBool():
		return diag.Diagnostics{protected("replace", state)}
	case state.OnDestroy.ValueString() == convert.OnDestroyRetain:
		return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("Replacing disk %q keeps the old one", name),
			"on_destroy = \"retain\" leaves DataVolume and claim in place, so a new one of the same name cannot be made: give the new disk another name.")}
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("Replacing disk %q deletes all that is on it", name),
		"A new disk takes its place. If that is not what you want, undo the change that forces the replacement, or back the disk up first.")}
}

// grows tells whether the plan writes another size.
func grows(state, plan convert.VirtualDisk) bool {
	before, after := state.Claim(), plan.Claim()
	return before != nil && after != nil && after.Size.IsSet() && !before.Size.Same(after.Size)
}

// sizeAt is the attribute of the size.
func sizeAt(m convert.VirtualDisk) path.Path {
	if m.Storage != nil {
		return path.Root("storage").AtName("size")
	}
	return path.Root("pvc").AtName("size")
}

// checkSize refuses to shrink the disk.
func checkSize(state, plan convert.VirtualDisk) diag.Diagnostics {
	before, after := state.Claim(), plan.Claim()
	if before == nil || after == nil {
		return nil
	}
	return datavolume.CheckSize(before.Size, after.Size, sizeAt(plan), subject(plan).Summary("shrink"), "disk", "disk")
}

package image

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/admission"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/plainobject"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// ModifyPlan plans namespace, id, DataSource and the hash of an upload, decides on
// replacement, and has the cluster check a new image by dry run. Planned values follow
// from configuration, state, private state and the file that is uploaded.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var state convert.Image
	creating, destroying := req.State.Raw.IsNull(), req.Plan.Raw.IsNull()
	if !creating {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if destroying {
		if state.DeletionProtection.ValueBool() {
			resp.Diagnostics.Append(subject(state).Protected("destroy", "image"))
		}
		return
	}
	if !creating && plainobject.ReplaceDeleted(ctx, req, resp) {
		return
	}
	replace := plainobject.PlanPlace(ctx, r.data, false, req, resp)
	planDataSource(ctx, resp, state)
	r.expect(ctx, resp)
	content := planUpload(ctx, req, resp, state, creating)
	if !creating {
		resp.RequiresReplace = append(append(replace, r.replacements(ctx, req, resp, state)...), content...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if len(resp.RequiresReplace) > 0 {
		datavolume.Replaced{
			Subject: subject(state), Name: state.Name, Namespace: state.Namespace,
			Protected: state.DeletionProtection.ValueBool(), Retained: state.OnDestroy.ValueString() == convert.OnDestroyRetain,
			Stays: "all of it", Them: "it",
			Loss: "deletes its content", Instead: "The new image is imported again; for so long nothing can be cloned from it. Disks that were cloned from it stay as they are.",
		}.Warn(ctx, resp)
		return
	}
	if !req.Config.Raw.IsFullyKnown() {
		return
	}
	var plan convert.Image
	resp.Diagnostics.Append(resp.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if creating {
		r.checkPlan(ctx, plan, &resp.Diagnostics)
		return
	}
	resp.Diagnostics.Append(checkSize(state, plan)...)
	resp.Diagnostics.Append(datavolume.CheckForm(ctx, subject(state), req.State, resp.Plan)...)
	plan.UID, plan.Status = state.UID, state.Status
	if grows(state, plan) || uploadsNow(state, plan) || state.DataSource.IsNull() {
		plan.Status = types.ObjectUnknown(convert.ImageStatusTypes)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// expect notes the DataSource and the claim, which others of the same plan may refer to.
func (r *Resource) expect(ctx context.Context, resp *resource.ModifyPlanResponse) {
	var source, name types.String
	resp.Diagnostics.Append(resp.Plan.GetAttribute(ctx, path.Root("data_source"), &source)...)
	resp.Diagnostics.Append(resp.Plan.GetAttribute(ctx, path.Root("name"), &name)...)
	if r.data != nil {
		r.data.DryRun.Expect("datasources", source.ValueString())
		r.data.DryRun.Expect("persistentvolumeclaims", name.ValueString())
	}
}

// planDataSource plans the DataSource, which has the image's name but for schedules that
// others made: one that is missing is made again.
func planDataSource(ctx context.Context, resp *resource.ModifyPlanResponse, state convert.Image) {
	name := state.DataSource
	if name.IsNull() {
		resp.Diagnostics.Append(resp.Plan.GetAttribute(ctx, path.Root("name"), &name)...)
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("data_source"), name)...)
}

// replacements returns the attributes that the image cannot change, and that the plan
// does. What an image was made with that has no DataVolume any more, nobody knows: then
// only what its claim tells counts.
func (r *Resource) replacements(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, state convert.Image) path.Paths {
	record, diags := req.Private.GetKey(ctx, privateMade)
	resp.Diagnostics.Append(diags...)
	whole, recorded := state.WithRecord(record)
	made := tfsdk.State{Schema: req.State.Schema, Raw: req.State.Raw}
	resp.Diagnostics.Append(made.Set(ctx, &whole)...)
	before, diags := values.TreeOf(ctx, made)
	resp.Diagnostics.Append(diags...)
	after, diags := values.TreeOf(ctx, resp.Plan)
	resp.Diagnostics.Append(diags...)
	comparison, immutable := comparisonOf(state.Namespace.ValueString()), datavolume.Immutable()
	immutable = append(immutable, []string{"schedule"})
	if values.IsThere(before.At("schedule")) && values.IsThere(after.At("schedule")) {
		// CDI makes claims of this size from now on, for good.
		immutable = append(immutable, []string{"storage", "size"}, []string{"pvc", "size"})
	}
	if recorded {
		return comparison.Replacements(before, after, immutable, datavolume.Exclusive())
	}
	var told [][]string
	for _, steps := range immutable {
		// Whether there is a schedule, the state always knows.
		if steps[0] == "schedule" || before.At(steps...) != nil && after.At(steps...) != nil {
			told = append(told, steps)
		}
	}
	return comparison.Replacements(before, after, told, nil)
}

// comparisonOf is that of DataVolumes, with the schedule, and without what says how a
// file is uploaded: its content counts (planUpload).
func comparisonOf(namespace string) values.Comparison {
	c := datavolume.Comparison(namespace)
	telling, kind := c.Telling, c.Kind
	c.Telling = func(at string) bool { return at == "schedule" || telling(at) }
	c.Kind = func(at string) bool { return at == "schedule" || kind(at) }
	c.Ignored = func(at string) bool {
		return at == "source.upload.path" || at == "source.upload.sha256" || at == "source.upload.proxy"
	}
	c.Defaults["schedule.garbage_collect"] = string(cdiv1.DataImportCronGarbageCollectOutdated)
	c.Defaults["schedule.retention_policy"] = string(cdiv1.DataImportCronRetainNone)
	return c
}

// checkPlan sends a dry run of a new image, and says what the cluster answers.
func (r *Resource) checkPlan(ctx context.Context, plan convert.Image, diags *diag.Diagnostics) {
	if r.data == nil || !r.data.Known || r.data.PlanValidation != providerdata.PlanValidationServer || plan.Namespace.IsUnknown() || r.data.DryRun.Stopped() {
		return
	}
	ctx, cancel := context.WithTimeout(kube.Aside(withWarnings(ctx, plan, diags)), providerdata.DryRunTimeout)
	defer cancel()
	var anchor client.Object = convert.ToImageDataVolume(plan)
	if plan.Schedule != nil {
		anchor = convert.ToDataImportCron(plan)
	}
	api, err := r.data.Client.API(ctx)
	if err == nil {
		err = api.Create(ctx, anchor, client.DryRunAll, kube.Strict)
	}
	if isClaimTaken(err) {
		return // the apply says more, or goes on with what an earlier one left
	}
	if admission.IsExpected(r.data.DryRun, err) {
		return
	}
	var failure *diagnostics.Failure
	if errors.As(datavolume.ExplainClone(err, path.Root("source")), &failure) {
		// The same apply may give the right.
		diags.Append(diag.NewAttributeWarningDiagnostic(failure.Attribute, fmt.Sprintf("Image %q cannot be created as things are now", subject(plan).Name), failure.Error()))
		return
	}
	admission.Report(diags, r.data.DryRun, subject(plan), "create", err, convert.ImageAttribute)
}

// checkSize refuses to shrink the image.
func checkSize(state, plan convert.Image) diag.Diagnostics {
	before, after := state.Claim(), plan.Claim()
	if before == nil || after == nil {
		return nil
	}
	return datavolume.CheckSize(before.Size, after.Size, sizeAt(plan), subject(plan).Summary("shrink"), "image", "image")
}

package disk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/admission"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
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
			resp.Diagnostics.Append(subject(state).Protected("destroy", "disk"))
		}
		return
	}
	if !creating && plainobject.ReplaceDeleted(ctx, req, resp) {
		return
	}
	replace := plainobject.PlanPlace(ctx, r.data, false, req, resp)
	if !creating {
		resp.RequiresReplace = slices.Concat(replace, r.replacements(ctx, req, resp, state))
	}
	r.expect(ctx, resp)
	if resp.Diagnostics.HasError() {
		return
	}
	if len(resp.RequiresReplace) > 0 {
		datavolume.Replaced{
			Subject: subject(state), Name: state.Name, Namespace: state.Namespace,
			Protected: state.DeletionProtection.ValueBool(), Retained: state.OnDestroy.ValueString() == convert.OnDestroyRetain,
			Stays: "DataVolume and claim", Them: "them",
			Loss: "deletes all that is on it", Instead: "A new disk takes its place. If that is not what you want, undo the change that forces the replacement, or back the disk up first.",
		}.Warn(ctx, resp)
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
	resp.Diagnostics.Append(datavolume.CheckForm(ctx, subject(state), req.State, resp.Plan)...)
	plan.UID, plan.Status = state.UID, state.Status
	if grows(state, plan) || binds(state, plan) {
		plan.Status = types.ObjectUnknown(convert.DiskStatusTypes)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
	managed, diags := metadata.ReadKeys(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		r.checkUpdate(ctx, state, plan, managed, &resp.Diagnostics)
	}
}

// expect notes the disk, which others of the same plan may refer to.
func (r *Resource) expect(ctx context.Context, resp *resource.ModifyPlanResponse) {
	var name types.String
	resp.Diagnostics.Append(resp.Plan.GetAttribute(ctx, path.Root("name"), &name)...)
	if r.data != nil {
		r.data.DryRun.Expect("datavolumes", name.ValueString())
		r.data.DryRun.Expect("persistentvolumeclaims", name.ValueString())
	}
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
	if !r.asks() || plan.Namespace.IsUnknown() {
		return
	}
	ctx, cancel := context.WithTimeout(kube.Aside(withWarnings(ctx, plan, diags)), providerdata.DryRunTimeout)
	defer cancel()
	api, err := r.data.Client.API(ctx)
	if err == nil {
		err = api.Create(ctx, convert.ToDataVolume(plan), client.DryRunAll, kube.Strict)
	}
	if isClaimTaken(err) {
		return // it may be gone by then: the apply says it better
	}
	if admission.IsExpected(r.data.DryRun, err) {
		return
	}
	var failure *diagnostics.Failure
	if errors.As(datavolume.ExplainClone(err, path.Root("source")), &failure) {
		// The same apply may give the right.
		diags.Append(diag.NewAttributeWarningDiagnostic(failure.Attribute, fmt.Sprintf("Disk %q cannot be created as things are now", subject(plan).Name), failure.Error()))
		return
	}
	admission.Report(diags, r.data.DryRun, subject(plan), "create", err, convert.DiskAttribute)
}

// asks tells whether plans are sent to the cluster to be checked.
func (r *Resource) asks() bool {
	return r.data != nil && r.data.Known && r.data.PlanValidation == providerdata.PlanValidationServer && !r.data.DryRun.Stopped()
}

// checkUpdate sends dry runs of what an update writes, and says what the cluster
// answers.
func (r *Resource) checkUpdate(ctx context.Context, state, plan convert.VirtualDisk, managed metadata.Keys, diags *diag.Diagnostics) {
	if !r.asks() || !r.writes(state, plan, managed) {
		return
	}
	ctx, cancel := context.WithTimeout(kube.Aside(withWarnings(ctx, plan, diags)), providerdata.DryRunTimeout)
	defer cancel()
	api, err := r.data.Client.API(ctx)
	var o convert.DiskObjects
	if err == nil {
		o, err = fetch(ctx, api, plan.Namespace.ValueString(), plan.Name.ValueString())
	}
	if err == nil {
		err = r.changeMetadata(ctx, o, state, plan, managed, client.DryRunAll)
	}
	if err != nil {
		admission.Report(diags, r.data.DryRun, subject(plan), "update", err, convert.DiskAttribute)
	}
	if err != nil || !grows(state, plan) {
		return
	}
	err = r.growth(state, plan).Check(ctx)
	var failure *diagnostics.Failure
	if errors.As(err, &failure) {
		// The same apply may have the storage class expand.
		diags.Append(diag.NewAttributeWarningDiagnostic(sizeAt(plan), fmt.Sprintf("Disk %q cannot grow as things are now", subject(plan).Name), failure.Error()))
		return
	}
	admission.Report(diags, r.data.DryRun, subject(plan), "update", err, convert.DiskAttribute)
}

// writes tells whether an update sends anything to the cluster.
func (r *Resource) writes(state, plan convert.VirtualDisk, managed metadata.Keys) bool {
	same := func(was, now types.Map, keys []string) bool {
		return metadata.Only(was, keys).Equal(metadata.Asked(now, was, keys))
	}
	return grows(state, plan) || binds(state, plan) || !same(state.Labels, plan.Labels, managed.Labels) || !same(state.Annotations, plan.Annotations, managed.Annotations)
}

// grows tells whether the plan writes another size.
func grows(state, plan convert.VirtualDisk) bool {
	before, after := state.Claim(), plan.Claim()
	return before != nil && after != nil && after.Size.IsSet() && !before.Size.Same(after.Size)
}

// binds tells whether the plan has the volume made at once, which it was not.
func binds(state, plan convert.VirtualDisk) bool {
	return plan.BindImmediately.ValueBool() && !state.BindImmediately.ValueBool()
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

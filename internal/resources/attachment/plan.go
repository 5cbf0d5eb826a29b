package attachment

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/plainobject"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// ModifyPlan plans the place, decides on replacement, says what waits for a restart,
// and has the cluster check what is written by dry run. Planned values follow from
// configuration, state and private state alone.
func (r *Resource[M, P]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	creating, destroying := req.State.Raw.IsNull(), req.Plan.Raw.IsNull()
	var state M
	was := P(&state).Common()
	if !creating {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if destroying {
		if r.data != nil {
			r.data.Machines.GiveUp(id(was))
			r.foresee(ctx, &state, leaving, &resp.Diagnostics)
		}
		return
	}
	replace := plainobject.PlanPlace(ctx, r.data, false, req, resp)
	before, diags := values.TreeOf(ctx, req.State)
	resp.Diagnostics.Append(diags...)
	after, diags := values.TreeOf(ctx, resp.Plan)
	resp.Diagnostics.Append(diags...)
	config, diags := values.TreeOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.planNames(ctx, after, config, was, creating, resp)
	if creating {
		r.planCreate(ctx, req, resp)
		return
	}
	for _, name := range []string{"server", "server_uid"} {
		if wanted := config.At(name); name == "server_uid" && wanted == nil {
			continue // it stays that of the server
		} else if !values.Known(wanted) || values.Text(wanted) != values.Text(before.At(name)) {
			replace = append(replace, path.Root(name))
		}
	}
	changed, diags := r.changed(ctx, state, before, after, resp)
	resp.Diagnostics.Append(diags...)
	if !r.inPlace {
		replace = append(replace, changed...)
	}
	if resp.RequiresReplace = replace; len(replace) > 0 {
		if r.data != nil {
			r.data.Machines.GiveUp(id(was))
		}
		return
	}
	if resp.Diagnostics.HasError() {
		return
	}
	r.planUpdate(ctx, req, resp, state, len(changed) > 0)
}

// planNames plans id and server_uid.
func (r *Resource[M, P]) planNames(ctx context.Context, after, config values.Tree, was *convert.Attached, creating bool, resp *resource.ModifyPlanResponse) {
	planned := types.StringUnknown()
	if namespace, server, name := after.At("namespace"), after.At("server"), after.At("name"); values.Known(namespace, server, name) && namespace != nil {
		planned = types.StringValue(idOf(values.Text(namespace), values.Text(server), values.Text(name)))
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), planned)...)
	if !creating && config.At("server_uid") == nil {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("server_uid"), was.ServerUID)...)
	}
}

func (r *Resource[M, P]) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var planned types.String
	resp.Diagnostics.Append(resp.Plan.GetAttribute(ctx, path.Root("id"), &planned)...)
	if r.data == nil || planned.IsUnknown() || resp.Diagnostics.HasError() {
		return
	}
	if !r.data.Machines.Want(planned.ValueString()) {
		resp.Diagnostics.Append(r.twice(planned))
		return
	}
	if !req.Config.Raw.IsFullyKnown() {
		return
	}
	var plan M
	resp.Diagnostics.Append(resp.Plan.Get(ctx, &plan)...)
	if !resp.Diagnostics.HasError() {
		r.foresee(ctx, &plan, coming, &resp.Diagnostics)
	}
}

// planUpdate keeps the status where nothing is written and nothing is left to do.
func (r *Resource[M, P]) planUpdate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, state M, changed bool) {
	was := P(&state).Common()
	if r.data != nil && !r.data.Machines.Hold(id(was)) {
		resp.Diagnostics.Append(r.twice(types.StringValue(id(was))))
		return
	}
	unplugged, diags := req.Private.GetKey(ctx, privateUnplugged)
	resp.Diagnostics.Append(diags...)
	known := req.Config.Raw.IsFullyKnown()
	if !known {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("status"), types.ObjectUnknown(convert.AttachmentStatusTypes))...)
		return
	}
	var plan M
	resp.Diagnostics.Append(resp.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	waits := r.restarts(&plan) && isPending(was.Status)
	c := P(&plan).Common()
	c.Status = was.Status
	if changed || waits || string(unplugged) == "true" {
		c.Status = types.ObjectUnknown(convert.AttachmentStatusTypes)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
	if (changed || waits) && !resp.Diagnostics.HasError() {
		r.foresee(ctx, &plan, changing, &resp.Diagnostics)
	}
}

// isPending tells whether a status shows a guest that runs without it.
func isPending(status types.Object) bool {
	pending, _ := status.Attributes()["pending"].(types.Bool)
	return pending.ValueBool()
}

// changed are the attributes that render another device than the state's.
func (r *Resource[M, P]) changed(ctx context.Context, state M, before, after values.Tree, resp *resource.ModifyPlanResponse) (out path.Paths, diags diag.Diagnostics) {
	unknown := false
	for _, name := range r.device {
		if v := after.At(name); v != nil && !isKnown(ctx, v) {
			unknown, out = true, append(out, path.Root(name))
		}
	}
	if unknown {
		return out, nil
	}
	var plan M
	of := tfsdk.Plan{Schema: resp.Plan.Schema, Raw: resp.Plan.Raw}
	if values.IsUnknown(after.At("wait")) { // a model cannot hold that
		diags.Append(of.SetAttribute(ctx, path.Root("wait"), (*convert.AttachmentWait)(nil))...)
	}
	if diags.Append(of.Get(ctx, &plan)...); diags.HasError() {
		return nil, diags
	}
	P(&plan).Common().Name, P(&state).Common().Name = types.StringNull(), types.StringNull()
	if P(&state).Device().Same(P(&plan).Device()) {
		return nil, diags
	}
	for _, name := range r.device {
		was, is := before.At(name), after.At(name)
		if values.IsEmpty(was) && values.IsEmpty(is) && !values.IsObject(was) && !values.IsObject(is) || was != nil && is != nil && was.Equal(is) {
			continue
		}
		out = append(out, path.Root(name))
	}
	return out, diags
}

// isKnown tells whether a value and all that it holds is known.
func isKnown(ctx context.Context, v attr.Value) bool {
	raw, err := v.ToTerraformValue(ctx)
	return err == nil && raw.IsFullyKnown()
}

func (r *Resource[M, P]) twice(id types.String) diag.Diagnostic {
	failure := twice(id.ValueString())
	return diag.NewAttributeErrorDiagnostic(failure.Attribute, fmt.Sprintf("Unable to create %s attachment %q", r.mark, id.ValueString()), failure.Error())
}

package virtualserver

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/plainobject"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// ModifyPlan fills in what is known of the computed attributes, decides on
// replacement, and warns of what is lost. Planned values are functions of
// configuration, state and private state alone: Terraform plans again during
// an apply and fails on a different value, so nothing that the cluster says
// becomes one.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	creating, destroying := req.State.Raw.IsNull(), req.Plan.Raw.IsNull()
	if destroying {
		var state convert.Server
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		if resp.Diagnostics.HasError() || !state.DeletionProtection.ValueBool() {
			return
		}
		resp.Diagnostics.Append(subject(state).Protected("destroy", "server"))
		return
	}
	if !creating && plainobject.ReplaceDeleted(ctx, req, resp) {
		return
	}
	if !creating && r.isUnchanged(req) {
		return
	}
	r.planNames(ctx, req, resp)
	if resp.Diagnostics.HasError() {
		return
	}
	var state convert.Server
	if !creating {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		if resp.Diagnostics.HasError() {
			return
		}
		before, diags := madeWith(ctx, req, state)
		resp.Diagnostics.Append(diags...)
		after, diags := values.TreeOf(ctx, resp.Plan)
		resp.Diagnostics.Append(diags...)
		resp.RequiresReplace = replacements(before, after)
		data, diags := replacedByData(ctx, req, before, after, state)
		resp.Diagnostics.Append(diags...)
		resp.RequiresReplace = append(resp.RequiresReplace, data...)
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
	var plan convert.Server
	resp.Diagnostics.Append(resp.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if creating {
		r.checkPlan(ctx, nil, plan, metadata.Keys{}, &resp.Diagnostics)
		return
	}
	resp.Diagnostics.Append(checkSizes(state, plan)...)
	resp.Diagnostics.Append(warnDataGone(state, plan)...)
	state, diags := withTriggers(ctx, req.Private, state, plan)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(refuseRestart(state, plan)...)
	managed, diags := metadata.ReadKeys(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	c := changeOf(state, plan, managed)
	keepComputed(&plan, state, c)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	var p machinePatch
	if c.spec || c.metadata {
		p = r.checkPlan(ctx, &state, plan, managed, &resp.Diagnostics)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.warnEffects(ctx, state, plan, managed, c, p)...)
	}
}

// warnDataGone warns of cloud-init data that a plan removes: generated
// configurations hold null for sensitive values.
func warnDataGone(state, plan convert.Server) (diags diag.Diagnostics) {
	warn := func(what, attribute string) {
		diags.AddWarning(fmt.Sprintf("Updating virtual server %q removes its cloud-init %s data", subject(state).Name, what),
			"The configuration has none. After an import, write the guest's "+what+" data into "+attribute+" to keep it.")
	}
	if state.HasUserData() && !plan.HasUserData() {
		warn("user", "cloud_init")
	}
	if state.HasNetworkData() && !plan.HasNetworkData() {
		warn("network", "network_data")
	}
	return diags
}

// isUnchanged tells of a plan that leaves everything as it is, as it does for most
// servers of a fleet: all that follows would plan the same at many times the cost.
// Only the provider's default labels can change a server whose configuration did
// not.
func (r *Resource) isUnchanged(req resource.ModifyPlanRequest) bool {
	if r.data == nil || !r.data.Known || !req.Plan.Raw.Equal(req.State.Raw) {
		return false
	}
	var attributes map[string]tftypes.Value
	if err := req.State.Raw.As(&attributes); err != nil || hasPending(attributes) {
		return false
	}
	return maps.Equal(metadata.Merge(r.data.DefaultLabels, textsOf(attributes["labels"])), textsOf(attributes["labels_all"]))
}

// textsOf returns a map's known strings.
func textsOf(v tftypes.Value) map[string]string {
	var elements map[string]tftypes.Value
	if v.Type() == nil || !v.IsKnown() || v.As(&elements) != nil {
		return nil
	}
	out := map[string]string{}
	for key, element := range elements {
		var text string
		if element.IsKnown() && !element.IsNull() && element.As(&text) == nil {
			out[key] = text
		}
	}
	return out
}

// madeWith is the state with what the root disk was made with, also where the
// configuration left it out for a while: to write that out is no change.
func madeWith(ctx context.Context, req resource.ModifyPlanRequest, state convert.Server) (values.Tree, diag.Diagnostics) {
	record, diags := req.Private.GetKey(ctx, privateRoot)
	made := tfsdk.State{Schema: req.State.Schema, Raw: req.State.Raw}
	if whole := state.WithRecord(record); whole.Storage != nil {
		diags.Append(made.SetAttribute(ctx, path.Root("storage").AtName("root"), whole.Storage.Root)...)
	}
	t, more := values.TreeOf(ctx, made)
	diags.Append(more...)
	return t, diags
}

// planNames plans namespace, id, vm_name and labels_all, which follow from the
// configuration of resource and provider.
func (r *Resource) planNames(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var name, namespace, vmName types.String
	var planned, stateLabelsAll types.Map
	diags := &resp.Diagnostics
	diags.Append(resp.Plan.GetAttribute(ctx, path.Root("name"), &name)...)
	diags.Append(resp.Plan.GetAttribute(ctx, path.Root("namespace"), &namespace)...)
	diags.Append(resp.Plan.GetAttribute(ctx, path.Root("labels"), &planned)...)
	if diags.HasError() {
		return
	}
	if namespace.IsUnknown() && r.data != nil && r.data.Namespace != "" {
		var config types.String
		diags.Append(req.Config.GetAttribute(ctx, path.Root("namespace"), &config)...)
		if config.IsNull() {
			namespace = types.StringValue(r.data.Namespace)
			diags.Append(resp.Plan.SetAttribute(ctx, path.Root("namespace"), namespace)...)
		}
	}
	if !name.IsUnknown() {
		vmName = types.StringValue(convert.VMName(name.ValueString()))
		if !req.State.Raw.IsNull() {
			var stateName types.String
			diags.Append(req.State.GetAttribute(ctx, path.Root("name"), &stateName)...)
			if stateName.Equal(name) {
				diags.Append(req.State.GetAttribute(ctx, path.Root("vm_name"), &vmName)...)
			}
		}
		diags.Append(resp.Plan.SetAttribute(ctx, path.Root("vm_name"), vmName)...)
		if !namespace.IsUnknown() {
			diags.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), metadata.ID(namespace.ValueString(), name.ValueString()))...)
		}
	}
	if r.data == nil || !r.data.Known || planned.IsUnknown() {
		return
	}
	all := convert.MapOf(metadata.Merge(r.data.DefaultLabels, convert.StringMap(planned)))
	if !req.State.Raw.IsNull() {
		diags.Append(req.State.GetAttribute(ctx, path.Root("labels_all"), &stateLabelsAll)...)
		if len(all.Elements()) == 0 && len(stateLabelsAll.Elements()) == 0 {
			all = stateLabelsAll
		}
	}
	for _, v := range planned.Elements() {
		if v.IsUnknown() {
			return
		}
	}
	diags.Append(resp.Plan.SetAttribute(ctx, path.Root("labels_all"), all)...)
}

// keepComputed replaces unknown computed values by the state's where the
// update does not touch what they describe.
func keepComputed(plan *convert.Server, state convert.Server, c change) {
	ports := plan.Network.HasPorts()
	if vm := plan.VMName.ValueString(); ports != state.Network.HasPorts() || plan.Network.ServiceName(vm) != state.Network.ServiceName(vm) {
		plan.ServiceName, plan.ClusterIP = types.StringNull(), types.StringNull()
		if ports {
			plan.ServiceName, plan.ClusterIP = types.StringValue(plan.Network.ServiceName(vm)), types.StringUnknown()
		}
	} else {
		plan.ServiceName, plan.ClusterIP = state.ServiceName, state.ClusterIP
		if c.newService {
			plan.ClusterIP = types.StringUnknown()
		}
	}
	if plan.Network.IsHeadless() {
		plan.ClusterIP = types.StringNull()
	}
	plan.Status = state.Status
	if c.spec || c.userData || c.power || c.restart || c.migrate || c.service && convert.ChangesIngress(state, *plan) {
		plan.Status = types.ObjectUnknown(convert.StatusTypes)
	}
}

// layoutOf is the layout of a server as far as its state tells: enough to see
// what differs between two renderings. Disks count as naming no bus, so that
// writing the default one out is a change: only the object knows.
func layoutOf(state convert.Server) convert.Layout {
	l := convert.NewLayout(state, state.RootClaim.ValueString())
	l.WithoutBus = slices.Collect(maps.Keys(deviceNames(state)))
	l.WithoutBus = append(l.WithoutBus, l.RootVolume)
	return l
}

// warnReplacement refuses to replace a protected server, and names the disk
// that a replacement loses. ns/name stands in the summary: of warnings with
// equal summaries Terraform shows only the first.
func warnReplacement(state convert.Server, protect bool) diag.Diagnostics {
	var diags diag.Diagnostics
	if protect || state.DeletionProtection.ValueBool() {
		return diag.Diagnostics{subject(state).Protected("replace", "server")}
	}
	if !state.OwnsRootDisk() {
		return diags
	}
	if retainsRoot(state) {
		diags.AddWarning(
			fmt.Sprintf("Replacing virtual server %q keeps its root disk %q", subject(state).Name, state.RootClaim.ValueString()),
			"The disk stays under its name, owned by nobody, and the new server gets one of its own: delete the old one when nobody needs it any more. Any other disk that the machine's own dataVolumeTemplates made is lost.")
		return diags
	}
	diags.AddWarning(
		fmt.Sprintf("Replacing virtual server %q deletes its root disk %q", subject(state).Name, state.RootClaim.ValueString()),
		"Everything on the root disk is lost, and on any other disk that the machine's own dataVolumeTemplates made; disks that exist by themselves are kept. If that is not what you want, undo the change that forces the replacement, or back the disk up first.")
	return diags
}

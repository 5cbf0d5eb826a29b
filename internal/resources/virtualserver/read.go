package virtualserver

import (
	"context"
	"fmt"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/plainobject"
)

// Read refreshes the state. It removes the server only when a live read says
// that its VirtualMachine is gone.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state convert.Server
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Read(ctx, defaults.Read)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	// Identity comes first: the framework wants it even for a server that is gone.
	resp.Diagnostics.Append(identityOf(state).Set(ctx, resp.Identity)...)
	if !r.data.Known {
		resp.Diagnostics.AddWarning("The provider's configuration is not known yet",
			"It depends on something that is created by this apply, so servers were not refreshed: the plan is made from the last known state.")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	prior := &state
	vmNames := []string{state.VMName.ValueString()}
	if state.UID.IsNull() { // being imported, by either name
		prior, vmNames = nil, machineNames(state.Name.ValueString())
	}
	var o convert.Objects
	from, err := r.data.Client.Reader(ctx)
	if err == nil {
		o, err = r.fetch(ctx, from, state.Namespace.ValueString(), vmNames, prior)
	}
	if err == nil && o.VM != nil {
		err = fetchRootClaim(ctx, from, &o, prior)
	}
	if err == nil && o.VM != nil {
		err = r.readPending(ctx, from, &o)
	}
	if err != nil {
		resp.Diagnostics.Append(subject(state).Error("read", err))
		return
	}
	if o.VM != nil && prior != nil && string(o.VM.UID) != state.UID.ValueString() {
		resp.Diagnostics.AddWarning(fmt.Sprintf("Virtual server %q is gone", subject(state).Name),
			"A VirtualMachine of the same name has taken its place (its uid is another). It is not touched. To manage it, import it; otherwise delete or rename it, and apply again to have the server made anew.")
		o.VM = nil
	}
	if o.VM == nil {
		resp.State.RemoveResource(ctx)
		return
	}
	resp.Diagnostics.Append(plainobject.RecordDeleting(ctx, resp.Private, subject(state), o.VM)...)
	resp.Diagnostics.Append(recordRoot(ctx, resp.Private, o, convert.LayoutOf(o.VM, rootVolumeOf(prior)))...)
	m := convert.FromObjects(o, prior)
	if prior == nil {
		m.Timeouts = state.Timeouts
	}
	if !reflect.DeepEqual(m, state) { // else the response holds it already
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
	resp.Diagnostics.Append(identityOf(m).Set(ctx, resp.Identity)...)
}

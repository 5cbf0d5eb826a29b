package disk

import (
	"context"
	"fmt"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/plainobject"
)

// privateClaim is the key in private state of the claim's uid: CDI may remove a
// DataVolume that is done, and then the claim alone is the disk.
const privateClaim = "claim_uid"

// Read refreshes the state. It removes the disk only when a live read says that it
// is gone.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state convert.VirtualDisk
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Read(ctx, defaults.Read)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	// Identity comes first: the framework wants it even for a disk that is gone.
	resp.Diagnostics.Append(identityOf(state).Set(ctx, resp.Identity)...)
	if !r.data.Known {
		resp.Diagnostics.AddWarning("The provider's configuration is not known yet",
			"It depends on something that is created by this apply, so no disk was refreshed: the plan is made from the last known state.")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var o convert.DiskObjects
	from, err := r.data.Client.Reader(ctx)
	if err == nil {
		o, err = fetch(ctx, from, state.Namespace.ValueString(), state.Name.ValueString())
	}
	if err != nil {
		resp.Diagnostics.Append(subject(state).Error("read", err))
		return
	}
	prior := &state
	if state.UID.IsNull() {
		prior = nil // being imported
	}
	if o.Object() != nil && prior != nil {
		claim, diags := req.Private.GetKey(ctx, privateClaim)
		resp.Diagnostics.Append(diags...)
		if !isOurs(o, state, string(claim)) {
			resp.Diagnostics.AddWarning(fmt.Sprintf("Disk %q is gone", subject(state).Name),
				"Another one of the same name has taken its place (its uid is another). It is not touched. To manage it, import it; otherwise delete or rename it, and apply again.")
			o = convert.DiskObjects{}
		}
		resp.Diagnostics.Append(datavolume.CheckContent(subject(state), o.DataVolume, o.Claim, claim)...)
	}
	if o.Object() == nil {
		resp.State.RemoveResource(ctx)
		return
	}
	resp.Diagnostics.Append(datavolume.CheckOwner(subject(state), o.Object(), prior == nil)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(plainobject.RecordDeleting(ctx, resp.Private, subject(state), o.Object())...)
	resp.Diagnostics.Append(recordObjects(ctx, resp.Private, o)...)
	m := convert.FromDisk(o, prior)
	if prior == nil {
		m.Timeouts = state.Timeouts
	}
	if !reflect.DeepEqual(m, state) { // else the response holds it already
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
	resp.Diagnostics.Append(identityOf(m).Set(ctx, resp.Identity)...)
}

// isOurs tells whether what is there is what the state knows: the DataVolume, or the
// claim that it left.
func isOurs(o convert.DiskObjects, state convert.VirtualDisk, claim string) bool {
	uid := state.UID.ValueString()
	if o.DataVolume != nil {
		return string(o.DataVolume.UID) == uid
	}
	return string(o.Claim.UID) == uid || claim == quoted(string(o.Claim.UID))
}

package image

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/plainobject"
)

// Read refreshes the state. It removes the image only when a live read says that it is
// gone.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state convert.Image
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Read(ctx, defaults.Read)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	// Identity comes first: the framework wants it even for an image that is gone.
	resp.Diagnostics.Append(identityOf(state).Set(ctx, resp.Identity)...)
	if !r.data.Known {
		resp.Diagnostics.AddWarning("The provider's configuration is not known yet",
			"It depends on something that is created by this apply, so no image was refreshed: the plan is made from the last known state.")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	prior, which := &state, kindsOf(state)
	if state.UID.IsNull() { // being imported
		prior, which = nil, allKinds
	}
	var o convert.ImageObjects
	from, err := r.data.Client.Reader(ctx)
	if err == nil {
		o, err = fetch(ctx, from, state.Namespace.ValueString(), state.Name.ValueString(), which)
	}
	if err != nil {
		resp.Diagnostics.Append(subject(state).Error("read", err))
		return
	}
	if o.Anchor() != nil && prior != nil {
		claim, diags := req.Private.GetKey(ctx, privateClaim)
		resp.Diagnostics.Append(diags...)
		if !isOurs(o, state.UID.ValueString(), string(claim)) {
			resp.Diagnostics.AddWarning(fmt.Sprintf("Image %q is gone", subject(state).Name),
				"Another one of the same name has taken its place (its uid is another). It is not touched. To manage it, import it; otherwise delete or rename it, and apply again.")
			o = convert.ImageObjects{}
		}
		if o.Cron == nil { // a schedule has a claim for each import
			resp.Diagnostics.Append(datavolume.CheckContent(subject(state), o.DataVolume, o.Claim, claim)...)
		}
	}
	if o.Anchor() == nil {
		resp.State.RemoveResource(ctx)
		return
	}
	resp.Diagnostics.Append(datavolume.CheckOwner(subject(state), o.Anchor(), prior == nil)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(plainobject.RecordDeleting(ctx, resp.Private, subject(state), o.Anchor())...)
	resp.Diagnostics.Append(recordObjects(ctx, resp.Private, o)...)
	m := convert.FromImage(o, prior)
	if prior == nil {
		m.Timeouts = state.Timeouts
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	resp.Diagnostics.Append(identityOf(m).Set(ctx, resp.Identity)...)
}

package attachment

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
)

// Update changes a device in place, and brings one to the guest that an earlier apply
// left out. What the plan knows the status of touches nothing.
func (r *Resource[M, P]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan M
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	c := P(&plan).Common()
	timeout, diags := c.Timeouts.Update(ctx, defaults.Update)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if c.Status.IsUnknown() {
		deadline, cancel := context.WithTimeout(r.withWarnings(ctx, c, &resp.Diagnostics), timeout)
		defer cancel()
		leave := r.enter(&plan)
		defer leave()
		s, err := r.update(deadline, plan)
		if err != nil {
			// The state keeps what was: the next plan shows what is still to do.
			resp.Diagnostics.Append(r.outcome("update", c).Diagnostics(ctx, err)...)
			return
		}
		err = r.bring(deadline, &s, plan, leave)
		resp.Diagnostics.Append(r.outcome("update", c).Diagnostics(ctx, err)...)
		c.Status = convert.AttachmentStatus(P(&plan).Device(), s.vmi)
		if err == nil {
			resp.Diagnostics.Append(resp.Private.SetKey(ctx, privateUnplugged, []byte("false"))...)
		}
	}
	c.ID = types.StringValue(id(c))
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, c)...)
}

func (r *Resource[M, P]) update(ctx context.Context, plan M) (s server, err error) {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return s, err
	}
	c := P(&plan).Common()
	if s, err = find(ctx, api, c); err != nil {
		return s, err
	}
	if s.vm == nil || !s.is(c) || convert.DeviceOf(s.vm, r.mark, c.Name.ValueString()) == nil {
		return s, &diagnostics.Failure{Cause: "It is gone: somebody detached it, or deleted the server, after the plan was made.", Advice: "Plan and apply again.", Attribute: path.Root("server")}
	}
	s.vm, err = r.change(ctx, s, plan)
	return s, err
}

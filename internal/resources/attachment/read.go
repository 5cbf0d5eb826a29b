package attachment

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// privateUnplugged is the key in private state of whether the guest that runs lacks a
// disk that an apply can plug in: one that was cut off before it called addvolume.
const privateUnplugged = "unplugged"

// Read refreshes the state. It removes the attachment only when a live read says that
// it, or its server, is gone.
func (r *Resource[M, P]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	c := P(&state).Common()
	timeout, diags := c.Timeouts.Read(ctx, defaults.Read)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	// Identity comes first: the framework wants it even for what is gone.
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, c)...)
	if !r.data.Known {
		resp.Diagnostics.AddWarning("The provider's configuration is not known yet",
			"It depends on something that is created by this apply, so no attachment was refreshed: the plan is made from the last known state.")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	from, err := r.data.Client.Reader(ctx)
	var s server
	if err == nil {
		s, err = find(ctx, from, c)
	}
	if err != nil {
		resp.Diagnostics.Append(r.subject(c).Error("read", err))
		return
	}
	importing := c.ServerUID.IsNull()
	var live *convert.AttachedDevice
	if s.is(c) {
		if live = convert.DeviceOf(s.vm, r.mark, c.Name.ValueString()); live == nil {
			resp.Diagnostics.Append(r.notMarked(s, c, importing)...)
		}
	}
	if live == nil {
		r.data.Machines.Free(id(c))
		resp.State.RemoveResource(ctx)
		return
	}
	P(&state).Read(*live, importing)
	if importing {
		if full := s.vm.Annotations[convert.AnnotationName]; full != "" {
			c.Server = types.StringValue(full)
		}
		c.ServerUID = types.StringValue(string(s.vm.UID))
	}
	c.ID, c.Status = types.StringValue(id(c)), convert.AttachmentStatus(*live, s.vmi)
	resp.Diagnostics.Append(r.noteUnplugged(ctx, req.Private, resp.Private, s, *live)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, c)...)
}

// notMarked says what a volume of the attachment's name is that is no attachment.
func (r *Resource[M, P]) notMarked(s server, c *convert.Attached, importing bool) (diags diag.Diagnostics) {
	owner := convert.OwnerOf(s.vm, c.Name.ValueString())
	switch {
	case owner == "":
	case importing:
		diags.AddError(r.subject(c).Summary("import"), fmt.Sprintf("The server has a volume, disk or filesystem of this name, but no %s attachment: it belongs to %s.", r.mark, owner))
	default:
		diags.AddWarning(fmt.Sprintf("The attachment %q is gone", id(c)),
			fmt.Sprintf("The server has a volume, disk or filesystem of this name that does not bear the attachment's mark: it belongs to %s. It is not touched.", owner))
	}
	return diags
}

// noteUnplugged notes in private state whether an apply can plug the disk in, which no
// plan may ask the cluster for.
func (r *Resource[M, P]) noteUnplugged(ctx context.Context, was metadata.PrivateReader, now metadata.PrivateWriter, s server, d convert.AttachedDevice) diag.Diagnostics {
	unplugged := false
	if d.Pluggable() && isUp(s.vmi) && convert.InstanceDevice(s.vmi, d.Kind, d.Name()) == nil {
		how, err := r.situationOf(ctx, s, d)
		unplugged = err == nil && how.subresource
	}
	noted, diags := was.GetKey(ctx, privateUnplugged)
	if unplugged || len(noted) > 0 {
		diags.Append(now.SetKey(ctx, privateUnplugged, fmt.Append(nil, unplugged))...)
	}
	return diags
}

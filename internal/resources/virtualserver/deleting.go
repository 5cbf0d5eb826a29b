package virtualserver

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// privateDeleting is the key in private state of a server that a refresh saw being
// deleted: by a destroy that was interrupted, or by somebody else. It stays in the
// state, so that a destroy waits for its end; where the configuration still wants
// it, it is replaced, since nothing brings such a machine back.
const privateDeleting = "deleting"

// recordDeleting notes that the machine is being deleted, for good.
func recordDeleting(ctx context.Context, private metadata.PrivateWriter, o convert.Objects, m convert.Server) (diags diag.Diagnostics) {
	if o.VM.DeletionTimestamp == nil {
		return nil
	}
	diags.AddWarning(fmt.Sprintf("Virtual server %q is being deleted", subject(m).Name),
		"Its VirtualMachine has been told to go, by a destroy that was interrupted or by somebody else, and cannot be brought back. While the configuration has the server, a plan replaces it; one with deletion_protection is made anew by the plan after it is gone.")
	return append(diags, private.SetKey(ctx, privateDeleting, []byte("true"))...)
}

// replaceDeleted plans to wait for the end of a server that is being deleted, and
// to make it anew. Its uid is what certainly changes.
func replaceDeleted(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) (replaced bool) {
	record, diags := req.Private.GetKey(ctx, privateDeleting)
	resp.Diagnostics.Append(diags...)
	var protect types.Bool
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("deletion_protection"), &protect)...)
	if len(record) == 0 || protect.ValueBool() || resp.Diagnostics.HasError() {
		return false
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("uid"), types.StringUnknown())...)
	resp.RequiresReplace = path.Paths{path.Root("uid")}
	return true
}

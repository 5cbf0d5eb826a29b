package attachment

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

// ImportState takes `<namespace>/<server>/<name>`, or the identity. The read that
// follows fills in the rest.
func (r *Resource[M, P]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var is identity
	if req.ID != "" {
		parts := strings.Split(req.ID, "/")
		if len(parts) != 3 || validate.DNSLabel(parts[0]) != "" || validate.DNSSubdomain(parts[1]) != "" || validate.DNSLabel(parts[2]) != "" {
			resp.Diagnostics.AddError(fmt.Sprintf("Unable to import %s attachment %q", r.mark, req.ID),
				"The id of an attachment is <namespace>/<server>/<name>, for example default/web/data.")
			return
		}
		is = identity{types.StringValue(parts[0]), types.StringValue(parts[1]), types.StringValue(parts[2])}
	} else {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &is)...)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("namespace"), is.Namespace)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("server"), is.Server)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), is.Name)...)
}

package virtualserver

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

// ImportState takes `<namespace>/<name>` or the identity. The read that follows
// fills in the rest and finds machines by either name, full or shortened.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var id identity
	if req.ID != "" {
		namespace, name, ok := strings.Cut(req.ID, "/")
		if !ok || validate.DNSLabel(namespace) != "" || validate.DNSSubdomain(name) != "" {
			resp.Diagnostics.AddError(fmt.Sprintf("Unable to import virtual server %q", req.ID),
				"The id of a server is <namespace>/<name>, for example default/web-1.")
			return
		}
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("namespace"), namespace)...)
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), name)...)
		return
	}
	resp.Diagnostics.Append(req.Identity.Get(ctx, &id)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("namespace"), id.Namespace)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), id.Name)...)
}

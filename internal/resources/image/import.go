package image

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

// ImportState takes `<namespace>/<name>` of a DataImportCron, of a DataVolume, or of a
// claim without one, or the identity. The read that follows fills in the rest.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var id identity
	if req.ID != "" {
		namespace, name, ok := strings.Cut(req.ID, "/")
		if !ok || validate.DNSLabel(namespace) != "" || validate.DNSSubdomain(name) != "" {
			resp.Diagnostics.AddError(fmt.Sprintf("Unable to import image %q", req.ID), "The id of an image is <namespace>/<name>, for example default/ubuntu.")
			return
		}
		id = identity{types.StringValue(namespace), types.StringValue(name)}
	} else {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &id)...)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("namespace"), id.Namespace)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), id.Name)...)
}

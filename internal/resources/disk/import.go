package disk

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/identity"
)

// ImportState takes `<namespace>/<name>` of a DataVolume or of a claim without one,
// or the identity. The read that follows fills in the rest.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	identity.Import(ctx, "disk", "default/data", req, resp)
}

package virtualserver

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/identity"
)

// ImportState takes `<namespace>/<name>` or the identity. The read that follows
// fills in the rest and finds machines by either name, full or shortened.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	identity.Import(ctx, "virtual server", "default/web-1", req, resp)
}

package attachment

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// configuration is that of an attachment.
type configuration struct{ values.Configuration }

// ValidateConfig checks the rules that span attributes. Values may be unknown: each
// rule applies once what it needs is known.
func (r *Resource[M, P]) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	t, diags := values.TreeOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.rules(configuration{values.Configuration{Tree: t, Diags: &resp.Diagnostics}})
	namespace, server, name := t.At("namespace"), t.At("server"), t.At("name")
	if r.data == nil || !values.Known(namespace, server, name) {
		return
	}
	r.data.Machines.Meet(idOf(cmp.Or(values.Text(namespace), r.data.Namespace), values.Text(server), values.Text(name)))
}

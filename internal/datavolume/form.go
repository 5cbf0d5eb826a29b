package datavolume

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// CheckForm refuses to write a claim that was imported without a DataVolume as the other
// of pvc and storage, which its state is: CDI adds the overhead of a filesystem to the
// size of storage, so a later plan would grow it.
func CheckForm(ctx context.Context, who diagnostics.Subject, state tfsdk.State, plan tfsdk.Plan) (diags diag.Diagnostics) {
	for was, other := range map[string]string{"pvc": "storage", "storage": "pvc"} {
		var size quantity.Value
		var written types.Object
		diags.Append(state.GetAttribute(ctx, path.Root(was).AtName("size"), &size)...)
		diags.Append(plan.GetAttribute(ctx, path.Root(other), &written)...)
		if !size.IsSet() || written.IsNull() || written.IsUnknown() {
			continue
		}
		diags.Append(who.Error("update", &diagnostics.Failure{
			Cause:     fmt.Sprintf("It has no DataVolume that tells what it was made with, and is known as %s = { size = %q }.", was, size.ValueString()),
			Advice:    fmt.Sprintf("Write it as %s. The two differ in what their size means: CDI adds the overhead of a filesystem to that of storage.", was),
			Attribute: path.Root(other),
		}))
	}
	return diags
}

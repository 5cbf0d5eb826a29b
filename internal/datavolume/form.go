package datavolume

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// CheckForm refuses an update that writes pvc in place of storage, or the reverse. Where it is
// known what a disk was made with, that replaces it; a claim that was imported without a
// DataVolume would grow by the plan after, since CDI adds the overhead of a filesystem to the
// size of storage.
func CheckForm(ctx context.Context, who diagnostics.Subject, state tfsdk.State, plan tfsdk.Plan) (diags diag.Diagnostics) {
	for was, other := range map[string]string{"pvc": "storage", "storage": "pvc"} {
		var size quantity.Value
		var modes types.List
		var mode types.String
		var written types.Object
		diags.Append(state.GetAttribute(ctx, path.Root(was).AtName("size"), &size)...)
		diags.Append(state.GetAttribute(ctx, path.Root(was).AtName("access_modes"), &modes)...)
		diags.Append(state.GetAttribute(ctx, path.Root(was).AtName("volume_mode"), &mode)...)
		diags.Append(plan.GetAttribute(ctx, path.Root(other), &written)...)
		if !size.IsSet() || written.IsNull() || mode.ValueString() == string(corev1.PersistentVolumeBlock) {
			continue // a block volume has no filesystem
		}
		diags.Append(who.Error("update", &diagnostics.Failure{
			Cause: fmt.Sprintf("It was imported from a claim without a DataVolume, as %s. CDI adds the overhead of a filesystem to the size of storage, so that the same size means another one in %s.", was, other),
			Advice: fmt.Sprintf("Write %s = { size = %q, access_modes = [%s] } in place of %s.", was, size.ValueString(),
				strings.Trim(strings.ReplaceAll(modes.String(), ",", ", "), "[]"), other),
			Attribute: path.Root(other),
		}))
	}
	return diags
}

package quantity

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// KeepSpelling plans the state's spelling of an equal amount. Terraform does
// not apply semantic equality at plan time, so without it `1Gi` -> `1024Mi`
// plans an update, or a replacement when a RequiresReplace follows. Put it
// before RequiresReplace.
func KeepSpelling() planmodifier.String { return keepSpelling{} }

type keepSpelling struct{}

func (keepSpelling) Description(context.Context) string {
	return "Another spelling of the same amount is no change."
}

func (m keepSpelling) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (keepSpelling) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	state, plan := Value{StringValue: req.StateValue}, Value{StringValue: req.PlanValue}
	if state.IsNull() || plan.IsNull() || !state.Same(plan) {
		return
	}
	resp.PlanValue = basetypes.NewStringValue(state.ValueString())
}

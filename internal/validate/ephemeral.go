package validate

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
)

// RefuseEphemeral refuses ephemeral filesystems, which KubeVirt accepts and does not
// have.
func RefuseEphemeral() validator.Object { return refuseEphemeral{} }

type refuseEphemeral struct{}

func (refuseEphemeral) Description(context.Context) string {
	return "Ephemeral filesystems are not possible."
}

func (v refuseEphemeral) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (refuseEphemeral) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() {
		return
	}
	resp.Diagnostics.Append(attribute.Error(req.Path, "Ephemeral filesystem",
		"KubeVirt has no ephemeral filesystem: it accepts one, but writes what the guest writes to the claim itself. Use persistent_volume_claim for that, or an additional disk with ephemeral, whose writes are gone when the server stops."))
}

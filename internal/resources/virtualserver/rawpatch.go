package virtualserver

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
)

func rawPatchAttribute() schema.Attribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "Fields of the VirtualMachine that have no attribute: a fragment of it in JSON or YAML (`jsonencode` helps), laid over what the attributes say. " +
			"It may set `spec`, `metadata.labels` and `metadata.annotations`. Lists of named things (disks, volumes, interfaces, networks, ...) merge by name; other lists are replaced. " +
			"A field that is dropped from the fragment is removed from the server, and drift is read on the fragment's own fields only. It cannot set what an attribute sets, and not remove anything." + restart,
		Validators:    []validator.String{rawPatchValidator{}},
		PlanModifiers: []planmodifier.String{keepRawPatch{}},
	}
}

type rawPatchValidator struct{}

func (rawPatchValidator) Description(context.Context) string {
	return "a fragment of a VirtualMachine in JSON or YAML"
}

func (v rawPatchValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (rawPatchValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := convert.ParseRawPatch(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.Append(attribute.Error(req.Path, "Invalid patch",
			fmt.Sprintf("The fragment of the VirtualMachine cannot be used: %s.", err)))
	}
}

// keepRawPatch plans the state's spelling of a fragment that says the same.
type keepRawPatch struct{}

func (keepRawPatch) Description(context.Context) string {
	return "Another spelling of the same fragment is no change."
}

func (m keepRawPatch) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (keepRawPatch) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.StateValue.IsNull() || req.PlanValue.IsNull() || req.PlanValue.IsUnknown() {
		return
	}
	if convert.SameRawPatch(req.StateValue.ValueString(), req.PlanValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}

// checkRawPatch refuses a fragment that sets what an attribute sets otherwise:
// which of them holds would be a guess.
func checkRawPatch(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	var m convert.Server
	diags.Append(config.Get(ctx, &m)...)
	if diags.HasError() || m.RawPatch.ValueString() == "" {
		return
	}
	if field := convert.RawPatchConflict(m, convert.NewLayout(m, dryRunClaim)); field != "" {
		diags.Append(attribute.Error(path.Root("raw_patch"), "Field set twice",
			fmt.Sprintf("The fragment sets %q, which an attribute sets to another value. Remove it here, or there.", field)))
	}
}

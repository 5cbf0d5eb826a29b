package datavolume

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
)

// Replaced is what a plan replaces.
type Replaced struct {
	Subject         diagnostics.Subject
	Name, Namespace types.String // that it has
	Protected       bool
	Retained        bool
	Stays, Them     string // of what is retained: "DataVolume and claim", "them"
	Loss, Instead   string // "deletes all that is on it", and what there is then
}

// Warn refuses to replace what is protected, or would keep its name, and says what a
// replacement loses.
func (r Replaced) Warn(ctx context.Context, resp *resource.ModifyPlanResponse) {
	var protect types.Bool
	var name, namespace types.String
	resp.Diagnostics.Append(resp.Plan.GetAttribute(ctx, path.Root("deletion_protection"), &protect)...)
	resp.Diagnostics.Append(resp.Plan.GetAttribute(ctx, path.Root("name"), &name)...)
	resp.Diagnostics.Append(resp.Plan.GetAttribute(ctx, path.Root("namespace"), &namespace)...)
	thing, stays := r.Subject.Thing, "on_destroy = \"retain\" leaves "+r.Stays+" in place"
	warning := func(what, detail string) diag.Diagnostic {
		return diag.NewWarningDiagnostic(fmt.Sprintf("Replacing %s %q %s", thing, r.Subject.Name, what), detail)
	}
	switch {
	case r.Protected || protect.ValueBool():
		resp.Diagnostics.Append(r.Subject.Protected("replace", thing))
	case r.Retained && name.Equal(r.Name) && namespace.Equal(r.Namespace):
		resp.Diagnostics.AddAttributeError(path.Root("on_destroy"), r.Subject.Summary("replace"), fmt.Sprintf(
			"%s, so a new %s of the same name cannot be made.\n\nGive the new %[2]s another name, or apply on_destroy = \"delete\" first.", stays, thing))
	case r.Retained:
		resp.Diagnostics.Append(warning("keeps the old one", fmt.Sprintf("%s. Nobody manages %s then; import %[2]s to manage %[2]s again.", stays, r.Them)))
	default:
		resp.Diagnostics.Append(warning(r.Loss, r.Instead))
	}
}

// Package identity is what a namespaced resource is known and imported by: namespace and
// name.
package identity

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

// Identity is a namespace and a name in it.
type Identity struct {
	Namespace types.String `tfsdk:"namespace"`
	Name      types.String `tfsdk:"name"`
}

// Schema describes the identity of a thing; name says whose name it is.
func Schema(thing, name string) identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"namespace": identityschema.StringAttribute{RequiredForImport: true, Description: "Namespace of the " + thing + "."},
		"name":      identityschema.StringAttribute{RequiredForImport: true, Description: name},
	}}
}

// Set writes the identity into an answer.
func (i Identity) Set(ctx context.Context, to *tfsdk.ResourceIdentity) diag.Diagnostics {
	if to == nil {
		return nil // Terraform before 1.12 asks for none
	}
	return to.Set(ctx, i)
}

// Import takes the id `<namespace>/<name>`, or the identity. thing is what errors call
// it, as in "virtual server"; example is an id.
func Import(ctx context.Context, thing, example string, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var id Identity
	if req.ID != "" {
		namespace, name, ok := strings.Cut(req.ID, "/")
		if !ok || validate.DNSLabel(namespace) != "" || validate.DNSSubdomain(name) != "" {
			resp.Diagnostics.AddError(fmt.Sprintf("Unable to import %s %q", thing, req.ID), "The id is <namespace>/<name>, for example "+example+".")
			return
		}
		id = Identity{types.StringValue(namespace), types.StringValue(name)}
	} else {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &id)...)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("namespace"), id.Namespace)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), id.Name)...)
}

// Package virtualserver is the resource `virtualserver`: one KubeVirt
// VirtualMachine with its root disk, cloud-init Secret and Service.
package virtualserver

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/creation"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/identity"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

var defaults = waiting.Timeouts{Create: 30 * time.Minute, Read: 2 * time.Minute, Update: 30 * time.Minute, Delete: 15 * time.Minute}

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// Resource manages virtual servers.
type Resource struct {
	data         *providerdata.Data
	newRootClaim func(vmName string) string
	times        creation.Times
}

// NewResource returns the resource.
func NewResource() resource.Resource {
	return &Resource{newRootClaim: convert.NewRootClaimName, times: creation.Usual}
}

// Metadata names the resource type: the provider's own name.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName
}

// Configure takes over the provider's data.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	data, diags := providerdata.FromRequest(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	r.data = data
}

// subject names the server in errors.
func subject(m convert.Server) diagnostics.Subject {
	return diagnostics.Subject{Thing: "virtual server", Name: metadata.ID(m.Namespace.ValueString(), m.Name.ValueString())}
}

// withWarnings shows the API server's warnings with the server they are about.
func withWarnings(ctx context.Context, m convert.Server, diags *diag.Diagnostics) context.Context {
	return kube.WithWarnings(ctx, func(text string) {
		diags.AddWarning(fmt.Sprintf("The cluster warns about virtual server %q", subject(m).Name), text)
	})
}

func identityOf(m convert.Server) identity.Identity {
	return identity.Identity{Namespace: m.Namespace, Name: m.Name}
}

// Package disk is the resource `virtualserver_disk`: a disk that lives longer than
// servers, one DataVolume of CDI and the claim that it fills.
package disk

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

var defaults = waiting.Timeouts{Create: 30 * time.Minute, Read: 2 * time.Minute, Update: 15 * time.Minute, Delete: 15 * time.Minute}

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// Resource manages disks.
type Resource struct {
	data  *providerdata.Data
	times creation.Times
}

// NewResource returns the resource.
func NewResource() resource.Resource { return &Resource{times: creation.Usual} }

// Metadata names the resource type.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_disk"
}

// Configure takes over the provider's data.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	data, diags := providerdata.FromRequest(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	r.data = data
}

// IdentitySchema describes what a disk is imported by.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identity.Schema("disk", "Name of its DataVolume, or of its claim.")
}

func identityOf(m convert.VirtualDisk) identity.Identity {
	return identity.Identity{Namespace: m.Namespace, Name: m.Name}
}

// subject names the disk in errors.
func subject(m convert.VirtualDisk) diagnostics.Subject {
	return diagnostics.Subject{Thing: "disk", Name: metadata.ID(m.Namespace.ValueString(), m.Name.ValueString())}
}

// withWarnings shows the API server's warnings with the disk they are about.
func withWarnings(ctx context.Context, m convert.VirtualDisk, diags *diag.Diagnostics) context.Context {
	return kube.WithWarnings(ctx, func(text string) {
		diags.AddWarning(fmt.Sprintf("The cluster warns about disk %q", subject(m).Name), text)
	})
}

// Package image is the resource `virtualserver_image`: what disks are cloned from. It is
// a DataVolume and the DataSource that leads to it, or a schedule of CDI that makes both
// anew whenever there is a newer image.
package image

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

var defaults = waiting.Timeouts{Create: 60 * time.Minute, Read: 2 * time.Minute, Update: 60 * time.Minute, Delete: 15 * time.Minute}

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// Resource manages images.
type Resource struct {
	data  *providerdata.Data
	times creation.Times
}

// NewResource returns the resource.
func NewResource() resource.Resource { return &Resource{times: creation.Usual} }

// Metadata names the resource type.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_image"
}

// Configure takes over the provider's data.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	data, diags := providerdata.FromRequest(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	r.data = data
}

// IdentitySchema describes what an image is imported by.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identity.Schema("image", "Name of its DataVolume, claim or DataImportCron.")
}

func identityOf(m convert.Image) identity.Identity {
	return identity.Identity{Namespace: m.Namespace, Name: m.Name}
}

// subject names the image in errors.
func subject(m convert.Image) diagnostics.Subject {
	return diagnostics.Subject{Thing: "image", Name: metadata.ID(m.Namespace.ValueString(), m.Name.ValueString())}
}

// withWarnings shows the API server's warnings with the image they are about.
func withWarnings(ctx context.Context, m convert.Image, diags *diag.Diagnostics) context.Context {
	return kube.WithWarnings(ctx, func(text string) {
		diags.AddWarning(fmt.Sprintf("The cluster warns about image %q", subject(m).Name), text)
	})
}

// keysOf are the labels and annotations that a configuration asks for.
func keysOf(m convert.Image) metadata.Keys {
	return metadata.Keys{Labels: metadata.KeysOf(metadata.StringMap(m.Labels)), Annotations: metadata.KeysOf(metadata.StringMap(m.Annotations))}
}

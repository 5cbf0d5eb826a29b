// Package attachment are the resources `virtualserver_disk_attachment` and
// `virtualserver_filesystem_attachment`: a volume and its device in the
// VirtualMachine of a server that is managed elsewhere. A mark on the machine says
// which volumes are attachments', and the server's resource leaves those alone.
package attachment

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

var defaults = waiting.Timeouts{Create: 10 * time.Minute, Read: 2 * time.Minute, Update: 10 * time.Minute, Delete: 10 * time.Minute}

// model is one kind of attachment.
type model[M any] interface {
	*M
	// Common returns the attributes that attachments of every kind have.
	Common() *convert.Attached
	// Device renders it.
	Device() convert.AttachedDevice
	// Read reads what a machine has of it.
	Read(live convert.AttachedDevice, importing bool)
}

// kind is what differs between the kinds.
type kind[M any] struct {
	mark        string                // convert.AttachedDisk, convert.AttachedFilesystem
	description string                // of the resource
	attributes  func() attributes     // beside those of all kinds
	rules       func(c configuration) // that span attributes
	device      []string              // the attributes that render the device
	inPlace     bool                  // the device changes in place; else a change replaces it
	restart     func(m *M) bool       // whether the guest may be restarted for it; nil is never
}

// Resource manages attachments of a kind.
type Resource[M any, P model[M]] struct {
	kind[M]
	data *providerdata.Data
}

var (
	_ resource.ResourceWithConfigure      = (*Resource[convert.DiskAttachment, *convert.DiskAttachment])(nil)
	_ resource.ResourceWithIdentity       = (*Resource[convert.DiskAttachment, *convert.DiskAttachment])(nil)
	_ resource.ResourceWithImportState    = (*Resource[convert.DiskAttachment, *convert.DiskAttachment])(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource[convert.DiskAttachment, *convert.DiskAttachment])(nil)
	_ resource.ResourceWithValidateConfig = (*Resource[convert.DiskAttachment, *convert.DiskAttachment])(nil)
)

// Metadata names the resource type.
func (r *Resource[M, P]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.mark + "_attachment"
}

// Configure takes over the provider's data.
func (r *Resource[M, P]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	data, diags := providerdata.FromRequest(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	r.data = data
}

// identity is what an attachment is imported by.
type identity struct {
	Namespace types.String `tfsdk:"namespace"`
	Server    types.String `tfsdk:"server"`
	Name      types.String `tfsdk:"name"`
}

// IdentitySchema describes what an attachment is imported by.
func (r *Resource[M, P]) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"namespace": identityschema.StringAttribute{RequiredForImport: true, Description: "Namespace of the server."},
		"server":    identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the server."},
		"name":      identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the volume."},
	}}
}

func setIdentity(ctx context.Context, to *tfsdk.ResourceIdentity, c *convert.Attached) diag.Diagnostics {
	if to == nil {
		return nil // Terraform before 1.12 asks for none
	}
	return to.Set(ctx, identity{Namespace: c.Namespace, Server: c.Server, Name: c.Name})
}

// idOf is the id of an attachment.
func idOf(namespace, server, name string) string {
	return strings.Join([]string{namespace, server, name}, "/")
}

func id(c *convert.Attached) string {
	return idOf(c.Namespace.ValueString(), c.Server.ValueString(), c.Name.ValueString())
}

// serverID names the server of an attachment in messages.
func serverID(c *convert.Attached) string {
	return c.Namespace.ValueString() + "/" + c.Server.ValueString()
}

// subject names the attachment in errors.
func (r *Resource[M, P]) subject(c *convert.Attached) diagnostics.Subject {
	return diagnostics.Subject{Thing: r.mark + " attachment", Name: id(c)}
}

// withWarnings shows the API server's warnings with the attachment they are about.
func (r *Resource[M, P]) withWarnings(ctx context.Context, c *convert.Attached, diags *diag.Diagnostics) context.Context {
	return kube.WithWarnings(ctx, func(text string) {
		diags.AddWarning(fmt.Sprintf("The cluster warns about %s attachment %q", r.mark, id(c)), text)
	})
}

// restarts tells whether the guest may be restarted for the attachment.
func (r *Resource[M, P]) restarts(m *M) bool { return r.restart != nil && r.restart(m) }

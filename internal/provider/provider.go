// Package provider is the Terraform provider itself: its configuration, and the
// registry of what it offers.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/resources/attachment"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/resources/disk"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/resources/image"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/resources/instancetype"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/resources/preference"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/resources/storageclass"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/resources/virtualserver"
)

// typeName is also the type of the main resource; every other type starts with
// it and an underscore, because Terraform takes what stands before the first
// underscore of a type for its provider.
const typeName = "virtualserver"

type virtualServerProvider struct {
	version string
}

var (
	_ provider.Provider                   = (*virtualServerProvider)(nil)
	_ provider.ProviderWithValidateConfig = (*virtualServerProvider)(nil)
	_ provider.ProviderWithActions        = (*virtualServerProvider)(nil)

	_ provider.ProviderWithEphemeralResources = (*virtualServerProvider)(nil)
)

// New returns what serves the provider in the given version.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &virtualServerProvider{version: version} }
}

func (p *virtualServerProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = typeName
	resp.Version = p.version
}

func (p *virtualServerProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		virtualserver.NewResource,
		attachment.NewDisk,
		attachment.NewFilesystem,
		disk.NewResource,
		image.NewResource,
		instancetype.NewResource,
		preference.NewResource,
	}
}

func (p *virtualServerProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		virtualserver.NewDataSource,
		disk.NewDataSource,
		disk.NewListDataSource,
		image.NewDataSource,
		image.NewListDataSource,
		storageclass.NewDataSource,
	}
}

// EphemeralResources are for Terraform 1.10 and later, and OpenTofu 1.11.
func (p *virtualServerProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		image.NewUploadToken,
	}
}

// Actions are for Terraform 1.14 and later; whoever has another one reaches the
// same by attributes.
func (p *virtualServerProvider) Actions(context.Context) []func() action.Action {
	return virtualserver.Actions()
}

package disk

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/observed"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

var _ datasource.DataSourceWithConfigure = (*DataSource)(nil)

// DataSource tells what a disk is.
type DataSource struct{ data *providerdata.Data }

// NewDataSource returns the data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata names the data source's type.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_disk"
}

// Configure takes over the provider's data.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	data, diags := providerdata.FromRequest(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	d.data = data
}

// Schema describes the data source.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Name of the disk: of its DataVolume, or of a claim that has none. One that does not exist is an error.",
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid name", validate.DNSSubdomain)},
		},
		"namespace":        namespaceAttribute("Namespace of the disk."),
		"id":               observed.Text("`<namespace>/<name>`."),
		"uid":              observed.Text("UID of the DataVolume, or of a claim that has none."),
		"labels":           observed.TextMap("Labels of the disk, all but those of Kubernetes, KubeVirt and this provider."),
		"annotations":      observed.TextMap("Annotations of the disk, all but those of Kubernetes, KubeVirt and this provider."),
		"owner":            ownerAttribute(),
		"source":           shownSource(),
		"bind_immediately": observed.Flag("Whether the volume is made at once where the storage class waits for the first server that uses it."),
		"status":           observed.Of(statusAttribute()),
	}
	for name, a := range datavolume.Claims("", "") {
		attributes[name] = observed.Of(a)
	}
	options := datavolume.Options("")
	for _, name := range []string{"preallocation", "content_type"} {
		attributes[name] = observed.Of(options[name])
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "What a disk is, and how far it is: any DataVolume or PersistentVolumeClaim, also those that this provider does not manage.",
		Attributes:          attributes,
	}
}

func namespaceAttribute(text string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: text + " Default: the provider's `namespace`.",
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid namespace", validate.DNSLabel)},
	}
}

func shownSource() schema.Attribute {
	source := observed.Of(sourceAttribute()).(schema.SingleNestedAttribute) //nolint:forcetypeassert // ours
	source.MarkdownDescription = "What the disk was filled from; null for a blank disk, and where only a claim is left."
	return source
}

func ownerAttribute() schema.Attribute {
	return observed.Object("What the disk is deleted with, such as the server that it is the root disk of; null for one that stands by itself.", map[string]schema.Attribute{
		"kind": observed.Text("Kind of the owner, such as `VirtualMachine`."),
		"name": observed.Text("Its name."),
	})
}

// Read asks the cluster. A disk that does not exist is an error.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config convert.DiskInfo
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !d.data.Known && req.ClientCapabilities.DeferralAllowed {
		resp.Deferred = &datasource.Deferred{Reason: datasource.DeferredReasonProviderConfigUnknown}
		return
	}
	if config.Namespace.IsNull() {
		config.Namespace = types.StringValue(d.data.Namespace)
	}
	namespace, name := config.Namespace.ValueString(), config.Name.ValueString()
	who := diagnostics.Subject{Thing: "disk", Name: metadata.ID(namespace, name)}
	ctx, cancel := context.WithTimeout(ctx, defaults.Read)
	defer cancel()
	var o convert.DiskObjects
	from, err := d.data.Client.Reader(ctx)
	if err == nil {
		o, err = fetch(ctx, from, namespace, name)
	}
	if err == nil && o.Object() == nil {
		err = &diagnostics.Failure{
			Cause:  "It does not exist.",
			Advice: "Check its name and namespace: kubectl get datavolume,pvc -n " + namespace + ". One that this configuration creates is read after it with depends_on, or by referring to its attributes.",
		}
	}
	if err != nil {
		resp.Diagnostics.Append(who.Error("read", err))
		return
	}
	info := convert.DiskInfoOf(o)
	resp.Diagnostics.Append(resp.State.Set(ctx, &info)...)
}

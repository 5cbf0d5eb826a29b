package image

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/observed"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
)

var _ datasource.DataSourceWithConfigure = (*ListDataSource)(nil)

// ListDataSource lists the images of a namespace.
type ListDataSource struct{ data *providerdata.Data }

// NewListDataSource returns the data source.
func NewListDataSource() datasource.DataSource { return &ListDataSource{} }

// Metadata names the data source's type.
func (d *ListDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_images"
}

// Configure takes over the provider's data.
func (d *ListDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	data, diags := providerdata.FromRequest(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	d.data = data
}

// images is the model of the data source.
type images struct {
	Namespace types.String           `tfsdk:"namespace"`
	Labels    types.Map              `tfsdk:"labels"`
	Images    []convert.ImageSummary `tfsdk:"images"`
}

// Schema describes the data source.
func (d *ListDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The images of a namespace: the DataSources of CDI, also those that this provider does not manage.",
		Attributes: map[string]schema.Attribute{
			"namespace": namespaceAttribute("Namespace of the images."),
			"labels":    schema.MapAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Labels that the DataSources have, all of them. Default: any."},
			"images":    observed.List("The images, by name.", summaryAttributes()),
		},
	}
}

// Read asks the cluster.
func (d *ListDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m images
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !d.data.Known && req.ClientCapabilities.DeferralAllowed {
		resp.Deferred = &datasource.Deferred{Reason: datasource.DeferredReasonProviderConfigUnknown}
		return
	}
	if m.Namespace.IsNull() {
		m.Namespace = types.StringValue(d.data.Namespace)
	}
	ctx, cancel := context.WithTimeout(ctx, defaults.Read)
	defer cancel()
	var list cdiv1.DataSourceList
	api, err := d.data.Client.API(ctx)
	if err == nil {
		err = api.List(ctx, &list, client.InNamespace(m.Namespace.ValueString()), client.MatchingLabels(metadata.StringMap(m.Labels)))
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostics.Subject{Thing: "images of namespace", Name: m.Namespace.ValueString()}.Error("list", err))
		return
	}
	slices.SortFunc(list.Items, func(a, b cdiv1.DataSource) int { return strings.Compare(a.Name, b.Name) })
	m.Images = []convert.ImageSummary{}
	for i := range list.Items {
		m.Images = append(m.Images, convert.ImageSummaryOf(&list.Items[i]))
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

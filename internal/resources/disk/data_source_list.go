package disk

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/observed"
)

var (
	_ datasource.DataSourceWithConfigure      = (*ListDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*ListDataSource)(nil)
)

// ListDataSource finds disks by their labels.
type ListDataSource struct{ DataSource }

// NewListDataSource returns the data source.
func NewListDataSource() datasource.DataSource { return &ListDataSource{} }

// Metadata names the data source's type.
func (d *ListDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_disks"
}

type found struct {
	Namespace     types.String          `tfsdk:"namespace"`
	AllNamespaces types.Bool            `tfsdk:"all_namespaces"`
	Labels        types.Map             `tfsdk:"labels"`
	Disks         []convert.DiskSummary `tfsdk:"disks"`
}

// Schema describes the data source.
func (d *ListDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Disks by their labels: the DataVolumes of a namespace or of all, also those that this provider does not manage. It costs one list request, however many there are.",
		Attributes: map[string]schema.Attribute{
			"namespace":      namespaceAttribute("Namespace to look in."),
			"all_namespaces": schema.BoolAttribute{Optional: true, MarkdownDescription: "`true` looks in all namespaces, which needs the right to list DataVolumes in all. Excludes `namespace`. Default: `false`."},
			"labels":         schema.MapAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Labels that a disk must have, all of them. Default: none, every disk.", Validators: []validator.Map{metadata.Validator(metadata.TemplateLabels)}},
			"disks": observed.List("What was found, by namespace and name.", map[string]schema.Attribute{
				"name":               observed.Text("Name of the disk."),
				"namespace":          observed.Text("Its namespace."),
				"id":                 observed.Text("`<namespace>/<name>`."),
				"uid":                observed.Text("UID of the DataVolume."),
				"labels":             observed.TextMap("Labels of the disk, all but those of Kubernetes, KubeVirt and this provider."),
				"owner":              ownerAttribute(),
				"size":               observed.Text("Size that it was made with, for example `20Gi`; null where that was left to the source. One that has grown is larger: `virtualserver_disk` tells."),
				"storage_class_name": observed.Text("Storage class that it was made with; null for the cluster's default."),
				"phase":              observed.Text("CDI's word for how far it is, such as `Succeeded`."),
				"progress":           observed.Text("How much of the content is there, for example `42.00%`; `N/A` where CDI does not tell."),
				"ready":              observed.Flag("Whether a server can use the disk: it holds its content, or waits for its first server."),
				"message":            observed.Text("Why the content is not there yet, as CDI says it; null when it is."),
			}),
		},
	}
}

// ValidateConfig refuses to look in one namespace and in all.
func (d *ListDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var all types.Bool
	var namespace types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("all_namespaces"), &all)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("namespace"), &namespace)...)
	if all.ValueBool() && !namespace.IsNull() && !namespace.IsUnknown() {
		resp.Diagnostics.Append(attribute.Error(path.Root("namespace"), "One namespace and all", "Remove namespace or all_namespaces."))
	}
}

// Read lists the disks.
func (d *ListDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m found
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !d.data.Known && req.ClientCapabilities.DeferralAllowed {
		resp.Deferred = &datasource.Deferred{Reason: datasource.DeferredReasonProviderConfigUnknown}
		return
	}
	where := ""
	if !m.AllNamespaces.ValueBool() {
		if m.Namespace.IsNull() {
			m.Namespace = types.StringValue(d.data.Namespace)
		}
		where = m.Namespace.ValueString()
	}
	ctx, cancel := context.WithTimeout(ctx, defaults.Read)
	defer cancel()
	var list cdiv1.DataVolumeList
	api, err := d.data.Client.API(ctx)
	if err == nil {
		err = api.List(ctx, &list, client.InNamespace(where), client.MatchingLabels(metadata.StringMap(m.Labels)))
	}
	if err != nil {
		name := where
		if name == "" {
			name = "all namespaces"
		}
		resp.Diagnostics.Append(diagnostics.Subject{Thing: "disks of", Name: name}.Error("list", err))
		return
	}
	m.Disks = make([]convert.DiskSummary, 0, len(list.Items))
	for i := range list.Items {
		m.Disks = append(m.Disks, convert.DiskSummaryOf(&list.Items[i]))
	}
	slices.SortFunc(m.Disks, func(a, b convert.DiskSummary) int { return strings.Compare(a.ID.ValueString(), b.ID.ValueString()) })
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

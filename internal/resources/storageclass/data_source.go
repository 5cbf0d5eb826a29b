// Package storageclass is the data source `virtualserver_storage_classes`: where disks
// can be, and what CDI makes of claims there.
package storageclass

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/observed"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
)

const readTimeout = 2 * time.Minute

var _ datasource.DataSourceWithConfigure = (*DataSource)(nil)

// DataSource tells of the storage classes of the cluster.
type DataSource struct{ data *providerdata.Data }

// NewDataSource returns the data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata names the data source's type.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_storage_classes"
}

// Configure takes over the provider's data.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	data, diags := providerdata.FromRequest(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	d.data = data
}

type model struct {
	Default types.String               `tfsdk:"default"`
	Classes []convert.StorageClassInfo `tfsdk:"classes"`
}

// Schema describes the data source.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The storage classes of the cluster, with what CDI's storage profiles say of them: which one disks get, which can expand, and how claims are completed and cloned. It costs two list requests.",
		Attributes: map[string]schema.Attribute{
			"default": observed.Text("Storage class of disks whose `storage` names none: the default for virtual machines, else the cluster's; null without either."),
			"classes": observed.List("All storage classes, by name.", map[string]schema.Attribute{
				"name":                      observed.Text("Name of the storage class."),
				"labels":                    observed.TextMap("Its labels, all but those of Kubernetes, KubeVirt and this provider."),
				"is_default":                observed.Flag("Whether it is the cluster's default."),
				"is_default_virtualization": observed.Flag("Whether it is the default for virtual machines, which comes before the cluster's."),
				"provisioner":               observed.Text("What makes its volumes."),
				"reclaim_policy":            observed.Text("What becomes of a volume whose claim is deleted: `Delete` or `Retain`."),
				"volume_binding_mode":       observed.Text("`Immediate`, or `WaitForFirstConsumer`: the volume is made with the first server that uses it."),
				"allow_volume_expansion":    observed.Flag("Whether its disks can grow."),
				"profile": observed.Object("What CDI's StorageProfile says of it; null without one, or where it may not be read.", map[string]schema.Attribute{
					"claim_property_sets": observed.List("How a claim can be made, the preferred way first. `storage` of a disk takes what it leaves out from the first. Empty where CDI does not know the provisioner: such a disk must write `access_modes`.", map[string]schema.Attribute{
						"access_modes": observed.Texts("Access modes."),
						"volume_mode":  observed.Text("`Filesystem` or `Block`."),
					}),
					"clone_strategy": observed.Text("How its volumes are cloned: `copy` (by pods, slowly), `snapshot` or `csi-clone`."),
					"snapshot_class": observed.Text("VolumeSnapshotClass of clones by snapshots; null where CDI chooses one."),
					"import_format":  observed.Text("What scheduled imports keep: `pvc` or `snapshot`; null where CDI chooses."),
				}),
			}),
		},
	}
}

// Read lists storage classes and profiles.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.data.Known && req.ClientCapabilities.DeferralAllowed {
		resp.Deferred = &datasource.Deferred{Reason: datasource.DeferredReasonProviderConfigUnknown}
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	var classes storagev1.StorageClassList
	api, err := d.data.Client.API(ctx)
	if err == nil {
		err = api.List(ctx, &classes)
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostics.Subject{Thing: "storage classes of", Name: "the cluster"}.Error("list", err))
		return
	}
	var profiles cdiv1.StorageProfileList
	if err := api.List(ctx, &profiles); err != nil {
		resp.Diagnostics.Append(withoutProfiles(err)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	m := model{Default: defaultOf(classes.Items), Classes: make([]convert.StorageClassInfo, 0, len(classes.Items))}
	for i := range classes.Items {
		class := &classes.Items[i]
		var profile *cdiv1.StorageProfile // has the class's name
		if at := slices.IndexFunc(profiles.Items, func(p cdiv1.StorageProfile) bool { return p.Name == class.Name }); at >= 0 {
			profile = &profiles.Items[at]
		}
		m.Classes = append(m.Classes, convert.StorageClassInfoOf(class, profile))
	}
	slices.SortFunc(m.Classes, func(a, b convert.StorageClassInfo) int {
		return strings.Compare(a.Name.ValueString(), b.Name.ValueString())
	})
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// withoutProfiles says why profiles are missing: a cluster without CDI has none.
func withoutProfiles(err error) diag.Diagnostics {
	switch {
	case kube.IsMissingAPI(err):
		return nil
	case apierrors.IsForbidden(err):
		return diag.Diagnostics{diag.NewWarningDiagnostic("Storage classes are not shown in full",
			fmt.Sprintf("Their profiles are null: %s\n\nNeeded: the right list on storageprofiles (API group cdi.kubevirt.io).", kube.Explain(err)))}
	}
	return diag.Diagnostics{diagnostics.Subject{Thing: "storage profiles of", Name: "the cluster"}.Error("list", err)}
}

// defaultOf is CDI's choice: the default for virtual machines, else the cluster's; of
// several the newest.
func defaultOf(classes []storagev1.StorageClass) types.String {
	for _, is := range []func(convert.StorageClassInfo) types.Bool{
		func(c convert.StorageClassInfo) types.Bool { return c.IsDefaultVirtualization },
		func(c convert.StorageClassInfo) types.Bool { return c.IsDefault },
	} {
		var newest *storagev1.StorageClass
		for i := range classes {
			class := &classes[i]
			if !is(convert.StorageClassInfoOf(class, nil)).ValueBool() {
				continue
			}
			if newest == nil || newest.CreationTimestamp.Before(&class.CreationTimestamp) {
				newest = class
			}
		}
		if newest != nil {
			return types.StringValue(newest.Name)
		}
	}
	return types.StringNull()
}

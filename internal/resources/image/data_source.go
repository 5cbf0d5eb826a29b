package image

import (
	"cmp"
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/observed"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

var _ datasource.DataSourceWithConfigure = (*DataSource)(nil)

// DataSource tells what an image is.
type DataSource struct{ data *providerdata.Data }

// NewDataSource returns the data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata names the data source's type.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_image"
}

// Configure takes over the provider's data.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	data, diags := providerdata.FromRequest(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	d.data = data
}

// Schema describes the data source.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := summaryAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Name of the image, that is of its DataSource. One that does not exist is an error.",
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid name", validate.DNSSubdomain)},
		},
		"namespace":          namespaceAttribute("Namespace of the image."),
		"capacity":           observed.Text("Size of the volume, for example `20Gi`; null where its claim may not be read."),
		"storage_class_name": observed.Text("Storage class of the claim."),
		"volume_mode":        observed.Text("`Filesystem` or `Block`."),
		"schedule":           observed.Of(scheduleStatusAttribute()),
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "An image that disks and servers can be cloned from: any DataSource of CDI, also one that this provider does not manage.",
		Attributes:          attributes,
	}
}

func namespaceAttribute(text string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: text + " Default: the provider's `namespace`.",
		Validators: []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid namespace", validate.DNSLabel)},
	}
}

// scheduleStatusAttribute is the one of the resource's status.
func scheduleStatusAttribute() resourceschema.Attribute {
	status, _ := statusAttribute().(resourceschema.SingleNestedAttribute)
	return status.Attributes["schedule"]
}

// summaryAttributes are those that a DataSource itself says.
func summaryAttributes() map[string]schema.Attribute {
	class := func(thing string) schema.Attribute {
		return observed.Object(fmt.Sprintf("The %s that servers get from it with `infer_from_volume`; null without one.", thing), map[string]schema.Attribute{
			"name": observed.Text("Name."),
			"kind": observed.Text("Kind; null for the cluster-wide one."),
		})
	}
	return map[string]schema.Attribute{
		"name":                  observed.Text("Name of the image."),
		"namespace":             observed.Text("Namespace of the image."),
		"id":                    observed.Text("`<namespace>/<name>`."),
		"uid":                   observed.Text("UID of the DataSource."),
		"labels":                observed.TextMap("Labels of the DataSource, all but those of Kubernetes, KubeVirt and this provider."),
		"ready":                 observed.Flag("Whether disks can be cloned from it."),
		"message":               observed.Text("What CDI says of it."),
		"cdrom":                 observed.Flag("Whether it is marked as a CD-ROM (`cdrom` of the resource)."),
		"default_instance_type": class("instance type"),
		"default_preference":    class("preference"),
		"claim_name":            observed.Text("The claim that holds it; null where a snapshot does."),
		"snapshot_name":         observed.Text("The VolumeSnapshot that holds it; null where a claim does."),
		"content_namespace":     observed.Text("Namespace of that claim or snapshot."),
		"scheduled":             observed.Flag("Whether a schedule (DataImportCron) renews it."),
	}
}

// Read asks the cluster. An image that does not exist is an error; what may not be read
// of one is null.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config convert.ImageInfo
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
	ctx, cancel := context.WithTimeout(ctx, defaults.Read)
	defer cancel()
	info, err := d.read(ctx, config.Namespace.ValueString(), config.Name.ValueString(), &resp.Diagnostics)
	if err != nil {
		who := diagnostics.Subject{Thing: "image", Name: metadata.ID(config.Namespace.ValueString(), config.Name.ValueString())}
		resp.Diagnostics.Append(who.Error("read", err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &info)...)
}

func (d *DataSource) read(ctx context.Context, namespace, name string, diags *diag.Diagnostics) (info convert.ImageInfo, err error) {
	from, err := d.data.Client.Reader(ctx)
	if err != nil {
		return info, err
	}
	ds, err := find(ctx, from, namespace, name, &cdiv1.DataSource{})
	if err != nil {
		return info, err
	}
	if ds == nil {
		return info, &diagnostics.Failure{
			Cause:  "It does not exist.",
			Advice: "Check its name and namespace: kubectl get datasource -n " + namespace + ". One that this configuration creates is read after it with depends_on, or by referring to its attributes.",
		}
	}
	var claim *corev1.PersistentVolumeClaim
	var cron *cdiv1.DataImportCron
	if pvc := ds.Spec.Source.PVC; pvc != nil {
		claim, err = find(ctx, from, cmp.Or(pvc.Namespace, namespace), pvc.Name, &corev1.PersistentVolumeClaim{})
		if err = unlessForbidden(diags, err, "capacity, storage_class_name and volume_mode", "get on persistentvolumeclaims"); err != nil {
			return info, err
		}
	}
	if by := ds.Labels[metadata.LabelCron]; by != "" {
		cron, err = find(ctx, from, namespace, by, &cdiv1.DataImportCron{})
		if err = unlessForbidden(diags, err, "schedule", "get on dataimportcrons (API group cdi.kubevirt.io)"); err != nil {
			return info, err
		}
	}
	return convert.ImageInfoOf(ds, claim, cron), nil
}

// unlessForbidden turns a right that is missing into a warning.
func unlessForbidden(diags *diag.Diagnostics, err error, what, right string) error {
	if !apierrors.IsForbidden(err) {
		return err
	}
	diags.AddWarning("An image is not shown in full", fmt.Sprintf("%s cannot be read, and null: %s\n\nNeeded: the right %s.", what, kube.Explain(err), right))
	return nil
}

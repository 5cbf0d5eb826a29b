package convert

import (
	"cmp"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// ImageSummary is what a DataSource itself says of an image.
type ImageSummary struct {
	Name                types.String      `tfsdk:"name"`
	Namespace           types.String      `tfsdk:"namespace"`
	ID                  types.String      `tfsdk:"id"`
	UID                 types.String      `tfsdk:"uid"`
	Labels              types.Map         `tfsdk:"labels"`
	Ready               types.Bool        `tfsdk:"ready"`
	Message             types.String      `tfsdk:"message"`
	CDROM               types.Bool        `tfsdk:"cdrom"`
	DefaultInstanceType *DefaultReference `tfsdk:"default_instance_type"`
	DefaultPreference   *DefaultReference `tfsdk:"default_preference"`
	ClaimName           types.String      `tfsdk:"claim_name"`
	SnapshotName        types.String      `tfsdk:"snapshot_name"`
	ContentNamespace    types.String      `tfsdk:"content_namespace"`
	Scheduled           types.Bool        `tfsdk:"scheduled"`
}

// ImageInfo is the model of the data source virtualserver_image.
type ImageInfo struct {
	Name                types.String      `tfsdk:"name"`
	Namespace           types.String      `tfsdk:"namespace"`
	ID                  types.String      `tfsdk:"id"`
	UID                 types.String      `tfsdk:"uid"`
	Labels              types.Map         `tfsdk:"labels"`
	Ready               types.Bool        `tfsdk:"ready"`
	Message             types.String      `tfsdk:"message"`
	CDROM               types.Bool        `tfsdk:"cdrom"`
	DefaultInstanceType *DefaultReference `tfsdk:"default_instance_type"`
	DefaultPreference   *DefaultReference `tfsdk:"default_preference"`
	ClaimName           types.String      `tfsdk:"claim_name"`
	SnapshotName        types.String      `tfsdk:"snapshot_name"`
	ContentNamespace    types.String      `tfsdk:"content_namespace"`
	Scheduled           types.Bool        `tfsdk:"scheduled"`

	Capacity         types.String `tfsdk:"capacity"`
	StorageClassName types.String `tfsdk:"storage_class_name"`
	VolumeMode       types.String `tfsdk:"volume_mode"`
	Schedule         types.Object `tfsdk:"schedule"`
}

// ImageSummaryOf reads a DataSource.
func ImageSummaryOf(ds *cdiv1.DataSource) ImageSummary {
	everything := binder{reader: reader{importing: true}}
	var m Image
	m.defaultsFrom(everything, ds.Labels)
	ready, message := ImageObjects{DataSource: ds}.dataSourceReady()
	out := ImageSummary{
		Name: types.StringValue(ds.Name), Namespace: types.StringValue(ds.Namespace),
		ID: types.StringValue(metadata.ID(ds.Namespace, ds.Name)), UID: types.StringValue(string(ds.UID)),
		Labels: everything.keys(types.MapNull(types.StringType), ds.Labels, metadata.IsReserved),
		Ready:  types.BoolValue(ready), Message: textOrNull(message),
		CDROM:               types.BoolValue(ds.Annotations[AnnotationCDROM] == "true"),
		DefaultInstanceType: m.DefaultInstanceType, DefaultPreference: m.DefaultPreference,
		Scheduled: types.BoolValue(ds.Labels[metadata.LabelCron] != ""),
	}
	if pvc := ds.Spec.Source.PVC; pvc != nil {
		out.ClaimName, out.ContentNamespace = textOrNull(pvc.Name), types.StringValue(cmp.Or(pvc.Namespace, ds.Namespace))
	}
	if snapshot := ds.Spec.Source.Snapshot; snapshot != nil {
		out.SnapshotName, out.ContentNamespace = textOrNull(snapshot.Name), types.StringValue(cmp.Or(snapshot.Namespace, ds.Namespace))
	}
	return out
}

// ImageInfoOf adds what its claim and its schedule say; each may be nil.
func ImageInfoOf(ds *cdiv1.DataSource, claim *corev1.PersistentVolumeClaim, cron *cdiv1.DataImportCron) ImageInfo {
	s := ImageSummaryOf(ds)
	out := ImageInfo{
		Name: s.Name, Namespace: s.Namespace, ID: s.ID, UID: s.UID, Labels: s.Labels, Ready: s.Ready, Message: s.Message, CDROM: s.CDROM,
		DefaultInstanceType: s.DefaultInstanceType, DefaultPreference: s.DefaultPreference,
		ClaimName: s.ClaimName, SnapshotName: s.SnapshotName, ContentNamespace: s.ContentNamespace, Scheduled: s.Scheduled,
		Schedule: types.ObjectNull(ImageScheduleStatusTypes),
	}
	if claim != nil {
		if capacity, ok := claim.Status.Capacity[corev1.ResourceStorage]; ok {
			out.Capacity = types.StringValue(capacity.String())
		}
		out.StorageClassName, out.VolumeMode = textOrNull(deref(claim.Spec.StorageClassName)), textOrNull(string(deref(claim.Spec.VolumeMode)))
	}
	if cron != nil {
		out.Schedule = scheduleStatus(cron)
	}
	return out
}

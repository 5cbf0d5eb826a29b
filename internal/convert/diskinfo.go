package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
)

// DiskInfo is what the cluster tells of a disk: the model of the data source.
type DiskInfo struct {
	Name      types.String `tfsdk:"name"`
	Namespace types.String `tfsdk:"namespace"`

	ID          types.String      `tfsdk:"id"`
	UID         types.String      `tfsdk:"uid"`
	Labels      map[string]string `tfsdk:"labels"`
	Annotations map[string]string `tfsdk:"annotations"`
	Owner       *OwnerInfo        `tfsdk:"owner"`

	PVC             *Claim       `tfsdk:"pvc"`
	Storage         *Claim       `tfsdk:"storage"`
	Source          *Imports     `tfsdk:"source"`
	Preallocation   types.Bool   `tfsdk:"preallocation"`
	ContentType     types.String `tfsdk:"content_type"`
	BindImmediately types.Bool   `tfsdk:"bind_immediately"`
	Status          types.Object `tfsdk:"status"`
}

// OwnerInfo names what a disk is deleted with.
type OwnerInfo struct {
	Kind types.String `tfsdk:"kind"`
	Name types.String `tfsdk:"name"`
}

// DiskInfoOf tells of a disk that exists.
func DiskInfoOf(o DiskObjects) DiskInfo {
	m := FromDisk(o, nil)
	return DiskInfo{
		Name: m.Name, Namespace: m.Namespace, ID: m.ID, UID: m.UID,
		Labels: unreserved(o.Object().GetLabels()), Annotations: unreserved(o.Object().GetAnnotations()), Owner: ownerOf(o.Object()),
		PVC: m.PVC, Storage: m.Storage, Source: m.Source, Preallocation: m.Preallocation, ContentType: m.ContentType, BindImmediately: m.BindImmediately,
		Status: m.Status,
	}
}

func ownerOf(obj metav1.Object) *OwnerInfo {
	owners := obj.GetOwnerReferences()
	if len(owners) == 0 {
		return nil
	}
	return &OwnerInfo{Kind: types.StringValue(owners[0].Kind), Name: types.StringValue(owners[0].Name)}
}

// DiskSummary is what one list tells of a disk.
type DiskSummary struct {
	Name             types.String      `tfsdk:"name"`
	Namespace        types.String      `tfsdk:"namespace"`
	ID               types.String      `tfsdk:"id"`
	UID              types.String      `tfsdk:"uid"`
	Labels           map[string]string `tfsdk:"labels"`
	Owner            *OwnerInfo        `tfsdk:"owner"`
	Size             types.String      `tfsdk:"size"`
	StorageClassName types.String      `tfsdk:"storage_class_name"`
	Phase            types.String      `tfsdk:"phase"`
	Progress         types.String      `tfsdk:"progress"`
	Ready            types.Bool        `tfsdk:"ready"`
	Message          types.String      `tfsdk:"message"`
}

// DiskSummaryOf tells of a DataVolume what it says itself.
func DiskSummaryOf(dv *cdiv1.DataVolume) DiskSummary {
	o := DiskObjects{DataVolume: dv}
	m := FromDisk(o, nil)
	status := m.Status.Attributes()
	text := func(name string) types.String {
		value, _ := status[name].(types.String)
		return value
	}
	out := DiskSummary{
		Name: m.Name, Namespace: m.Namespace, ID: m.ID, UID: m.UID, Labels: unreserved(dv.Labels), Owner: ownerOf(dv),
		Size: types.StringNull(), StorageClassName: types.StringNull(),
		Phase: text("phase"), Progress: text("progress"), Ready: types.BoolValue(DiskReady(o, false)), Message: text("message"),
	}
	if claim := m.Claim(); claim != nil {
		out.Size, out.StorageClassName = textOrNull(claim.Size.ValueString()), textOrNull(claim.StorageClassName.ValueString())
	}
	return out
}

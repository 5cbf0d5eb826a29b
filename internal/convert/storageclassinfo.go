package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	storagev1 "k8s.io/api/storage/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
)

// StorageClassInfo is what the cluster and CDI tell of a storage class.
type StorageClassInfo struct {
	Name                    types.String        `tfsdk:"name"`
	Labels                  map[string]string   `tfsdk:"labels"`
	IsDefault               types.Bool          `tfsdk:"is_default"`
	IsDefaultVirtualization types.Bool          `tfsdk:"is_default_virtualization"`
	Provisioner             types.String        `tfsdk:"provisioner"`
	ReclaimPolicy           types.String        `tfsdk:"reclaim_policy"`
	VolumeBindingMode       types.String        `tfsdk:"volume_binding_mode"`
	AllowVolumeExpansion    types.Bool          `tfsdk:"allow_volume_expansion"`
	Profile                 *StorageProfileInfo `tfsdk:"profile"`
}

// StorageProfileInfo is how CDI completes claims of a storage class.
type StorageProfileInfo struct {
	ClaimPropertySets []ClaimPropertySetInfo `tfsdk:"claim_property_sets"`
	CloneStrategy     types.String           `tfsdk:"clone_strategy"`
	SnapshotClass     types.String           `tfsdk:"snapshot_class"`
	ImportFormat      types.String           `tfsdk:"import_format"`
}

// ClaimPropertySetInfo is one way to make a claim of a storage class.
type ClaimPropertySetInfo struct {
	AccessModes []string     `tfsdk:"access_modes"`
	VolumeMode  types.String `tfsdk:"volume_mode"`
}

// Annotations of the storage class that disks without one get: any disk, and disks of
// virtual machines.
const (
	annotationDefaultClass               = "storageclass.kubernetes.io/is-default-class"
	annotationDefaultVirtualizationClass = "storageclass.kubevirt.io/is-default-virt-class"
)

// StorageClassInfoOf tells of a storage class; profile is nil where CDI has none or it
// may not be read.
func StorageClassInfoOf(class *storagev1.StorageClass, profile *cdiv1.StorageProfile) StorageClassInfo {
	out := StorageClassInfo{
		Name: types.StringValue(class.Name), Labels: unreserved(class.Labels),
		IsDefault:               types.BoolValue(class.Annotations[annotationDefaultClass] == "true"),
		IsDefaultVirtualization: types.BoolValue(class.Annotations[annotationDefaultVirtualizationClass] == "true"),
		Provisioner:             types.StringValue(class.Provisioner),
		ReclaimPolicy:           textOrNull(string(deref(class.ReclaimPolicy))),
		VolumeBindingMode:       textOrNull(string(deref(class.VolumeBindingMode))),
		AllowVolumeExpansion:    types.BoolValue(deref(class.AllowVolumeExpansion)),
	}
	if profile == nil {
		return out
	}
	out.Profile = &StorageProfileInfo{
		ClaimPropertySets: []ClaimPropertySetInfo{},
		CloneStrategy:     textOrNull(string(deref(profile.Status.CloneStrategy))),
		SnapshotClass:     textOrNull(deref(profile.Status.SnapshotClass)),
		ImportFormat:      textOrNull(string(deref(profile.Status.DataImportCronSourceFormat))),
	}
	for _, set := range profile.Status.ClaimPropertySets {
		info := ClaimPropertySetInfo{AccessModes: []string{}, VolumeMode: textOrNull(string(deref(set.VolumeMode)))}
		for _, mode := range set.AccessModes {
			info.AccessModes = append(info.AccessModes, string(mode))
		}
		out.Profile.ClaimPropertySets = append(out.Profile.ClaimPropertySets, info)
	}
	return out
}

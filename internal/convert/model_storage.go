package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// Storage is everything the guest sees as a disk or a filesystem.
type Storage struct {
	Root            *Root                 `tfsdk:"root"`
	AdditionalDisks map[string]Disk       `tfsdk:"additional_disks"`
	Filesystems     map[string]Filesystem `tfsdk:"filesystems"`
}

// Root is the disk the server boots from.
type Root struct {
	Name      types.String `tfsdk:"name"`
	Ephemeral types.Bool   `tfsdk:"ephemeral"`
	PVC       *Claim       `tfsdk:"pvc"`
	Storage   *Claim       `tfsdk:"storage"`
	Source    *Source      `tfsdk:"source"`
	Bus       types.String `tfsdk:"bus"`
	BootOrder types.Int64  `tfsdk:"boot_order"`
	Serial    types.String `tfsdk:"serial"`
}

// Claim is the volume claim that CDI makes for a disk.
type Claim struct {
	Size             quantity.Value `tfsdk:"size"`
	StorageClassName types.String   `tfsdk:"storage_class_name"`
	AccessModes      types.List     `tfsdk:"access_modes"`
	VolumeMode       types.String   `tfsdk:"volume_mode"`
}

// Source is where the root disk's content comes from: exactly one is set.
type Source struct {
	HTTP          *HTTPSource     `tfsdk:"http"`
	Registry      *RegistrySource `tfsdk:"registry"`
	PVC           *PVCSource      `tfsdk:"pvc"`
	Blank         *BlankSource    `tfsdk:"blank"`
	Claim         *ClaimSource    `tfsdk:"claim"`
	ContainerDisk *ContainerDisk  `tfsdk:"container_disk"`
}

// HTTPSource is CDI's http source.
type HTTPSource struct {
	URL                types.String `tfsdk:"url"`
	SecretRef          types.String `tfsdk:"secret_ref"`
	CertConfigMap      types.String `tfsdk:"cert_config_map"`
	ExtraHeaders       types.List   `tfsdk:"extra_headers"`
	SecretExtraHeaders types.List   `tfsdk:"secret_extra_headers"`
	Checksum           types.String `tfsdk:"checksum"`
}

// RegistrySource is CDI's registry source.
type RegistrySource struct {
	URL           types.String `tfsdk:"url"`
	ImageStream   types.String `tfsdk:"image_stream"`
	PullMethod    types.String `tfsdk:"pull_method"`
	SecretRef     types.String `tfsdk:"secret_ref"`
	CertConfigMap types.String `tfsdk:"cert_config_map"`
}

// PVCSource clones a volume claim.
type PVCSource struct {
	Name      types.String `tfsdk:"name"`
	Namespace types.String `tfsdk:"namespace"`
}

// BlankSource is an empty disk.
type BlankSource struct{}

// ClaimSource uses a claim that exists; the server never deletes it.
type ClaimSource struct {
	Name types.String `tfsdk:"name"`
	Kind types.String `tfsdk:"kind"`
}

// ContainerDisk is a disk image in a container registry; what the guest
// writes is gone when the server stops.
type ContainerDisk struct {
	Image           types.String `tfsdk:"image"`
	Path            types.String `tfsdk:"path"`
	ImagePullSecret types.String `tfsdk:"image_pull_secret"`
	ImagePullPolicy types.String `tfsdk:"image_pull_policy"`
}

// Disk is an additional disk: exactly one of the sources is set.
type Disk struct {
	PersistentVolumeClaim *ClaimRef          `tfsdk:"persistent_volume_claim"`
	DataVolume            *NameRef           `tfsdk:"data_volume"`
	Ephemeral             *EphemeralRef      `tfsdk:"ephemeral"`
	ConfigMap             *ConfigMapRef      `tfsdk:"config_map"`
	Secret                *SecretRef         `tfsdk:"secret"`
	ServiceAccount        *ServiceAccountRef `tfsdk:"service_account"`
	ContainerDisk         *ContainerDisk     `tfsdk:"container_disk"`
	EmptyDisk             *EmptyDisk         `tfsdk:"empty_disk"`

	Serial    types.String `tfsdk:"serial"`
	Bus       types.String `tfsdk:"bus"`
	BootOrder types.Int64  `tfsdk:"boot_order"`
	ReadOnly  types.Bool   `tfsdk:"read_only"`
}

// Filesystem is a virtiofs filesystem: exactly one of the sources is set.
type Filesystem struct {
	PersistentVolumeClaim *ClaimRef          `tfsdk:"persistent_volume_claim"`
	Ephemeral             *EphemeralRef      `tfsdk:"ephemeral"`
	ConfigMap             *ConfigMapRef      `tfsdk:"config_map"`
	Secret                *SecretRef         `tfsdk:"secret"`
	ServiceAccount        *ServiceAccountRef `tfsdk:"service_account"`
}

// ClaimRef names a PersistentVolumeClaim.
type ClaimRef struct {
	ClaimName types.String `tfsdk:"claim_name"`
}

// EphemeralRef boots from a claim without writing to it.
type EphemeralRef struct {
	PersistentVolumeClaim *ClaimRef `tfsdk:"persistent_volume_claim"`
}

// NameRef names an object of a kind that the attribute tells.
type NameRef struct {
	Name types.String `tfsdk:"name"`
}

// ConfigMapRef names a ConfigMap.
type ConfigMapRef struct {
	Name     types.String `tfsdk:"name"`
	Optional types.Bool   `tfsdk:"optional"`
}

// SecretRef names a Secret.
type SecretRef struct {
	SecretName types.String `tfsdk:"secret_name"`
	Optional   types.Bool   `tfsdk:"optional"`
}

// ServiceAccountRef names a ServiceAccount.
type ServiceAccountRef struct {
	ServiceAccountName types.String `tfsdk:"service_account_name"`
}

// EmptyDisk is a scratch disk that lives as long as the instance.
type EmptyDisk struct {
	Capacity quantity.Value `tfsdk:"capacity"`
}

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

	UpdateVolumesStrategy types.String `tfsdk:"update_volumes_strategy"`
}

// Root is the disk the server boots from.
type Root struct {
	Name      types.String `tfsdk:"name"`
	Ephemeral types.Bool   `tfsdk:"ephemeral"`
	PVC       *Claim       `tfsdk:"pvc"`
	Storage   *Claim       `tfsdk:"storage"`
	Source    *Source      `tfsdk:"source"`
	OnDestroy types.String `tfsdk:"on_destroy"`

	Preallocation     types.Bool   `tfsdk:"preallocation"`
	ContentType       types.String `tfsdk:"content_type"`
	PriorityClassName types.String `tfsdk:"priority_class_name"`

	Bus               types.String `tfsdk:"bus"`
	BootOrder         types.Int64  `tfsdk:"boot_order"`
	Serial            types.String `tfsdk:"serial"`
	Cache             types.String `tfsdk:"cache"`
	IO                types.String `tfsdk:"io"`
	DedicatedIOThread types.Bool   `tfsdk:"dedicated_io_thread"`
	ErrorPolicy       types.String `tfsdk:"error_policy"`
	BlockSize         *BlockSize   `tfsdk:"block_size"`
	Tag               types.String `tfsdk:"tag"`
}

// Claim is the volume claim that CDI makes for a disk.
type Claim struct {
	Size             quantity.Value `tfsdk:"size"`
	StorageClassName types.String   `tfsdk:"storage_class_name"`
	AccessModes      types.List     `tfsdk:"access_modes"`
	VolumeMode       types.String   `tfsdk:"volume_mode"`
	VolumeName       types.String   `tfsdk:"volume_name"`
}

// ContainerDisk is a disk image in a container registry; what the guest
// writes is gone when the server stops.
type ContainerDisk struct {
	Image           types.String `tfsdk:"image"`
	Path            types.String `tfsdk:"path"`
	ImagePullSecret types.String `tfsdk:"image_pull_secret"`
	ImagePullPolicy types.String `tfsdk:"image_pull_policy"`
}

// Disk is an additional disk: exactly one of the sources is set, or none for
// a CD-ROM drive that is empty.
type Disk struct {
	PersistentVolumeClaim *ClaimRef          `tfsdk:"persistent_volume_claim"`
	DataVolume            *NameRef           `tfsdk:"data_volume"`
	Ephemeral             *EphemeralRef      `tfsdk:"ephemeral"`
	ConfigMap             *ConfigMapRef      `tfsdk:"config_map"`
	Secret                *SecretRef         `tfsdk:"secret"`
	ServiceAccount        *ServiceAccountRef `tfsdk:"service_account"`
	DownwardAPI           *DownwardAPI       `tfsdk:"downward_api"`
	ContainerDisk         *ContainerDisk     `tfsdk:"container_disk"`
	EmptyDisk             *EmptyDisk         `tfsdk:"empty_disk"`
	HostDisk              *HostDisk          `tfsdk:"host_disk"`

	CDROM        types.Bool   `tfsdk:"cdrom"`
	LUN          types.Bool   `tfsdk:"lun"`
	ReadOnly     types.Bool   `tfsdk:"read_only"`
	Tray         types.String `tfsdk:"tray"`
	Reservation  types.Bool   `tfsdk:"reservation"`
	Shareable    types.Bool   `tfsdk:"shareable"`
	Hotpluggable types.Bool   `tfsdk:"hotpluggable"`

	Bus               types.String `tfsdk:"bus"`
	BootOrder         types.Int64  `tfsdk:"boot_order"`
	Serial            types.String `tfsdk:"serial"`
	Cache             types.String `tfsdk:"cache"`
	IO                types.String `tfsdk:"io"`
	DedicatedIOThread types.Bool   `tfsdk:"dedicated_io_thread"`
	ErrorPolicy       types.String `tfsdk:"error_policy"`
	BlockSize         *BlockSize   `tfsdk:"block_size"`
	Tag               types.String `tfsdk:"tag"`
}

// BlockSize is the block size that the guest sees: one of the two.
type BlockSize struct {
	Custom      *CustomBlockSize `tfsdk:"custom"`
	MatchVolume types.Bool       `tfsdk:"match_volume"`
}

// CustomBlockSize says block sizes in bytes.
type CustomBlockSize struct {
	Logical            types.Int64 `tfsdk:"logical"`
	Physical           types.Int64 `tfsdk:"physical"`
	DiscardGranularity types.Int64 `tfsdk:"discard_granularity"`
}

// Filesystem is a virtiofs filesystem: exactly one of the sources is set.
type Filesystem struct {
	PersistentVolumeClaim *ClaimRef          `tfsdk:"persistent_volume_claim"`
	Ephemeral             *EphemeralRef      `tfsdk:"ephemeral"`
	ConfigMap             *ConfigMapRef      `tfsdk:"config_map"`
	Secret                *SecretRef         `tfsdk:"secret"`
	ServiceAccount        *ServiceAccountRef `tfsdk:"service_account"`
	DownwardAPI           *DownwardAPI       `tfsdk:"downward_api"`
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
	Name        types.String `tfsdk:"name"`
	Optional    types.Bool   `tfsdk:"optional"`
	VolumeLabel types.String `tfsdk:"volume_label"`
}

// SecretRef names a Secret.
type SecretRef struct {
	SecretName  types.String `tfsdk:"secret_name"`
	Optional    types.Bool   `tfsdk:"optional"`
	VolumeLabel types.String `tfsdk:"volume_label"`
}

// ServiceAccountRef names a ServiceAccount.
type ServiceAccountRef struct {
	ServiceAccountName types.String `tfsdk:"service_account_name"`
}

// EmptyDisk is a scratch disk that lives as long as the instance.
type EmptyDisk struct {
	Capacity quantity.Value `tfsdk:"capacity"`
}

// HostDisk is an image file on the node.
type HostDisk struct {
	Path     types.String   `tfsdk:"path"`
	Type     types.String   `tfsdk:"type"`
	Capacity quantity.Value `tfsdk:"capacity"`
	Shared   types.Bool     `tfsdk:"shared"`
}

// DownwardAPI are files that tell the guest about its pod.
type DownwardAPI struct {
	Fields      []DownwardAPIField `tfsdk:"fields"`
	VolumeLabel types.String       `tfsdk:"volume_label"`
}

// DownwardAPIField is one such file: a field or a resource.
type DownwardAPIField struct {
	Path             types.String      `tfsdk:"path"`
	Mode             types.Int64       `tfsdk:"mode"`
	FieldPath        types.String      `tfsdk:"field_path"`
	ResourceFieldRef *ResourceFieldRef `tfsdk:"resource_field_ref"`
}

// ResourceFieldRef names a resource of one of the pod's containers.
type ResourceFieldRef struct {
	ContainerName types.String   `tfsdk:"container_name"`
	Resource      types.String   `tfsdk:"resource"`
	Divisor       quantity.Value `tfsdk:"divisor"`
}

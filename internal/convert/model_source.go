package convert

import "github.com/hashicorp/terraform-plugin-framework/types"

// Source is where the root disk's content comes from: exactly one is set.
type Source struct {
	Imports
	Claim         *ClaimSource   `tfsdk:"claim"`
	ContainerDisk *ContainerDisk `tfsdk:"container_disk"`
}

// Imports are the sources that CDI fills a DataVolume from: at most one is set.
type Imports struct {
	HTTP     *HTTPSource     `tfsdk:"http"`
	S3       *S3Source       `tfsdk:"s3"`
	GCS      *GCSSource      `tfsdk:"gcs"`
	Registry *RegistrySource `tfsdk:"registry"`
	ImageIO  *ImageIOSource  `tfsdk:"imageio"`
	VDDK     *VDDKSource     `tfsdk:"vddk"`
	Image    *ImageSource    `tfsdk:"image"`
	PVC      *PVCSource      `tfsdk:"pvc"`
	Snapshot *SnapshotSource `tfsdk:"snapshot"`
	Upload   *Nothing        `tfsdk:"upload"`
	Blank    *Nothing        `tfsdk:"blank"`
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
	Platform      *Platform    `tfsdk:"platform"`
}

// Platform chooses among the images of a multi-platform one.
type Platform struct {
	Architecture types.String `tfsdk:"architecture"`
}

// S3Source is CDI's s3 source.
type S3Source struct {
	URL           types.String `tfsdk:"url"`
	SecretRef     types.String `tfsdk:"secret_ref"`
	CertConfigMap types.String `tfsdk:"cert_config_map"`
}

// GCSSource is CDI's gcs source.
type GCSSource struct {
	URL       types.String `tfsdk:"url"`
	SecretRef types.String `tfsdk:"secret_ref"`
}

// ImageIOSource is CDI's imageio source: a disk of oVirt.
type ImageIOSource struct {
	URL                types.String `tfsdk:"url"`
	DiskID             types.String `tfsdk:"disk_id"`
	SecretRef          types.String `tfsdk:"secret_ref"`
	CertConfigMap      types.String `tfsdk:"cert_config_map"`
	InsecureSkipVerify types.Bool   `tfsdk:"insecure_skip_verify"`
}

// VDDKSource is CDI's vddk source: a disk of VMware.
type VDDKSource struct {
	URL          types.String `tfsdk:"url"`
	UUID         types.String `tfsdk:"uuid"`
	BackingFile  types.String `tfsdk:"backing_file"`
	Thumbprint   types.String `tfsdk:"thumbprint"`
	SecretRef    types.String `tfsdk:"secret_ref"`
	InitImageURL types.String `tfsdk:"init_image_url"`
	ExtraArgs    types.String `tfsdk:"extra_args"`
}

// ImageSource clones what a DataSource points to.
type ImageSource struct {
	Name      types.String `tfsdk:"name"`
	Namespace types.String `tfsdk:"namespace"`
	Kind      types.String `tfsdk:"kind"`
}

// SnapshotSource clones a VolumeSnapshot.
type SnapshotSource struct {
	Name      types.String `tfsdk:"name"`
	Namespace types.String `tfsdk:"namespace"`
}

// PVCSource clones a volume claim.
type PVCSource struct {
	Name      types.String `tfsdk:"name"`
	Namespace types.String `tfsdk:"namespace"`
}

// ClaimSource uses a claim that exists; the server never deletes it.
type ClaimSource struct {
	Name types.String `tfsdk:"name"`
	Kind types.String `tfsdk:"kind"`
}

package convert

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// Image is the model of a virtualserver_image.
type Image struct {
	Name        types.String `tfsdk:"name"`
	Namespace   types.String `tfsdk:"namespace"`
	Labels      types.Map    `tfsdk:"labels"`
	Annotations types.Map    `tfsdk:"annotations"`

	PVC               *Claim        `tfsdk:"pvc"`
	Storage           *Claim        `tfsdk:"storage"`
	Source            *ImageContent `tfsdk:"source"`
	Preallocation     types.Bool    `tfsdk:"preallocation"`
	ContentType       types.String  `tfsdk:"content_type"`
	PriorityClassName types.String  `tfsdk:"priority_class_name"`

	CDROM               types.Bool        `tfsdk:"cdrom"`
	DefaultInstanceType *DefaultReference `tfsdk:"default_instance_type"`
	DefaultPreference   *DefaultReference `tfsdk:"default_preference"`
	Schedule            *ImageSchedule    `tfsdk:"schedule"`
	SharedWith          *ImageSharing     `tfsdk:"shared_with"`

	OnDestroy          types.String   `tfsdk:"on_destroy"`
	DeletionProtection types.Bool     `tfsdk:"deletion_protection"`
	Wait               *DiskWait      `tfsdk:"wait"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`

	ID         types.String `tfsdk:"id"`
	UID        types.String `tfsdk:"uid"`
	DataSource types.String `tfsdk:"data_source"`
	Status     types.Object `tfsdk:"status"`
}

// ImageContent is where the content of an image comes from: exactly one of them.
type ImageContent struct {
	HTTP     *HTTPSource     `tfsdk:"http"`
	S3       *S3Source       `tfsdk:"s3"`
	GCS      *GCSSource      `tfsdk:"gcs"`
	Registry *RegistrySource `tfsdk:"registry"`
	ImageIO  *ImageIOSource  `tfsdk:"imageio"`
	VDDK     *VDDKSource     `tfsdk:"vddk"`
	Image    *ImageSource    `tfsdk:"image"`
	PVC      *PVCSource      `tfsdk:"pvc"`
	Snapshot *SnapshotSource `tfsdk:"snapshot"`
	Upload   *Upload         `tfsdk:"upload"`
}

// Upload is a local file that is uploaded; without a path somebody else does it.
type Upload struct {
	Path   types.String `tfsdk:"path"`
	SHA256 types.String `tfsdk:"sha256"`
	Proxy  *UploadProxy `tfsdk:"proxy"`
}

// UploadProxy is how CDI's upload proxy is reached.
type UploadProxy struct {
	URL                types.String `tfsdk:"url"`
	CACertificate      types.String `tfsdk:"ca_certificate"`
	InsecureSkipVerify types.Bool   `tfsdk:"insecure_skip_verify"`
}

// DefaultReference names the instance type or the preference that servers of an image
// have by default.
type DefaultReference struct {
	Name types.String `tfsdk:"name"`
	Kind types.String `tfsdk:"kind"`
}

// ImageSchedule is when CDI looks for a newer image, and what becomes of older ones.
type ImageSchedule struct {
	Cron               types.String `tfsdk:"cron"`
	GarbageCollect     types.String `tfsdk:"garbage_collect"`
	ImportsToKeep      types.Int64  `tfsdk:"imports_to_keep"`
	RetentionPolicy    types.String `tfsdk:"retention_policy"`
	ServiceAccountName types.String `tfsdk:"service_account_name"`
}

// ImageSharing is who may clone an image into namespaces of their own.
type ImageSharing struct {
	Namespaces      types.List `tfsdk:"namespaces"`
	Users           types.List `tfsdk:"users"`
	Groups          types.List `tfsdk:"groups"`
	EntireNamespace types.Bool `tfsdk:"entire_namespace"`
}

func (m *Image) dataVolume() dataVolume {
	return dataVolume{&m.PVC, &m.Storage, &m.Preallocation, &m.ContentType, &m.PriorityClassName}
}

// Head are the attributes that every object has.
func (m *Image) Head() metadata.Head {
	return metadata.Head{Name: &m.Name, Namespace: &m.Namespace, Labels: &m.Labels, Annotations: &m.Annotations, ID: &m.ID, UID: &m.UID}
}

// Claim is how the image's claim is written.
func (m *Image) Claim() *Claim { return m.dataVolume().claim() }

// UploadOf is the image's upload; nil where its content comes from elsewhere.
func (m *Image) UploadOf() *Upload {
	if m.Source == nil {
		return nil
	}
	return m.Source.Upload
}

// Uploads tells whether an apply uploads the content itself.
func (m *Image) Uploads() bool {
	u := m.UploadOf()
	return u != nil && u.Path.ValueString() != ""
}

// imports are the sources as the other resources write them.
func (c *ImageContent) imports() Imports {
	if c == nil {
		return Imports{}
	}
	i := Imports{HTTP: c.HTTP, S3: c.S3, GCS: c.GCS, Registry: c.Registry, ImageIO: c.ImageIO, VDDK: c.VDDK, Image: c.Image, PVC: c.PVC, Snapshot: c.Snapshot}
	if c.Upload != nil {
		i.Upload = &Nothing{}
	}
	return i
}

// contentOfImports is the reverse of imports; upload is what is known of one. A disk that
// was blank is filled by somebody else too, such as an installer.
func contentOfImports(i Imports, upload *Upload) *ImageContent {
	c := ImageContent{HTTP: i.HTTP, S3: i.S3, GCS: i.GCS, Registry: i.Registry, ImageIO: i.ImageIO, VDDK: i.VDDK, Image: i.Image, PVC: i.PVC, Snapshot: i.Snapshot}
	if i.Upload != nil || i.Blank != nil {
		u := deref(upload)
		c.Upload = &u
	}
	if c == (ImageContent{}) {
		return nil
	}
	return &c
}

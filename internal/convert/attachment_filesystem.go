package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// FilesystemAttachment is the model of a virtualserver_filesystem_attachment.
type FilesystemAttachment struct {
	Attached

	PersistentVolumeClaim *ClaimRef          `tfsdk:"persistent_volume_claim"`
	Ephemeral             *EphemeralRef      `tfsdk:"ephemeral"`
	ConfigMap             *AttachedConfigMap `tfsdk:"config_map"`
	Secret                *AttachedSecret    `tfsdk:"secret"`
	ServiceAccount        *ServiceAccountRef `tfsdk:"service_account"`

	Restart types.Bool `tfsdk:"restart"`
}

// AttachedConfigMap names a ConfigMap. A filesystem has no label.
type AttachedConfigMap struct {
	Name     types.String `tfsdk:"name"`
	Optional types.Bool   `tfsdk:"optional"`
}

// AttachedSecret names a Secret.
type AttachedSecret struct {
	SecretName types.String `tfsdk:"secret_name"`
	Optional   types.Bool   `tfsdk:"optional"`
}

// Common returns the attributes that attachments of every kind have.
func (m *FilesystemAttachment) Common() *Attached { return &m.Attached }

// Device renders the filesystem.
func (m FilesystemAttachment) Device() AttachedDevice {
	name := m.Name.ValueString()
	out := AttachedDevice{
		Kind: AttachedFilesystem, Volume: kubevirtv1.Volume{Name: name},
		Filesystem: &kubevirtv1.Filesystem{Name: name, Virtiofs: &kubevirtv1.FilesystemVirtiofs{}},
	}
	d := m.asDisk()
	d.bindVolume(writer, &out.Volume.VolumeSource)
	return out
}

// Read reads the filesystem of a machine into the model; everything that an attribute
// can say when it is being imported.
func (m *FilesystemAttachment) Read(live AttachedDevice, importing bool) {
	d := m.asDisk()
	d.bindVolume(binder{reader: reader{importing: importing}}, &live.Volume.VolumeSource)
	m.PersistentVolumeClaim, m.ServiceAccount, m.ConfigMap, m.Secret = d.PersistentVolumeClaim, d.ServiceAccount, nil, nil
	if d.ConfigMap != nil {
		m.ConfigMap = &AttachedConfigMap{d.ConfigMap.Name, d.ConfigMap.Optional}
	}
	if d.Secret != nil {
		m.Secret = &AttachedSecret{d.Secret.SecretName, d.Secret.Optional}
	}
}

func (m FilesystemAttachment) asDisk() Disk {
	d := Disk{PersistentVolumeClaim: m.PersistentVolumeClaim, ServiceAccount: m.ServiceAccount}
	if m.ConfigMap != nil {
		d.ConfigMap = &ConfigMapRef{Name: m.ConfigMap.Name, Optional: m.ConfigMap.Optional}
	}
	if m.Secret != nil {
		d.Secret = &SecretRef{SecretName: m.Secret.SecretName, Optional: m.Secret.Optional}
	}
	return d
}

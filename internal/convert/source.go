package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
)

// KindDataSource is the kind of an image.
const KindDataSource = cdiv1.DataVolumeDataSource

// bind binds the source of a DataVolume. namespace is that of the DataVolume, where
// what has no other is.
func (s *Imports) bind(b binder, spec *cdiv1.DataVolumeSpec, namespace string) {
	f := deref(spec.Source)
	bindKind(b, &s.HTTP, &f.HTTP, bindHTTP)
	bindKind(b, &s.S3, &f.S3, bindS3)
	bindKind(b, &s.GCS, &f.GCS, bindGCS)
	bindKind(b, &s.Registry, &f.Registry, bindRegistry)
	bindKind(b, &s.ImageIO, &f.Imageio, bindImageIO)
	bindKind(b, &s.VDDK, &f.VDDK, bindVDDK)
	bindKind(b, &s.Image, &spec.SourceRef, func(b binder, a *ImageSource, f *cdiv1.DataVolumeSourceRef) {
		bindText(b, &a.Name, &f.Name)
		bindTextDefault(b, &a.Kind, &f.Kind, KindDataSource)
		if b.writing {
			f.Namespace = optional(a.Namespace)
			return
		}
		a.Namespace = b.textDefault(a.Namespace, deref(f.Namespace), namespace)
	})
	bindKind(b, &s.PVC, &f.PVC, func(b binder, a *PVCSource, f *cdiv1.DataVolumeSourcePVC) {
		bindText(b, &a.Name, &f.Name)
		bindTextDefault(b, &a.Namespace, &f.Namespace, namespace)
	})
	bindKind(b, &s.Snapshot, &f.Snapshot, func(b binder, a *SnapshotSource, f *cdiv1.DataVolumeSourceSnapshot) {
		bindText(b, &a.Name, &f.Name)
		bindTextDefault(b, &a.Namespace, &f.Namespace, namespace)
	})
	bindKind(b, &s.Upload, &f.Upload, bindNothing)
	bindKind(b, &s.Blank, &f.Blank, bindNothing)
	if b.writing && f != (cdiv1.DataVolumeSource{}) {
		spec.Source = &f
	}
}

// sourceFrom reads what a DataVolume imports.
func sourceFrom(r reader, spec *cdiv1.DataVolumeSpec, namespace string, prior *Source) *Source {
	out, ok := section(r, prior)
	if !ok {
		return nil
	}
	out.Claim, out.ContainerDisk = nil, nil
	if out.bind(binder{reader: r}, spec, namespace); out == (Source{}) {
		return nil
	}
	return &out
}

func bindHTTP(b binder, a *HTTPSource, f *cdiv1.DataVolumeSourceHTTP) {
	bindText(b, &a.URL, &f.URL)
	bindText(b, &a.SecretRef, &f.SecretRef)
	bindText(b, &a.CertConfigMap, &f.CertConfigMap)
	bindTexts(b, &a.ExtraHeaders, &f.ExtraHeaders)
	bindTexts(b, &a.SecretExtraHeaders, &f.SecretExtraHeaders)
	bindText(b, &a.Checksum, &f.Checksum)
}

func bindS3(b binder, a *S3Source, f *cdiv1.DataVolumeSourceS3) {
	bindText(b, &a.URL, &f.URL)
	bindText(b, &a.SecretRef, &f.SecretRef)
	bindText(b, &a.CertConfigMap, &f.CertConfigMap)
}

func bindGCS(b binder, a *GCSSource, f *cdiv1.DataVolumeSourceGCS) {
	bindText(b, &a.URL, &f.URL)
	bindText(b, &a.SecretRef, &f.SecretRef)
}

func bindRegistry(b binder, a *RegistrySource, f *cdiv1.DataVolumeSourceRegistry) {
	bindTextPointer(b, &a.URL, &f.URL)
	bindTextPointer(b, &a.ImageStream, &f.ImageStream)
	bindTextPointer(b, &a.PullMethod, &f.PullMethod)
	bindTextPointer(b, &a.SecretRef, &f.SecretRef)
	bindTextPointer(b, &a.CertConfigMap, &f.CertConfigMap)
	bindSection(b, &a.Platform, &f.Platform, func(b binder, a *Platform, f *cdiv1.PlatformOptions) {
		bindText(b, &a.Architecture, &f.Architecture)
	})
}

func bindImageIO(b binder, a *ImageIOSource, f *cdiv1.DataVolumeSourceImageIO) {
	bindText(b, &a.URL, &f.URL)
	bindText(b, &a.DiskID, &f.DiskID)
	bindText(b, &a.SecretRef, &f.SecretRef)
	bindText(b, &a.CertConfigMap, &f.CertConfigMap)
	bindFlagPointer(b, &a.InsecureSkipVerify, &f.InsecureSkipVerify)
}

func bindVDDK(b binder, a *VDDKSource, f *cdiv1.DataVolumeSourceVDDK) {
	bindText(b, &a.URL, &f.URL)
	bindText(b, &a.UUID, &f.UUID)
	bindText(b, &a.BackingFile, &f.BackingFile)
	bindText(b, &a.Thumbprint, &f.Thumbprint)
	bindText(b, &a.SecretRef, &f.SecretRef)
	bindText(b, &a.InitImageURL, &f.InitImageURL)
	bindText(b, &a.ExtraArgs, &f.ExtraArgs)
}

func bindContainerDisk(b binder, a *ContainerDisk, f *kubevirtv1.ContainerDiskSource) {
	bindText(b, &a.Image, &f.Image)
	bindText(b, &a.Path, &f.Path)
	bindText(b, &a.ImagePullSecret, &f.ImagePullSecret)
	bindText(b, &a.ImagePullPolicy, &f.ImagePullPolicy)
}

func optional(s types.String) *string {
	if s.ValueString() == "" {
		return nil
	}
	return s.ValueStringPointer()
}

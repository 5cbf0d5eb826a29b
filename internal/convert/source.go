package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
)

// dataVolumeSource returns CDI's form of the source, nil for sources that
// need no import (claim, container_disk).
func (s *Source) dataVolumeSource(namespace string) *cdiv1.DataVolumeSource {
	switch {
	case s == nil:
		return nil
	case s.HTTP != nil:
		return &cdiv1.DataVolumeSource{HTTP: &cdiv1.DataVolumeSourceHTTP{
			URL:                s.HTTP.URL.ValueString(),
			SecretRef:          s.HTTP.SecretRef.ValueString(),
			CertConfigMap:      s.HTTP.CertConfigMap.ValueString(),
			ExtraHeaders:       nilIfEmpty(Strings(s.HTTP.ExtraHeaders)),
			SecretExtraHeaders: nilIfEmpty(Strings(s.HTTP.SecretExtraHeaders)),
			Checksum:           s.HTTP.Checksum.ValueString(),
		}}
	case s.Registry != nil:
		return &cdiv1.DataVolumeSource{Registry: &cdiv1.DataVolumeSourceRegistry{
			URL:           optional(s.Registry.URL),
			ImageStream:   optional(s.Registry.ImageStream),
			PullMethod:    (*cdiv1.RegistryPullMethod)(optional(s.Registry.PullMethod)),
			SecretRef:     optional(s.Registry.SecretRef),
			CertConfigMap: optional(s.Registry.CertConfigMap),
		}}
	case s.PVC != nil:
		if n := s.PVC.Namespace.ValueString(); n != "" {
			namespace = n
		}
		return &cdiv1.DataVolumeSource{PVC: &cdiv1.DataVolumeSourcePVC{Name: s.PVC.Name.ValueString(), Namespace: namespace}}
	case s.Blank != nil:
		return &cdiv1.DataVolumeSource{Blank: &cdiv1.DataVolumeBlankImage{}}
	}
	return nil
}

func sourceFromDataVolume(r reader, live *cdiv1.DataVolumeSource, namespace string, prior *Source) *Source {
	if _, ok := section(r, prior); !ok || live == nil {
		return nil
	}
	if prior == nil {
		prior = &Source{}
	}
	switch {
	case live.HTTP != nil:
		was, r := kindBefore(r, prior.HTTP)
		return &Source{HTTP: &HTTPSource{
			URL:                r.text(was.URL, live.HTTP.URL),
			SecretRef:          r.text(was.SecretRef, live.HTTP.SecretRef),
			CertConfigMap:      r.text(was.CertConfigMap, live.HTTP.CertConfigMap),
			ExtraHeaders:       r.texts(was.ExtraHeaders, live.HTTP.ExtraHeaders),
			SecretExtraHeaders: r.texts(was.SecretExtraHeaders, live.HTTP.SecretExtraHeaders),
			Checksum:           r.text(was.Checksum, live.HTTP.Checksum),
		}}
	case live.Registry != nil:
		was, r := kindBefore(r, prior.Registry)
		return &Source{Registry: &RegistrySource{
			URL:           r.text(was.URL, deref(live.Registry.URL)),
			ImageStream:   r.text(was.ImageStream, deref(live.Registry.ImageStream)),
			PullMethod:    r.text(was.PullMethod, string(deref(live.Registry.PullMethod))),
			SecretRef:     r.text(was.SecretRef, deref(live.Registry.SecretRef)),
			CertConfigMap: r.text(was.CertConfigMap, deref(live.Registry.CertConfigMap)),
		}}
	case live.PVC != nil:
		was, r := kindBefore(r, prior.PVC)
		return &Source{PVC: &PVCSource{
			Name:      r.text(was.Name, live.PVC.Name),
			Namespace: r.textDefault(was.Namespace, live.PVC.Namespace, namespace),
		}}
	case live.Blank != nil:
		return &Source{Blank: &BlankSource{}}
	}
	return nil
}

// kindBefore gives a nested object's prior content; when the object is of
// another kind than the prior, all of it is read.
func kindBefore[T any](r reader, prior *T) (T, reader) {
	if prior != nil {
		return *prior, r
	}
	var none T
	return none, reader{importing: true}
}

func (c *ContainerDisk) volumeSource() kubevirtv1.ContainerDiskSource {
	return kubevirtv1.ContainerDiskSource{
		Image:           c.Image.ValueString(),
		Path:            c.Path.ValueString(),
		ImagePullSecret: c.ImagePullSecret.ValueString(),
		ImagePullPolicy: corev1.PullPolicy(c.ImagePullPolicy.ValueString()),
	}
}

func containerDiskFrom(r reader, live *kubevirtv1.ContainerDiskSource, prior *ContainerDisk) *ContainerDisk {
	was, r := kindBefore(r, prior)
	return &ContainerDisk{
		Image:           r.text(was.Image, live.Image),
		Path:            r.text(was.Path, live.Path),
		ImagePullSecret: r.text(was.ImagePullSecret, live.ImagePullSecret),
		ImagePullPolicy: r.text(was.ImagePullPolicy, string(live.ImagePullPolicy)),
	}
}

func optional(s types.String) *string {
	if s.ValueString() == "" {
		return nil
	}
	return s.ValueStringPointer()
}

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

func nilIfEmpty(s []string) []string {
	if len(s) == 0 {
		return nil
	}
	return s
}

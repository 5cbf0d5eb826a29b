package convert

import (
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// bindIgnition binds the annotation that KubeVirt takes Ignition's
// configuration from.
func (m *Server) bindIgnition(b binder, template *kubevirtv1.VirtualMachineInstanceTemplateSpec) {
	text := template.ObjectMeta.Annotations[kubevirtv1.IgnitionAnnotation]
	bindText(b, &m.Ignition, &text)
	if b.writing && text != "" {
		template.ObjectMeta.Annotations = metadata.Merge(template.ObjectMeta.Annotations, map[string]string{kubevirtv1.IgnitionAnnotation: text})
	}
}

package convert

import (
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// bindTemplate binds labels and annotations of the instance and its pods.
func (m *Server) bindTemplate(b binder, template *kubevirtv1.VirtualMachineInstanceTemplateSpec) {
	if b.writing {
		template.ObjectMeta.Labels = metadata.Merge(StringMap(m.TemplateLabels))
		template.ObjectMeta.Annotations = metadata.Merge(StringMap(m.TemplateAnnotations))
		return
	}
	m.TemplateLabels = b.keys(m.TemplateLabels, template.ObjectMeta.Labels, metadata.IsReservedInTemplate)
	m.TemplateAnnotations = b.keys(m.TemplateAnnotations, template.ObjectMeta.Annotations, metadata.IsReservedInTemplate)
}

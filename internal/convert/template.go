package convert

import (
	"slices"
	"strings"

	kubevirtv1 "kubevirt.io/api/core/v1"
)

// bindTemplate binds labels and annotations of the instance and its pods.
func (m *Server) bindTemplate(b binder, template *kubevirtv1.VirtualMachineInstanceTemplateSpec) {
	if b.writing {
		template.ObjectMeta.Labels = Merge(StringMap(m.TemplateLabels))
		template.ObjectMeta.Annotations = Merge(StringMap(m.TemplateAnnotations))
		return
	}
	m.TemplateLabels = b.keys(m.TemplateLabels, template.ObjectMeta.Labels, IsReservedInTemplate)
	m.TemplateAnnotations = b.keys(m.TemplateAnnotations, template.ObjectMeta.Annotations, IsReservedInTemplate)
}

// reservedInTemplate holds what KubeVirt writes in a template or lets nobody
// else write. Users write other keys of its own there, such as
// kubevirt.io/domain.
var reservedInTemplate = []string{
	kubevirtv1.PciTopologyVersionAnnotation,
	kubevirtv1.PciInterfaceSlotCountAnnotation,
	kubevirtv1.VirtualMachinePoolRevisionName,
	kubevirtv1.CreatedByLabel,
	kubevirtv1.MigrationJobLabel,
	kubevirtv1.NodeNameLabel,
	kubevirtv1.MigrationTargetNodeNameLabel,
	kubevirtv1.NodeSchedulable,
	kubevirtv1.InstallStrategyLabel,
	kubevirtv1.IgnitionAnnotation, // an attribute of its own
}

// IsReservedInTemplate tells whether a label or annotation key of the template
// belongs to KubeVirt or to this provider.
func IsReservedInTemplate(key string) bool {
	return slices.Contains(reservedInTemplate, key) ||
		strings.HasPrefix(key, "virtualserver.io/") || strings.HasPrefix(key, AnnotationAttachment)
}

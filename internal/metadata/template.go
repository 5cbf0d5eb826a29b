package metadata

import (
	"slices"
	"strings"

	kubevirtv1 "kubevirt.io/api/core/v1"
)

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
		strings.HasPrefix(key, "virtualserver.io/") || strings.HasPrefix(key, "attachment.virtualserver.io/")
}

package convert

import (
	"maps"
	"strings"
)

// reserved holds what Kubernetes, KubeVirt and this provider write; import
// does not read it and nobody can manage it.
var reserved = []string{
	"kubevirt.io/",
	"instancetype.kubevirt.io/",
	"snapshot.kubevirt.io/",
	"restore.kubevirt.io/",
	"clone.kubevirt.io/",
	"cdi.kubevirt.io/",
	"kubectl.kubernetes.io/",
	"virtualserver.io/",
	AnnotationAttachment,
}

// IsReserved tells whether a label or annotation key belongs to Kubernetes,
// KubeVirt or this provider.
func IsReserved(key string) bool {
	for _, prefix := range reserved {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// Merge returns the union of maps, later ones winning; nil when all are empty.
func Merge(all ...map[string]string) map[string]string {
	var out map[string]string
	for _, m := range all {
		if out == nil && len(m) > 0 {
			out = map[string]string{}
		}
		maps.Copy(out, m)
	}
	return out
}

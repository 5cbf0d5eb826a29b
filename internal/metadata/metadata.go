// Package metadata is what objects of every kind have: names, labels and
// annotations. Of labels and annotations a configuration manages only the keys
// that it wrote.
package metadata

import (
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
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
	"attachment.virtualserver.io/",
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

// StringMap returns a map's known strings.
func StringMap(m types.Map) map[string]string {
	out := make(map[string]string, len(m.Elements()))
	for k, e := range m.Elements() {
		if s, ok := e.(types.String); ok && !s.IsUnknown() {
			out[k] = s.ValueString()
		}
	}
	return out
}

// MapOf is the attribute form of m; nil is null.
func MapOf(m map[string]string) types.Map {
	if m == nil {
		return types.MapNull(types.StringType)
	}
	elements := make(map[string]attr.Value, len(m))
	for k, v := range m {
		elements[k] = types.StringValue(v)
	}
	return types.MapValueMust(types.StringType, elements)
}

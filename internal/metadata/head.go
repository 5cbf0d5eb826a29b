package metadata

import "github.com/hashicorp/terraform-plugin-framework/types"

// Head is the part that the models of all plain objects have in common, by
// pointers into one model.
type Head struct {
	Name, Namespace     *types.String
	ClusterWide         *types.Bool // nil for kinds that have a namespace, always
	Labels, Annotations *types.Map
	ID, UID             *types.String
}

// IsClusterWide tells whether the object has no namespace.
func (h Head) IsClusterWide() bool { return h.ClusterWide != nil && h.ClusterWide.ValueBool() }

// ID returns an object's id; namespace is empty for cluster-wide ones.
func ID(namespace, name string) string {
	if namespace == "" {
		return name
	}
	return namespace + "/" + name
}

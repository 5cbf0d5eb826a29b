package plainobject

import "github.com/hashicorp/terraform-plugin-framework/resource/schema"

// NamespaceAttribute is the namespace of what is always in one; PlanPlace plans it.
// thing is what the description calls it.
func NamespaceAttribute(thing string) schema.Attribute { return namespaceAttribute(thing, "") }

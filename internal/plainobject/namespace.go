package plainobject

import "github.com/hashicorp/terraform-plugin-framework/resource/schema"

// NamespaceAttribute is the namespace of what is always in one; PlanPlace plans it. text
// says which it is, and thing is what the description calls what is replaced.
func NamespaceAttribute(thing, text string) schema.Attribute {
	return namespaceAttribute(thing, text, "")
}

package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// withTypes sets the types that nested attributes have anyway. The framework
// builds them anew from the attributes below each time that it looks one up,
// which is for each value of each plan: most of what the plan of a fleet costs.
func withTypes(attributes map[string]schema.Attribute) {
	for name, attribute := range attributes {
		switch a := attribute.(type) {
		case schema.SingleNestedAttribute:
			withTypes(a.Attributes)
			a.CustomType, _ = a.GetType().(basetypes.ObjectTypable)
			attributes[name] = a
		case schema.MapNestedAttribute:
			withTypes(a.NestedObject.Attributes)
			a.NestedObject.CustomType = a.NestedObject.Type()
			a.CustomType, _ = a.GetType().(basetypes.MapTypable)
			attributes[name] = a
		case schema.ListNestedAttribute:
			withTypes(a.NestedObject.Attributes)
			a.NestedObject.CustomType = a.NestedObject.Type()
			a.CustomType, _ = a.GetType().(basetypes.ListTypable)
			attributes[name] = a
		}
	}
}

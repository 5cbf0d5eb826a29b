package optional

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

// AllowUnknownElements changes a schema so that the objects of its maps and
// lists may be unknown as a whole. The framework takes what such an object
// holds for null and refuses it for the attributes that it requires; so these
// become optional, and a validator of the object requires them.
func AllowUnknownElements(attributes map[string]schema.Attribute) {
	for name, attribute := range attributes {
		switch a := attribute.(type) {
		case schema.SingleNestedAttribute:
			AllowUnknownElements(a.Attributes)
		case schema.MapNestedAttribute:
			a.NestedObject = requiring(a.NestedObject)
			attributes[name] = a
		case schema.ListNestedAttribute:
			a.NestedObject = requiring(a.NestedObject)
			attributes[name] = a
		}
	}
}

func requiring(object schema.NestedAttributeObject) schema.NestedAttributeObject {
	AllowUnknownElements(object.Attributes)
	for _, name := range slices.Sorted(maps.Keys(object.Attributes)) {
		a := object.Attributes[name]
		if !a.IsRequired() {
			continue
		}
		meaning, _, _ := strings.Cut(a.GetMarkdownDescription(), ". ")
		meaning = strings.TrimSuffix(strings.ReplaceAll(meaning, "`", `"`), ".") + "."
		object.Attributes[name] = notRequired(a)
		object.Validators = append(slices.Clip(object.Validators), validate.Set(name, meaning))
	}
	return object
}

// notRequired makes an attribute optional for the framework, while its
// description says what holds.
func notRequired(attribute schema.Attribute) schema.Attribute {
	relax := func(required, isOptional *bool, description *string) {
		*required, *isOptional, *description = false, true, "Required. "+*description
	}
	switch a := attribute.(type) {
	case schema.StringAttribute:
		relax(&a.Required, &a.Optional, &a.MarkdownDescription)
		return a
	case schema.Int64Attribute:
		relax(&a.Required, &a.Optional, &a.MarkdownDescription)
		return a
	case schema.BoolAttribute:
		relax(&a.Required, &a.Optional, &a.MarkdownDescription)
		return a
	case schema.ListAttribute:
		relax(&a.Required, &a.Optional, &a.MarkdownDescription)
		return a
	case schema.MapAttribute:
		relax(&a.Required, &a.Optional, &a.MarkdownDescription)
		return a
	case schema.SingleNestedAttribute:
		relax(&a.Required, &a.Optional, &a.MarkdownDescription)
		return a
	case schema.MapNestedAttribute:
		relax(&a.Required, &a.Optional, &a.MarkdownDescription)
		return a
	case schema.ListNestedAttribute:
		relax(&a.Required, &a.Optional, &a.MarkdownDescription)
		return a
	}
	panic("a required attribute of a kind that no schema here has")
}

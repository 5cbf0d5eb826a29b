// Package observed makes the attributes of data sources that the cluster fills
// in: all but those by which the data source finds what it tells of.
package observed

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Text is a string.
func Text(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

// Number is a whole number.
func Number(description string) schema.Int64Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
}

// Flag is true or false.
func Flag(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
}

// Texts is a list of strings.
func Texts(description string) schema.ListAttribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

// TextMap is a map of strings.
func TextMap(description string) schema.MapAttribute {
	return schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

// Object is an object.
func Object(description string, attributes map[string]schema.Attribute) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{Computed: true, MarkdownDescription: description, Attributes: attributes}
}

// Map is a map of objects.
func Map(description string, attributes map[string]schema.Attribute) schema.MapNestedAttribute {
	return schema.MapNestedAttribute{Computed: true, MarkdownDescription: description, NestedObject: schema.NestedAttributeObject{Attributes: attributes}}
}

// List is a list of objects.
func List(description string, attributes map[string]schema.Attribute) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{Computed: true, MarkdownDescription: description, NestedObject: schema.NestedAttributeObject{Attributes: attributes}}
}

// ofWriting begin what a description says of writing an attribute, which comes last.
var ofWriting = regexp.MustCompile(`[.;:,]? (Default: |Changing it |It can grow|Required for |An imported |exactly one).*`)

// Of is an attribute of a resource, shown by a data source: of the same type
// and with the same description, but for what it says of writing it. It panics for a type
// that it does not know yet.
func Of(a resource.Attribute) schema.Attribute {
	text := strings.ReplaceAll(a.GetMarkdownDescription(), " (default)", "")
	if written := ofWriting.ReplaceAllString(text, ""); written != text {
		text = written + "."
	}
	switch x := a.(type) {
	case resource.StringAttribute:
		return schema.StringAttribute{Computed: true, MarkdownDescription: text, CustomType: x.CustomType}
	case resource.BoolAttribute:
		return Flag(text)
	case resource.Int64Attribute:
		return Number(text)
	case resource.ListAttribute:
		return schema.ListAttribute{Computed: true, MarkdownDescription: text, ElementType: x.ElementType, CustomType: x.CustomType}
	case resource.MapAttribute:
		return schema.MapAttribute{Computed: true, MarkdownDescription: text, ElementType: x.ElementType, CustomType: x.CustomType}
	case resource.SingleNestedAttribute:
		return Object(text, all(x.Attributes))
	case resource.MapNestedAttribute:
		return Map(text, all(x.NestedObject.Attributes))
	case resource.ListNestedAttribute:
		return List(text, all(x.NestedObject.Attributes))
	}
	panic(fmt.Sprintf("a data source cannot show a %T", a))
}

func all(attributes map[string]resource.Attribute) map[string]schema.Attribute {
	out := make(map[string]schema.Attribute, len(attributes))
	for name, a := range attributes {
		out[name] = Of(a)
	}
	return out
}

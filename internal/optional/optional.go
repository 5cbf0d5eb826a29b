// Package optional makes the attributes of which most of a schema consists:
// those that a user may leave out, and that the provider then does not manage.
package optional

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

// Nested is an object.
func Nested(description string, attributes map[string]schema.Attribute) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{Optional: true, MarkdownDescription: description, Attributes: attributes}
}

// Nothing is an object without attributes, which says something by being there.
func Nothing(description string) schema.SingleNestedAttribute {
	return Nested(description, map[string]schema.Attribute{})
}

// Text is a string that passes the checks.
func Text(description string, checks ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: checks}
}

// RequiredText is a string that must be written, and passes the checks.
func RequiredText(description string, checks ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{Required: true, MarkdownDescription: description, Validators: append([]validator.String{stringvalidator.LengthAtLeast(1)}, checks...)}
}

// ObjectName is the name of an object.
func ObjectName(description string) schema.StringAttribute { return Text(description, objectName) }

// RequiredName is the name of an object that must be written.
func RequiredName(description string) schema.StringAttribute {
	return RequiredText(description, objectName)
}

var objectName = validate.Text("Invalid name", validate.DNSSubdomain)

// OneOf is one of several strings, or "", which is absent.
func OneOf[T ~string](description string, values ...T) schema.StringAttribute {
	allowed := []string{""}
	for _, v := range values {
		allowed = append(allowed, string(v))
	}
	return Text(description, stringvalidator.OneOf(allowed...))
}

// Texts is a map of strings whose keys are those of labels.
func Texts(description string) schema.MapAttribute {
	return schema.MapAttribute{
		Optional: true, ElementType: types.StringType, MarkdownDescription: description,
		Validators: []validator.Map{mapvalidator.KeysAre(validate.Text("Invalid key", validate.LabelKey)), mapvalidator.NoNullValues()},
	}
}

// Flag is a switch.
func Flag(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, MarkdownDescription: description}
}

// Number is a number within limits.
func Number(description string, least, most int64) schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional: true, MarkdownDescription: description,
		Validators: []validator.Int64{int64validator.Between(least, most)},
	}
}

// Amount is an amount of memory.
func Amount(description string) schema.StringAttribute { return AmountFrom("1Mi", description) }

// RequiredAmount is an amount of memory that must be written.
func RequiredAmount(description string) schema.StringAttribute {
	a := Amount(description)
	a.Required, a.Optional = true, false
	a.Validators = append(a.Validators, stringvalidator.LengthAtLeast(1))
	return a
}

// AmountFrom is an amount of at least so much.
func AmountFrom(least, description string) schema.StringAttribute {
	return schema.StringAttribute{
		CustomType: quantity.Type{}, Optional: true, MarkdownDescription: description,
		Validators:    []validator.String{quantity.AtLeast(least)},
		PlanModifiers: []planmodifier.String{quantity.KeepSpelling()},
	}
}

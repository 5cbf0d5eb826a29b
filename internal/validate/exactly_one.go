package validate

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
)

// ExactlyOne returns a validator for an object of whose named attributes
// exactly one must be set; noun is what messages call it. It looks at the object alone; the path expressions
// of ready-made validators search the whole configuration once for each pair
// of names, which took nine tenths of a plan's validation.
func ExactlyOne(noun string, names ...string) validator.Object {
	return ExactlyOneUnless("", noun, names...)
}

// ExactlyOneUnless is ExactlyOne for objects that do not set the attribute
// other, which has an error of its own.
func ExactlyOneUnless(other, noun string, names ...string) validator.Object {
	slices.Sort(names)
	return exactlyOne{noun: noun, names: names, unless: other}
}

type exactlyOne struct {
	noun   string
	names  []string
	unless string
}

func (e exactlyOne) Description(context.Context) string {
	return "exactly one of " + strings.Join(e.names, ", ")
}

func (e exactlyOne) MarkdownDescription(ctx context.Context) string { return e.Description(ctx) }

func (e exactlyOne) ValidateObject(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	attributes := req.ConfigValue.Attributes()
	if other := attributes[e.unless]; other != nil && !other.IsNull() {
		return
	}
	var set []string
	for _, name := range e.names {
		switch v := attributes[name]; {
		case v == nil || v.IsNull():
		case v.IsUnknown():
			return
		default:
			set = append(set, name)
		}
	}
	switch len(set) {
	case 1:
	case 0:
		resp.Diagnostics.Append(attribute.Error(req.Path, "Missing "+e.noun, "Write "+e.Description(ctx)+"."))
	default:
		resp.Diagnostics.Append(attribute.Error(req.Path, "More than one "+e.noun, strings.Join(set, " and ")+" exclude each other: write "+e.Description(ctx)+"."))
	}
}

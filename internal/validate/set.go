package validate

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
)

// Set returns a validator for an object whose named attribute must be set.
// meaning is a sentence that says what to write there.
func Set(name, meaning string) validator.Object { return set{name: name, meaning: meaning} }

type set struct{ name, meaning string }

func (s set) Description(context.Context) string             { return s.name + " is required" }
func (s set) MarkdownDescription(ctx context.Context) string { return s.Description(ctx) }

func (s set) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsUnknown() {
		return
	}
	if v := req.ConfigValue.Attributes()[s.name]; v == nil || v.IsNull() {
		resp.Diagnostics.Append(attribute.Error(req.Path.AtName(s.name), "Missing "+s.name, "Write "+s.name+". "+s.meaning))
	}
}

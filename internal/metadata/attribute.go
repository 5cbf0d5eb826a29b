package metadata

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

// Kind is what a map of strings is used for.
type Kind string

// The kinds.
const (
	Labels              Kind = "labels"
	Annotations         Kind = "annotations"
	TemplateLabels      Kind = "template_labels" // of what a template makes
	TemplateAnnotations Kind = "template_annotations"
)

// Attribute returns the attribute of labels or annotations.
func Attribute(kind Kind, text string) schema.MapAttribute {
	return schema.MapAttribute{
		Optional: true, Computed: true, ElementType: types.StringType,
		MarkdownDescription: text,
		PlanModifiers:       []planmodifier.Map{keepUnmanaged{kind: kind}},
		Validators:          []validator.Map{Validator(kind)},
	}
}

// Validator checks the keys and values of labels or annotations.
func Validator(kind Kind) validator.Map { return keysValidator{kind: kind} }

// keepUnmanaged plans no change while the configuration is a subset of a state
// whose other keys nobody manages: so an imported object needs no list of
// the labels that others gave it.
type keepUnmanaged struct{ kind Kind }

func (keepUnmanaged) Description(context.Context) string {
	return "Keys that the configuration does not mention are not managed."
}

func (m keepUnmanaged) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (m keepUnmanaged) PlanModifyMap(ctx context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	if req.ConfigValue.IsNull() {
		resp.PlanValue = types.MapNull(types.StringType)
	}
	if req.StateValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	managed, diags := ReadKeys(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	config := req.ConfigValue.Elements()
	for key, value := range req.StateValue.Elements() {
		wanted, ok := config[key]
		if ok && !wanted.Equal(value) || !ok && slices.Contains(managed.of(m.kind), key) {
			return
		}
		delete(config, key)
	}
	if len(config) == 0 {
		resp.PlanValue = req.StateValue
	}
}

// keysValidator checks keys and values of labels or annotations.
type keysValidator struct{ kind Kind }

func (keysValidator) Description(context.Context) string {
	return "Keys and values follow Kubernetes' rules, and no key is reserved."
}

func (v keysValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v keysValidator) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	isLabels, isReserved := v.kind == Labels || v.kind == TemplateLabels, IsReserved
	if v.kind == TemplateLabels || v.kind == TemplateAnnotations {
		isReserved = IsReservedInTemplate
	}
	for key, element := range req.ConfigValue.Elements() {
		at := req.Path.AtMapKey(key)
		if problem := validate.LabelKey(key); problem != "" {
			resp.Diagnostics.Append(attribute.Error(at, "Invalid key", problem))
		}
		if isReserved(key) {
			resp.Diagnostics.Append(attribute.Error(at, "Reserved key", `"`+key+`" belongs to KubeVirt or to this provider and cannot be managed. Remove it.`))
		}
		value, ok := element.(types.String)
		if !ok || value.IsUnknown() {
			continue
		}
		if value.IsNull() {
			resp.Diagnostics.Append(attribute.Error(at, "Missing value", "A value cannot be null. Write \"\" for an empty one."))
		} else if problem := validate.LabelValue(value.ValueString()); isLabels && value.ValueString() != "" && problem != "" {
			resp.Diagnostics.Append(attribute.Error(at, "Invalid label value", problem))
		}
	}
}

package plainobject

import (
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

const maxName = 253

// Attributes returns the attributes of the object's spec together with those
// that every object has. thing is what the descriptions call it.
func Attributes(thing string, spec map[string]schema.Attribute) map[string]schema.Attribute {
	out := NamespacedAttributes(thing, spec)
	replaced := replacedText(thing)
	out["namespace"] = namespaceAttribute(thing, namespaceText(thing), "; none with `cluster_wide`")
	out["cluster_wide"] = schema.BoolAttribute{
		Optional:            true,
		MarkdownDescription: fmt.Sprintf("`true` makes the %s one that servers of every namespace can use. Excludes `namespace`. Default: `false`.", thing) + replaced,
	}
	out["id"] = schema.StringAttribute{Computed: true, MarkdownDescription: "`<namespace>/<name>`, or `<name>` with `cluster_wide`."}
	return out
}

func replacedText(thing string) string {
	return fmt.Sprintf(" Changing it **replaces** the %s.", thing)
}

func namespaceText(thing string) string {
	return fmt.Sprintf("Namespace of the %s, which must exist.", thing)
}

func namespaceAttribute(thing, text, none string) schema.Attribute {
	return schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: text + " Default: the provider's `namespace`" + none + "." + replacedText(thing),
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid namespace", validate.DNSLabel)},
	}
}

// NamespacedAttributes are those of an object that is always in a namespace.
func NamespacedAttributes(thing string, spec map[string]schema.Attribute) map[string]schema.Attribute {
	replaced := replacedText(thing)
	out := map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: fmt.Sprintf("Name of the %s: lower case letters, digits, `-` and `.`, up to %d characters.", thing, maxName) + replaced,
			Validators: []validator.String{
				stringvalidator.LengthBetween(1, maxName),
				validate.Text("Invalid name", validate.DNSSubdomain),
			},
		},
		"namespace":   namespaceAttribute(thing, namespaceText(thing), ""),
		"labels":      metadata.Attribute(metadata.Labels, fmt.Sprintf("Labels of the %s. Only the keys written here are managed: what others add stays, and is not shown.", thing)),
		"annotations": metadata.Attribute(metadata.Annotations, fmt.Sprintf("Annotations of the %s itself. Only the keys written here are managed.", thing)),
		"id":          schema.StringAttribute{Computed: true, MarkdownDescription: "`<namespace>/<name>`."},
		"uid": schema.StringAttribute{
			Computed: true, MarkdownDescription: "UID of the object.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
	}
	maps.Copy(out, spec)
	optional.AllowUnknownElements(out)
	return out
}

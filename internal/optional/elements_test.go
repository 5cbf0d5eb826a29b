package optional_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
)

func TestAllowUnknownElements(t *testing.T) {
	const text = "Name of it, for example `a`. It must be there."
	inner := func() map[string]schema.Attribute {
		return map[string]schema.Attribute{
			"string": schema.StringAttribute{Required: true, MarkdownDescription: text},
			"int":    schema.Int64Attribute{Required: true, MarkdownDescription: text},
			"bool":   schema.BoolAttribute{Required: true, MarkdownDescription: text},
			"list":   schema.ListAttribute{Required: true, ElementType: types.StringType, MarkdownDescription: text},
			"map":    schema.MapAttribute{Required: true, ElementType: types.StringType, MarkdownDescription: text},
			"single": schema.SingleNestedAttribute{Required: true, MarkdownDescription: text, Attributes: map[string]schema.Attribute{
				"kept": schema.StringAttribute{Required: true, MarkdownDescription: text},
			}},
			"maps":  schema.MapNestedAttribute{Required: true, MarkdownDescription: text},
			"lists": schema.ListNestedAttribute{Required: true, MarkdownDescription: text},
			"free":  optional.Text(text),
		}
	}
	attributes := map[string]schema.Attribute{
		"top": schema.StringAttribute{Required: true, MarkdownDescription: text},
		"in": optional.Nested(text, map[string]schema.Attribute{
			"list": schema.ListNestedAttribute{Optional: true, NestedObject: schema.NestedAttributeObject{Attributes: inner()}},
		}),
		"map": schema.MapNestedAttribute{Optional: true, NestedObject: schema.NestedAttributeObject{Attributes: inner()}},
	}
	optional.AllowUnknownElements(attributes)
	if !attributes["top"].IsRequired() {
		t.Error("an attribute outside of maps and lists is not required any more")
	}
	in := attributes["in"].(schema.SingleNestedAttribute).Attributes["list"].(schema.ListNestedAttribute).NestedObject
	for place, object := range map[string]schema.NestedAttributeObject{"list": in, "map": attributes["map"].(schema.MapNestedAttribute).NestedObject} {
		if got, want := len(object.Validators), len(inner())-1; got != want {
			t.Errorf("%s: %d validators, want %d", place, got, want)
		}
		for name, a := range object.Attributes {
			want := "Required. " + text
			if name == "free" {
				want = text
			}
			if a.IsRequired() || !a.IsOptional() || a.GetMarkdownDescription() != want {
				t.Errorf("%s.%s: required %t, optional %t, %q", place, name, a.IsRequired(), a.IsOptional(), a.GetMarkdownDescription())
			}
		}
		if !object.Attributes["single"].(schema.SingleNestedAttribute).Attributes["kept"].IsRequired() {
			t.Errorf("%s: an attribute of an object in the element is not required any more", place)
		}
	}
	kinds := in.Type().(types.ObjectType).AttributeTypes()
	var resp validator.ObjectResponse
	for _, v := range in.Validators {
		v.ValidateObject(t.Context(), validator.ObjectRequest{Path: path.Root("a"), ConfigValue: types.ObjectUnknown(kinds)}, &resp)
	}
	if len(resp.Diagnostics) > 0 {
		t.Error("an unknown element is refused:", resp.Diagnostics)
	}
	in.Validators[0].ValidateObject(t.Context(), validator.ObjectRequest{Path: path.Root("a"), ConfigValue: types.ObjectNull(kinds)}, &resp)
	if len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Summary() != "Missing bool" || resp.Diagnostics[0].Detail() != `Attribute a.bool: Write bool. Name of it, for example "a".` {
		t.Error(resp.Diagnostics)
	}
}

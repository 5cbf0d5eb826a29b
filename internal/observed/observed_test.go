package observed

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// TestOf: what a data source shows has the type and the description that the
// resource's attribute has, and nobody can set it.
func TestOf(t *testing.T) {
	nested := map[string]schema.Attribute{
		"text":   schema.StringAttribute{Optional: true, MarkdownDescription: "A text."},
		"amount": schema.StringAttribute{Required: true, CustomType: quantity.Type{}, MarkdownDescription: "An amount."},
		"flag":   schema.BoolAttribute{Computed: true, MarkdownDescription: "A flag."},
		"number": schema.Int64Attribute{Optional: true, MarkdownDescription: "A number."},
		"texts":  schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Texts."},
		"lists":  schema.MapAttribute{Optional: true, ElementType: types.ListType{ElemType: types.StringType}, MarkdownDescription: "Lists."},
	}
	of := schema.SingleNestedAttribute{Optional: true, MarkdownDescription: "All.", Attributes: map[string]schema.Attribute{
		"one":  schema.SingleNestedAttribute{Optional: true, MarkdownDescription: "One.", Attributes: nested},
		"map":  schema.MapNestedAttribute{Optional: true, MarkdownDescription: "Some.", NestedObject: schema.NestedAttributeObject{Attributes: nested}},
		"list": schema.ListNestedAttribute{Optional: true, MarkdownDescription: "More.", NestedObject: schema.NestedAttributeObject{Attributes: nested}},
	}}
	got := Of(of)
	if !got.GetType().Equal(of.GetType()) {
		t.Errorf("the type is %s, not %s", got.GetType(), of.GetType())
	}
	if got.GetMarkdownDescription() != "All." || !got.IsComputed() || got.IsOptional() {
		t.Errorf("got %+v", got)
	}
	written := Of(schema.StringAttribute{MarkdownDescription: "A size: exactly one. It can grow. Default: `a` (default). Changing it **replaces** all."})
	if text := written.GetMarkdownDescription(); text != "A size." {
		t.Errorf("what is shown says how it is written: %q", text)
	}
	text := Of(nested["text"])
	if text.GetMarkdownDescription() != "A text." || !text.IsComputed() || text.IsOptional() {
		t.Errorf("got %+v", text)
	}
}

package validate

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestExactlyOne(t *testing.T) {
	kinds := map[string]attr.Type{"http": types.StringType, "blank": types.StringType, "other": types.StringType}
	null, unknown := types.StringNull(), types.StringUnknown()
	object := func(http, blank, other attr.Value) types.Object {
		return types.ObjectValueMust(kinds, map[string]attr.Value{"http": http, "blank": blank, "other": other})
	}
	set := types.StringValue("x")
	plain, unless := ExactlyOne("source", "http", "blank"), ExactlyOneUnless("other", "source", "http", "blank")
	const none, both = "Missing source: Attribute a: Write exactly one of blank, http.", "More than one source: Attribute a: blank and http exclude each other: write exactly one of blank, http."
	for name, c := range map[string]struct {
		check  validator.Object
		object types.Object
		want   string
	}{
		"one":                 {plain, object(set, null, null), ""},
		"none":                {plain, object(null, null, null), none},
		"both":                {plain, object(set, set, null), both},
		"another does not do": {plain, object(null, null, set), none},
		"one may come":        {plain, object(null, unknown, null), ""},
		"a second may come":   {plain, object(set, unknown, null), ""},
		"null":                {plain, types.ObjectNull(kinds), ""},
		"unknown":             {plain, types.ObjectUnknown(kinds), ""},
		"unless":              {unless, object(null, null, set), ""},
		"unless, unknown":     {unless, object(null, null, unknown), ""},
		"unless, none":        {unless, object(null, null, null), none},
		"unless, both":        {unless, object(set, set, null), both},
	} {
		t.Run(name, func(t *testing.T) {
			var resp validator.ObjectResponse
			c.check.ValidateObject(t.Context(), validator.ObjectRequest{Path: path.Root("a"), ConfigValue: c.object}, &resp)
			var got []string
			for _, d := range resp.Diagnostics {
				got = append(got, d.Summary()+": "+d.Detail())
			}
			if strings.Join(got, "\n") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

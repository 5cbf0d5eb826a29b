package virtualserver_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/resources/virtualserver"
)

// units are the words by which a description gives the unit of an attribute whose
// name ends so.
var units = map[string]string{"_bytes": "in bytes", "_time": "RFC 3339", "last_seen": "RFC 3339", "memory": "a quantity such as"}

// TestDataSourceDescriptions: every attribute says what it is, and its unit.
func TestDataSourceDescriptions(t *testing.T) {
	var resp datasource.SchemaResponse
	virtualserver.NewDataSource().Schema(t.Context(), datasource.SchemaRequest{}, &resp)
	if diags := resp.Schema.ValidateImplementation(t.Context()); diags.HasError() {
		t.Fatal(diags)
	}
	describeObserved(t, "", resp.Schema.Attributes)
}

func describeObserved(t *testing.T, at string, attributes map[string]schema.Attribute) {
	t.Helper()
	for name, a := range attributes {
		path := strings.TrimPrefix(at+"."+name, ".")
		text := a.GetMarkdownDescription()
		if !strings.HasSuffix(text, ".") {
			t.Errorf("%s has no description that ends as a sentence: %q", path, text)
		}
		for suffix, unit := range units {
			if strings.HasSuffix(name, suffix) && !strings.Contains(text, unit) {
				t.Errorf("%s does not say %q: %q", path, unit, text)
			}
		}
		switch x := a.(type) {
		case schema.SingleNestedAttribute:
			describeObserved(t, path, x.Attributes)
		case schema.MapNestedAttribute:
			describeObserved(t, path, x.NestedObject.Attributes)
		case schema.ListNestedAttribute:
			describeObserved(t, path, x.NestedObject.Attributes)
		}
	}
}

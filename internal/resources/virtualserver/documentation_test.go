package virtualserver_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/resources/virtualserver"
)

// lands are the words by which a description says how a change lands.
var lands = []string{"**live**", "**restart**", "**restarts**", "**migrates**", "**reboots**", "**replaces**", "Only the provider reads it", "**not booted yet**"}

// TestDescriptions: every attribute says what it is; one that a user sets, or
// the object around it, says how a change of it lands.
func TestDescriptions(t *testing.T) {
	var resp resource.SchemaResponse
	virtualserver.NewResource().Schema(t.Context(), resource.SchemaRequest{}, &resp)
	describe(t, "", resp.Schema.Attributes, false)
}

func describe(t *testing.T, at string, attributes map[string]schema.Attribute, told bool) {
	t.Helper()
	for name, a := range attributes {
		path := strings.TrimPrefix(at+"."+name, ".")
		if at == "timeouts" || a.IsComputed() && !a.IsOptional() {
			continue
		}
		text := a.GetMarkdownDescription()
		if name != "timeouts" && (text == "" || !strings.HasSuffix(text, ".")) {
			t.Errorf("%s has no description that ends as a sentence: %q", path, text)
		}
		says := told
		for _, how := range lands {
			says = says || strings.Contains(text, how)
		}
		switch x := a.(type) {
		case schema.SingleNestedAttribute:
			if path != "timeouts" {
				if len(x.Attributes) == 0 && !says {
					t.Errorf("%s does not say how a change lands", path)
				}
				describe(t, path, x.Attributes, says)
			}
		case schema.MapNestedAttribute:
			describe(t, path, x.NestedObject.Attributes, says)
		case schema.ListNestedAttribute:
			describe(t, path, x.NestedObject.Attributes, says)
		default:
			if !says && !a.IsWriteOnly() {
				t.Errorf("%s does not say how a change lands", path)
			}
		}
	}
}

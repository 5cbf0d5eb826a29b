package virtualserver_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/liveupdate"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/resources/virtualserver"
)

// TestRuleAttributes: the rules that the documentation tells name attributes that
// there are, and all whose change replaces the server.
func TestRuleAttributes(t *testing.T) {
	var resp resource.SchemaResponse
	virtualserver.NewResource().Schema(t.Context(), resource.SchemaRequest{}, &resp)
	for _, rule := range liveupdate.Rules() {
		for _, attribute := range rule.Attributes {
			if !hasAttribute(resp.Schema.Attributes, strings.Split(attribute, ".")) {
				t.Errorf("%s: there is no attribute %q", rule.Title, attribute)
			}
		}
		if rule.Landing == liveupdate.Replaced {
			if diff := cmp.Diff(virtualserver.Immutable(), rule.Attributes); diff != "" {
				t.Errorf("%s: %s", rule.Title, diff)
			}
		}
	}
}

// hasAttribute looks an attribute up; "*" is a key of a map.
func hasAttribute(attributes map[string]schema.Attribute, steps []string) bool {
	a, ok := attributes[steps[0]]
	if rest := steps[1:]; ok && len(rest) > 0 {
		switch x := a.(type) {
		case schema.SingleNestedAttribute:
			return hasAttribute(x.Attributes, rest)
		case schema.MapNestedAttribute:
			return rest[0] == "*" && (len(rest) == 1 || hasAttribute(x.NestedObject.Attributes, rest[1:]))
		}
		return false
	}
	return ok
}

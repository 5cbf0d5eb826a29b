package values

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
)

// Configuration is what rules that span attributes read, and where they report.
type Configuration struct {
	Tree
	Diags *diag.Diagnostics
}

// Refuse reports what is wrong at an attribute: what it is, in a few words, and what
// to do.
func (c Configuration) Refuse(at path.Path, summary, detail string) {
	c.Diags.Append(attribute.Error(at, summary, detail))
}

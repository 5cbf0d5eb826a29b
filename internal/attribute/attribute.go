// Package attribute makes the errors that one attribute is to blame for.
package attribute

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// Error returns an error at p. Its text names the attribute too: Terraform
// shows the line of an outermost attribute at best, and of a nested one only
// the resource.
func Error(p path.Path, summary, detail string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(p, summary, "Attribute "+p.String()+": "+detail)
}

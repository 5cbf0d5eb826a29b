package acctest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Said lists diagnostics as "path: summary", each once and in order.
func Said(diagnostics []*tfprotov6.Diagnostic) []string {
	var out []string
	for _, d := range diagnostics {
		out = append(out, PathText(d.Attribute)+": "+d.Summary)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// PathText writes an attribute path as names and keys with dots between them.
func PathText(p *tftypes.AttributePath) string {
	if p == nil {
		return ""
	}
	var steps []string
	for _, step := range p.Steps() {
		switch s := step.(type) {
		case tftypes.AttributeName:
			steps = append(steps, string(s))
		case tftypes.ElementKeyString:
			steps = append(steps, string(s))
		default:
			steps = append(steps, fmt.Sprint(s))
		}
	}
	return strings.Join(steps, ".")
}

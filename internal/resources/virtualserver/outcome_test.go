package virtualserver

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// TestOutcome: what a create or update that did not end well says.
func TestOutcome(t *testing.T) {
	const (
		tainted  = "marked it tainted"
		withDisk = "replaces it together with its root disk"
		untaint  = `"terraform untaint <address>"`
		lost     = "Nothing is lost"
		more     = "Give it more time with timeouts"
	)
	late := fmt.Errorf("wrapped: %w", &waiting.Late{Where: notYet[waitReady], Condition: "Last known status: Provisioning.", Advice: lost + ". " + more + "."})
	failure := func() error {
		return &diagnostics.Failure{Cause: "It broke.", Condition: "It was bad.", Advice: "Mend it."}
	}
	imported := convert.Source{Imports: convert.Imports{HTTP: &convert.HTTPSource{}}}
	inUse := convert.Source{Claim: &convert.ClaimSource{}}
	for name, c := range map[string]struct {
		verb        string
		source      convert.Source
		fail        bool
		interrupted bool
		err         error
		severity    diag.Severity
		summary     string
		says, not   []string
	}{
		"nothing": {verb: "create", source: imported},
		"slow create": {verb: "create", source: imported, err: late, severity: diag.SeverityWarning, summary: `Virtual server "ns/name" is not ready yet`,
			says: []string{"The server exists", "time is up, and it is not ready yet", "Provisioning", lost, more}, not: []string{tainted, untaint}},
		"slow update": {verb: "update", source: imported, err: late, severity: diag.SeverityWarning, summary: `Virtual server "ns/name" is not ready yet`,
			says: []string{"time is up, and it is not ready yet", lost}, not: []string{tainted}},
		"slow create that is to fail": {verb: "create", source: imported, fail: true, err: late, severity: diag.SeverityError, summary: `Unable to create virtual server "ns/name"`,
			says: []string{"time is up, and it is not ready yet", "Provisioning", more, tainted, withDisk, untaint}, not: []string{lost}},
		"the same without a disk to lose": {verb: "create", source: inUse, fail: true, err: late, severity: diag.SeverityError, summary: `Unable to create virtual server "ns/name"`,
			says: []string{more, tainted, untaint}, not: []string{withDisk}},
		"slow update that is to fail": {verb: "update", source: imported, fail: true, err: late, severity: diag.SeverityError, summary: `Unable to update virtual server "ns/name"`,
			says: []string{"time is up, and it is not ready yet", more}, not: []string{tainted, untaint, lost}},
		"interrupted create": {verb: "create", source: imported, interrupted: true, err: context.Canceled, severity: diag.SeverityError, summary: `Unable to create virtual server "ns/name"`,
			says: []string{"The operation was interrupted", tainted, withDisk}, not: []string{"goes on"}},
		"interrupted update": {verb: "update", source: imported, interrupted: true, err: context.Canceled, severity: diag.SeverityError, summary: `Unable to update virtual server "ns/name"`,
			says: []string{"The operation was interrupted", "the next apply goes on"}, not: []string{tainted}},
		"failed create": {verb: "create", source: imported, err: failure(), severity: diag.SeverityError, summary: `Unable to create virtual server "ns/name"`,
			says: []string{"It broke.\n\nIt was bad.\n\nMend it.", tainted, withDisk, untaint}},
		"failed update": {verb: "update", source: imported, err: failure(), severity: diag.SeverityError, summary: `Unable to update virtual server "ns/name"`,
			says: []string{"It broke.\n\nIt was bad.\n\nMend it."}, not: []string{tainted, untaint}},
		"a failure outlives an interruption": {verb: "update", source: imported, interrupted: true, err: failure(), severity: diag.SeverityError, summary: `Unable to update virtual server "ns/name"`,
			says: []string{"It broke."}, not: []string{"interrupted"}},
		"any other error": {verb: "update", source: imported, err: errors.New("boom"), severity: diag.SeverityError, summary: `Unable to update virtual server "ns/name"`,
			says: []string{"boom"}, not: []string{tainted}},
	} {
		t.Run(name, func(t *testing.T) {
			m := convert.Server{
				Namespace: types.StringValue("ns"), Name: types.StringValue("name"),
				Storage: &convert.Storage{Root: &convert.Root{Source: &c.source}},
			}
			if c.fail {
				m.Wait = &convert.Wait{OnTimeout: types.StringValue(waiting.Fail)}
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if c.interrupted {
				cancel()
			}
			diags := outcome(c.verb, m).Diagnostics(ctx, c.err)
			if c.err == nil {
				if len(diags) > 0 {
					t.Errorf("got %v", diags)
				}
				return
			}
			if len(diags) != 1 || diags[0].Severity() != c.severity || diags[0].Summary() != c.summary {
				t.Fatalf("got %v, want one of severity %s with the summary %s", diags, c.severity, c.summary)
			}
			detail := diags[0].Detail()
			for _, text := range c.says {
				if !strings.Contains(detail, text) {
					t.Errorf("%q lacks %q", detail, text)
				}
			}
			for _, text := range c.not {
				if strings.Contains(detail, text) {
					t.Errorf("%q says %q", detail, text)
				}
			}
		})
	}
}

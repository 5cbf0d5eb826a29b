// Package waiting is how applies wait for what they wrote, and how they tell of a wait
// that did not end well: time that was up is a warning, since nothing is lost by it.
package waiting

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
)

// Late is the error of a wait that ran out of time without anything being wrong.
type Late struct {
	Where     string // what is not so yet, as in "is not ready yet"
	Condition string // what is known of it
	Advice    string // "" is that it goes on by itself
}

// Error says that time is up.
func (l *Late) Error() string { return "time is up, and it " + l.Where }

// IsLate tells whether err is a *Late.
func IsLate(err error) bool {
	var late *Late
	return errors.As(err, &late)
}

// Outcome is how a create or an update ends, which writes first and then waits.
type Outcome struct {
	diagnostics.Subject
	Verb    string
	Written string // what is so by then, as in "It exists"
	Strict  bool   // to be late is an error
	Kept    string // what an error leads to: Terraform taints what it was creating
}

// Fails tells whether the operation has failed, and was not only late.
func (o Outcome) Fails(err error) bool { return err != nil && (o.Strict || !IsLate(err)) }

// Interrupted is how a delete ends that Ctrl-C came in the way of: ctx is Terraform's own.
// Other errors stay.
func Interrupted(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	return &diagnostics.Failure{Cause: "The operation was interrupted.", Advice: "What is being deleted goes on to be. Destroy again: it waits until all is gone."}
}

// Diagnostics are what the user is told. ctx is the operation's, without its timeout.
func (o Outcome) Diagnostics(ctx context.Context, err error) diag.Diagnostics {
	if err == nil {
		return nil
	}
	kept := ""
	if o.Kept != "" {
		kept = "\n\n" + o.Kept
	}
	var late *Late
	var failure *diagnostics.Failure
	switch {
	case errors.As(err, &late):
		advice := "Give it more time with timeouts." + kept
		if !o.Strict {
			advice = late.Advice
		}
		if advice == "" {
			advice = "Nothing is lost: it goes on by itself, and a later plan shows its status. Give it more time with timeouts."
		}
		detail := fmt.Sprintf("%s, but %s.\n\n%s\n\n%s", o.Written, late, late.Condition, advice)
		if o.Strict {
			return diag.Diagnostics{diag.NewErrorDiagnostic(o.Summary(o.Verb), detail)}
		}
		return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("%s %q %s", o.Title(), o.Name, late.Where), detail)}
	case ctx.Err() != nil && !errors.As(err, &failure):
		next := ", and the next apply goes on from there."
		if kept != "" {
			next = "."
		}
		return diag.Diagnostics{diag.NewErrorDiagnostic(o.Summary(o.Verb), "The operation was interrupted. What exists so far is in the state"+next+kept)}
	}
	told := *diagnostics.ToFailure(err)
	told.Advice += kept
	return diag.Diagnostics{o.Error(o.Verb, &told)}
}

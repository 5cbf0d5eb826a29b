package acctest

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
)

// Warnings are those that a provider gave in plans and applies of one step: each
// "summary: detail", which Terraform's own output may leave out.
type Warnings struct {
	mu   sync.Mutex
	said []string
}

func (w *Warnings) add(diagnostics []*tfprotov6.Diagnostic) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityWarning {
			w.said = append(w.said, d.Summary+": "+d.Detail)
		}
	}
}

// forget is called before each step.
func (w *Warnings) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = nil
}

// find fails unless there is a warning that has the words in their order.
func (w *Warnings) find(words []string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	pattern := Messages(words...)
	for _, said := range w.said {
		if pattern.MatchString(said) {
			return nil
		}
	}
	return fmt.Errorf("no warning says %q:\n%s", words, strings.Join(w.said, "\n---\n"))
}

// missing fails if there is a warning that has the words in their order, or any
// at all where there are none.
func (w *Warnings) missing(words []string) error {
	if w.find(words) == nil {
		return fmt.Errorf("a warning says %q:\n%s", words, strings.Join(w.said, "\n---\n"))
	}
	return nil
}

// Warned is a check of a step that is applied: one warning of its plan, or of its
// apply, has the words in their order.
func (n *Namespace) Warned(words ...string) resource.TestCheckFunc {
	return func(*terraform.State) error { return n.warnings.find(words) }
}

// NotWarned is the opposite; without words, of any warning.
func (n *Namespace) NotWarned(words ...string) resource.TestCheckFunc {
	return func(*terraform.State) error { return n.warnings.missing(words) }
}

// PlanWarned is a check of a step's plan, also of one that is not applied: one
// warning has the words in their order.
func (n *Namespace) PlanWarned(words ...string) plancheck.PlanCheck {
	return planWarned{func() error { return n.warnings.find(words) }}
}

// PlanNotWarned is the opposite; without words, of any warning.
func (n *Namespace) PlanNotWarned(words ...string) plancheck.PlanCheck {
	return planWarned{func() error { return n.warnings.missing(words) }}
}

type planWarned struct{ check func() error }

func (p planWarned) CheckPlan(_ context.Context, _ plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = p.check()
}

// Recording has the providers of factories tell w their warnings.
func Recording(factories map[string]func() (tfprotov6.ProviderServer, error), w *Warnings) map[string]func() (tfprotov6.ProviderServer, error) {
	out := map[string]func() (tfprotov6.ProviderServer, error){}
	for name, factory := range factories {
		out[name] = func() (tfprotov6.ProviderServer, error) {
			server, err := factory()
			if err != nil {
				return nil, err
			}
			whole, ok := server.(wholeServer)
			if !ok {
				return nil, fmt.Errorf("%T lacks a part of the protocol", server)
			}
			return &recorder{wholeServer: whole, warnings: w}, nil
		}
	}
	return out
}

// wholeServer has all that Terraform asks a provider server for.
type wholeServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
}

type recorder struct {
	wholeServer
	warnings *Warnings
}

// PlanResourceChange tells the warnings of a plan.
func (r *recorder) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := r.wholeServer.PlanResourceChange(ctx, req)
	if resp != nil {
		r.warnings.add(resp.Diagnostics)
	}
	return resp, err
}

// ApplyResourceChange tells the warnings of an apply.
func (r *recorder) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := r.wholeServer.ApplyResourceChange(ctx, req)
	if resp != nil {
		r.warnings.add(resp.Diagnostics)
	}
	return resp, err
}

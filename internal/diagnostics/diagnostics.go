// Package diagnostics gives every error and warning of the provider one form:
// the summary `Unable to <verb> <thing> "ns/name"`; the detail is the cause,
// the last known condition, and what to do.
package diagnostics

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// Failure is an error that tells its reader what to do. Attribute is empty
// when no attribute is to blame.
type Failure struct {
	Cause     string
	Condition string // last known condition and events, where they say more
	Advice    string
	Attribute path.Path
}

// Error returns the detail text.
func (f *Failure) Error() string {
	parts := make([]string, 0, 3)
	for _, p := range []string{f.Cause, f.Condition, f.Advice} {
		if p = strings.TrimSpace(p); p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, "\n\n")
}

// Subject names the object that an operation is about.
type Subject struct {
	Thing string // "virtual server"
	Name  string // "ns/name"
}

// Title is the thing at the beginning of a sentence.
func (s Subject) Title() string { return strings.ToUpper(s.Thing[:1]) + s.Thing[1:] }

// Summary is the first line of an error about the subject.
func (s Subject) Summary(verb string) string {
	return fmt.Sprintf("Unable to %s %s %q", verb, s.Thing, s.Name)
}

// Protected refuses to destroy or replace what has deletion_protection. noun is the
// thing in a word.
func (s Subject) Protected(verb, noun string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("deletion_protection"), s.Summary(verb), fmt.Sprintf(
		"The %[1]s is protected from deletion.\n\nTo go on, set deletion_protection = false and apply that first. A tainted %[1]s needs \"terraform untaint <address>\" before that.", noun))
}

// Error returns the diagnostic for err. Errors of the Kubernetes API are put
// in plain words.
func (s Subject) Error(verb string, err error) diag.Diagnostic {
	f := ToFailure(err)
	if len(f.Attribute.Steps()) > 0 {
		return attribute.Error(f.Attribute, s.Summary(verb), f.Error())
	}
	return diag.NewErrorDiagnostic(s.Summary(verb), f.Error())
}

// Explain says in plain words what an error of the API means.
func Explain(err error) string { return ToFailure(err).Error() }

// ToFailure returns the Failure that err is or wraps; other errors are put in
// plain words.
func ToFailure(err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	return explain(err)
}

// explain says what an API error means to the user.
func explain(err error) *Failure {
	f := &Failure{Cause: sentence(kube.Explain(err))}
	switch {
	case kube.IsUnreachable(err):
		// Its own text already says what was tried and what to do.
	case kube.IsMissingAPI(err):
		f.Cause = "The cluster does not serve this API: " + sentence(err.Error())
		f.Advice = "Check that KubeVirt and CDI are installed (kubectl get kubevirt -A; kubectl get cdi) and that the provider is configured for the right cluster."
	case apierrors.HasStatusCause(err, metav1.CauseType(corev1NamespaceTerminating)):
		f.Advice = "The namespace is being deleted. Choose another one, or wait until it is gone and create it again."
	case apierrors.IsForbidden(err) && strings.Contains(err.Error(), "exceeded quota"):
		f.Advice = "Ask for less, or have the namespace's quota raised."
	case apierrors.IsForbidden(err):
		f.Cause = "The cluster refused the request: " + sentence(err.Error())
		f.Advice = "Give the provider's user this permission, or configure another user. The guide \"Permissions\" lists the least that the provider needs."
	case apierrors.IsUnauthorized(err):
		f.Cause = "The cluster did not accept the provider's credentials."
		f.Advice = "Check the provider's token, client certificate or exec plugin; a token may have expired."
	case apierrors.IsConflict(err):
		f.Advice = "Others kept writing this object for the whole time budget. Apply again."
	case apierrors.IsNotFound(err):
		f.Advice = "Create what is missing first: this provider does not create namespaces."
	case apierrors.IsInvalid(err), apierrors.IsBadRequest(err):
		f.Cause = "The cluster did not accept the object: " + sentence(err.Error())
	case apierrors.IsTimeout(err), apierrors.IsServerTimeout(err), apierrors.IsInternalError(err), apierrors.IsServiceUnavailable(err):
		f.Advice = "The cluster has a problem of its own (an API server, a webhook or a controller does not answer). Apply again when it is well: nothing is lost."
	}
	return f
}

const corev1NamespaceTerminating = "NamespaceTerminating"

func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.HasSuffix(s, ".") || strings.Contains(s, "\n") {
		return s
	}
	return s + "."
}

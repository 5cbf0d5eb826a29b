package diagnostics

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var resource = schema.GroupResource{Group: "kubevirt.io", Resource: "virtualmachines"}

func withCause(err *apierrors.StatusError, cause metav1.CauseType) error {
	err.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: cause}}
	return err
}

// TestError: a reader learns what failed, why, and what to do.
func TestError(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want []string // parts of the detail, in order
	}{
		"failure":      {&Failure{Cause: "A.", Condition: " B.\n", Advice: "C."}, []string{"A.\n\nB.\n\nC."}},
		"wrapped":      {fmt.Errorf("while: %w", &Failure{Cause: "A."}), []string{"A."}},
		"plain":        {errors.New("it broke"), []string{"it broke."}},
		"forbidden":    {apierrors.NewForbidden(resource, "vs", errors.New("no")), []string{"refused the request", `"vs" is forbidden`, "permission"}},
		"quota":        {apierrors.NewForbidden(resource, "vs", errors.New("exceeded quota: small")), []string{"exceeded quota", "Ask for less"}},
		"terminating":  {withCause(apierrors.NewForbidden(resource, "vs", errors.New("is being terminated")), corev1NamespaceTerminating), []string{"The namespace is being deleted"}},
		"unauthorized": {apierrors.NewUnauthorized("no"), []string{"did not accept the provider's credentials", "token"}},
		"missing API":  {withCause(apierrors.NewNotFound(resource, ""), metav1.CauseTypeUnexpectedServerResponse), []string{"does not serve this API", "KubeVirt and CDI"}},
		"missing":      {apierrors.NewNotFound(schema.GroupResource{Resource: "namespaces"}, "n"), []string{`"n" not found`, "does not create namespaces"}},
		"conflict":     {apierrors.NewConflict(resource, "vs", errors.New("x")), []string{"Apply again"}},
		"invalid":      {apierrors.NewInvalid(schema.GroupKind{Kind: "VirtualMachine"}, "vs", nil), []string{"did not accept the object"}},
		"internal":     {apierrors.NewInternalError(errors.New("webhook")), []string{"webhook", "nothing is lost"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := Subject{Thing: "virtual server", Name: "n/vs"}.Error("create", c.err)
			if got, want := d.Summary(), `Unable to create virtual server "n/vs"`; got != want || d.Severity() != diag.SeverityError {
				t.Errorf("the summary is %q", got)
			}
			rest := d.Detail()
			for _, part := range c.want {
				_, after, ok := strings.Cut(rest, part)
				if !ok {
					t.Errorf("%q is missing in: %s", part, d.Detail())
				}
				rest = after
			}
		})
	}
}

func TestErrorAtAttribute(t *testing.T) {
	at := path.Root("storage").AtName("root")
	d, ok := Subject{}.Error("update", &Failure{Cause: "A.", Attribute: at}).(diag.DiagnosticWithPath)
	if !ok || !d.Path().Equal(at) {
		t.Errorf("got %v", d)
	}
}

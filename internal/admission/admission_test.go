package admission

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
)

// TestReport: what a plan says of each answer to its dry run.
func TestReport(t *testing.T) {
	kind := schema.GroupKind{Group: "example.org", Kind: "Thing"}
	blame := func(field string) path.Path {
		if strings.HasPrefix(field, "spec.size") {
			return path.Root("size")
		}
		return path.Empty()
	}
	webhook := &apierrors.StatusError{ErrStatus: metav1.Status{Code: 422, Message: "too large"}}
	for name, c := range map[string]struct {
		verb string
		err  error
		want []string // "severity attribute: detail", shortened to the cause
	}{
		"accepted":       {"create", nil, nil},
		"exists":         {"create", apierrors.NewAlreadyExists(schema.GroupResource{}, "a"), nil},
		"gone":           {"update", apierrors.NewNotFound(schema.GroupResource{}, "a"), nil},
		"an attribute's": {"create", apierrors.NewInvalid(kind, "a", field.ErrorList{field.Invalid(field.NewPath("spec", "size"), "9", "is odd")}), []string{`Error size: Invalid value: "9": is odd`}},
		"nobody's":       {"create", apierrors.NewInvalid(kind, "a", field.ErrorList{field.Forbidden(field.NewPath("spec", "other"), "no")}), []string{"Error : Forbidden: no"}},
		"a webhook's":    {"create", webhook, []string{"Error : too large"}},
		"a field of tomorrow": {"create", apierrors.NewBadRequest(`strict decoding error: unknown field "spec.size.new", unknown field "spec.b"`), []string{
			"Error : its version of KubeVirt or CDI does not know the field spec.b. Remove the attribute, or upgrade KubeVirt or CDI.",
			"Error size: its version of KubeVirt or CDI does not know the field spec.size.new. Remove the attribute, or upgrade KubeVirt or CDI.",
		}},
		"a patched field of tomorrow": {"update", apierrors.NewInvalid(kind, "a", field.ErrorList{field.Invalid(field.NewPath("patch"), "{}", `strict decoding error: unknown field "spec.size"`)}),
			[]string{"Error size: its version of KubeVirt or CDI does not know the field spec.size. Remove the attribute, or upgrade KubeVirt or CDI."}},
		"a patched object, whole":     {"update", apierrors.NewInvalid(kind, "a", field.ErrorList{field.Invalid(field.NewPath("patch"), `{"spec":{"password":"hunter2: x"}}`, "is odd")}), []string{"Error : is odd"}},
		"the resource's own":          {"update", &diagnostics.Failure{Cause: "It is gone."}, []string{"Error : It is gone."}},
		"forbidden":                   {"create", apierrors.NewForbidden(schema.GroupResource{Resource: "things"}, "a", errors.New("no")), []string{"Warning : Plans are not checked by the cluster"}},
		"another bad request":         {"create", apierrors.NewBadRequest("webhook failed"), []string{"Warning : Plans are not checked by the cluster"}},
		"refers to what is not there": {"create", apierrors.NewBadRequest(`admission webhook "datavolume-mutate.cdi.kubevirt.io" denied the request: datasources.cdi.kubevirt.io "other" not found`), []string{`Warning : Thing "a" cannot be created as things are now`}},
		"refers to what is planned":   {"update", apierrors.NewBadRequest(`admission webhook "virtualmachines-mutator.kubevirt.io" denied the request: persistentvolumeclaims "planned" not found`), nil},
		"no namespace to create":      {"create", apierrors.NewNotFound(schema.GroupResource{}, "a"), []string{"Warning : Plans are not checked by the cluster"}},
	} {
		t.Run(name, func(t *testing.T) {
			var diags diag.Diagnostics
			dryRun := &providerdata.DryRun{}
			dryRun.Expect("persistentvolumeclaims", "planned")
			Report(&diags, dryRun, diagnostics.Subject{Thing: "thing", Name: "a"}, c.verb, c.err, blame)
			var got []string
			stops := false
			for _, d := range diags {
				text := d.Severity().String() + " "
				if at, ok := d.(diag.DiagnosticWithPath); ok {
					text += at.Path().String()
				}
				cause := d.Detail()
				if _, after, ok := strings.Cut(cause, "does not accept it: "); ok {
					cause = after
				}
				if d.Severity() == diag.SeverityWarning {
					cause = d.Summary()
					stops = strings.Contains(cause, "not checked")
				}
				got = append(got, text+": "+cause)
			}
			slices.Sort(got)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if dryRun.Stopped() != stops {
				t.Errorf("the cluster is asked again: %v", !dryRun.Stopped())
			}
		})
	}
}

// TestAtAttribute: an apply blames the first attribute, and says everything.
func TestAtAttribute(t *testing.T) {
	blame := func(field string) path.Path {
		if field == "b" {
			return path.Root("b")
		}
		return path.Empty()
	}
	err := AtAttribute(apierrors.NewInvalid(schema.GroupKind{}, "x", field.ErrorList{
		field.Required(field.NewPath("a"), "one"), field.Required(field.NewPath("b"), "two"),
	}), blame)
	var f *diagnostics.Failure
	if !errors.As(err, &f) || f.Attribute.String() != "b" || !strings.Contains(f.Cause, "one") || !strings.Contains(f.Cause, "two") {
		t.Errorf("got %v", err)
	}
	if other := errors.New("other"); !errors.Is(AtAttribute(other, blame), other) || AtAttribute(nil, blame) != nil {
		t.Error("other errors are changed")
	}
}

// Package admission puts what a cluster refuses at the attributes to blame: the
// answers to dry runs of a plan, and to the writes of an apply.
package admission

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
)

// Blame returns the attribute that renders a field of the object that was sent
// ("spec.cpu.guest"); the empty path when none does.
type Blame func(field string) path.Path

// cause is one thing that the cluster refuses.
type cause struct {
	attribute path.Path
	message   string
}

func (c cause) diagnostic(summary string) diag.Diagnostic {
	detail := "The cluster does not accept it: " + c.message
	if len(c.attribute.Steps()) == 0 {
		return diag.NewErrorDiagnostic(summary, detail)
	}
	return attribute.Error(c.attribute, summary, detail)
}

// unknownField is how the API server names a field that its version of the kind
// does not have, where it is asked to be strict.
var unknownField = regexp.MustCompile(`unknown field "([^"]+)"`)

// unchecked ends a cause that only says that there are others.
const unchecked = "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"

// causesOf returns what a 422 names, and fields that the cluster does not know;
// none for other errors.
func causesOf(err error, blame Blame) []cause {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return nil
	}
	var out []cause
	invalid := apierrors.IsInvalid(err) || status.Status().Code == 422
	if text := status.Status().Message; strings.Contains(text, "strict decoding error") && (invalid || apierrors.IsBadRequest(err)) {
		// A patch is answered so with 422 and the whole object in the text.
		for _, match := range unknownField.FindAllStringSubmatch(text, -1) {
			out = append(out, cause{blame(match[1]), "its version of KubeVirt or CDI does not know the field " + match[1] + ". Remove the attribute, or upgrade KubeVirt or CDI."})
		}
	}
	if !invalid || len(out) > 0 {
		return out
	}
	if details := status.Status().Details; details != nil {
		for _, c := range details.Causes {
			if c.Type != metav1.CauseTypeUnexpectedServerResponse && !strings.HasSuffix(c.Message, unchecked) {
				out = append(out, cause{blame(c.Field), messageOf(c)})
			}
		}
	}
	if len(out) == 0 {
		out = append(out, cause{message: status.Status().Message})
	}
	return out
}

// messageOf returns what a cause says. Of a patch it may quote the whole object,
// secrets and all: then only what comes after.
func messageOf(c metav1.StatusCause) string {
	if i := strings.LastIndex(c.Message, `": `); c.Field == "patch" && i >= 0 {
		return strings.TrimSpace(c.Message[i+len(`": `):])
	}
	return strings.TrimSpace(c.Message)
}

// AtAttribute puts what an apply is refused at the first attribute to blame. It
// returns other errors as they are.
func AtAttribute(err error, blame Blame) error {
	causes := causesOf(err, blame)
	if len(causes) == 0 {
		return err
	}
	messages := make([]string, 0, len(causes))
	f := &diagnostics.Failure{Advice: "Correct what it names and apply again."}
	for _, c := range causes {
		messages = append(messages, c.message)
		if len(f.Attribute.Steps()) == 0 {
			f.Attribute = c.attribute
		}
	}
	f.Cause = "The cluster does not accept it: " + strings.Join(messages, "\n")
	return f
}

// missing is how a webhook refuses what refers to an object that does not exist.
var missing = regexp.MustCompile(`denied the request: .*?\b([a-z]+)(?:\.[a-z0-9.]+)? "([^"]+)" not found`)

// IsExpected tells whether a dry run misses only what the same plan makes.
func IsExpected(dryRun *providerdata.DryRun, err error) bool {
	resource, name := missed(err)
	return resource != "" && dryRun.Expects(resource, name)
}

func missed(err error) (resource, name string) {
	if err == nil {
		return "", ""
	}
	match := missing.FindStringSubmatch(err.Error())
	if match == nil {
		return "", ""
	}
	return match[1], match[2]
}

// Report says what a dry run was answered: what the cluster refuses is an error,
// what the apply itself says better, or makes before, is nothing; what is missing is a
// warning, and anything else is one, after which the cluster is not asked again.
func Report(diags *diag.Diagnostics, dryRun *providerdata.DryRun, subject diagnostics.Subject, verb string, err error, blame Blame) {
	if err == nil || apierrors.IsAlreadyExists(err) || verb == "update" && apierrors.IsNotFound(err) || IsExpected(dryRun, err) {
		return
	}
	if resource, name := missed(err); resource != "" {
		diags.AddWarning(fmt.Sprintf("%s %q cannot be %sd as things are now", subject.Title(), subject.Name, verb),
			fmt.Sprintf("It refers to something that does not exist: %s %q.\n\nCorrect the name, or create it first. What the same configuration creates comes first when the reference is to an attribute of its resource.", resource, name))
		return
	}
	var failure *diagnostics.Failure
	causes := causesOf(err, blame)
	switch {
	case len(causes) > 0:
		for _, c := range causes {
			diags.Append(c.diagnostic(subject.Summary(verb)))
		}
	case errors.As(err, &failure):
		diags.Append(subject.Error(verb, failure))
	case dryRun.Stop():
		diags.AddWarning("Plans are not checked by the cluster",
			"The cluster could not check the planned objects by dry run, and will not be asked again in this run: "+diagnostics.Explain(err)+"\n\nplan_validation = \"offline\" in the provider block turns the check off.")
	}
}

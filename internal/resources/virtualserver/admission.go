package virtualserver

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
)

// dryRunClaim stands in for the root disk's random name, which is chosen at
// creation.
const dryRunClaim = "root-dry-run"

// checkPlan has the API server check a planned server by dry run; state is nil
// for a new one. It only adds diagnostics: what the cluster says never becomes
// a planned value.
func (r *Resource) checkPlan(ctx context.Context, state *convert.Server, plan convert.Server, managed managedKeys, diags *diag.Diagnostics) {
	if r.data == nil || !r.data.Known || r.data.PlanValidation != providerdata.PlanValidationServer || plan.Namespace.IsUnknown() || r.data.DryRun.Stopped() {
		return
	}
	ctx, cancel := context.WithTimeout(kube.Aside(withWarnings(ctx, plan, diags)), providerdata.DryRunTimeout)
	defer cancel()
	verb, vm, l, err := r.dryRun(ctx, state, plan, managed)
	if err == nil || apierrors.IsAlreadyExists(err) || state != nil && apierrors.IsNotFound(err) {
		return // the apply says what these mean
	}
	var failure *diagnostics.Failure
	causes := causesOf(err, vm, l)
	switch {
	case len(causes) > 0:
		for _, c := range causes {
			diags.Append(c.diagnostic(subject(plan).Summary(verb)))
		}
	case errors.As(err, &failure):
		diags.Append(subject(plan).Error(verb, failure))
	case r.data.DryRun.Stop():
		diags.AddWarning("Plans are not checked by the cluster",
			"The cluster could not check the planned objects by dry run, and will not be asked again in this run: "+diagnostics.Explain(err)+"\n\nplan_validation = \"offline\" in the provider block turns the check off.")
	}
}

// dryRun sends what an apply would send first.
func (r *Resource) dryRun(ctx context.Context, state *convert.Server, plan convert.Server, managed managedKeys) (verb string, vm *kubevirtv1.VirtualMachine, l convert.Layout, err error) {
	if state != nil {
		of := &kubevirtv1.VirtualMachine{}
		of.Namespace, of.Name = state.Namespace.ValueString(), state.VMName.ValueString()
		_, vm, l, err = r.sendPatch(ctx, of, *state, plan, managed, client.DryRunAll)
		return "update", vm, l, err
	}
	l = convert.NewLayout(plan.Name.ValueString(), dryRunClaim)
	vm = convert.ToVirtualMachine(plan, l)
	api, err := r.data.Client.API(ctx)
	if err == nil {
		err = api.Create(ctx, vm, client.DryRunAll)
	}
	return "create", vm, l, err
}

// cause is one thing that admission refuses, at the attribute to blame.
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

// causesOf returns what a 422 names; none for other errors.
func causesOf(err error, vm *kubevirtv1.VirtualMachine, l convert.Layout) []cause {
	var status apierrors.APIStatus
	if !errors.As(err, &status) || !apierrors.IsInvalid(err) && status.Status().Code != 422 {
		return nil
	}
	var out []cause
	if details := status.Status().Details; details != nil {
		for _, c := range details.Causes {
			if c.Type == metav1.CauseTypeUnexpectedServerResponse {
				continue
			}
			blamed, _ := convert.AttributeOf(vm, l, c.Field)
			out = append(out, cause{attribute: blamed, message: strings.TrimSpace(c.Message)})
		}
	}
	if len(out) == 0 {
		out = append(out, cause{message: status.Status().Message})
	}
	return out
}

// atAttribute puts an admission error at the first attribute that it names.
func atAttribute(err error, vm *kubevirtv1.VirtualMachine, l convert.Layout) error {
	causes := causesOf(err, vm, l)
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

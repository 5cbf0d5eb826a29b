package virtualserver

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/admission"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
)

// dryRunClaim stands in for the root disk's random name, which is chosen at
// creation.
const dryRunClaim = "root-dry-run"

// checkPlan has the API server check a planned server by dry run; state is nil
// for a new one. It only adds diagnostics: what the cluster says never becomes
// a planned value.
func (r *Resource) checkPlan(ctx context.Context, state *convert.Server, plan convert.Server, managed metadata.Keys, diags *diag.Diagnostics) (p machinePatch) {
	if r.data == nil || !r.data.Known || r.data.PlanValidation != providerdata.PlanValidationServer || plan.Namespace.IsUnknown() || r.data.DryRun.Stopped() {
		return p
	}
	ctx, cancel := context.WithTimeout(kube.Aside(withWarnings(ctx, plan, diags)), providerdata.DryRunTimeout)
	defer cancel()
	verb, p, err := r.dryRun(ctx, state, plan, managed)
	admission.Report(diags, r.data.DryRun, subject(plan), verb, err, blame(p.sent, p.layout))
	return p
}

// dryRun sends what an apply would send first.
func (r *Resource) dryRun(ctx context.Context, state *convert.Server, plan convert.Server, managed metadata.Keys) (verb string, p machinePatch, err error) {
	if state != nil {
		of := &kubevirtv1.VirtualMachine{}
		of.Namespace, of.Name = state.Namespace.ValueString(), state.VMName.ValueString()
		_, p, err = r.sendPatch(ctx, of, *state, plan, managed, client.DryRunAll)
		return "update", p, err
	}
	p.layout = convert.NewLayout(plan, dryRunClaim)
	p.sent = convert.ToVirtualMachine(plan, p.layout)
	api, err := r.data.Client.API(ctx)
	if err == nil {
		err = api.Create(ctx, p.sent, client.DryRunAll, kube.Strict)
	}
	return "create", p, err
}

// blame tells the attributes of the fields of a machine.
func blame(vm *kubevirtv1.VirtualMachine, l convert.Layout) admission.Blame {
	return func(field string) path.Path {
		at, _ := convert.AttributeOf(vm, l, field)
		return at
	}
}

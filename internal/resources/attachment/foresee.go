package attachment

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/admission"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
)

// effect is what a plan does with a device.
type effect struct{ verb, doing, of string }

var (
	coming   = effect{"create", "Attaching", "to"}
	changing = effect{"update", "Changing", "of"}
	leaving  = effect{"delete", "Detaching", "from"}
)

// foresee has the cluster check by dry run what a plan writes, and tells what the guest
// that runs gets with a restart only. A server that does not exist yet is made by the
// same apply.
func (r *Resource[M, P]) foresee(ctx context.Context, m *M, does effect, diags *diag.Diagnostics) {
	c := P(m).Common()
	if r.data == nil || !r.data.Known || r.data.PlanValidation != providerdata.PlanValidationServer || c.Namespace.IsUnknown() {
		return
	}
	defer r.enter(m)() // of an apply: what it planned just before begins to write at once
	ctx, cancel := context.WithTimeout(kube.Aside(r.withWarnings(ctx, c, diags)), providerdata.DryRunTimeout)
	defer cancel()
	from, err := r.data.Client.Reader(ctx)
	if err != nil {
		return
	}
	s, err := find(ctx, from, c)
	if err != nil || s.vm == nil {
		return
	}
	if does != leaving {
		if !s.is(c) {
			diags.Append(r.subject(c).Error(does.verb, s.usable(c)))
			return
		}
		r.rehearse(ctx, s, *m, does, diags)
	}
	if s.is(c) && !diags.HasError() {
		r.warn(ctx, s, m, does, diags)
	}
}

// rehearse sends a dry run. That a name is in use is a warning: the same apply may free
// it.
func (r *Resource[M, P]) rehearse(ctx context.Context, s server, m M, does effect, diags *diag.Diagnostics) {
	if r.data.DryRun.Stopped() || s.vm.DeletionTimestamp != nil {
		return
	}
	c := P(&m).Common()
	name := c.Name.ValueString()
	if live := convert.DeviceOf(s.vm, r.mark, name); does == coming && (live == nil || !r.same(*live, m)) {
		// What is replaced is planned to be made while it is still there: it is
		// rehearsed as a change of that.
		givenUp := r.data.Machines.IsGivenUp(id(c)) && convert.IsAttachment(s.vm, name)
		var failure *diagnostics.Failure
		switch {
		case givenUp && live == nil:
			return // by an attachment of the other kind
		case givenUp:
		case errors.As(taken(s.vm, name), &failure):
			diags.AddAttributeWarning(failure.Attribute, fmt.Sprintf("The name of %s attachment %q is in use", r.mark, id(c)),
				failure.Cause+" Unless this apply removes that, the attachment will fail.\n\n"+failure.Advice)
			return
		}
	}
	_, err := r.put(ctx, s, m, client.DryRunAll)
	admission.Report(diags, r.data.DryRun, r.subject(c), does.verb, err, nil)
}

// warn tells what waits for a restart, and that the apply restarts the guest.
func (r *Resource[M, P]) warn(ctx context.Context, s server, m *M, does effect, diags *diag.Diagnostics) {
	c, device := P(m).Common(), P(m).Device()
	if !machine.Runs(s.vmi) || does == leaving && !holds(s, device) {
		return
	}
	how, err := r.situationOf(ctx, s, device)
	if err != nil || how.live || does == leaving && isOfAnother(s, device) {
		return
	}
	what := fmt.Sprintf("%s %s %q %s virtual server %q", does.doing, r.mark, c.Name.ValueString(), does.of, serverID(c))
	if r.restarts(m) {
		diags.AddWarning(what+" restarts it", "The apply restarts the guest, once for all attachments of the server that it changes at the same time: restart = true, and "+how.reason+".")
		return
	}
	detail := "The guest that runs has it from its next start"
	if does == leaving {
		detail = "The guest that runs keeps it until its next start, and a claim behind it is in use until then"
	}
	detail += ": " + how.reason + "."
	if r.restart != nil {
		detail += "\n\nRestart it when it suits, or write restart = true to have the apply do it."
	}
	diags.AddWarning(what+" waits for a restart", detail)
}

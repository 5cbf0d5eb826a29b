package attachment

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/admission"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
)

// change writes the device of an attachment that is in the state. The one that is there is
// its own; where none is, the name must be free.
func (r *Resource[M, P]) change(ctx context.Context, s server, plan M) (*kubevirtv1.VirtualMachine, error) {
	unlock, err := r.data.Machines.Lock(ctx, client.ObjectKeyFromObject(s.vm))
	if err != nil {
		return nil, err
	}
	defer unlock()
	return r.put(ctx, s, plan)
}

// put writes what change does, or only rehearses to, for which the machine need not be
// locked.
func (r *Resource[M, P]) put(ctx context.Context, s server, plan M, options ...client.PatchOption) (*kubevirtv1.VirtualMachine, error) {
	return r.write(ctx, s, plan, r.same, func(vm *kubevirtv1.VirtualMachine) error {
		if name := P(&plan).Common().Name.ValueString(); convert.DeviceOf(vm, r.mark, name) == nil {
			return taken(vm, name)
		}
		return nil
	}, options...)
}

// write makes the device part of the machine, with its mark, in one patch. One that
// has the mark and is the same as planned stays as it is. That is what an apply leaves
// behind whose answer was lost: there is no telling it from another resource's that says
// the same, and nothing to lose by taking it. What no state can hold twice is checked
// by machine.Shared. Otherwise may tells what speaks against writing. Who writes has the
// machine locked.
func (r *Resource[M, P]) write(ctx context.Context, s server, plan M, same func(live convert.AttachedDevice, plan M) bool, may func(vm *kubevirtv1.VirtualMachine) error, options ...client.PatchOption) (*kubevirtv1.VirtualMachine, error) {
	device := P(&plan).Device()
	var sent *kubevirtv1.VirtualMachine
	written, err := machine.Change(ctx, r.data.Client, s.vm, func(vm *kubevirtv1.VirtualMachine) error {
		sent = vm
		if live := convert.DeviceOf(vm, r.mark, device.Name()); live != nil && same(*live, plan) {
			return nil
		}
		if err := may(vm); err != nil {
			return err
		}
		device.Attach(vm)
		convert.Tidy(vm, s.instance())
		return nil
	}, append(options, kube.Strict)...)
	if isGone(err) {
		return nil, &diagnostics.Failure{Cause: "The virtual server is gone: somebody deleted it after the plan was made.", Advice: "Plan and apply again.", Attribute: path.Root("server")}
	}
	return written, admission.AtAttribute(err, blame(sent, device.Name()))
}

// blame finds the attribute of a field of the machine that was sent.
func blame(sent *kubevirtv1.VirtualMachine, name string) admission.Blame {
	return func(field string) path.Path { return convert.AttachmentAttribute(sent, name, field) }
}

// same tells whether a live device is as a model says. What the model leaves out is
// others'.
func (r *Resource[M, P]) same(live convert.AttachedDevice, m M) bool {
	want := P(&m).Device()
	P(&m).Read(live, false) // m is this call's own
	return P(&m).Device().Same(want)
}

// taken refuses a name that something else in the machine has.
func taken(vm *kubevirtv1.VirtualMachine, name string) error {
	owner := convert.OwnerOf(vm, name)
	if owner == "" {
		return nil
	}
	return &diagnostics.Failure{
		Cause:     fmt.Sprintf("The server has a volume, disk or filesystem %q already. It belongs to %s.", name, owner),
		Advice:    "Choose another name, or have that one removed first. To manage an attachment that exists, import it: terraform import <address> <namespace>/<server>/" + name + ".",
		Attribute: path.Root("name"),
	}
}

func isGone(err error) bool { return apierrors.IsNotFound(err) && !kube.IsMissingAPI(err) }

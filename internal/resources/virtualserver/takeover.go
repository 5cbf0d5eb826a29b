package virtualserver

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/creation"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// takeOver makes the machine of a create that was cut off the one of this create,
// and gives it the token. Of several that try one succeeds. refused is why there
// is no new machine, and the error where there is nothing to take over, or where
// somebody is still creating it.
func (r *Resource) takeOver(ctx context.Context, in tfsdk.Plan, plan convert.Server, token string, refused error) (*kubevirtv1.VirtualMachine, error) {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return nil, err
	}
	vm := &kubevirtv1.VirtualMachine{}
	found, err := getObject(ctx, api, plan.Namespace.ValueString(), convert.VMName(plan.Name.ValueString()), vm)
	if err != nil || !found || vm.DeletionTimestamp != nil {
		return nil, refused
	}
	refused = creation.InUse("VirtualMachine", vm) // says more than that the Service of its name does
	if vm.Annotations[creation.Annotation] == "" {
		return nil, refused
	}
	abandoned, err := creation.AwaitAbandoned(ctx, r.data.Client, marked(vm), &kubevirtv1.VirtualMachineList{}, r.times)
	live, ok := abandoned.(*kubevirtv1.VirtualMachine)
	if err != nil || !ok {
		return nil, errors.Join(refused, err)
	}
	live.DeepCopyInto(vm)
	o := convert.Objects{VM: vm}
	if err := r.fetchParts(ctx, api, &o, nil); err != nil {
		return nil, err
	}
	if err := r.refuseDifferent(ctx, in, o, plan); err != nil {
		return nil, err
	}
	if first, err := creation.TakeOver(ctx, r.data.Client, marked(vm), token); err != nil || !first {
		return nil, errors.Join(refused, err)
	}
	return vm, nil
}

// refuseDifferent fails when an update cannot make the plan's server of what was
// left. Nothing is deleted: a disk may hold data by now, and a device may be
// somebody else's.
func (r *Resource) refuseDifferent(ctx context.Context, in tfsdk.Plan, o convert.Objects, plan convert.Server) error {
	l := convert.LayoutOf(o.VM, plan.RootVolume())
	if o.Root == nil {
		o.Root = convert.ToRootDataVolume(plan, l) // is still to be made
	}
	left := convert.FromObjects(o, nil)
	left.Timeouts = plan.Timeouts
	state := tfsdk.State(in)
	diags := state.Set(ctx, &left)
	was, more := values.TreeOf(ctx, state)
	diags.Append(more...)
	now, more := values.TreeOf(ctx, in)
	diags.Append(more...)
	if diags.HasError() {
		return errors.New(diags[0].Detail())
	}
	var different []string
	for _, p := range replacements(was, now) {
		different = append(different, p.String())
	}
	before, after := renderings(left, plan, metadata.Keys{}, l)
	for _, kind := range deviceKinds {
		wanted := kind.names(&after.Spec.Template.Spec)
		for _, name := range kind.names(&before.Spec.Template.Spec) {
			if text := fmt.Sprintf("the %s %q", kind.what, name); !slices.Contains(wanted, name) && !slices.Contains(different, text) {
				different = append(different, text)
			}
		}
	}
	if len(different) == 0 {
		return nil
	}
	return creation.Differs("VirtualMachine", o.VM, different)
}

// goOn brings a machine that was taken over, whose parts are there, to the plan.
func (r *Resource) goOn(ctx context.Context, o *convert.Objects, plan convert.Server, data convert.GuestData) error {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return err
	}
	if err := r.fetchParts(ctx, api, o, nil); err != nil {
		return err
	}
	return r.update(ctx, o, convert.FromObjects(*o, nil), plan, newManagedKeys(plan, r.data.DefaultLabels), data)
}

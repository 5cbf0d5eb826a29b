package virtualserver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/admission"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// Update carries the difference between state and plan over to the live
// objects, and nothing else: whatever others wrote stays.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state, config convert.Server
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultUpdateTimeout)
	resp.Diagnostics.Append(diags...)
	managed, diags := metadata.ReadKeys(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	data := guestData(config, plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	c := changeOf(state, plan, managed)
	if !c.any() {
		// Only what the provider itself reads has changed.
		resp.Diagnostics.Append(newManagedKeys(config, r.data.DefaultLabels).Write(ctx, resp.Private)...)
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan)...)
		return
	}
	deadline, cancel := context.WithTimeout(withWarnings(ctx, plan, &resp.Diagnostics), timeout)
	defer cancel()

	var o convert.Objects
	api, err := r.data.Client.API(deadline)
	if err == nil {
		o, err = r.fetch(deadline, api, state.Namespace.ValueString(), state.VMName.ValueString(), &state)
	}
	if err == nil && (o.VM == nil || string(o.VM.UID) != state.UID.ValueString()) {
		err = goneFailure()
	}
	if err != nil {
		resp.Diagnostics.Append(subject(state).Error("update", err))
		return
	}
	if o.VM.Annotations[convert.AnnotationCreating] != "" { // of a create that was cut off; the server was imported
		if err := r.changeMark(deadline, o.VM, func(string) (string, error) { return "", nil }); err != nil {
			resp.Diagnostics.Append(subject(state).Error("update", err))
			return
		}
	}
	err = r.update(deadline, &o, state, plan, managed, data)
	var late *slow
	if err != nil && !errors.As(err, &late) {
		// The state keeps what was: the next plan shows what is still to do.
		// Keys may have been written already.
		resp.Diagnostics.Append(managed.And(newManagedKeys(config, r.data.DefaultLabels)).Write(ctx, resp.Private)...)
		resp.Diagnostics.Append(outcome(ctx, "update", plan, err)...)
		return
	}
	keys := newManagedKeys(config, r.data.DefaultLabels)
	if late != nil {
		keys = managed.And(keys)
	} else {
		err = r.await(deadline, &o, plan, updateTarget(state, plan, c, &o))
	}
	resp.Diagnostics.Append(keys.Write(ctx, resp.Private)...)
	resp.Diagnostics.Append(outcome(ctx, "update", plan, err)...)
	last, cancelLast := context.WithTimeout(context.WithoutCancel(ctx), lastReadTimeout)
	defer cancelLast()
	if fetchErr := r.fetchParts(last, api, &o, &plan); fetchErr != nil {
		resp.Diagnostics.Append(subject(plan).Error("read", fetchErr))
	}
	plan.FillUnknown(o, convert.LayoutOf(o.VM, plan.RootVolume()))
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan)...)
}

// update writes what differs: disk growth first, then what the machine will
// refer to, then the machine, then what it no longer refers to.
func (r *Resource) update(ctx context.Context, o *convert.Objects, state, plan convert.Server, managed metadata.Keys, data convert.GuestData) error {
	if err := r.growRoot(ctx, o.VM, state, plan); err != nil {
		return err
	}
	halted := string(kubevirtv1.RunStrategyHalted)
	var late *slow
	if state.RunStrategy.ValueString() == halted && plan.RunStrategy.ValueString() != halted {
		err := r.ensureEphemeralRoot(ctx, o, plan)
		if err != nil && !errors.As(err, &late) {
			return err
		}
		if late != nil { // all else is written, though time is up; the next apply starts it
			plan.RunStrategy = state.RunStrategy
			rest, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastReadTimeout)
			defer cancel()
			ctx = rest
		}
	}
	if err := r.writeSecret(ctx, o, state, plan, data); err != nil {
		return err
	}
	vm, err := r.patchMachine(ctx, o.VM, state, plan, managed)
	if err != nil {
		return err
	}
	o.VM = vm
	if err := r.pruneSecret(ctx, o, state, plan); err != nil {
		return err
	}
	if err := r.writeService(ctx, o, managedService(state, managed), plan); err != nil {
		return err
	}
	if late != nil {
		return late
	}
	return nil
}

// patchMachine sends the difference between the two models as one patch.
func (r *Resource) patchMachine(ctx context.Context, of *kubevirtv1.VirtualMachine, state, plan convert.Server, managed metadata.Keys) (*kubevirtv1.VirtualMachine, error) {
	written, sent, l, err := r.sendPatch(ctx, of, state, plan, managed)
	if apierrors.IsNotFound(err) {
		return nil, goneFailure()
	}
	if err != nil {
		return nil, admission.AtAttribute(err, blame(sent, l))
	}
	return machineOf(written)
}

// sendPatch also returns the machine that it sent and the layout it found, to
// tell the attribute that an error is about.
func (r *Resource) sendPatch(ctx context.Context, of *kubevirtv1.VirtualMachine, state, plan convert.Server, managed metadata.Keys, options ...client.PatchOption) (written *unstructured.Unstructured, sent *kubevirtv1.VirtualMachine, l convert.Layout, err error) {
	of.SetGroupVersionKind(kubevirtv1.VirtualMachineGroupVersionKind)
	written, err = r.data.Client.Update(ctx, of, func(live *unstructured.Unstructured) (client.Object, client.Object, error) {
		vm, err := machineOf(live)
		if err != nil {
			return nil, nil, err
		}
		if string(vm.UID) != state.UID.ValueString() {
			return nil, nil, anotherMachine(live)
		}
		l = convert.LayoutOf(vm, state.RootVolume())
		before, after := renderings(state, plan, managed, l)
		if err := refuseForeign(vm, before, after, l, state, plan); err != nil {
			return nil, nil, err
		}
		convert.TakeWhole(before, after, vm)
		merged, err := kube.Merged(live, before, after)
		if err != nil {
			return nil, nil, err
		}
		// An error names fields by their index in what is sent.
		sent, err = machineOf(merged)
		return before, after, err
	}, append(options, kube.Strict)...)
	return written, sent, l, err
}

func goneFailure() error {
	return &diagnostics.Failure{Cause: "Its VirtualMachine is gone: somebody deleted it after the plan was made.", Advice: "Plan and apply again to make a new one."}
}

// anotherMachine says that the server's machine has been deleted, and that one of
// the same name is in its place.
func anotherMachine(live client.Object) error {
	return &diagnostics.Failure{
		Cause:  fmt.Sprintf("The VirtualMachine %q is another one than the server's: that was deleted, and somebody made one of the same name.", metadata.ID(live.GetNamespace(), live.GetName())),
		Advice: "It is not touched. Plan again: the plan then says that the server is gone.",
	}
}

func machineOf(u *unstructured.Unstructured) (*kubevirtv1.VirtualMachine, error) {
	vm := &kubevirtv1.VirtualMachine{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, vm); err != nil {
		return nil, fmt.Errorf("the cluster's VirtualMachine cannot be read: %w", err)
	}
	return vm, nil
}

// updateTarget is what an update waits for: a start or stop, and that a server
// that runs is well with its new spec.
func updateTarget(state, plan convert.Server, c change, o *convert.Objects) string {
	halted := string(kubevirtv1.RunStrategyHalted)
	switched := plan.RunStrategy.ValueString() != state.RunStrategy.ValueString()
	chosen := plan.Wait != nil && plan.Wait.Until.ValueString() != ""
	switch {
	case plan.RunStrategy.ValueString() == halted && switched && !chosen:
		return waitStopped
	case plan.RunStrategy.ValueString() == halted,
		!c.spec,
		convert.HasCondition(o.VM, kubevirtv1.VirtualMachinePaused),
		!switched && !runs(o.VMI) && plan.RunStrategy.ValueString() != string(kubevirtv1.RunStrategyAlways):
		return waitCreated
	}
	return targetOf(plan)
}

// runs is false for a guest that has ended: a server that runs once keeps it.
func runs(vmi *kubevirtv1.VirtualMachineInstance) bool {
	return vmi != nil && !vmi.IsFinal()
}

// lastReadTimeout bounds what is read after an operation, also an interrupted one.
const lastReadTimeout = 30 * time.Second

package virtualserver

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/admission"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/creation"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// Update carries the difference between state and plan over to the live
// objects, and nothing else: whatever others wrote stays.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state, config convert.Server
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaults.Update)
	resp.Diagnostics.Append(diags...)
	managed, diags := metadata.ReadKeys(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	data := guestData(config, plan, &resp.Diagnostics)
	state, diags = withTriggers(ctx, req.Private, state, plan)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	c := changeOf(state, plan, managed)
	if !c.any() {
		// Only what the provider itself reads has changed.
		resp.Diagnostics.Append(newManagedKeys(config, r.data.DefaultLabels).Write(ctx, resp.Private)...)
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		resp.Diagnostics.Append(identityOf(plan).Set(ctx, resp.Identity)...)
		return
	}
	deadline, cancel := context.WithTimeout(withWarnings(ctx, plan, &resp.Diagnostics), timeout)
	defer cancel()

	var o convert.Objects
	api, err := r.data.Client.API(deadline)
	if err == nil {
		o, err = r.fetch(deadline, api, state.Namespace.ValueString(), []string{state.VMName.ValueString()}, &state)
	}
	if err == nil && (o.VM == nil || string(o.VM.UID) != state.UID.ValueString()) {
		err = goneFailure()
	}
	if err != nil {
		resp.Diagnostics.Append(subject(state).Error("update", err))
		return
	}
	if o.VM.Annotations[creation.Annotation] != "" { // of a create that was cut off; the server was imported
		if err := creation.Forget(deadline, r.data.Client, marked(o.VM)); err != nil {
			resp.Diagnostics.Append(subject(state).Error("update", err))
			return
		}
	}
	was, before := o.VM, runningInstance(&o)
	err = r.update(deadline, &o, state, plan, managed, data)
	if err == nil {
		err = r.switchPower(deadline, &o, &state, plan)
	}
	var late *waiting.Late
	if err != nil && !errors.As(err, &late) {
		// The state keeps what was: the next plan shows what is still to do.
		// Keys may have been written already.
		resp.Diagnostics.Append(managed.And(newManagedKeys(config, r.data.DefaultLabels)).Write(ctx, resp.Private)...)
		resp.Diagnostics.Append(outcome("update", plan).Diagnostics(ctx, err)...)
		return
	}
	keys := newManagedKeys(config, r.data.DefaultLabels)
	if late != nil {
		keys = managed.And(keys)
	} else {
		if err = r.land(deadline, &o, was, plan, &resp.Diagnostics); err == nil {
			err = r.await(deadline, &o, plan, updateTarget(plan, c, &o))
		}
		err = r.settle(deadline, &o, state, &plan, c, before, err)
	}
	resp.Diagnostics.Append(keys.Write(ctx, resp.Private)...)
	resp.Diagnostics.Append(outcome("update", plan).Diagnostics(ctx, err)...)
	last, cancelLast := context.WithTimeout(context.WithoutCancel(ctx), lastReadTimeout)
	defer cancelLast()
	if fetchErr := r.fetchParts(last, api, &o, &plan); fetchErr != nil {
		resp.Diagnostics.Append(subject(plan).Error("read", fetchErr))
	}
	if pendingErr := r.readPendingSince(last, api, &o, was); pendingErr != nil {
		resp.Diagnostics.Append(subject(plan).Error("read", pendingErr))
	}
	plan.FillUnknown(o, convert.LayoutOf(o.VM, plan.RootVolume()))
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(identityOf(plan).Set(ctx, resp.Identity)...)
}

// update writes what differs: disk growth first, then what the machine will
// refer to, then the machine, then what it no longer refers to.
func (r *Resource) update(ctx context.Context, o *convert.Objects, state, plan convert.Server, managed metadata.Keys, data convert.GuestData) error {
	if err := r.growRoot(ctx, o.VM, state, plan); err != nil {
		return err
	}
	if stops(plan) && !stops(state) {
		if err := r.awaitRequestsOf(ctx, o); err != nil {
			return err
		}
	}
	var late *waiting.Late
	if leavesStop(state, plan) {
		err := r.ensureEphemeralRoot(ctx, o, plan)
		if err != nil && !errors.As(err, &late) {
			return err
		}
		if late != nil { // all else is written, though time is up; the next apply starts it
			plan.RunStrategy, plan.PowerState = state.RunStrategy, state.PowerState
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
	written, p, err := r.sendPatch(ctx, of, state, plan, managed)
	if apierrors.IsNotFound(err) {
		return nil, goneFailure()
	}
	if err != nil {
		return nil, admission.AtAttribute(err, blame(p.sent, p.layout))
	}
	return machine.Of(written)
}

// machinePatch is an update of a machine: what is live, the renderings whose
// difference is carried over to it, and what comes of that. An error of the API
// names attributes by sent and layout.
type machinePatch struct {
	live, before, after, sent *kubevirtv1.VirtualMachine
	layout                    convert.Layout
}

// sendPatch also returns what it sent.
func (r *Resource) sendPatch(ctx context.Context, of *kubevirtv1.VirtualMachine, state, plan convert.Server, managed metadata.Keys, options ...client.PatchOption) (written *unstructured.Unstructured, p machinePatch, err error) {
	of.SetGroupVersionKind(kubevirtv1.VirtualMachineGroupVersionKind)
	written, err = r.data.Client.Update(ctx, of, func(live *unstructured.Unstructured) (client.Object, client.Object, error) {
		var err error
		p, err = patchOf(live, state, plan, managed)
		return p.before, p.after, err
	}, append(options, kube.Strict)...)
	return written, p, err
}

// patchOf finds out what an update makes of a live machine.
func patchOf(live *unstructured.Unstructured, state, plan convert.Server, managed metadata.Keys) (p machinePatch, err error) {
	if p.live, err = machine.Of(live); err != nil {
		return p, err
	}
	if string(p.live.UID) != state.UID.ValueString() {
		return p, machine.Another(live)
	}
	p.layout = convert.LayoutOf(p.live, state.RootVolume())
	p.before, p.after = renderings(state, plan, managed, p.layout)
	if err := refuseForeign(p.live, p.before, p.after, p.layout, state, plan); err != nil {
		return p, err
	}
	convert.TakeWhole(p.before, p.after, p.live)
	unplugInterfaces(p.live, p.before, p.after)
	merged, err := kube.Merged(live, p.before, p.after)
	if err != nil {
		return p, err
	}
	p.sent, err = machine.Of(merged)
	return p, err
}

func goneFailure() error {
	return &diagnostics.Failure{Cause: "Its VirtualMachine is gone: somebody deleted it after the plan was made.", Advice: "Plan and apply again to make a new one."}
}

// changeMachine carries what change does to the machine over to the live one, unless
// that is another one of its name. It returns the response.
func (r *Resource) changeMachine(ctx context.Context, of *kubevirtv1.VirtualMachine, change func(vm *kubevirtv1.VirtualMachine) error, options ...client.PatchOption) (*kubevirtv1.VirtualMachine, error) {
	return machine.Change(ctx, r.data.Client, of, change, options...)
}

// setAnnotation writes an annotation; "" is none.
func setAnnotation(vm *kubevirtv1.VirtualMachine, key, value string) {
	if value == "" {
		delete(vm.Annotations, key)
		return
	}
	metav1.SetMetaDataAnnotation(&vm.ObjectMeta, key, value)
}

// updateTarget is what an update waits for: a start or stop, and that a server
// that runs is well with its new spec.
func updateTarget(plan convert.Server, c change, o *convert.Objects) string {
	chosen := plan.Wait != nil && plan.Wait.Until.ValueString() != ""
	switch {
	case stops(plan) && c.power && !chosen:
		return waitStopped
	case stops(plan),
		!c.spec && !c.power,
		isPaused(o),
		c.power && convert.PowerOf(o.VM, o.VMI) == convert.PowerStopped,
		c.power && hasEnded(o.VMI) && plan.RunStrategy.ValueString() == string(kubevirtv1.RunStrategyOnce),
		!c.power && !runs(o.VMI) && plan.RunStrategy.ValueString() != string(kubevirtv1.RunStrategyAlways):
		return waitCreated
	}
	return targetOf(plan)
}

// runs is false for a guest that has ended: a server that runs once keeps it.
func runs(vmi *kubevirtv1.VirtualMachineInstance) bool { return machine.Runs(vmi) }

// lastReadTimeout bounds what is read after an operation, also an interrupted one.
const lastReadTimeout = 30 * time.Second

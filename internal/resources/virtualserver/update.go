package virtualserver

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
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
	managed, diags := readManagedKeys(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	userData := r.userData(ctx, req.Config, plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !changeOf(state, plan, managed, layoutOf(state)).any() {
		// Only what the provider itself reads has changed.
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan)...)
		return
	}
	deadline, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	o, err := r.fetch(deadline, state.Namespace.ValueString(), state.VMName.ValueString(), &state)
	if err == nil && o.VM == nil {
		err = &diagnostics.Failure{Cause: "Its VirtualMachine is gone: somebody deleted it after the plan was made.", Advice: "Plan and apply again to make a new one."}
	}
	if err != nil {
		resp.Diagnostics.Append(subject(state).Error("update", err))
		return
	}
	if err := r.update(deadline, &o, state, plan, managed, userData); err != nil {
		// The state keeps what was: the next plan shows what is still to do.
		resp.Diagnostics.Append(subject(plan).Error("update", err))
		return
	}
	resp.Diagnostics.Append(writeManagedKeys(ctx, resp.Private, newManagedKeys(config, r.data.DefaultLabels))...)
	err = r.await(deadline, &o, plan, updateTarget(state, plan, managed, &o))
	resp.Diagnostics.Append(outcome(ctx, "update", plan, err)...)
	if api, apiErr := r.data.Client.API(ctx); apiErr == nil {
		if fetchErr := r.fetchParts(context.WithoutCancel(ctx), api, &o, &plan); fetchErr != nil {
			resp.Diagnostics.Append(subject(plan).Error("read", fetchErr))
		}
	}
	plan.FillUnknown(o, convert.LayoutOf(o.VM, plan.RootVolume()))
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan)...)
}

// update writes what differs: disk growth first, then what the machine will
// refer to, then the machine, then what it no longer refers to.
func (r *Resource) update(ctx context.Context, o *convert.Objects, state, plan convert.Server, managed managedKeys, userData string) error {
	if err := r.growRoot(ctx, o.VM, state, plan); err != nil {
		return err
	}
	if o.Root == nil && plan.Storage.Root.Ephemeral.ValueBool() && targetOf(plan) != waitCreated {
		// A start may have been interrupted while the disk was being imported.
		if err := r.await(ctx, o, plan, waitImported); err != nil {
			return err
		}
	}
	if err := r.writeSecret(ctx, o, state, plan, userData); err != nil {
		return err
	}
	vm, err := r.patchMachine(ctx, o.VM, state, plan, managed)
	if err != nil {
		return err
	}
	o.VM = vm
	if !plan.HasCloudInit() && o.Secret != nil {
		if err := r.remove(ctx, o.Secret); err != nil {
			return err
		}
		o.Secret = nil
	}
	return r.writeService(ctx, o, state, plan)
}

// patchMachine sends the difference between the two models as one patch.
func (r *Resource) patchMachine(ctx context.Context, of *kubevirtv1.VirtualMachine, state, plan convert.Server, managed managedKeys) (*kubevirtv1.VirtualMachine, error) {
	written, want, l, err := r.sendPatch(ctx, of, state, plan, managed)
	if err != nil {
		return nil, atAttribute(err, want, l)
	}
	return machineOf(written)
}

// sendPatch also returns what it rendered and the layout it found, to tell the
// attribute that an error is about.
func (r *Resource) sendPatch(ctx context.Context, of *kubevirtv1.VirtualMachine, state, plan convert.Server, managed managedKeys, options ...client.PatchOption) (written *unstructured.Unstructured, want *kubevirtv1.VirtualMachine, l convert.Layout, err error) {
	of.SetGroupVersionKind(kubevirtv1.VirtualMachineGroupVersionKind)
	written, err = r.data.Client.Update(ctx, of, func(live *unstructured.Unstructured) (client.Object, client.Object, error) {
		vm, err := machineOf(live)
		if err != nil {
			return nil, nil, err
		}
		l = convert.LayoutOf(vm, state.RootVolume())
		if err := refuseForeignDevices(vm, state, plan); err != nil {
			return nil, nil, err
		}
		var before *kubevirtv1.VirtualMachine
		before, want = renderings(state, plan, managed, l)
		return before, want, nil
	}, options...)
	return written, want, l, err
}

func machineOf(u *unstructured.Unstructured) (*kubevirtv1.VirtualMachine, error) {
	vm := &kubevirtv1.VirtualMachine{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, vm); err != nil {
		return nil, fmt.Errorf("the cluster's VirtualMachine cannot be read: %w", err)
	}
	return vm, nil
}

// refuseForeignDevices fails when the plan adds a device whose name somebody
// else's volume has: it would be taken over.
func refuseForeignDevices(vm *kubevirtv1.VirtualMachine, state, plan convert.Server) error {
	taken := map[string]bool{}
	if vm.Spec.Template != nil {
		for _, v := range vm.Spec.Template.Spec.Volumes {
			taken[v.Name] = true
		}
	}
	refuse := func(attribute, name string) error {
		owner := "somebody else"
		if convert.IsAttachment(vm, name) {
			owner = "an attachment resource"
		}
		return &diagnostics.Failure{
			Cause:     fmt.Sprintf("The server has a volume %q already, which belongs to %s.", name, owner),
			Advice:    "Choose another name, or remove that volume first.",
			Attribute: path.Root("storage").AtName(attribute).AtMapKey(name),
		}
	}
	was, now := deviceNames(state), deviceNames(plan)
	for name, attribute := range now {
		if _, ours := was[name]; !ours && taken[name] {
			return refuse(attribute, name)
		}
	}
	return nil
}

// deviceNames are the server's disks and filesystems with their attribute.
func deviceNames(m convert.Server) map[string]string {
	out := map[string]string{}
	if m.Storage == nil {
		return out
	}
	for name := range m.Storage.AdditionalDisks {
		out[name] = "additional_disks"
	}
	for name := range m.Storage.Filesystems {
		out[name] = "filesystems"
	}
	return out
}

// updateTarget is what an update waits for: a start or stop, and that a server
// that runs is well with its new spec.
func updateTarget(state, plan convert.Server, managed managedKeys, o *convert.Objects) string {
	halted := string(kubevirtv1.RunStrategyHalted)
	switched := plan.RunStrategy.ValueString() != state.RunStrategy.ValueString()
	chosen := plan.Wait != nil && plan.Wait.Until.ValueString() != ""
	switch {
	case plan.RunStrategy.ValueString() == halted && switched && !chosen:
		return waitStopped
	case plan.RunStrategy.ValueString() == halted,
		!changeOf(state, plan, managed, layoutOf(state)).spec,
		convert.HasCondition(o.VM, kubevirtv1.VirtualMachinePaused),
		!switched && o.VMI == nil && plan.RunStrategy.ValueString() != string(kubevirtv1.RunStrategyAlways):
		return waitCreated
	}
	return targetOf(plan)
}

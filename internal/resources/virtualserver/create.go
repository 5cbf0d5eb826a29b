package virtualserver

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/admission"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/creation"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// Create makes the VirtualMachine first, which everything else belongs to,
// and saves id and identity as soon as it exists: whatever happens after that,
// the server is in the state and nothing is orphaned.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan, config convert.Server
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaults.Create)
	resp.Diagnostics.Append(diags...)
	data := guestData(config, plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	deadline, cancel := context.WithTimeout(withWarnings(ctx, plan, &resp.Diagnostics), timeout)
	defer cancel()

	token := creation.NewToken()
	vm, l, err := r.createMachine(deadline, &plan, token)
	takenOver := false
	if creation.IsTaken(err) {
		if vm, err = r.takeOver(deadline, req.Plan, plan, token, err); err == nil {
			l, takenOver = convert.LayoutOf(vm, plan.RootVolume()), true
			resp.Diagnostics.AddWarning(fmt.Sprintf("The creation of virtual server %q goes on", subject(plan).Name),
				"An earlier apply was cut off while it made this server. What it left was taken over.")
		}
	}
	if err != nil {
		resp.Diagnostics.Append(subject(plan).Error("create", err))
		return
	}
	save := func(o convert.Objects) {
		plan.ReadComputed(o, l)
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		resp.Diagnostics.Append(identityOf(plan).Set(ctx, resp.Identity)...)
	}
	save(convert.Objects{VM: vm})
	resp.Diagnostics.Append(recordRoot(ctx, resp.Private, convert.Objects{VM: vm, Root: convert.ToRootDataVolume(plan, l)}, l)...)
	resp.Diagnostics.Append(newManagedKeys(plan, r.data.DefaultLabels).Write(ctx, resp.Private)...)

	working, c := creation.Begin(deadline, r.data.Client, marked(vm), token, r.times)
	o := convert.Objects{VM: vm}
	err = r.createParts(working, &o, plan, l, data)
	if err == nil && takenOver {
		err = r.goOn(working, &o, plan, data)
	} else if err == nil {
		err = r.startEphemeral(working, &o, plan)
	}
	if err == nil {
		err = r.switchPower(working, &o, nil, plan)
	}
	if err == nil {
		err = r.await(working, &o, plan, targetOf(plan))
	}
	if err == nil {
		err = r.pause(working, &o, plan)
	}
	if left := c.End(); errors.Is(left, creation.ErrTakenOver) {
		resp.Diagnostics.Append(subject(plan).Error("create", left))
		resp.State.RemoveResource(ctx)
		return
	} else if left != nil && err == nil {
		resp.Diagnostics.Append(creation.WarnMarked(subject(plan), marked(vm), "virtualmachine", left)...)
	}
	resp.Diagnostics.Append(outcome("create", plan).Diagnostics(ctx, err)...)
	save(o)
}

// createMachine makes the VirtualMachine after making sure that no name it
// wants is taken. The machine carries the mark of the token.
func (r *Resource) createMachine(ctx context.Context, plan *convert.Server, token string) (*kubevirtv1.VirtualMachine, convert.Layout, error) {
	vmName := convert.VMName(plan.Name.ValueString())
	rootClaim := ""
	if plan.Storage.Root.Imported() {
		rootClaim = r.newRootClaim(vmName)
	} else if plan.Storage.Root.Source.Claim != nil {
		rootClaim = plan.Storage.Root.Source.Claim.Name.ValueString()
	}
	l := convert.NewLayout(*plan, rootClaim)
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return nil, l, err
	}
	if err := r.refuseTaken(ctx, *plan, l); err != nil {
		return nil, l, err
	}
	plan.LabelsAll = convert.MapOf(metadata.Merge(r.data.DefaultLabels, convert.StringMap(plan.Labels)))
	vm := convert.ToVirtualMachine(*plan, l)
	vm.Annotations = metadata.Merge(vm.Annotations, map[string]string{creation.Annotation: creation.Mark(token)})
	if dv := convert.ToRootDataVolume(*plan, l); dv != nil {
		// KubeVirt does not wait for the import behind an ephemeral disk, so
		// the server is started once it is done.
		halted := kubevirtv1.RunStrategyHalted
		vm.Spec.RunStrategy = &halted
	}
	err = api.Create(ctx, vm, kube.Strict)
	var answered apierrors.APIStatus
	if err != nil && !errors.As(err, &answered) && r.wasCreated(ctx, api, vm, token) {
		return vm, l, nil // the answer was lost; what follows reports an interruption
	}
	if apierrors.IsAlreadyExists(err) {
		return nil, l, creation.InUse("VirtualMachine", vm)
	}
	return vm, l, admission.AtAttribute(err, blame(vm, l))
}

// wasCreated tells whether the machine exists although its creation had no
// answer: only ours has our mark. It reads the machine into vm.
func (r *Resource) wasCreated(ctx context.Context, api client.Client, vm *kubevirtv1.VirtualMachine, token string) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastReadTimeout)
	defer cancel()
	live := &kubevirtv1.VirtualMachine{}
	found, err := getObject(ctx, api, vm.Namespace, vm.Name, live)
	if err != nil || !found || !creation.IsOf(live, token) {
		return false
	}
	*vm = *live
	return true
}

// createParts makes what belongs to the VirtualMachine.
func (r *Resource) createParts(ctx context.Context, o *convert.Objects, plan convert.Server, l convert.Layout, data convert.GuestData) error {
	if dv := convert.ToRootDataVolume(plan, l); dv != nil {
		if err := r.createPart(ctx, o.VM, dv); err != nil {
			return err
		}
		o.Root = dv
	}
	if secret := convert.ToSecret(plan, l, data); secret != nil {
		if err := r.createPart(ctx, o.VM, secret); err != nil {
			return err
		}
		o.Secret = secret
	}
	if service := convert.ToService(plan, l); service != nil {
		if err := r.createPart(ctx, o.VM, service); err != nil {
			return err
		}
		o.Service = service
	}
	return nil
}

// guestData returns user data and network data to write. Write-only values
// stand in the configuration alone.
func guestData(config, plan convert.Server, diags *diag.Diagnostics) convert.GuestData {
	data, err := plan.WithWriteOnly(config).GuestData()
	if err != nil {
		diags.Append(usersError(err))
	}
	return data
}

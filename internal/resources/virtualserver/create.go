package virtualserver

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/admission"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
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
	timeout, diags := plan.Timeouts.Create(ctx, defaultCreateTimeout)
	resp.Diagnostics.Append(diags...)
	data := guestData(config, plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	deadline, cancel := context.WithTimeout(withWarnings(ctx, plan, &resp.Diagnostics), timeout)
	defer cancel()

	vm, l, err := r.createMachine(deadline, &plan)
	if err != nil {
		resp.Diagnostics.Append(subject(plan).Error("create", err))
		return
	}
	save := func(o convert.Objects) {
		plan.ReadComputed(o, l)
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan)...)
	}
	save(convert.Objects{VM: vm})
	resp.Diagnostics.Append(recordRoot(ctx, resp.Private, convert.Objects{VM: vm, Root: convert.ToRootDataVolume(plan, l)}, l)...)
	resp.Diagnostics.Append(newManagedKeys(plan, r.data.DefaultLabels).Write(ctx, resp.Private)...)

	o := convert.Objects{VM: vm}
	err = r.createParts(deadline, &o, plan, l, data)
	if err == nil {
		err = r.startEphemeral(deadline, &o, plan)
	}
	if err == nil {
		err = r.switchPower(deadline, &o, nil, plan)
	}
	if err == nil {
		err = r.await(deadline, &o, plan, targetOf(plan))
	}
	if err == nil {
		err = r.pause(deadline, &o, plan)
	}
	resp.Diagnostics.Append(outcome(ctx, "create", plan, err)...)
	save(o)
}

// createMachine makes the VirtualMachine after making sure that no name it
// wants is taken.
func (r *Resource) createMachine(ctx context.Context, plan *convert.Server) (*kubevirtv1.VirtualMachine, convert.Layout, error) {
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
	if dv := convert.ToRootDataVolume(*plan, l); dv != nil {
		// KubeVirt does not wait for the import behind an ephemeral disk, so
		// the server is started once it is done.
		halted := kubevirtv1.RunStrategyHalted
		vm.Spec.RunStrategy = &halted
	}
	err = api.Create(ctx, vm, kube.Strict)
	var answered apierrors.APIStatus
	if err != nil && !errors.As(err, &answered) && plan.Storage.Root.Imported() && r.wasCreated(ctx, api, vm, l) {
		return vm, l, nil // the answer was lost; what follows reports an interruption
	}
	if apierrors.IsAlreadyExists(err) {
		return nil, l, &diagnostics.Failure{
			Cause:     fmt.Sprintf("A VirtualMachine %q exists already.", metadata.ID(vm.Namespace, vm.Name)),
			Advice:    fmt.Sprintf("To manage it with Terraform, import it: terraform import <address> %s. Otherwise choose another name.", metadata.ID(vm.Namespace, vm.Name)),
			Attribute: path.Root("name"),
		}
	}
	return vm, l, admission.AtAttribute(err, blame(vm, l))
}

// wasCreated tells whether the machine exists although its creation had no
// answer: only ours has the root disk's random name. It reads the machine into vm.
func (r *Resource) wasCreated(ctx context.Context, api client.Client, vm *kubevirtv1.VirtualMachine, l convert.Layout) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastReadTimeout)
	defer cancel()
	live := &kubevirtv1.VirtualMachine{}
	found, err := getObject(ctx, api, vm.Namespace, vm.Name, live)
	if err != nil || !found || convert.LayoutOf(live, l.RootVolume).RootClaim != l.RootClaim {
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

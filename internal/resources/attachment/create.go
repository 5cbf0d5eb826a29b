package attachment

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
)

// Create writes the device into the machine, saves the state at once, and waits until
// the guest that runs has it.
func (r *Resource[M, P]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan M
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	c := P(&plan).Common()
	timeout, diags := c.Timeouts.Create(ctx, defaults.Create)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if c.Namespace.IsUnknown() {
		c.Namespace = types.StringValue(r.data.Namespace)
	}
	if c.ServerUID.IsUnknown() {
		c.ServerUID = types.StringNull()
	}
	deadline, cancel := context.WithTimeout(r.withWarnings(ctx, c, &resp.Diagnostics), timeout)
	defer cancel()
	if !r.data.Machines.Make(id(c)) {
		resp.Diagnostics.Append(r.subject(c).Error("create", twice(id(c))))
		return
	}
	s, existed, leave, err := r.create(deadline, plan)
	defer leave()
	if err != nil {
		r.data.Machines.Free(id(c))
		resp.Diagnostics.Append(r.subject(c).Error("create", err))
		return
	}
	c.ID, c.ServerUID = types.StringValue(id(c)), types.StringValue(string(s.vm.UID))
	save := func() {
		c.Status = convert.AttachmentStatus(P(&plan).Device(), s.vmi)
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, c)...)
	}
	save()
	err = r.bring(deadline, &s, plan, leave)
	resp.Diagnostics.Append(r.outcome("create", c).Diagnostics(ctx, err)...)
	save()
	if existed && !r.data.Machines.IsDestroyed(ctx, id(c)) && ctx.Err() == nil {
		resp.Diagnostics.AddWarning(fmt.Sprintf("%s %q was there already", r.subject(c).Title(), id(c)),
			"That is as it should be after an apply that was cut off, and where this apply still destroys the one that had it (create_before_destroy, another address).\n\n"+
				"If another configuration manages it too, whichever destroys it detaches it for both: remove it from one of them, with a removed block that has destroy = false.")
	}
}

// create writes the device. existed tells that it was there already; leave ends what enter
// began.
func (r *Resource[M, P]) create(ctx context.Context, plan M) (s server, existed bool, leave func(), err error) {
	leave = r.enter(&plan)
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return s, false, leave, err
	}
	c := P(&plan).Common()
	for alone := false; ; {
		if s, err = find(ctx, api, c); err != nil {
			return s, false, leave, err
		}
		if err := s.usable(c); err != nil {
			return s, false, leave, err
		}
		if s.vm, existed, err = r.make(ctx, s, plan, alone); err == nil {
			return s, existed, leave, nil
		}
		leave() // nothing is to wait for this one, while it waits for another
		var held *heldError
		if !errors.As(err, &held) {
			return s, false, leave, err
		}
		yielded, err := r.data.Machines.Yield(ctx, id(c))
		switch alone = !yielded; {
		case errors.Is(err, context.DeadlineExceeded):
			return s, false, leave, &diagnostics.Failure{
				Cause: "Time is up, and another attachment that had the name is still being detached.", Advice: "Apply again, or give it more time with timeouts.", Attribute: path.Root("name"),
			}
		case err != nil:
			return s, false, leave, err
		case alone && held.taken != nil && !held.alike:
			return s, false, leave, held.taken
		}
		leave = r.enter(&plan)
	}
}

// make writes the device of an attachment that is new. What another address of the same
// configuration gives up, as after a rename without a moved block, is taken over where
// it is the same; else that is detached first. What says more than is planned may be
// another address's; where this one is alone it is its own, and others have changed it.
func (r *Resource[M, P]) make(ctx context.Context, s server, plan M, alone bool) (vm *kubevirtv1.VirtualMachine, existed bool, err error) {
	c := P(&plan).Common()
	unlock, err := r.data.Machines.Lock(ctx, client.ObjectKeyFromObject(s.vm))
	if err != nil {
		return nil, false, err
	}
	defer unlock()
	same := func(live convert.AttachedDevice, plan M) bool {
		existed = live.Same(P(&plan).Device()) || alone && r.same(live, plan)
		return existed
	}
	vm, err = r.write(ctx, s, plan, same, func(vm *kubevirtv1.VirtualMachine) error {
		existed = false // it may be gone since a write that met a conflict
		name := c.Name.ValueString()
		err := taken(vm, name)
		if r.data.Machines.IsLeaving(id(c)) || err != nil && convert.AttachmentKind(vm, name) != "" {
			live := convert.DeviceOf(vm, r.mark, name)
			return &heldError{taken: err, alike: live != nil && r.same(*live, plan)}
		}
		return err
	})
	if err == nil {
		r.data.Machines.Wrote(id(c))
	}
	return vm, existed, err
}

// heldError is that another attachment has the name still, and may give it up.
type heldError struct {
	taken error
	alike bool // it says all that is planned, and more
}

func (h *heldError) Error() string { return "another attachment has the name" }

// twice refuses a name that two resources of one configuration have.
func twice(id string) *diagnostics.Failure {
	return &diagnostics.Failure{
		Cause:     "Two resources attach something to the server under this name: another one of this configuration has the id \"" + id + "\" too.",
		Advice:    "Give each its own name, or remove one of them. One that was renamed in the configuration needs a moved block.",
		Attribute: path.Root("name"),
	}
}

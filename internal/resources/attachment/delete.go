package attachment

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"k8s.io/apimachinery/pkg/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
)

// Delete takes the device out of the machine, and waits until the guest that runs has
// let it go. A server that is gone has nothing attached any more.
func (r *Resource[M, P]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	c := P(&state).Common()
	timeout, diags := c.Timeouts.Delete(ctx, defaults.Delete)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	deadline, cancel := context.WithTimeout(r.withWarnings(ctx, c, &resp.Diagnostics), timeout)
	defer cancel()
	left, leaves, err := r.data.Machines.Leave(deadline, id(c))
	if err == nil && !leaves {
		return // another resource of this apply has taken it over, as one without a moved block does
	}
	defer left()
	var keeps keeping
	if err == nil {
		keeps, err = r.delete(deadline, state, left)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		resp.Diagnostics.AddError(r.subject(c).Summary("delete"), "The operation was interrupted. The next apply goes on from there.")
	case err != nil:
		resp.Diagnostics.Append(r.subject(c).Error("delete", err))
	case keeps.why != "":
		resp.Diagnostics.AddWarning(fmt.Sprintf("Virtual server %q keeps %s %q %s", serverID(c), r.mark, c.Name.ValueString(), keeps.until),
			"It is no part of the server any more, but its guest keeps it: "+keeps.why+". A claim behind it is in use until then, and cannot be deleted.")
	}
}

// keeping is why a guest keeps a device that its server has no more, and until when. The
// zero value is that it does not.
type keeping struct{ until, why string }

func untilRestart(why string) keeping { return keeping{until: "until it restarts", why: why} }

// delete returns why the guest keeps the device. It calls left once another attachment
// may have the name.
func (r *Resource[M, P]) delete(ctx context.Context, state M, left func()) (keeps keeping, err error) {
	c := P(&state).Common()
	leave := r.enter(&state)
	defer leave()
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return keeps, err
	}
	s, err := find(ctx, api, c)
	if err != nil || !s.is(c) || s.vm.Spec.Template == nil {
		return keeps, err
	}
	device := P(&state).Device()
	live := convert.DeviceOf(s.vm, r.mark, device.Name())
	if live == nil && convert.OwnerOf(s.vm, device.Name()) != "" {
		return keeps, nil // of that name there is somebody else's
	}
	if live != nil {
		device = *live
	}
	how, err := r.situationOf(ctx, s, device)
	if err != nil {
		return keeps, err
	}
	if how.subresource {
		// First out of the guest: as long as the machine has it, it is in the state,
		// and the next destroy goes on.
		isOver := func(server) bool { return r.data.Machines.Made(id(c)) }
		if keeps, err = r.release(ctx, &s, device, how, graceOf(c), isOver); err != nil || s.vm == nil {
			return keeping{}, err
		}
	}
	if live != nil {
		keeper := types.UID("")
		if (!how.live || keeps.why != "") && holds(s, device) {
			keeper = s.vmi.UID
		}
		vm, err := r.detach(ctx, s, c, keeper)
		if vm == nil || err != nil {
			return keeping{}, err
		}
		s.vm = vm
	}
	if !how.live {
		left() // what it is to give way to may share its restart
	}
	// One that is attached again, by whomever, is not to be let go any more.
	isBack := func(now server) bool { return convert.HasTemplateDevice(now.vm, device.Kind, device.Name()) }
	switch {
	case !holds(s, device):
		return keeping{}, nil
	case keeps.why != "":
		return keeps, nil
	case !how.live && isOfAnother(s, device):
		return keeping{}, nil
	case how.live:
		return r.release(ctx, &s, device, how, graceOf(c), isBack)
	case r.restarts(&state):
		err := r.restartUntil(ctx, &s, machineOf(c), leave, func(now server) bool {
			return convert.InstanceDevice(now.vmi, device.Kind, device.Name()) == nil || isBack(now)
		})
		var refused *refusal
		if errors.As(err, &refused) {
			return untilRestart(refused.reason), nil
		}
		return keeping{}, timeUp(ctx, err, func() string { return "the guest has not come back without it yet" })
	}
	return untilRestart(how.reason), nil
}

// detach takes the device out of the machine; nil is a machine that is gone, or whose
// device another resource has taken over.
func (r *Resource[M, P]) detach(ctx context.Context, s server, c *convert.Attached, keeper types.UID) (*kubevirtv1.VirtualMachine, error) {
	unlock, err := r.data.Machines.Lock(ctx, client.ObjectKeyFromObject(s.vm))
	if err != nil {
		return nil, err
	}
	defer unlock()
	if r.data.Machines.Made(id(c)) {
		return nil, nil //nolint:nilnil // documented
	}
	written, err := machine.Change(ctx, r.data.Client, s.vm, func(vm *kubevirtv1.VirtualMachine) error {
		convert.Detach(vm, r.mark, c.Name.ValueString(), keeper)
		convert.Tidy(vm, s.instance())
		return nil
	})
	if isGone(err) {
		return nil, nil //nolint:nilnil // documented
	}
	return written, err
}

// holds tells whether the guest that runs has the device, or has not let it go yet.
func holds(s server, d convert.AttachedDevice) bool {
	return convert.HoldsVolume(s.vmi, d.Name())
}

// isOfAnother tells of a guest that keeps a device of the other kind under the name of one
// that it never had.
func isOfAnother(s server, d convert.AttachedDevice) bool {
	return convert.KeepsVolume(s.vmi, d.Name()) && convert.InstanceDevice(s.vmi, d.Kind, d.Name()) == nil
}

// timeUp says what was waited for in vain, which is only asked for then.
func timeUp(ctx context.Context, err error, what func() string) error {
	if err == nil || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return err
	}
	return &diagnostics.Failure{Cause: "Time is up, and " + what() + ".", Advice: "It goes on by itself: destroy again, or give it more time with timeouts."}
}

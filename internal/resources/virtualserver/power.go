package virtualserver

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	k8stypes "k8s.io/apimachinery/pkg/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// stops tells whether the server is to be stopped.
func stops(m convert.Server) bool {
	return m.SpecStrategy() == kubevirtv1.RunStrategyHalted || m.PowerState.ValueString() == convert.PowerStopped
}

// leavesStop tells whether an update takes the run strategy Halted from the machine.
func leavesStop(state, plan convert.Server) bool {
	return state.SpecStrategy() == kubevirtv1.RunStrategyHalted && plan.SpecStrategy() != kubevirtv1.RunStrategyHalted
}

// startsPaused tells whether the scheduling pauses the guest at its start.
func startsPaused(m convert.Server) bool {
	return m.Scheduling != nil && m.Scheduling.StartStrategy.ValueString() != ""
}

// isPaused tells whether the guest is paused. The machine's own condition stays
// after a paused guest was stopped.
func isPaused(o *convert.Objects) bool {
	return runs(o.VMI) && convert.IsPaused(o.VMI)
}

// runningInstance is the uid of the guest that runs, "" when none does.
func runningInstance(o *convert.Objects) k8stypes.UID {
	if !runs(o.VMI) {
		return ""
	}
	return o.VMI.UID
}

// switchPower starts, stops or resumes the guest where the run strategy that was
// written does not do it. state is nil for a new server.
func (r *Resource) switchPower(ctx context.Context, o *convert.Objects, state *convert.Server, plan convert.Server) error {
	if state != nil && state.SamePower(plan) {
		return nil
	}
	was := ""
	if state != nil {
		was = state.PowerState.ValueString()
	}
	wanted := plan.PowerState.ValueString()
	operations := convert.PowerRuleOf(kubevirtv1.VirtualMachineRunStrategy(plan.RunStrategy.ValueString()), wanted).Operations
	switch {
	case slices.Contains(operations, "stop"):
		return r.switchOff(ctx, o, plan)
	case slices.Contains(operations, "start"), state != nil && leavesStop(*state, plan) && plan.SpecStrategy() == kubevirtv1.RunStrategyRerunOnFailure:
		// KubeVirt does not start RerunOnFailure when the guest was still stopping.
		if err := r.switchOn(ctx, o, plan); err != nil {
			return err
		}
	}
	if slices.Contains(operations, "unpause") || wanted == "" && was == convert.PowerPaused {
		return r.resume(ctx, o, plan)
	}
	return nil
}

// switchOn starts the guest unless it runs, or is about to.
func (r *Resource) switchOn(ctx context.Context, o *convert.Objects, plan convert.Server) error {
	err := r.awaitStopping(ctx, o, plan)
	if err != nil || convert.PowerOf(o.VM, o.VMI) != convert.PowerStopped {
		return err
	}
	err = r.operate(ctx, o, machine.OfMachine, "start", kubevirtv1.StartOptions{})
	if err != nil && !apierrors.IsConflict(err) { // KubeVirt starts it already
		return err
	}
	return r.awaitThat(ctx, o, plan, "is not started yet", func(o *convert.Objects, _ *cdiv1.DataVolume) (bool, error) {
		return convert.PowerOf(o.VM, o.VMI) != convert.PowerStopped, nil
	})
}

// awaitStopping waits until a stop that is under way is done: KubeVirt refuses to
// start a guest before that.
func (r *Resource) awaitStopping(ctx context.Context, o *convert.Objects, m convert.Server) error {
	return r.awaitThat(ctx, o, m, "is not stopped yet, to be started", func(o *convert.Objects, _ *cdiv1.DataVolume) (bool, error) {
		return !isStopping(o), nil
	})
}

// isStopping tells of a guest that is being stopped, and of a request for that
// which KubeVirt has not done away with. A restart is none.
func isStopping(o *convert.Objects) bool {
	requests := o.VM.Status.StateChangeRequests
	if slices.ContainsFunc(requests, func(r kubevirtv1.VirtualMachineStateChangeRequest) bool { return r.Action == kubevirtv1.StartRequest }) {
		return false
	}
	return len(requests) > 0 || o.VMI != nil && (o.VMI.DeletionTimestamp != nil || convert.RunStrategyOf(o.VM) == kubevirtv1.RunStrategyHalted)
}

// switchOff stops the guest of a machine whose strategy lets it be.
func (r *Resource) switchOff(ctx context.Context, o *convert.Objects, plan convert.Server) error {
	err := r.awaitThat(ctx, o, plan, "is not started yet, to be stopped", func(o *convert.Objects, _ *cdiv1.DataVolume) (bool, error) {
		// Created is from the same moment as the requests, which the instance is not.
		return runs(o.VMI) || hasEnded(o.VMI) || len(o.VM.Status.StateChangeRequests) == 0 && !o.VM.Status.Created, nil
	})
	if err != nil || convert.PowerOf(o.VM, o.VMI) == convert.PowerStopped {
		return err
	}
	if err := r.stop(ctx, o, kubevirtv1.StopOptions{}); !apierrors.IsConflict(err) { // it ended by itself meanwhile
		return err
	}
	return nil
}

// resume lets a paused guest go on. One whose scheduling pauses it at its start
// is waited for.
func (r *Resource) resume(ctx context.Context, o *convert.Objects, plan convert.Server) error {
	err := r.awaitThat(ctx, o, plan, "is not started yet, to be resumed", func(o *convert.Objects, _ *cdiv1.DataVolume) (bool, error) {
		return !startsPaused(plan) || hasEnded(o.VMI) || isPaused(o) || ready(o.VM), nil
	})
	if err != nil || !isPaused(o) {
		return err
	}
	err = r.operate(ctx, o, machine.OfInstance, "unpause", kubevirtv1.UnpauseOptions{})
	if err != nil && !apierrors.IsConflict(err) { // somebody else was faster
		return err
	}
	return r.awaitThat(ctx, o, plan, "is still paused", func(o *convert.Objects, _ *cdiv1.DataVolume) (bool, error) {
		return !runs(o.VMI) || !isPaused(o) && !convert.HasCondition(o.VM, kubevirtv1.VirtualMachinePaused), nil
	})
}

// pause pauses the guest of a server that is to be paused, once it runs.
func (r *Resource) pause(ctx context.Context, o *convert.Objects, plan convert.Server) error {
	if plan.PowerState.ValueString() != convert.PowerPaused {
		return nil
	}
	err := r.awaitThat(ctx, o, plan, "does not run yet, to be paused", func(o *convert.Objects, _ *cdiv1.DataVolume) (bool, error) {
		return hasEnded(o.VMI) || o.VMI != nil && o.VMI.IsRunning(), nil
	})
	switch {
	case err != nil:
		return err
	case hasEnded(o.VMI):
		return &diagnostics.Failure{
			Cause:     "Its guest has ended, so that it cannot be paused.",
			Advice:    "Remove power_state, or give the server a run strategy that starts it again.",
			Attribute: path.Root("power_state"),
		}
	case !convert.IsPaused(o.VMI):
		err = r.operate(ctx, o, machine.OfInstance, "pause", kubevirtv1.PauseOptions{})
		if err != nil && !apierrors.IsConflict(err) {
			return err
		}
	}
	return r.awaitThat(ctx, o, plan, "is not paused yet", func(o *convert.Objects, _ *cdiv1.DataVolume) (bool, error) {
		return hasEnded(o.VMI) || isPaused(o) && convert.HasCondition(o.VM, kubevirtv1.VirtualMachinePaused), nil
	})
}

func hasEnded(vmi *kubevirtv1.VirtualMachineInstance) bool { return vmi != nil && vmi.IsFinal() }

// settle does what comes after the guest is well with its new spec: it does what
// triggers ask for, and pauses it. err is what the wait for that said. Where it
// fails, the plan that is about to be saved is changed such that the next apply
// tries again.
func (r *Resource) settle(ctx context.Context, o *convert.Objects, state convert.Server, plan *convert.Server, c change, before k8stypes.UID, err error) error {
	if err = r.doTriggered(ctx, o, state, plan, c, before, err); err != nil {
		return err
	}
	if !c.power && before == "" {
		return nil // it did not run, whatever the plan says
	}
	if err = r.pause(ctx, o, *plan); err != nil && !waiting.IsLate(err) {
		plan.PowerState = types.StringValue(convert.PowerOf(o.VM, o.VMI))
	}
	return err
}

// awaitRequestsOf waits until nothing is under way that KubeVirt was told before: a
// start that it has not done yet would win over the run strategy Halted.
func (r *Resource) awaitRequestsOf(ctx context.Context, o *convert.Objects) error {
	if len(o.VM.Status.StateChangeRequests) == 0 {
		return nil
	}
	err := machine.AwaitRequests(ctx, r.data.Client, o.VM)
	if errors.Is(err, context.DeadlineExceeded) {
		return &diagnostics.Failure{
			Cause:  "A start or stop that KubeVirt was told before is still under way.",
			Advice: "Nothing is changed. Apply again once it is done, or give it more time with timeouts.",
		}
	}
	return err
}

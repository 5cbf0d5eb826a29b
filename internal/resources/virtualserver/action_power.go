package virtualserver

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"k8s.io/utils/ptr"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
)

const willReady = "The server goes on starting by itself, and a later plan shows its status."

func startOperation() operation {
	return operation{
		name: "start", verb: "start", doing: "starting",
		text: "Starts a stopped server. A server that `virtualserver_stop` or `power_state` stopped goes back to the run strategy it had; another one with the run strategy `Halted` gets `Always`, with `Manual` and `RerunOnFailure` the strategy stays. Servers with `Always` and `Once` are started by the cluster alone: for them it is an error.",
		own: map[string]schema.Attribute{
			"paused": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "`true`: the guest starts with its CPUs standing still, until `virtualserver_unpause`; a server with the run strategy `Halted` then gets `Always`, whatever it had before. Default: `false`.",
			},
		},
		refuse:    startRefused,
		drift:     driftOfStart,
		rehearses: true,
		ask: func(ctx context.Context, r *Resource, o *convert.Objects, with options) error {
			return r.start(ctx, o, kubevirtv1.StartOptions{Paused: with.paused, DryRun: with.dryRun})
		},
		until: "the guest runs and is ready, or stands still where it starts paused", goesOn: willReady,
		await: until("has not started yet", isUp),
	}
}

func startRefused(o *convert.Objects, _ options) *diagnostics.Failure {
	strategy := convert.RunStrategyOf(o.VM)
	switch {
	case runs(o.VMI) && !isStopping(o):
		return &diagnostics.Failure{Cause: "It runs already, or is starting.", Advice: "To have it boot again, use virtualserver_restart."}
	case strategy == kubevirtv1.RunStrategyAlways:
		return &diagnostics.Failure{
			Cause:  "It does not run, but its run strategy is Always: the cluster itself starts it whenever it can.",
			Advice: "Remove what keeps it from running.",
		}
	case strategy == kubevirtv1.RunStrategyOnce:
		return &diagnostics.Failure{
			Cause:  "Its run strategy is Once: the cluster starts it one time, and nobody can start it again.",
			Advice: "Set run_strategy to Manual for a server that is to be started by hand.",
		}
	}
	return nil
}

func driftOfStart(o *convert.Objects, with options) string {
	if convert.RunStrategyOf(o.VM) != kubevirtv1.RunStrategyHalted || convert.RememberedStrategy(o.VM) != "" && !with.paused {
		return ""
	}
	return "Halted becomes Always. A virtualserver resource that manages this server finds it changed, and its next plan stops it again.\n\n" +
		"To have it run for good, set run_strategy there, or power_state = \"running\", and leave the action out."
}

func stopOperation() operation {
	return operation{
		name: "stop", verb: "stop", doing: "stopping",
		text: "Stops a server: its guest is told to shut down. The run strategies `Always`, `RerunOnFailure` and `Once` become `Halted`, and the server remembers the one it had; `Manual` stays.",
		own: map[string]schema.Attribute{
			"grace_period_seconds": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "How many seconds the guest has to shut down before it is switched off; `0` is at once, and loses what it has not written to its disks. Default: `termination_grace_period_seconds` of the server.",
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
			},
		},
		refuse:    stopRefused,
		drift:     driftOfStop,
		rehearses: true,
		ask: func(ctx context.Context, r *Resource, o *convert.Objects, with options) error {
			return r.stop(ctx, o, kubevirtv1.StopOptions{GracePeriod: with.gracePeriod, DryRun: with.dryRun})
		},
		until: "the guest has stopped", goesOn: "The guest goes on shutting down, and is switched off at the end of its grace period.",
		await: until(notYet[waitStopped], func(o *convert.Objects, _ former, _ options) string {
			if reached(waitStopped, o, nil, convert.Server{}) {
				return "guest has stopped"
			}
			return ""
		}),
	}
}

func stopRefused(o *convert.Objects, with options) *diagnostics.Failure {
	switch convert.RunStrategyOf(o.VM) {
	case kubevirtv1.RunStrategyHalted:
		if runs(o.VMI) && with.gracePeriod == nil {
			return &diagnostics.Failure{Cause: "It is stopping already.", Advice: "To give its guest less time, set grace_period_seconds."}
		}
	case kubevirtv1.RunStrategyManual:
	default:
		return nil
	}
	if !runs(o.VMI) {
		return &diagnostics.Failure{Cause: fmt.Sprintf("It does not run, and its run strategy %s leaves it so.", convert.RunStrategyOf(o.VM)), Advice: "There is nothing to stop: leave the action out."}
	}
	return nil
}

func driftOfStop(o *convert.Objects, _ options) string {
	switch was := convert.RunStrategyOf(o.VM); was {
	case kubevirtv1.RunStrategyAlways, kubevirtv1.RunStrategyRerunOnFailure, kubevirtv1.RunStrategyOnce:
		return fmt.Sprintf("%s becomes Halted, until virtualserver_start. A virtualserver resource that manages this server finds it changed, and its next plan starts it again.\n\n", was) +
			"To have it stay stopped, set power_state = \"stopped\" there, and leave the action out."
	}
	return ""
}

func restartOperation() operation {
	return operation{
		name: "restart", verb: "restart", doing: "restarting",
		text: "Restarts a running server: its guest is told to shut down, and a new instance starts with all changes that waited for a restart. A server that does not run is refused, and so is one with the run strategy `Halted` or `Once`.",
		own: map[string]schema.Attribute{
			"force": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "`true`: the guest is switched off at once, and loses what it has not written to its disks. Default: `false`, it has `termination_grace_period_seconds` of the server.",
			},
		},
		refuse:    restartRefused,
		rehearses: true,
		prepare: func(ctx context.Context, r *Resource, o *convert.Objects, _ *former, _ options, _ *progress) error {
			return r.awaitStarting(ctx, o)
		},
		ask: func(ctx context.Context, r *Resource, o *convert.Objects, with options) error {
			restart := kubevirtv1.RestartOptions{DryRun: with.dryRun}
			if with.force && len(with.dryRun) == 0 { // KubeVirt 1.8 deletes the pod, dry run or not
				restart.GracePeriodSeconds = ptr.To[int64](0)
			}
			return r.restart(ctx, o, restart)
		},
		until: "a new instance runs and is ready", goesOn: "The restart goes on by itself, and a later plan shows the server's status.",
		await: until("has not come back from its restart yet", isUp),
	}
}

func restartRefused(o *convert.Objects, _ options) *diagnostics.Failure {
	switch strategy := convert.RunStrategyOf(o.VM); {
	case strategy == kubevirtv1.RunStrategyHalted:
		return &diagnostics.Failure{Cause: "It is stopped: its run strategy is Halted.", Advice: "Start it with virtualserver_start."}
	case strategy == kubevirtv1.RunStrategyOnce:
		return &diagnostics.Failure{
			Cause:  "Its run strategy is Once: the cluster starts it one time, and nobody can start it again.",
			Advice: "Set run_strategy to Manual or Always for a server that is to be restarted, or have its guest reboot with virtualserver_soft_reboot.",
		}
	}
	if o.VMI == nil && !isStarting(o) {
		return notRunning()
	}
	return nil
}

func pauseOperation() operation {
	return pausing(operation{
		name: "pause", verb: "pause", doing: "pausing",
		text:  "Pauses a running server: its CPUs stand still, and it keeps its memory and its node. `virtualserver_unpause` has it go on.",
		until: "the guest stands still",
	}, pausingWords{there: "It is paused already.", late: "is not paused yet", done: "is paused"}, true,
		func(dryRun []string) any { return kubevirtv1.PauseOptions{DryRun: dryRun} })
}

func unpauseOperation() operation {
	return pausing(operation{
		name: "unpause", verb: "unpause", doing: "unpausing",
		text:  "Has a paused server go on.",
		until: "the guest goes on",
	}, pausingWords{there: "It is not paused.", late: "is still paused", done: "goes on"}, false,
		func(dryRun []string) any { return kubevirtv1.UnpauseOptions{DryRun: dryRun} })
}

// pausingWords say where a guest is that is there already, late, or done.
type pausingWords struct{ there, late, done string }

// pausing completes the operation after which a guest is paused, or is not.
func pausing(op operation, words pausingWords, paused bool, optionsOf func(dryRun []string) any) operation {
	op.refuse = func(o *convert.Objects, _ options) *diagnostics.Failure {
		if o.VMI == nil || !o.VMI.IsRunning() {
			return notRunning()
		}
		if isPaused(o) == paused {
			return &diagnostics.Failure{Cause: words.there, Advice: "There is nothing to do: leave the action out."}
		}
		return nil
	}
	op.rehearses = true
	op.ask = func(ctx context.Context, r *Resource, o *convert.Objects, with options) error {
		return r.operate(ctx, o, machine.OfInstance, op.name, optionsOf(with.dryRun))
	}
	op.goesOn = "KubeVirt has accepted it: it may still come into effect."
	op.await = until(words.late, func(o *convert.Objects, _ former, _ options) string {
		if isPaused(o) == paused && convert.HasCondition(o.VM, kubevirtv1.VirtualMachinePaused) == paused {
			return words.done
		}
		return ""
	})
	return op
}

func softRebootOperation() operation {
	return operation{
		name: "soft_reboot", verb: "reboot", doing: "asking the guest to reboot",
		text:   "Has the guest of a running server reboot by itself, through its agent or ACPI. The instance stays, so that no change that waits for a restart takes effect. The action ends when the guest has been asked: the cluster does not tell what it does then.",
		refuse: rebootRefused,
		ask: func(ctx context.Context, r *Resource, o *convert.Objects, _ options) error {
			return r.reboot(ctx, o)
		},
	}
}

// until waits until done returns what there is to say at the end.
func until(late string, done func(o *convert.Objects, before former, with options) string) func(context.Context, *Resource, *convert.Objects, former, options, *progress) error {
	return func(ctx context.Context, r *Resource, o *convert.Objects, before former, with options, p *progress) error {
		was := o.VM.Status.PrintableStatus
		return r.awaitThat(ctx, o, convert.FromObjects(*o, nil), late, func(o *convert.Objects, _ *cdiv1.DataVolume) (bool, error) {
			if end := done(o, before, with); end != "" {
				p.say(end)
				return true, nil
			}
			if now := o.VM.Status.PrintableStatus; now != was { // what it was before tells nothing
				was = ""
				p.say("status " + string(now))
			}
			return false, nil
		})
	}
}

// isUp tells whether another instance than the one before is where a start
// leads to.
func isUp(o *convert.Objects, before former, with options) string {
	if o.VMI == nil || o.VMI.UID == before.instance {
		return ""
	}
	paused := with.paused
	if template := o.VM.Spec.Template; template != nil {
		paused = paused || ptr.Deref(template.Spec.StartStrategy, "") == kubevirtv1.StartStrategyPaused
	}
	switch {
	case o.VMI.Status.Phase == kubevirtv1.Succeeded:
		return "has run to its end"
	case paused && isPaused(o):
		return "is started, and paused"
	case !paused && ready(o.VM) && o.VMI.IsRunning():
		return "is ready"
	}
	return ""
}

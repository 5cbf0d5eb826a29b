package virtualserver

import (
	"context"
	"errors"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/utils/ptr"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
)

// start starts a stopped server: one with a run strategy to go back to by that,
// another by KubeVirt's own operation. It does not wait until the guest runs.
func (r *Resource) start(ctx context.Context, o *convert.Objects, options kubevirtv1.StartOptions) error {
	if len(options.DryRun) == 0 {
		// KubeVirt refuses to start a guest that is still stopping, and does not
		// start it either when it is given RerunOnFailure meanwhile.
		if err := r.awaitStopping(ctx, o, convert.Server{}); err != nil {
			return err
		}
	}
	if was := convert.RememberedStrategy(o.VM); was != "" && !options.Paused {
		return r.setStrategy(ctx, o, was, "", options.DryRun)
	}
	return r.operate(ctx, o, machine.OfMachine, "start", options)
}

// stop stops a running server, and notes the run strategy of one that would be
// started again. It does not wait until the guest has stopped.
func (r *Resource) stop(ctx context.Context, o *convert.Objects, options kubevirtv1.StopOptions) error {
	if len(options.DryRun) == 0 {
		// A start that KubeVirt has not done yet would undo the run strategy Halted.
		if err := r.awaitRequestsOf(ctx, o); err != nil {
			return err
		}
	}
	switch was := convert.RunStrategyOf(o.VM); was {
	case kubevirtv1.RunStrategyAlways, kubevirtv1.RunStrategyRerunOnFailure, kubevirtv1.RunStrategyOnce:
		// KubeVirt would forget Always and Once, and start a RerunOnFailure
		// server again with the next apply.
		if err := r.setStrategy(ctx, o, kubevirtv1.RunStrategyHalted, was, options.DryRun); err != nil || options.GracePeriod == nil {
			return err
		}
	}
	err := r.operate(ctx, o, machine.OfMachine, "stop", options)
	if apierrors.IsConflict(err) && convert.RunStrategyOf(o.VM) == kubevirtv1.RunStrategyHalted && options.GracePeriod != nil {
		return nil // it ends without being told again
	}
	return err
}

// restart stops the guest and starts it again, as the machine is now. It does
// not wait for either.
func (r *Resource) restart(ctx context.Context, o *convert.Objects, options kubevirtv1.RestartOptions) error {
	if len(options.DryRun) == 0 {
		// Between two guests KubeVirt says that the server does not run.
		if err := r.awaitRequestsOf(ctx, o); err != nil {
			return err
		}
	}
	return r.operate(ctx, o, machine.OfMachine, "restart", options)
}

// isStarting tells of a server whose guest is not there yet, and comes by itself.
func isStarting(o *convert.Objects) bool {
	return o.VMI == nil && convert.PowerOf(o.VM, nil) != convert.PowerStopped
}

// awaitStarting waits until a guest is there that is about to start: before that KubeVirt
// says that the server does not run.
func (r *Resource) awaitStarting(ctx context.Context, o *convert.Objects) error {
	if !isStarting(o) {
		return nil
	}
	return r.awaitThat(ctx, o, convert.Server{}, "is not started yet", func(o *convert.Objects, _ *cdiv1.DataVolume) (bool, error) {
		return !isStarting(o), nil
	})
}

// migrate moves the guest to another node while it runs. It does not wait for that.
func (r *Resource) migrate(ctx context.Context, o *convert.Objects, options kubevirtv1.MigrateOptions) error {
	return r.operate(ctx, o, machine.OfMachine, "migrate", options)
}

// reboot asks the guest to reboot by itself. Nothing tells what it does then.
func (r *Resource) reboot(ctx context.Context, o *convert.Objects) error {
	return r.operate(ctx, o, machine.OfInstance, "softreboot", nil)
}

// rebootRefused says what speaks against asking the guest to reboot.
func rebootRefused(o *convert.Objects, _ options) *diagnostics.Failure {
	if o.VMI == nil || !o.VMI.IsRunning() {
		return notRunning()
	}
	if isPaused(o) {
		return &diagnostics.Failure{Cause: "It is paused: its guest cannot reboot.", Advice: "Have it go on first, with virtualserver_unpause or power_state."}
	}
	if features := o.VMI.Spec.Domain.Features; convert.InstanceCondition(o.VMI, kubevirtv1.VirtualMachineInstanceAgentConnected, corev1.ConditionTrue) == nil &&
		features != nil && !ptr.Deref(features.ACPI.Enabled, true) {
		return &diagnostics.Failure{
			Cause:  "Nothing can ask its guest to reboot: no guest agent is connected, and ACPI is off.",
			Advice: "Install qemu-guest-agent in the guest, or turn features.acpi on. A restart needs neither.",
		}
	}
	return nil
}

func notRunning() *diagnostics.Failure {
	return &diagnostics.Failure{Cause: "It does not run.", Advice: "Start it first."}
}

// setStrategy writes the run strategy, and the one to remember.
func (r *Resource) setStrategy(ctx context.Context, o *convert.Objects, strategy, remembered kubevirtv1.VirtualMachineRunStrategy, dryRun []string) error {
	var options []client.PatchOption
	if len(dryRun) > 0 {
		options = append(options, client.DryRunAll)
	}
	written, err := r.changeMachine(ctx, o.VM, func(vm *kubevirtv1.VirtualMachine) error {
		vm.Spec.Running, vm.Spec.RunStrategy = nil, &strategy
		setAnnotation(vm, convert.AnnotationRunStrategy, string(remembered))
		return nil
	}, options...)
	if err == nil && len(dryRun) == 0 {
		o.VM = written
	}
	return err
}

// operate calls an operation of KubeVirt. One that is under way is waited out.
func (r *Resource) operate(ctx context.Context, o *convert.Objects, of, verb string, options any) error {
	return machine.Operate(ctx, r.data.Client, o.VM, of, verb, options)
}

// wordAgainst is KubeVirt's own word against an operation, nil when err is something
// else: a missing permission, a cluster that does not answer.
func wordAgainst(err error) *diagnostics.Failure {
	var failure *diagnostics.Failure
	if err == nil || errors.As(err, &failure) {
		return failure
	}
	text := err.Error()
	_, denied, byWebhook := strings.Cut(text, "denied the request: ")
	switch {
	case byWebhook:
		text = denied
	case apierrors.IsNotFound(err) && !kube.IsMissingAPI(err):
		return &diagnostics.Failure{Cause: "It does not run: it ended just now.", Advice: "Start it first."}
	case apierrors.IsConflict(err) && !strings.Contains(text, "the object has been modified"),
		apierrors.IsForbidden(err) && !strings.Contains(text, "cannot"): // a missing permission says who cannot do what
		for _, frame := range []string{`": `, `" is forbidden: `} {
			if _, said, ok := strings.Cut(text, frame); ok {
				text = said
				break
			}
		}
	default:
		return nil
	}
	return &diagnostics.Failure{
		Cause:  "KubeVirt refuses it: " + strings.TrimSuffix(strings.TrimSpace(text), ".") + ".",
		Advice: "Remove that cause, then try again.",
	}
}

package attachment

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

const (
	evidenceTimeout = 5 * time.Second
	// again is how long to wait before an operation that others came in the way of.
	again = 500 * time.Millisecond
)

// isUp tells of a guest that runs, and is not on its way out.
func isUp(vmi *kubevirtv1.VirtualMachineInstance) bool {
	return vmi != nil && vmi.IsRunning() && vmi.DeletionTimestamp == nil
}

// bring waits until the guest that runs has the device, and does what that takes. A
// guest that gets it at its next start only is left alone, unless it may be restarted.
// Its error is a *diagnostics.Failure, a *waiting.Late when time is up, else ctx's.
func (r *Resource[M, P]) bring(ctx context.Context, s *server, plan M, leave func()) error {
	c, device := P(&plan).Common(), P(&plan).Device()
	if live := convert.DeviceOf(s.vm, r.mark, device.Name()); live != nil {
		device = *live
	}
	if err := r.refresh(ctx, s); err != nil {
		return err
	}
	if !machine.Runs(s.vmi) && !(r.restarts(&plan) && willRun(s.vm)) {
		return nil
	}
	how, err := r.situationOf(ctx, *s, device)
	created := c.Wait != nil && c.Wait.Until.ValueString() == waiting.Created && !r.restarts(&plan)
	switch {
	case err != nil:
		return err
	case created && how.subresource: // nobody else plugs it in
		return r.awaitPlugged(ctx, s, device, how, graceOf(c), func() bool { return convert.HoldsVolume(s.vmi, device.Name()) })
	case created:
		return nil
	case how.live:
		return r.awaitPlugged(ctx, s, device, how, graceOf(c), func() bool { return convert.HasDevice(s.vmi, device) })
	case !r.restarts(&plan):
		return nil
	}
	err = r.restartUntil(ctx, s, machineOf(c), leave, func(now server) bool { return convert.WillHaveDevice(now.vmi, device) })
	var refused *refusal
	switch {
	case errors.As(err, &refused):
		return &diagnostics.Failure{
			Cause:     "It needs a restart, and " + refused.reason + ".",
			Advice:    "Remove restart to have it wait for the next start, or choose another run strategy.",
			Attribute: path.Root("restart"),
		}
	case err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		r.reread(context.WithoutCancel(ctx), s) // others may have watched the restart
		late := &waiting.Late{Where: "is not in the guest yet", Condition: r.lastKnown(context.WithoutCancel(ctx), *s, device)}
		if !isUp(s.vmi) {
			late.Advice = "The server is not running. Remove what keeps it from starting: it then starts, and has it."
		}
		return late
	}
	return err
}

func graceOf(c *convert.Attached) grace {
	written := types.StringNull()
	if c.Wait != nil {
		written = c.Wait.FailureGrace
	}
	return grace{time: waiting.Grace(written)}
}

// grace is how long a failure is borne with.
type grace struct {
	time  time.Duration
	since time.Time // of the failure
}

// isOver tells whether a failure has lasted for it; else again says when to look again,
// which without a failure is when something happens.
func (g *grace) isOver(fails bool) (again kube.Verdict, over bool) {
	if !fails {
		g.since = time.Time{}
		return again, false
	}
	if g.since.IsZero() {
		g.since = time.Now()
	}
	again.Again = max(g.time-time.Since(g.since), 0)
	return again, again.Again == 0
}

// awaitPlugged watches the instance until done says so, or it is gone. Where nobody
// else does so, it plugs the device in.
func (r *Resource[M, P]) awaitPlugged(ctx context.Context, s *server, d convert.AttachedDevice, how situation, bear grace, done func() bool) error {
	err := r.await(ctx, s, func() (kube.Verdict, error) {
		switch {
		case s.vm == nil || convert.DeviceOf(s.vm, r.mark, d.Name()) == nil:
			return kube.Verdict{}, &diagnostics.Failure{Cause: "Somebody detached it, or deleted the server, meanwhile.", Advice: "Plan and apply again."}
		case !machine.Runs(s.vmi), s.vmi.DeletionTimestamp != nil, done():
			return kube.Verdict{Done: true}, nil
		case how.subresource && isUp(s.vmi) && !convert.HoldsVolume(s.vmi, d.Name()):
			return r.plug(ctx, s, d)
		}
		message := r.trouble(ctx, s.vmi, d)
		if again, over := bear.isOver(message != ""); !over {
			return again, nil
		}
		return kube.Verdict{}, &diagnostics.Failure{
			Cause:     "The guest cannot have it: " + message,
			Condition: r.lastKnown(context.WithoutCancel(ctx), *s, d),
			Advice:    "It is part of the server: remove the cause, and it is attached without further ado.",
		}
	})
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &waiting.Late{Where: "is not in the guest yet", Condition: r.lastKnown(context.WithoutCancel(ctx), *s, d)}
	}
	return err
}

// release watches the instance until it has let the device go, or need not any more.
// Where nobody else does so, it plugs the device out. It returns why the instance keeps
// it where KubeVirt has not gone on for the grace.
func (r *Resource[M, P]) release(ctx context.Context, s *server, d convert.AttachedDevice, how situation, bear grace, isOver func(now server) bool) (keeps keeping, err error) {
	err = r.await(ctx, s, func() (kube.Verdict, error) {
		keeps = keeping{}
		switch {
		case !holds(*s, d), isOver(*s):
			return kube.Verdict{Done: true}, nil
		case how.subresource && isUp(s.vmi) && convert.InstanceDevice(s.vmi, d.Kind, d.Name()) != nil:
			return r.unplug(ctx, s, d, isOver)
		}
		why := stalled(s.vmi, d)
		if again, over := bear.isOver(why != ""); !over {
			return again, nil
		}
		keeps = keeping{until: "for now", why: why}
		return kube.Verdict{Done: true}, nil
	})
	return keeps, timeUp(ctx, err, func() string {
		return "the guest has not let it go yet. " + r.lastKnown(context.WithoutCancel(ctx), *s, d)
	})
}

// stalled says what keeps KubeVirt from plugging the device out, "" when nothing is
// known to. A destroy that waited for it could keep the server's own from beginning.
func stalled(vmi *kubevirtv1.VirtualMachineInstance, d convert.AttachedDevice) string {
	status := convert.VolumeStatusOf(vmi, d.Name())
	switch {
	case vmi.DeletionTimestamp != nil:
		return ""
	case !vmi.IsRunning():
		return fmt.Sprintf("the phase of its instance is %q, and KubeVirt plugs nothing out of a guest that does not run", vmi.Status.Phase)
	case status != nil && (status.Phase == kubevirtv1.HotplugVolumeUnMounted || status.Phase == kubevirtv1.HotplugVolumeDetaching):
		return fmt.Sprintf("the guest has let it go, but KubeVirt has not ended that (%s), as when another volume of the server is missing", status.Phase)
	}
	return ""
}

// await watches machine and instance, keeping s current; the machine is nil once it is
// another one.
func (r *Resource[M, P]) await(ctx context.Context, s *server, check func() (kube.Verdict, error)) error {
	uid := s.vm.UID
	return r.data.Client.Await(ctx, s.watched(), func(now []client.Object) (kube.Verdict, error) {
		s.vm, s.vmi = nil, nil
		if vm, ok := now[0].(*kubevirtv1.VirtualMachine); ok && vm.UID == uid {
			s.vm = vm
			s.vmi, _ = now[1].(*kubevirtv1.VirtualMachineInstance)
		}
		return check()
	})
}

// plug has KubeVirt plug the device into the instance. It is part of the machine
// already, so that being cut off before this loses nothing.
func (r *Resource[M, P]) plug(ctx context.Context, s *server, d convert.AttachedDevice) (kube.Verdict, error) {
	never := func(server) bool { return false }
	return r.operate(ctx, s, never, "addvolume", kubevirtv1.AddVolumeOptions{Name: d.Name(), Disk: d.Disk, VolumeSource: &kubevirtv1.HotplugVolumeSource{
		PersistentVolumeClaim: d.Volume.PersistentVolumeClaim, DataVolume: d.Volume.DataVolume,
	}})
}

func (r *Resource[M, P]) unplug(ctx context.Context, s *server, d convert.AttachedDevice, isOver func(now server) bool) (kube.Verdict, error) {
	return r.operate(ctx, s, isOver, "removevolume", kubevirtv1.RemoveVolumeOptions{Name: d.Name()})
}

// operate calls an operation of the instance. KubeVirt answers a conflict while it does
// not run, and what a failed test of its own patch is answered when somebody else changes
// it at the same time: then it is looked at again. What has become needless is left.
func (r *Resource[M, P]) operate(ctx context.Context, s *server, isOver func(now server) bool, verb string, options any) (kube.Verdict, error) {
	unlock, err := r.data.Machines.Lock(ctx, client.ObjectKeyFromObject(s.vm))
	if err != nil {
		return kube.Verdict{}, err
	}
	defer unlock()
	if isOver(*s) {
		return kube.Verdict{Done: true}, nil
	}
	err = machine.Operate(ctx, r.data.Client, s.vm, machine.OfInstance, verb, options)
	if ctx.Err() == nil {
		s.answer = err
	}
	switch {
	case err == nil:
		return kube.Verdict{Again: again}, nil // the watch tells before that
	case apierrors.IsConflict(err), isGone(err), apierrors.IsInternalError(err), kube.DoesNotApply(err):
		return kube.Verdict{Again: again}, nil
	}
	return kube.Verdict{}, err
}

// trouble says what keeps the instance from having the device, "" when nothing is known
// to.
func (r *Resource[M, P]) trouble(ctx context.Context, vmi *kubevirtv1.VirtualMachineInstance, d convert.AttachedDevice) string {
	status := convert.VolumeStatusOf(vmi, d.Name())
	if status == nil || status.Phase != kubevirtv1.VolumePending && status.Phase != kubevirtv1.VolumeBound {
		return ""
	}
	if api, err := r.data.Client.API(ctx); err == nil {
		dv := &cdiv1.DataVolume{}
		if found, err := kube.Find(ctx, api, vmi.Namespace, d.Claim(), dv); err == nil && found {
			if message, _ := datavolume.Failure(dv, datavolume.ImportRestarts); message != "" {
				return fmt.Sprintf("the content of DataVolume %q cannot be imported: %s", dv.Name, message)
			}
			return "" // it is on its way
		}
	}
	switch {
	case status.Reason == reasonNoClaim:
		return fmt.Sprintf("there is no claim %q.", d.Claim())
	case strings.HasSuffix(status.Message, string(corev1.ClaimLost)):
		return fmt.Sprintf("the volume of claim %q is lost.", d.Claim())
	}
	return ""
}

// reasonNoClaim is what KubeVirt says of a volume whose claim does not exist.
const reasonNoClaim = "FailedPvcNotFound"

// lastKnown describes the device for an error.
func (r *Resource[M, P]) lastKnown(ctx context.Context, s server, d convert.AttachedDevice) string {
	if s.vm == nil {
		return "The server is gone."
	}
	text, names := "The instance says nothing of it.", []string{s.vm.Name}
	if status := convert.VolumeStatusOf(s.vmi, d.Name()); status != nil {
		text = "Last known phase: " + string(status.Phase) + "."
		if status.Message != "" {
			text += fmt.Sprintf("\n  %s (%s)", status.Message, status.Reason)
		}
		if status.HotplugVolume != nil && status.HotplugVolume.AttachPodName != "" {
			names = append(names, status.HotplugVolume.AttachPodName)
		}
	}
	if s.answer != nil {
		text += "\nKubeVirt's last answer: " + s.answer.Error()
	}
	ctx, cancel := context.WithTimeout(ctx, evidenceTimeout)
	defer cancel()
	if !isUp(s.vmi) {
		phase := "there is no instance"
		if s.vmi != nil {
			phase = fmt.Sprintf("the phase of its instance is %q", s.vmi.Status.Phase)
		}
		text += "\nThe server is not running: " + phase + "."
		names = append(names, r.launchers(ctx, s.vmi)...)
	}
	return text + r.data.Client.RecentWarnings(ctx, s.vm.Namespace, names...)
}

// reread brings s up to date for an error, as far as it can be read.
func (r *Resource[M, P]) reread(ctx context.Context, s *server) {
	ctx, cancel := context.WithTimeout(ctx, evidenceTimeout)
	defer cancel()
	if api, err := r.data.Client.API(ctx); err == nil && s.vm != nil {
		now := server{vm: s.vm, answer: s.answer}
		if now.readInstance(ctx, api) == nil {
			*s = now
		}
	}
}

// launchers names the pods that an instance runs in, none where they may not be listed.
func (r *Resource[M, P]) launchers(ctx context.Context, vmi *kubevirtv1.VirtualMachineInstance) (names []string) {
	api, err := r.data.Client.API(ctx)
	if err != nil || vmi == nil {
		return nil
	}
	pods, err := machine.Launchers(ctx, api, vmi)
	if err != nil {
		return nil
	}
	for _, pod := range pods {
		names = append(names, pod.Name)
	}
	return names
}

// outcome is how a create or an update of the attachment ends.
func (r *Resource[M, P]) outcome(verb string, c *convert.Attached) waiting.Outcome {
	out := waiting.Outcome{Subject: r.subject(c), Verb: verb, Written: "It is part of the server", Strict: c.Wait != nil && c.Wait.OnTimeout.ValueString() == waiting.Fail}
	if verb == "create" {
		out.Kept = "It is part of the server, and Terraform has marked it tainted: the next apply detaches it and attaches it again. Its content stays."
	}
	return out
}

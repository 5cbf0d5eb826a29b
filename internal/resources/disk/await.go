package disk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	corev1 "k8s.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

const (
	defaultFailureGrace = time.Minute
	eventTimeout        = 5 * time.Second
	maxWarnings         = 5

	// lastReadTimeout bounds what is read after an operation, also an interrupted one.
	lastReadTimeout = 30 * time.Second
)

// slow is a wait that ran out of time without anything being wrong.
type slow struct{ condition string }

func (s *slow) Error() string { return "time is up, and it is not ready yet" }

// await waits for what the configuration asks an apply to wait for.
func (r *Resource) await(ctx context.Context, o *convert.DiskObjects, m convert.VirtualDisk) error {
	if m.Wait != nil && m.Wait.Until.ValueString() == waitCreated {
		return nil
	}
	return r.awaitReady(ctx, o, m)
}

// awaitReady watches the disk until a server can use it, keeping o current. Its error
// is a *diagnostics.Failure when the import keeps failing, a *slow when time is up,
// else ctx's.
func (r *Resource) awaitReady(ctx context.Context, o *convert.DiskObjects, m convert.VirtualDisk) error {
	grace, restarts := patience(m)
	var since time.Time // of the failure
	err := r.data.Client.Await(ctx, watched(m), func(now []client.Object) (kube.Verdict, error) {
		o.DataVolume, _ = now[0].(*cdiv1.DataVolume)
		o.Claim, _ = now[1].(*corev1.PersistentVolumeClaim)
		switch {
		case o.DataVolume == nil && o.Claim == nil:
			return kube.Verdict{}, &diagnostics.Failure{Cause: "Somebody deleted the disk meanwhile.", Advice: "Apply again to make a new one."}
		case o.DataVolume != nil && o.DataVolume.Status.Phase == cdiv1.Succeeded && o.Claim != nil && o.Claim.Status.Phase == corev1.ClaimPending:
			return kube.Verdict{}, nil // news of the claim are on their way: it is bound
		case convert.DiskReady(*o, m.BindImmediately.ValueBool()):
			return kube.Verdict{Done: true}, nil
		case o.DataVolume == nil:
			return kube.Verdict{}, nil
		case o.DataVolume.Status.Phase == cdiv1.UploadReady && m.Source != nil && m.Source.Upload != nil:
			return kube.Verdict{Done: true}, nil // the rest is somebody else's
		case o.DataVolume.Status.Phase == cdiv1.Failed:
			return kube.Verdict{}, failed("CDI gave up.")
		}
		message, final := datavolume.Failure(o.DataVolume, restarts)
		if message == "" {
			// While it fails, the phase goes back and forth: a moment without a
			// failure does not begin the grace anew.
			return kube.Verdict{}, nil
		}
		if since.IsZero() {
			since = time.Now()
		}
		if left := grace - time.Since(since); left > 0 && !final {
			return kube.Verdict{Again: left}, nil
		}
		return kube.Verdict{}, failed(message)
	})
	var failure *diagnostics.Failure
	switch {
	case errors.As(err, &failure):
		failure.Condition = r.lastKnown(context.WithoutCancel(ctx), *o)
		return failure
	case err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &slow{r.lastKnown(context.WithoutCancel(ctx), *o)}
	}
	return err
}

func failed(message string) error {
	return &diagnostics.Failure{
		Cause:  "The disk's content cannot be made: " + message,
		Advice: "Correct source, or make available what it names.",
	}
}

func patience(m convert.VirtualDisk) (grace time.Duration, restarts int32) {
	grace, restarts = defaultFailureGrace, datavolume.ImportRestarts
	if m.Wait == nil {
		return grace, restarts
	}
	if d, err := time.ParseDuration(m.Wait.FailureGrace.ValueString()); err == nil {
		grace = d
	}
	if n := m.Wait.ImportRestarts.ValueInt64(); n > 0 {
		restarts = int32(n) //nolint:gosec // the schema's limit is below
	}
	return grace, restarts
}

// lastKnown describes the disk for an error.
func (r *Resource) lastKnown(ctx context.Context, o convert.DiskObjects) string {
	if o.DataVolume == nil {
		return ""
	}
	text := fmt.Sprintf("Last known phase: %s.", o.DataVolume.Status.Phase)
	if n := o.DataVolume.Status.RestartCount; n > 0 {
		text += fmt.Sprintf(" It was tried again %d times.", n)
	}
	for _, c := range o.DataVolume.Status.Conditions {
		if c.Status == corev1.ConditionFalse && c.Message != "" {
			text += fmt.Sprintf("\n  %s: %s (%s)", c.Type, c.Message, c.Reason)
		}
	}
	if o.Claim != nil {
		text += fmt.Sprintf("\n  Claim: %s", o.Claim.Status.Phase)
	}
	ctx, cancel := context.WithTimeout(ctx, eventTimeout)
	defer cancel()
	// The claim has the DataVolume's name.
	if events, err := r.data.Client.EventsOf(ctx, o.DataVolume.Namespace, o.DataVolume.Name); err == nil {
		if lines := kube.WarningLines(events, maxWarnings); len(lines) > 0 {
			text += "\nRecent events:\n" + strings.Join(lines, "\n")
		}
	}
	return text
}

// outcome turns the end of a create or update into diagnostics. Being slow is a
// warning: nothing is ever destroyed for it.
func outcome(ctx context.Context, verb string, m convert.VirtualDisk, err error) diag.Diagnostics {
	var diags diag.Diagnostics
	if err == nil {
		return diags
	}
	who := subject(m)
	keep, next := "", " The next apply goes on from there."
	if verb == "create" {
		keep = "\n\nThe disk exists, and Terraform has marked it tainted: the next apply replaces it. To keep it, remove the cause and run \"terraform untaint <address>\" before the next apply."
		next = ""
	}
	var late *slow
	var failure *diagnostics.Failure
	switch {
	case errors.As(err, &late) && m.Wait != nil && m.Wait.OnTimeout.ValueString() == timeoutFail:
		diags.AddError(who.Summary(verb), "It exists, but "+late.Error()+".\n\n"+late.condition+"\n\nGive it more time with timeouts."+keep)
	case errors.As(err, &late):
		diags.AddWarning(fmt.Sprintf("Disk %q is not ready yet", who.Name),
			"It exists, but "+late.Error()+".\n\n"+late.condition+"\n\nNothing is lost: it goes on by itself, and a later plan shows its status. Give it more time with timeouts.")
	case ctx.Err() != nil && !errors.As(err, &failure):
		diags.AddError(who.Summary(verb), "The operation was interrupted. What exists so far is in the state."+next+keep)
	default:
		failure = diagnostics.ToFailure(err)
		failure.Advice += keep
		diags.Append(who.Error(verb, failure))
	}
	return diags
}

package disk

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// lastReadTimeout bounds what is read after an operation, also an interrupted one.
const lastReadTimeout = 30 * time.Second

// await waits for what the configuration asks an apply to wait for.
func (r *Resource) await(ctx context.Context, o *convert.DiskObjects, m convert.VirtualDisk) error {
	if m.Wait != nil && m.Wait.Until.ValueString() == waiting.Created {
		return nil
	}
	return r.awaitReady(ctx, o, m)
}

// awaitReady watches the disk until a server can use it, keeping o current. Its error
// is a *diagnostics.Failure when the import keeps failing, a *waiting.Late when time is up,
// else ctx's.
func (r *Resource) awaitReady(ctx context.Context, o *convert.DiskObjects, m convert.VirtualDisk) error {
	grace, restarts := m.Wait.Failures()
	patience := datavolume.NewPatience(r.data.Client, grace, restarts)
	err := r.data.Client.Await(ctx, watched(m), func(now []client.Object) (kube.Verdict, error) {
		o.DataVolume, _ = now[0].(*cdiv1.DataVolume)
		o.Claim, _ = now[1].(*corev1.PersistentVolumeClaim)
		switch {
		case o.DataVolume == nil && o.Claim == nil:
			return kube.Verdict{}, &diagnostics.Failure{Cause: "Somebody deleted the disk meanwhile.", Advice: "Apply again to make a new one."}
		case o.DataVolume != nil && o.DataVolume.Status.Phase == cdiv1.Succeeded && o.Claim != nil && o.Claim.Status.Phase == corev1.ClaimPending:
			return kube.Verdict{}, nil // news of the claim are on their way: it is bound
		case convert.DiskReady(*o, m.BindImmediately.ValueBool()):
			return kube.Verdict{Done: o.Claim != nil}, nil // there is one: news of it may be on their way too
		case o.DataVolume == nil:
			return kube.Verdict{}, nil
		case o.DataVolume.Status.Phase == cdiv1.UploadReady && m.Source != nil && m.Source.Upload != nil:
			return kube.Verdict{Done: true}, nil // the rest is somebody else's
		case o.DataVolume.Status.Phase == cdiv1.Failed:
			return kube.Verdict{}, failed("CDI gave up.")
		}
		again, message := patience.Bear(ctx, o.DataVolume)
		if message != "" {
			return again, failed(message)
		}
		return again, nil
	})
	var failure *diagnostics.Failure
	switch {
	case errors.As(err, &failure):
		failure.Condition = r.lastKnown(context.WithoutCancel(ctx), *o)
		return failure
	case err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &waiting.Late{Where: "is not ready yet", Condition: r.lastKnown(context.WithoutCancel(ctx), *o)}
	}
	return err
}

func failed(message string) error {
	return &diagnostics.Failure{
		Cause:  "The disk's content cannot be made: " + message,
		Advice: "Correct source or storage class, or make available what they name.",
	}
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
	// The claim has the DataVolume's name.
	return text + r.data.Client.RecentWarnings(ctx, o.DataVolume.Namespace, o.DataVolume.Name)
}

// outcome is how a create or an update of the disk ends.
func outcome(verb string, m convert.VirtualDisk) waiting.Outcome {
	out := waiting.Outcome{Subject: subject(m), Verb: verb, Written: "It exists", Strict: m.Wait != nil && m.Wait.OnTimeout.ValueString() == waiting.Fail}
	if verb == "create" {
		out.Kept = datavolume.Kept("disk", m.OnDestroy.ValueString() == convert.OnDestroyRetain)
	}
	return out
}

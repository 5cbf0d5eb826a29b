package image

import (
	"context"
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// goal is what is waited for; the zero value is an image that is ready.
type goal struct {
	toUpload bool  // until it can be uploaded to
	uploaded bool  // it was uploaded to, and the upload server had restarted so often
	restarts int32 // before
}

// await watches the image until it is as wanted, keeping o current. Its error is a
// *diagnostics.Failure when the import keeps failing, a *waiting.Late when time is up, else
// ctx's.
func (r *Resource) await(ctx context.Context, o *convert.ImageObjects, m convert.Image, w goal) error {
	if m.Wait != nil && m.Wait.Until.ValueString() == waiting.Created && w == (goal{}) {
		return nil
	}
	grace, restarts := m.Wait.Failures()
	watch := watch{o: o, m: m, goal: w, patience: datavolume.NewPatience(r.data.Client, grace, restarts)}
	var err error
	// A schedule's next import has another name.
	for watch.again = true; watch.again && err == nil; {
		watch.content = m.Name.ValueString()
		if m.Schedule != nil {
			watch.content = importOf(o.Cron)
		}
		watch.again = false
		err = r.data.Client.Await(ctx, watched(m, watch.content), func(now []client.Object) (kube.Verdict, error) { return watch.check(ctx, now) })
	}
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

// watch is one wait for an image.
type watch struct {
	goal
	o       *convert.ImageObjects
	m       convert.Image
	content string // name of DataVolume and claim
	again   bool   // it is another one now

	patience datavolume.Patience
}

func (w *watch) check(ctx context.Context, now []client.Object) (kube.Verdict, error) {
	keep(w.o, now)
	switch {
	case w.o.Anchor() == nil, w.m.Schedule != nil && w.o.Cron == nil:
		return kube.Verdict{}, &diagnostics.Failure{Cause: "Somebody deleted the image meanwhile.", Advice: "Apply again to make a new one."}
	case w.m.Schedule != nil && importOf(w.o.Cron) != w.content:
		w.again, w.patience = true, w.patience.Anew()
		return kube.Verdict{Done: true}, nil
	case isReady(*w.o) && !w.toUpload:
		return kube.Verdict{Done: true}, nil
	case w.o.DataVolume == nil:
		return kube.Verdict{}, nil
	}
	switch phase := w.o.DataVolume.Status.Phase; {
	case phase == cdiv1.UploadReady && (w.toUpload || w.m.UploadOf() != nil && !w.m.Uploads()):
		return kube.Verdict{Done: true}, nil // the rest is somebody else's
	case phase == cdiv1.Failed:
		return kube.Verdict{}, failed(w.m, "CDI gave up.")
	case w.uploaded && w.o.DataVolume.Status.RestartCount > w.goal.restarts:
		return kube.Verdict{}, failed(w.m, "What was uploaded could not be used: "+runningMessage(w.o.DataVolume))
	case w.toUpload && phase == cdiv1.Succeeded:
		return kube.Verdict{}, failed(w.m, "Somebody else has uploaded already.")
	}
	again, message := w.patience.Bear(ctx, w.o.DataVolume)
	if message != "" {
		return again, failed(w.m, message)
	}
	return again, nil
}

// isReady tells whether the image can be cloned, and is the newest that CDI found. Each
// watch tells its own part.
func isReady(o convert.ImageObjects) bool {
	if o.Cron != nil {
		if newest, _ := convert.CronUpToDate(o.Cron); !newest {
			return false
		}
	}
	return convert.ImageReady(o) && (o.DataVolume == nil || o.DataVolume.Status.Phase == cdiv1.Succeeded)
}

func failed(m convert.Image, message string) error {
	advice := "Correct source, or make the server it names answer."
	if m.UploadOf() != nil {
		advice = "Check that the file is a disk image, and that the image's size is large enough for it."
	}
	return &diagnostics.Failure{Cause: "The image's content cannot be imported: " + message, Advice: advice}
}

func runningMessage(dv *cdiv1.DataVolume) string {
	for _, c := range dv.Status.Conditions {
		if c.Type == cdiv1.DataVolumeRunning {
			return c.Message
		}
	}
	return ""
}

// lastKnown describes the image for an error.
func (r *Resource) lastKnown(ctx context.Context, o convert.ImageObjects) string {
	var lines []string
	if o.Cron != nil {
		_, message := convert.CronUpToDate(o.Cron)
		lines = append(lines, "The schedule says: "+message+".")
		if importOf(o.Cron) == "" {
			lines = append(lines, fmt.Sprintf("CDI has not found an image yet. Its pollers are Jobs in CDI's own namespace: kubectl get pods -A -l %s", labelPoller))
		}
	}
	if o.DataVolume != nil {
		lines = append(lines, fmt.Sprintf("Last known phase: %s.", o.DataVolume.Status.Phase))
		for _, c := range o.DataVolume.Status.Conditions {
			if c.Status == corev1.ConditionFalse && c.Message != "" {
				lines = append(lines, fmt.Sprintf("  %s: %s (%s)", c.Type, c.Message, c.Reason))
			}
		}
	}
	if o.Claim != nil {
		lines = append(lines, fmt.Sprintf("  Claim: %s", o.Claim.Status.Phase))
	}
	events := ""
	if anchor := o.Anchor(); anchor != nil {
		names := []string{anchor.GetName()}
		if o.DataVolume != nil && o.DataVolume.Name != names[0] {
			names = append(names, o.DataVolume.Name)
		}
		events = r.data.Client.RecentWarnings(ctx, anchor.GetNamespace(), names...)
	}
	return strings.Join(lines, "\n") + events
}

// labelPoller is on the pods by which CDI looks for newer images.
const labelPoller = "cdi.kubevirt.io/dataImportCronPoller"

// outcome is how a create or an update of the image ends. What is uploaded by this
// provider goes on by itself never.
func outcome(verb string, m convert.Image) waiting.Outcome {
	out := waiting.Outcome{Subject: subject(m), Verb: verb, Written: "It exists", Strict: m.Uploads() || m.Wait != nil && m.Wait.OnTimeout.ValueString() == waiting.Fail}
	if verb == "create" {
		out.Kept = datavolume.Kept("image", m.OnDestroy.ValueString() == convert.OnDestroyRetain)
	}
	return out
}

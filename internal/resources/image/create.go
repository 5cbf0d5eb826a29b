package image

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/admission"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/creation"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// Create makes the image, saves the state as soon as its first object exists, and waits
// until disks can be cloned from it.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan convert.Image
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaults.Create)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	deadline, cancel := context.WithTimeout(withWarnings(ctx, plan, &resp.Diagnostics), timeout)
	defer cancel()
	file, err := openUpload(plan)
	if err == nil {
		defer file.Close()
	}
	token := creation.NewToken()
	var o convert.ImageObjects
	if err == nil {
		o, err = r.create(deadline, plan, token)
	}
	takenOver := false
	if creation.IsTaken(err) {
		if o, err = r.takeOver(deadline, req.Plan, plan, token, err); err == nil {
			takenOver = true
			resp.Diagnostics.AddWarning(fmt.Sprintf("The creation of image %q goes on", subject(plan).Name),
				"An earlier apply was cut off while it made this image. What it left was taken over.")
		}
	}
	if err != nil {
		resp.Diagnostics.Append(subject(plan).Error("create", err))
		return
	}
	anchor, _ := o.Anchor().(client.Object)
	made := anchor.GetUID()
	hash := "" // of what was uploaded
	save := func() {
		now := plan
		now.ID, now.UID = types.StringValue(subject(plan).Name), types.StringValue(string(made))
		now.DataSource, now.Status = types.StringValue(plan.Name.ValueString()), convert.ImageStatus(o)
		noteUpload(&now, hash)
		resp.Diagnostics.Append(resp.State.Set(ctx, &now)...)
		resp.Diagnostics.Append(identityOf(now).Set(ctx, resp.Identity)...)
		resp.Diagnostics.Append(recordObjects(ctx, resp.Private, o)...)
	}
	save()
	resp.Diagnostics.Append(keysOf(plan).Write(ctx, resp.Private)...)
	working, c := creation.Begin(deadline, r.data.Client, marked(plan, anchor), token, r.times)
	if takenOver {
		err = r.changeMetadata(working, o, convert.FromImage(o, nil), plan, metadata.Keys{})
	}
	if err == nil {
		err = r.ensureParts(working, &o, nil, plan)
	}
	if err == nil {
		hash, err = r.fill(working, &o, plan, file)
	}
	if left := c.End(); errors.Is(left, creation.ErrTakenOver) {
		resp.Diagnostics.Append(subject(plan).Error("create", left))
		resp.State.RemoveResource(ctx)
		return
	} else if left != nil && err == nil {
		resp.Diagnostics.Append(creation.WarnMarked(subject(plan), anchor, strings.ToLower(anchor.GetObjectKind().GroupVersionKind().Kind), left)...)
	}
	resp.Diagnostics.Append(outcome("create", plan).Diagnostics(ctx, err)...)
	resp.Diagnostics.Append(file.record(ctx, resp.Private, hash)...)
	save()
}

// create makes the object that holds the image, of a name that nothing has: CDI would
// take over a claim that exists, and lead a DataSource elsewhere. It carries the mark of
// the token.
func (r *Resource) create(ctx context.Context, plan convert.Image, token string) (convert.ImageObjects, error) {
	var o convert.ImageObjects
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return o, err
	}
	namespace, name := plan.Namespace.ValueString(), plan.Name.ValueString()
	source := &cdiv1.DataSource{}
	found, err := kube.Find(ctx, api, namespace, name, source)
	if err != nil {
		return o, err
	}
	// One that a schedule of this name left behind is CDI's to hand on.
	if found && (plan.Schedule == nil || source.Labels[metadata.LabelCron] != name) {
		return o, sourceInUse(source)
	}
	var anchor client.Object
	if plan.Schedule != nil {
		o.Cron = convert.ToDataImportCron(plan)
		anchor = o.Cron
	} else {
		_, claim, err := datavolume.Find(ctx, api, namespace, name)
		if err != nil {
			return o, err
		}
		if claim != nil {
			return o, creation.InUse(convert.KindClaim, claim)
		}
		o.DataVolume = convert.ToImageDataVolume(plan)
		anchor = o.DataVolume
	}
	anchor.SetAnnotations(metadata.Merge(anchor.GetAnnotations(), map[string]string{creation.Annotation: creation.Mark(token)}))
	kind := anchor.GetObjectKind().GroupVersionKind().Kind
	err = api.Create(ctx, anchor, kube.Strict)
	var answered apierrors.APIStatus
	if err != nil && !errors.As(err, &answered) && wasCreated(ctx, api, plan, anchor, token) {
		return o, nil // the answer was lost; what follows reports an interruption
	}
	if apierrors.IsAlreadyExists(err) {
		return o, creation.InUse(kind, anchor)
	}
	return o, admission.AtAttribute(datavolume.ExplainClone(err, path.Root("source")), convert.ImageAttribute)
}

// fill uploads the content where a file has it, and waits until the image is ready. It
// returns the hash of what was uploaded.
func (r *Resource) fill(ctx context.Context, o *convert.ImageObjects, m convert.Image, file *localFile) (hash string, err error) {
	if file == nil {
		if err = r.await(ctx, o, m, goal{}); err == nil && m.UploadOf() != nil {
			var from kube.Getter
			if from, err = r.data.Client.Reader(ctx); err == nil {
				o.CDIConfig, err = datavolume.Config(ctx, from) // says where to upload to
			}
		}
		return "", err
	}
	if o.DataVolume != nil && o.DataVolume.Annotations[convert.AnnotationSHA256] != "" {
		// A create that was cut off had come so far.
		noted := o.DataVolume.Annotations[convert.AnnotationSHA256]
		if hash, err = hashFile(ctx, file.state); err == nil && hash != noted {
			err = failed(m, "Another file has been uploaded already.")
		}
		if err != nil {
			return "", err
		}
		return hash, r.await(ctx, o, m, goal{uploaded: true, restarts: o.DataVolume.Status.RestartCount})
	}
	if err := r.await(ctx, o, m, goal{toUpload: true}); err != nil {
		return "", err
	}
	restarts := o.DataVolume.Status.RestartCount
	if hash, err = r.upload(ctx, *o, m, file); err != nil {
		return "", err
	}
	// At once: one who goes on with this create knows by it that all has come.
	if err := r.noteHash(ctx, m, hash); err != nil {
		return "", err
	}
	err = r.await(ctx, o, m, goal{uploaded: true, restarts: restarts})
	var failure *diagnostics.Failure
	if errors.As(err, &failure) {
		return "", errors.Join(err, r.noteHash(ctx, m, ""))
	}
	return hash, err
}

package image

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/admission"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
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
	timeout, diags := plan.Timeouts.Create(ctx, defaultCreateTimeout)
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
	var o convert.ImageObjects
	if err == nil {
		o, err = r.create(deadline, plan)
	}
	if err != nil {
		resp.Diagnostics.Append(subject(plan).Error("create", err))
		return
	}
	made := o.Anchor().GetUID()
	hash := "" // of what was uploaded
	save := func() {
		now := plan
		now.ID, now.UID = types.StringValue(subject(plan).Name), types.StringValue(string(made))
		now.DataSource, now.Status = types.StringValue(plan.Name.ValueString()), convert.ImageStatus(o)
		noteUpload(&now, hash)
		resp.Diagnostics.Append(resp.State.Set(ctx, &now)...)
		resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, now)...)
	}
	save()
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, privateMade, convert.RecordImage(o))...)
	resp.Diagnostics.Append(keysOf(plan).Write(ctx, resp.Private)...)
	if err = r.ensureParts(deadline, &o, nil, plan); err == nil {
		hash, err = r.fill(deadline, &o, plan, file)
	}
	resp.Diagnostics.Append(outcome(ctx, "create", plan, err)...)
	resp.Diagnostics.Append(file.record(ctx, resp.Private, hash)...)
	save()
}

// create makes the object that holds the image, of a name that nothing has: CDI would
// take over a claim that exists, and lead a DataSource elsewhere.
func (r *Resource) create(ctx context.Context, plan convert.Image) (convert.ImageObjects, error) {
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
	if found && (plan.Schedule == nil || source.Labels[convert.LabelCron] != name) {
		return o, taken(convert.KindDataSource, namespace, name)
	}
	var anchor client.Object
	if plan.Schedule != nil {
		o.Cron = convert.ToDataImportCron(plan)
		anchor = o.Cron
	} else {
		if found, err = kube.Find(ctx, api, namespace, name, &corev1.PersistentVolumeClaim{}); err != nil {
			return o, err
		}
		if found {
			return o, taken(convert.KindClaim, namespace, name)
		}
		o.DataVolume = convert.ToImageDataVolume(plan)
		anchor = o.DataVolume
	}
	kind := anchor.GetObjectKind().GroupVersionKind().Kind
	if err = api.Create(ctx, anchor, kube.Strict); apierrors.IsAlreadyExists(err) {
		return o, taken(kind, namespace, name)
	}
	return o, admission.AtAttribute(err, convert.ImageAttribute)
}

func taken(kind, namespace, name string) error {
	id := metadata.ID(namespace, name)
	return &diagnostics.Failure{
		Cause:     fmt.Sprintf("A %s %q exists already. It is never adopted.", kind, id),
		Advice:    fmt.Sprintf("To manage it with Terraform, import it: terraform import <address> %s. Otherwise choose another name.", id),
		Attribute: path.Root("name"),
	}
}

// fill uploads the content where a file has it, and waits until the image is ready. It
// returns the hash of what was uploaded.
func (r *Resource) fill(ctx context.Context, o *convert.ImageObjects, m convert.Image, file *localFile) (hash string, err error) {
	if file == nil {
		if err = r.await(ctx, o, m, waiting{}); err == nil && m.UploadOf() != nil {
			var from kube.Getter
			if from, err = r.data.Client.Reader(ctx); err == nil {
				o.CDIConfig, err = datavolume.Config(ctx, from) // says where to upload to
			}
		}
		return "", err
	}
	if err := r.await(ctx, o, m, waiting{toUpload: true}); err != nil {
		return "", err
	}
	restarts := o.DataVolume.Status.RestartCount
	if hash, err = r.upload(ctx, *o, m, file); err != nil {
		return "", err
	}
	if err := r.await(ctx, o, m, waiting{uploaded: true, restarts: restarts}); err != nil {
		return "", err
	}
	return hash, r.noteHash(ctx, m, hash)
}

package disk

import (
	"context"
	"errors"
	"fmt"

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
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// Create makes the DataVolume, saves the state at once, and waits until the disk can
// be used.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan convert.VirtualDisk
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaults.Create)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	deadline, cancel := context.WithTimeout(withWarnings(ctx, plan, &resp.Diagnostics), timeout)
	defer cancel()
	token := creation.NewToken()
	dv, err := r.create(deadline, plan, token)
	takenOver := false
	if creation.IsTaken(err) {
		if dv, err = r.takeOver(deadline, req.Plan, plan, token, err); err == nil {
			takenOver = true
			resp.Diagnostics.AddWarning(fmt.Sprintf("The creation of disk %q goes on", subject(plan).Name),
				"An earlier apply was cut off while it made this disk. What it left was taken over.")
		}
	}
	if err != nil {
		resp.Diagnostics.Append(subject(plan).Error("create", err))
		return
	}
	o := convert.DiskObjects{DataVolume: dv}
	save := func() {
		plan.ID, plan.UID, plan.Status = types.StringValue(subject(plan).Name), types.StringValue(string(dv.UID)), convert.DiskStatus(o)
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		resp.Diagnostics.Append(identityOf(plan).Set(ctx, resp.Identity)...)
		resp.Diagnostics.Append(recordObjects(ctx, resp.Private, o)...)
	}
	save()
	resp.Diagnostics.Append(keysOf(plan).Write(ctx, resp.Private)...)
	working, c := creation.Begin(deadline, r.data.Client, marked(dv), token, r.times)
	if takenOver {
		left := convert.FromDisk(o, nil)
		err = r.changeMetadata(working, o, left, plan, metadata.Keys{})
	}
	if err == nil {
		err = r.await(working, &o, plan)
	}
	if left := c.End(); errors.Is(left, creation.ErrTakenOver) {
		resp.Diagnostics.Append(subject(plan).Error("create", left))
		resp.State.RemoveResource(ctx)
		return
	} else if left != nil && err == nil {
		resp.Diagnostics.Append(creation.WarnMarked(subject(plan), dv, "datavolume", left)...)
	}
	resp.Diagnostics.Append(outcome("create", plan).Diagnostics(ctx, err)...)
	save()
}

// create makes the DataVolume of a name that nothing has: CDI would take over a claim
// that exists. It carries the mark of the token.
func (r *Resource) create(ctx context.Context, plan convert.VirtualDisk, token string) (*cdiv1.DataVolume, error) {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return nil, err
	}
	_, claim, err := datavolume.Find(ctx, api, plan.Namespace.ValueString(), plan.Name.ValueString())
	if err != nil {
		return nil, err
	}
	if claim != nil {
		return nil, creation.InUse(convert.KindClaim, claim)
	}
	dv := convert.ToDataVolume(plan)
	dv.Annotations = metadata.Merge(dv.Annotations, map[string]string{creation.Annotation: creation.Mark(token)})
	err = api.Create(ctx, dv, kube.Strict)
	var answered apierrors.APIStatus
	if err != nil && !errors.As(err, &answered) && wasCreated(ctx, api, dv, token) {
		return dv, nil // the answer was lost; what follows reports an interruption
	}
	if apierrors.IsAlreadyExists(err) {
		return nil, creation.InUse(convert.KindDataVolume, dv)
	}
	return dv, admission.AtAttribute(datavolume.ExplainClone(err, path.Root("source")), convert.DiskAttribute)
}

// wasCreated tells whether the DataVolume exists although its creation had no
// answer: only ours has our mark. It reads it into dv.
func wasCreated(ctx context.Context, api client.Client, dv *cdiv1.DataVolume, token string) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastReadTimeout)
	defer cancel()
	live := &cdiv1.DataVolume{}
	found, err := kube.Find(ctx, api, dv.Namespace, dv.Name, live)
	if err != nil || !found || !creation.IsOf(live, token) {
		return false
	}
	*dv = *live
	return true
}

// keysOf are the labels and annotations that a configuration asks for.
func keysOf(m convert.VirtualDisk) metadata.Keys {
	return metadata.Keys{Labels: metadata.KeysOf(metadata.StringMap(m.Labels)), Annotations: metadata.KeysOf(metadata.StringMap(m.Annotations))}
}

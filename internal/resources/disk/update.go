package disk

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/creation"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// Update grows the disk, and carries changed labels and annotations over to the live
// objects. Nothing else of a disk can change.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state, config convert.VirtualDisk
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaults.Update)
	resp.Diagnostics.Append(diags...)
	managed, diags := metadata.ReadKeys(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	claim, diags := req.Private.GetKey(ctx, privateClaim)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	deadline, cancel := context.WithTimeout(withWarnings(ctx, plan, &resp.Diagnostics), timeout)
	defer cancel()
	o, err := r.update(deadline, state, plan, managed, string(claim))
	ending := outcome("update", plan)
	resp.Diagnostics.Append(ending.Diagnostics(ctx, err)...)
	if ending.Fails(err) {
		// The state keeps what was: the next plan shows what is still to do.
		resp.Diagnostics.Append(managed.And(keysOf(config)).Write(ctx, resp.Private)...)
		return
	}
	resp.Diagnostics.Append(keysOf(config).Write(ctx, resp.Private)...)
	if plan.Status.IsUnknown() {
		plan.Status = convert.DiskStatus(o)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(identityOf(plan).Set(ctx, resp.Identity)...)
}

func (r *Resource) update(ctx context.Context, state, plan convert.VirtualDisk, managed metadata.Keys, claim string) (convert.DiskObjects, error) {
	var o convert.DiskObjects
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return o, err
	}
	if o, err = fetch(ctx, api, plan.Namespace.ValueString(), plan.Name.ValueString()); err != nil {
		return o, err
	}
	if o.Object() == nil || !isOurs(o, state, claim) {
		return o, &diagnostics.Failure{Cause: "The disk is gone: somebody deleted it after the plan was made.", Advice: "Plan and apply again to make a new one."}
	}
	if o.DataVolume != nil && o.DataVolume.Annotations[creation.Annotation] != "" { // of a create that was cut off; the disk was imported
		if err := creation.Forget(ctx, r.data.Client, marked(o.DataVolume)); err != nil {
			return o, err
		}
	}
	if err := r.changeMetadata(ctx, o, state, plan, managed); err != nil {
		return o, err
	}
	if grows(state, plan) {
		// While CDI fills a claim it cannot grow.
		if !convert.DiskReady(o, false) {
			if err := datavolume.BeforeGrowth(r.awaitReady(ctx, &o, plan), sizeAt(plan)); err != nil {
				return o, err
			}
		}
		if err := r.growth(state, plan).Do(ctx); err != nil {
			return o, err
		}
	}
	if binds(state, plan) {
		if err := r.await(ctx, &o, plan); err != nil {
			return o, err // late, it is written
		}
	}
	return fetch(ctx, api, plan.Namespace.ValueString(), plan.Name.ValueString())
}

func (r *Resource) growth(state, plan convert.VirtualDisk) datavolume.Growth {
	return datavolume.Growth{
		Client: r.data.Client, Namespace: plan.Namespace.ValueString(), Name: plan.Name.ValueString(),
		Thing: "disk", Replace: "disk",
		Was: state.Claim().Size, Size: plan.Claim().Size, Completed: plan.Storage != nil,
		Attribute: sizeAt(plan),
	}
}

// changeMetadata writes labels and annotations, of the claim where there is no
// DataVolume. That a volume is to be made at once, CDI reads of both.
func (r *Resource) changeMetadata(ctx context.Context, o convert.DiskObjects, state, plan convert.VirtualDisk, managed metadata.Keys, options ...client.PatchOption) error {
	labels, annotations := metadata.Asked(plan.Labels, state.Labels, managed.Labels), metadata.Asked(plan.Annotations, state.Annotations, managed.Annotations)
	was := metav1.ObjectMeta{Labels: metadata.StringMap(metadata.Only(state.Labels, managed.Labels)), Annotations: metadata.StringMap(metadata.Only(state.Annotations, managed.Annotations))}
	now := metav1.ObjectMeta{Labels: metadata.StringMap(labels), Annotations: metadata.StringMap(annotations)}
	objects := []struct {
		there    bool
		kind     metav1.TypeMeta
		was, now metav1.ObjectMeta
	}{
		{o.DataVolume != nil, metav1.TypeMeta{APIVersion: cdiv1.SchemeGroupVersion.String(), Kind: convert.KindDataVolume}, was, now},
		{o.Claim != nil, metav1.TypeMeta{APIVersion: "v1", Kind: convert.KindClaim}, metav1.ObjectMeta{}, metav1.ObjectMeta{}},
	}
	if o.DataVolume == nil {
		objects[1].was, objects[1].now = was, now
	}
	for _, object := range objects {
		if !object.there {
			continue
		}
		if binds(state, plan) {
			object.now.Annotations = metadata.Merge(object.now.Annotations, map[string]string{convert.AnnotationBindImmediately: "true"})
		}
		if maps.Equal(object.was.Labels, object.now.Labels) && maps.Equal(object.was.Annotations, object.now.Annotations) {
			continue
		}
		before, after := metadataOf(plan, object.kind, object.was), metadataOf(plan, object.kind, object.now)
		if _, err := r.data.Client.Update(ctx, before, func(*unstructured.Unstructured) (client.Object, client.Object, error) {
			return before, after, nil
		}, options...); err != nil {
			return err
		}
	}
	return nil
}

func metadataOf(m convert.VirtualDisk, kind metav1.TypeMeta, meta metav1.ObjectMeta) client.Object {
	meta.Namespace, meta.Name = m.Namespace.ValueString(), m.Name.ValueString()
	return &metav1.PartialObjectMetadata{TypeMeta: kind, ObjectMeta: meta}
}

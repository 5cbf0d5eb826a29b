package plainobject

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	k8stypes "k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/admission"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// Create makes the object. One that exists is never adopted.
func (r *Resource[M]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan M
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	h := r.Head(&plan)
	if h.Namespace.IsUnknown() {
		*h.Namespace = types.StringValue(r.data.Namespace)
	}
	deadline, cancel := context.WithTimeout(r.withWarnings(ctx, h, &resp.Diagnostics), timeout)
	defer cancel()
	obj, err := r.create(deadline, plan)
	if err != nil {
		resp.Diagnostics.Append(r.subject(h).Error("create", err))
		return
	}
	*h.ID, *h.UID = types.StringValue(idOf(h)), types.StringValue(string(obj.GetUID()))
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, h)...)
	resp.Diagnostics.Append(keysOf(h).Write(ctx, resp.Private)...)
}

func (r *Resource[M]) create(ctx context.Context, plan M) (client.Object, error) {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return nil, err
	}
	obj := r.Render(plan)
	err = api.Create(ctx, obj, kube.Strict)
	if apierrors.IsAlreadyExists(err) {
		id := metadata.ID(obj.GetNamespace(), obj.GetName())
		return nil, &diagnostics.Failure{
			Cause:     fmt.Sprintf("A %s %q exists already.", obj.GetObjectKind().GroupVersionKind().Kind, id),
			Advice:    fmt.Sprintf("To manage it with Terraform, import it: terraform import <address> %s. Otherwise choose another name.", id),
			Attribute: path.Root("name"),
		}
	}
	return obj, admission.AtAttribute(err, r.Attribute)
}

// Update carries the difference between state and plan over to the live object,
// and nothing else: whatever others wrote stays.
func (r *Resource[M]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state, config M
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	managed, diags := metadata.ReadKeys(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	h, keys := r.Head(&plan), keysOf(r.Head(&config))
	if r.differ(state, plan, managed) {
		deadline, cancel := context.WithTimeout(r.withWarnings(ctx, h, &resp.Diagnostics), timeout)
		defer cancel()
		if err := r.patch(deadline, state, plan, managed); err != nil {
			// The state keeps what was. Keys may have been written already.
			resp.Diagnostics.Append(managed.And(keys).Write(ctx, resp.Private)...)
			resp.Diagnostics.Append(r.subject(h).Error("update", admission.AtAttribute(err, r.Attribute)))
			return
		}
	}
	*h.ID, *h.UID = types.StringValue(idOf(h)), *r.Head(&state).UID
	resp.Diagnostics.Append(keys.Write(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, h)...)
}

// patch sends the difference between the two models.
func (r *Resource[M]) patch(ctx context.Context, state, plan M, managed metadata.Keys, options ...client.PatchOption) error {
	h := r.Head(&state)
	obj, _ := r.empty(h)
	gone := &diagnostics.Failure{
		Cause:  fmt.Sprintf("The %s is gone: somebody deleted it after the plan was made.", r.Thing),
		Advice: "Plan and apply again to make a new one.",
	}
	_, err := r.data.Client.Update(ctx, obj, func(live *unstructured.Unstructured) (client.Object, client.Object, error) {
		if string(live.GetUID()) != h.UID.ValueString() {
			return nil, nil, gone
		}
		before, after := r.renderings(state, plan, managed)
		return before, after, nil
	}, append(options, kube.Strict)...)
	if apierrors.IsNotFound(err) && !kube.IsMissingAPI(err) {
		return gone
	}
	return err
}

// renderings returns the object as the state and as the plan write it. Labels
// and annotations that nobody manages stand in neither, so that they are never
// written.
func (r *Resource[M]) renderings(state, plan M, managed metadata.Keys) (before, after client.Object) {
	was, now := r.Head(&state), r.Head(&plan)
	*now.Labels = metadata.Asked(*now.Labels, *was.Labels, managed.Labels)
	*now.Annotations = metadata.Asked(*now.Annotations, *was.Annotations, managed.Annotations)
	*was.Labels = metadata.Only(*was.Labels, managed.Labels)
	*was.Annotations = metadata.Only(*was.Annotations, managed.Annotations)
	return r.Render(state), r.Render(plan)
}

// keysOf are the keys that a configuration asks for.
func keysOf(h metadata.Head) metadata.Keys {
	return metadata.Keys{Labels: metadata.KeysOf(metadata.StringMap(*h.Labels)), Annotations: metadata.KeysOf(metadata.StringMap(*h.Annotations))}
}

// Delete removes the object by its uid, and waits until it is gone.
func (r *Resource[M]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	deadline, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := waiting.Interrupted(ctx, r.delete(deadline, r.Head(&state))); err != nil {
		resp.Diagnostics.Append(r.subject(r.Head(&state)).Error("delete", err))
	}
}

func (r *Resource[M]) delete(ctx context.Context, h metadata.Head) error {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return err
	}
	obj, list := r.empty(h)
	uid := k8stypes.UID(h.UID.ValueString())
	err = api.Delete(ctx, obj, client.Preconditions{UID: &uid})
	switch {
	case apierrors.IsConflict(err), apierrors.IsNotFound(err) && !kube.IsMissingAPI(err):
		return nil // ours is gone; one of its name is somebody else's
	case err != nil:
		return err
	}
	// Most are gone at once, and then nobody needs to watch.
	found, err := kube.Find(ctx, api, obj.GetNamespace(), obj.GetName(), obj)
	if err != nil || !found || obj.GetUID() != uid {
		return err
	}
	var finalizers []string
	err = r.data.Client.Await(ctx, []kube.Watched{{Object: obj, List: list}}, func(now []client.Object) (kube.Verdict, error) {
		if now[0] == nil || now[0].GetUID() != uid {
			return kube.Verdict{Done: true}, nil
		}
		finalizers = now[0].GetFinalizers()
		return kube.Verdict{}, nil
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return &diagnostics.Failure{
			Cause:  fmt.Sprintf("It was not gone in time: it is held by the finalizers %s.", strings.Join(finalizers, ", ")),
			Advice: "It is being deleted: wait for what holds it, then destroy again.",
		}
	}
	return err
}

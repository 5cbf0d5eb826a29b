package image

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"k8s.io/apimachinery/pkg/types"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// Delete removes all that the image is by uids, and waits until it is gone. An image that
// is retained stays as it is.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state convert.Image
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Delete(ctx, defaults.Delete)
	resp.Diagnostics.Append(diags...)
	claim, diags := req.Private.GetKey(ctx, privateClaim)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if state.DeletionProtection.ValueBool() {
		// The plan refuses this already, but does not see a forced replacement.
		resp.Diagnostics.Append(subject(state).Protected("destroy", "image"))
		return
	}
	deadline, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	end := r.delete
	if state.OnDestroy.ValueString() == convert.OnDestroyRetain {
		end = r.retain
	}
	if err := waiting.Interrupted(ctx, end(deadline, state, string(claim))); err != nil {
		resp.Diagnostics.Append(subject(state).Error("delete", err))
	}
}

func (r *Resource) delete(ctx context.Context, state convert.Image, claim string) error {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return err
	}
	o, err := fetch(ctx, api, state.Namespace.ValueString(), state.Name.ValueString(), kindsOf(state))
	if err != nil || o.Anchor() == nil || !isOurs(o, state.UID.ValueString(), claim) {
		return err // ours is gone; one of its name is somebody else's
	}
	// What leads to the image goes first, what it is made of with it.
	first, awaited := sharing(o), map[types.UID]bool{}
	if o.Cron == nil && o.OwnsDataSource() {
		first = append(first, o.DataSource)
	}
	switch {
	case o.Cron != nil:
		first = append(first, o.Cron)
	case o.DataVolume != nil:
		first = append(first, o.DataVolume)
	default:
		first = append(first, o.Claim)
	}
	for _, obj := range first {
		awaited[obj.GetUID()] = true
		if err := kube.Delete(ctx, api, obj); err != nil {
			return err
		}
	}
	if o.Claim != nil && !keepsImports(o.Cron) {
		awaited[o.Claim.UID] = true
	}
	if o.Cron != nil && !keepsImports(o.Cron) && o.OwnsDataSource() {
		awaited[o.DataSource.UID] = true
	}
	return r.awaitGone(ctx, state, importOf(o.Cron), awaited)
}

// retain leaves the image as it is, and waits for the end of one that somebody else
// deletes: a new one is to find the name free.
func (r *Resource) retain(ctx context.Context, state convert.Image, claim string) error {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return err
	}
	o, err := fetch(ctx, api, state.Namespace.ValueString(), state.Name.ValueString(), kindsOf(state))
	if err != nil || o.Anchor() == nil || !isOurs(o, state.UID.ValueString(), claim) || o.Anchor().GetDeletionTimestamp() == nil {
		return err
	}
	awaited := map[types.UID]bool{o.Anchor().GetUID(): true}
	if o.Claim != nil && !keepsImports(o.Cron) {
		awaited[o.Claim.UID] = true
	}
	return r.awaitGone(ctx, state, importOf(o.Cron), awaited)
}

// keepsImports tells of a schedule whose imports and DataSource CDI leaves behind.
func keepsImports(cron *cdiv1.DataImportCron) bool {
	return cron != nil && (cron.Spec.RetentionPolicy == nil || *cron.Spec.RetentionPolicy != cdiv1.DataImportCronRetainNone)
}

func (r *Resource) awaitGone(ctx context.Context, state convert.Image, content string, uids map[types.UID]bool) error {
	if state.Schedule == nil {
		content = state.Name.ValueString()
	}
	var held []string
	err := r.data.Client.Await(ctx, watched(state, content), func(now []client.Object) (kube.Verdict, error) {
		held = nil
		for _, obj := range now {
			if obj != nil && uids[obj.GetUID()] {
				held = append(held, heldBy(obj))
			}
		}
		return kube.Verdict{Done: len(held) == 0}, nil
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return &diagnostics.Failure{
			Cause:  "It was not gone in time: " + strings.Join(held, "; ") + ".",
			Advice: "It is being deleted. A claim with the finalizer kubernetes.io/pvc-protection is still used: by a disk that is being cloned from it, or as a CD-ROM by a server. Wait for the first, stop the other, then destroy again.",
		}
	}
	return err
}

func heldBy(obj client.Object) string {
	kind := kube.KindOf(obj)
	if len(obj.GetFinalizers()) == 0 {
		return fmt.Sprintf("CDI has not deleted the %s %q", kind, obj.GetName())
	}
	return fmt.Sprintf("the %s %q is held by the finalizers %s", kind, obj.GetName(), strings.Join(obj.GetFinalizers(), ", "))
}

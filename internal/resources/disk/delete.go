package disk

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// Delete removes DataVolume and claim by their uids, and waits until they are gone. A
// disk that is retained stays as it is.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state convert.VirtualDisk
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
		resp.Diagnostics.Append(subject(state).Protected("destroy", "disk"))
		return
	}
	deadline, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if state.OnDestroy.ValueString() == convert.OnDestroyRetain {
		resp.Diagnostics.Append(r.retain(deadline, state, string(claim))...)
		return
	}
	if err := waiting.Interrupted(ctx, r.delete(deadline, state, string(claim))); err != nil {
		resp.Diagnostics.Append(subject(state).Error("delete", err))
	}
}

func (r *Resource) delete(ctx context.Context, state convert.VirtualDisk, claim string) error {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return err
	}
	o, err := fetch(ctx, api, state.Namespace.ValueString(), state.Name.ValueString())
	if err != nil || o.Object() == nil || !isOurs(o, state, claim) {
		return err // ours is gone; one of its name is somebody else's
	}
	var whole client.Object = o.Claim
	if o.DataVolume != nil {
		whole = o.DataVolume // the claim goes with it
	}
	if err := kube.Delete(ctx, api, whole); err != nil {
		return err
	}
	return r.awaitGone(ctx, state, uidsOf(o))
}

func uidsOf(o convert.DiskObjects) map[types.UID]bool {
	uids := map[types.UID]bool{}
	if o.DataVolume != nil {
		uids[o.DataVolume.UID] = true
	}
	if o.Claim != nil {
		uids[o.Claim.UID] = true
	}
	return uids
}

// retain leaves the disk as it is. It only says when somebody else's deletion would
// take it after all.
func (r *Resource) retain(ctx context.Context, state convert.VirtualDisk, claim string) diag.Diagnostics {
	who := subject(state)
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return diag.Diagnostics{who.Error("retain", err)}
	}
	o, err := fetch(ctx, api, state.Namespace.ValueString(), state.Name.ValueString())
	if err != nil {
		return diag.Diagnostics{who.Error("retain", err)}
	}
	if o.Object() == nil || !isOurs(o, state, claim) {
		return nil
	}
	if o.Object().GetDeletionTimestamp() != nil { // somebody else's deletion: a new one is to find the name free
		if err := r.awaitGone(ctx, state, uidsOf(o)); err != nil {
			return diag.Diagnostics{who.Error("delete", err)}
		}
		return nil
	}
	return datavolume.CheckOwner(who, o.Object(), false)
}

func (r *Resource) awaitGone(ctx context.Context, state convert.VirtualDisk, uids map[types.UID]bool) error {
	var held []string
	err := r.data.Client.Await(ctx, watched(state), func(now []client.Object) (kube.Verdict, error) {
		held = nil
		for _, obj := range now {
			if obj != nil && uids[obj.GetUID()] {
				held = append(held, fmt.Sprintf("the %s is held by the finalizers %s", kube.KindOf(obj), strings.Join(obj.GetFinalizers(), ", ")))
			}
		}
		return kube.Verdict{Done: len(held) == 0}, nil
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return &diagnostics.Failure{
			Cause:  "It was not gone in time: " + strings.Join(held, "; ") + ".",
			Advice: "It is being deleted. A claim with the finalizer kubernetes.io/pvc-protection is still used by a server: stop that, or detach the disk, and it goes; then destroy again.",
		}
	}
	return err
}

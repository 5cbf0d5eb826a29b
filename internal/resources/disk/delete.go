package disk

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"k8s.io/apimachinery/pkg/types"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
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
		resp.Diagnostics.Append(protected("destroy", state))
		return
	}
	deadline, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if state.OnDestroy.ValueString() == convert.OnDestroyRetain {
		resp.Diagnostics.Append(r.retain(deadline, state, string(claim))...)
		return
	}
	if err := r.delete(deadline, state, string(claim)); err != nil {
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
	var parts []client.Object // the claim goes with its DataVolume
	if o.DataVolume != nil {
		parts = append(parts, o.DataVolume)
	}
	if o.Claim != nil {
		parts = append(parts, o.Claim)
	}
	if err := kube.Delete(ctx, api, parts[0]); err != nil {
		return err
	}
	uids := map[types.UID]bool{}
	for _, part := range parts {
		uids[part.GetUID()] = true
	}
	return r.awaitGone(ctx, state, uids)
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
	return checkOwner(o, state, false)
}

func (r *Resource) awaitGone(ctx context.Context, state convert.VirtualDisk, uids map[types.UID]bool) error {
	var held []string
	err := r.data.Client.Await(ctx, watched(state), func(now []client.Object) (kube.Verdict, error) {
		held = nil
		for _, obj := range now {
			if obj != nil && uids[obj.GetUID()] {
				held = append(held, fmt.Sprintf("the %s is held by the finalizers %s", kindOf(obj), strings.Join(obj.GetFinalizers(), ", ")))
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

func kindOf(obj any) string {
	if _, ok := obj.(*cdiv1.DataVolume); ok {
		return convert.KindDataVolume
	}
	return convert.KindClaim
}

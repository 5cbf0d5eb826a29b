package virtualserver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// Delete removes the VirtualMachine in the foreground and waits until it and
// all that belongs to it are gone.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state convert.Server
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Delete(ctx, defaults.Delete)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if state.DeletionProtection.ValueBool() {
		// The plan refuses this already, but does not see a forced replacement.
		resp.Diagnostics.Append(subject(state).Protected("destroy", "server"))
		return
	}
	deadline, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := waiting.Interrupted(ctx, r.delete(deadline, state)); err != nil {
		resp.Diagnostics.Append(subject(state).Error("delete", err))
	}
}

func (r *Resource) delete(ctx context.Context, state convert.Server) error {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return err
	}
	vm := &kubevirtv1.VirtualMachine{}
	found, err := getObject(ctx, api, state.Namespace.ValueString(), state.VMName.ValueString(), vm)
	if err != nil || !found || string(vm.UID) != state.UID.ValueString() {
		return err // ours is gone; one of its name is somebody else's
	}
	if err := r.hasten(ctx, vm, state); err != nil {
		return err
	}
	retained := retainsRoot(state)
	if retained {
		if err := r.releaseRoot(ctx, vm, state); err != nil {
			return err
		}
	}
	watched, err := r.belongings(ctx, api, vm, state)
	if err != nil {
		return err
	}
	if retained {
		if err := r.deleteRetaining(ctx, api, vm, state); err != nil {
			return err
		}
		return r.awaitDeletion(ctx, watched)
	}
	err = api.Delete(ctx, vm, client.PropagationPolicy(metav1.DeletePropagationForeground), client.Preconditions{UID: &vm.UID})
	if client.IgnoreNotFound(err) != nil {
		return err
	}
	if slices.Contains(vm.Finalizers, finalizerRetain) { // of an interrupted destroy that was to retain the disk
		if err := r.setFinalizer(ctx, vm, false); err != nil {
			return err
		}
	}
	return r.awaitDeletion(ctx, watched)
}

// hasten gives the guest of a server that is destroyed by force no time to shut
// down. Nothing is deleted yet when that is refused.
func (r *Resource) hasten(ctx context.Context, vm *kubevirtv1.VirtualMachine, state convert.Server) error {
	if !state.ForceDelete.ValueBool() || !vm.Status.Created {
		return nil
	}
	err := r.operate(ctx, &convert.Objects{VM: vm}, machine.OfMachine, "stop", kubevirtv1.StopOptions{GracePeriod: ptr.To(int64(0))})
	if apierrors.IsConflict(err) || apierrors.IsNotFound(err) {
		return nil // it does not run, or ends at once anyway
	}
	if apierrors.IsForbidden(err) {
		failure := diagnostics.ToFailure(err)
		failure.Advice = "Give the provider's user the right to update virtualmachines/stop in the API group subresources.kubevirt.io, or apply force_delete = false first. Nothing is deleted."
		failure.Attribute = path.Root("force_delete")
		return failure
	}
	return err
}

// belongings are the machine and the objects that go with it. Their uids are
// taken now, so that an object of the same name made by somebody later is not
// waited for.
func (r *Resource) belongings(ctx context.Context, api client.Client, vm *kubevirtv1.VirtualMachine, state convert.Server) ([]kube.Watched, error) {
	l := convert.LayoutOf(vm, state.RootVolume())
	out := []kube.Watched{{Object: vm, List: &kubevirtv1.VirtualMachineList{}}}
	owners := map[types.UID]bool{vm.UID: true}
	for _, part := range []struct {
		name string
		kube.Watched
	}{
		{vm.Name, kube.Watched{Object: &kubevirtv1.VirtualMachineInstance{}, List: &kubevirtv1.VirtualMachineInstanceList{}}},
		{l.RootClaim, kube.Watched{Object: &cdiv1.DataVolume{}, List: &cdiv1.DataVolumeList{}}},
		{l.RootClaim, kube.Watched{Object: &corev1.PersistentVolumeClaim{}, List: &corev1.PersistentVolumeClaimList{}}},
		{l.OwnSecret(state), kube.Watched{Object: &corev1.Secret{}}},
		{serviceToRead(vm.Name, &state), kube.Watched{Object: &corev1.Service{}, List: &corev1.ServiceList{}}},
	} {
		if part.name == "" {
			continue
		}
		found, err := getObject(ctx, api, vm.Namespace, part.name, part.Object)
		if kube.IsMissingAPI(err) {
			continue // a cluster without CDI has no DataVolumes
		}
		if err != nil {
			return nil, err
		}
		for _, ref := range part.Object.GetOwnerReferences() {
			if found && owners[ref.UID] {
				owners[part.Object.GetUID()] = true
				out = append(out, part.Watched)
				break
			}
		}
	}
	return out, nil
}

// awaitDeletion waits until none of the objects is left, and says which
// finalizer holds one that stays.
func (r *Resource) awaitDeletion(ctx context.Context, watched []kube.Watched) error {
	var left []client.Object
	err := r.data.Client.Await(ctx, watched, func(now []client.Object) (kube.Verdict, error) {
		left = nil
		for i, obj := range now {
			if obj != nil && obj.GetUID() == watched[i].Object.GetUID() {
				left = append(left, obj)
			}
		}
		return kube.Verdict{Done: len(left) == 0}, nil
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	failure := &diagnostics.Failure{
		Cause:  "These objects were not gone in time:",
		Advice: "They are being deleted: wait for what holds them, then destroy again. Give it more time with timeouts.delete.",
	}
	for _, obj := range left {
		failure.Cause += fmt.Sprintf("\n  %s %s/%s", kube.KindOf(obj), obj.GetNamespace(), obj.GetName())
		if f := obj.GetFinalizers(); len(f) > 0 {
			failure.Cause += ", held by the finalizers " + strings.Join(f, ", ")
		}
	}
	return failure
}

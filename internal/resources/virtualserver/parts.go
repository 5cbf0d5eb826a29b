package virtualserver

import (
	"bytes"
	"context"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// writeSecret makes the cloud-init Secret or writes what changes of its data.
func (r *Resource) writeSecret(ctx context.Context, o *convert.Objects, state, plan convert.Server, data convert.GuestData) error {
	user, network := userDataChanged(state, plan), networkDataChanged(state, plan)
	if !user && !network {
		return nil
	}
	l := nextLayout(state, plan, convert.LayoutOf(o.VM, plan.RootVolume()))
	secret := convert.ToSecret(plan, l, data)
	if secret == nil {
		return nil
	}
	if o.Secret != nil && o.Secret.Name == secret.Name {
		if !user {
			delete(secret.Data, convert.UserDataKey) // a write-only one has its version
		}
		if !network {
			delete(secret.Data, convert.NetworkDataKey)
		}
		return r.changeSecret(ctx, o, secret.Data, changedData(state, plan))
	}
	if err := r.createPart(ctx, o.VM, secret); err != nil {
		return err
	}
	o.Secret = secret
	return nil
}

// pruneSecret takes out of the cloud-init Secret what the machine no longer
// reads there, or removes the Secret.
func (r *Resource) pruneSecret(ctx context.Context, o *convert.Objects, state, plan convert.Server) error {
	if o.Secret == nil || o.Secret.Name == plan.UserDataSecret() || o.Secret.Name == plan.NetworkDataSecret() {
		return nil // the configuration refers to it as one that is kept
	}
	if !plan.KeepsSecret() {
		secret := o.Secret
		o.Secret = nil
		return r.remove(ctx, secret)
	}
	gone := map[string][]byte{}
	if state.OwnsUserData() && !plan.OwnsUserData() {
		gone[convert.UserDataKey] = nil
	}
	if state.OwnsNetworkData() && !plan.OwnsNetworkData() {
		gone[convert.NetworkDataKey] = nil
	}
	if len(gone) == 0 {
		return nil
	}
	return r.changeSecret(ctx, o, gone, nil)
}

// changeSecret writes keys of the Secret; nil removes one. Others may keep keys of
// their own there. A guest that runs has read what was there before: the attributes
// that changed are noted in the same write.
func (r *Resource) changeSecret(ctx context.Context, o *convert.Objects, data map[string][]byte, attributes []string) error {
	before := o.Secret.DeepCopy()
	before.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"}
	after := before.DeepCopy()
	for key, value := range data {
		if value == nil {
			delete(after.Data, key)
			continue
		}
		if after.Data == nil {
			after.Data = map[string][]byte{}
		}
		after.Data[key] = value
	}
	if runs(o.VMI) && len(attributes) > 0 && !maps.EqualFunc(before.Data, after.Data, bytes.Equal) {
		after.Annotations = metadata.Merge(before.Annotations, map[string]string{
			convert.AnnotationChangedWhileRunning: convert.ChangedData(before, o.VMI, attributes),
		})
	}
	_, err := r.data.Client.Update(ctx, before, func(*unstructured.Unstructured) (client.Object, client.Object, error) {
		return before, after, nil
	})
	return err
}

// writeService makes, changes or removes the Service.
func (r *Resource) writeService(ctx context.Context, o *convert.Objects, state, plan convert.Server) error {
	l := convert.LayoutOf(o.VM, plan.RootVolume())
	want := convert.ToService(plan, l)
	if was := o.Service; was == nil || want == nil || want.Name != was.Name {
		if want != nil {
			if err := r.createPart(ctx, o.VM, want); err != nil {
				return err // the old one stays until the new one is there
			}
		}
		o.Service = want
		if was == nil {
			return nil
		}
		return r.remove(ctx, was)
	}
	base := convert.ToService(state, l)
	if base == nil {
		base = &corev1.Service{TypeMeta: want.TypeMeta}
	}
	if convert.ReplacesService(o.Service, base, want) {
		return r.replaceService(ctx, o, want)
	}
	convert.KeepFamilies(base, want)
	_, err := r.data.Client.Update(ctx, want, func(*unstructured.Unstructured) (client.Object, client.Object, error) {
		return base, want, nil
	})
	return err
}

// replaceService makes the Service anew under its name, for changes that
// Kubernetes refuses.
func (r *Resource) replaceService(ctx context.Context, o *convert.Objects, want *corev1.Service) error {
	was := o.Service
	if err := r.remove(ctx, was); err != nil {
		return err
	}
	o.Service = nil
	gone, err := r.awaitGone(ctx, wanted{kind: "Service", obj: was, list: &corev1.ServiceList{}})
	if err != nil {
		return err
	}
	if !gone {
		return &diagnostics.Failure{
			Cause:  fmt.Sprintf("The Service %q is replaced, but the old one is not gone: its finalizers are %v.", metadata.ID(was.Namespace, was.Name), was.Finalizers),
			Advice: "See to what holds it, a load balancer's controller for example, and apply again.",
		}
	}
	if err := r.createPart(ctx, o.VM, want); err != nil {
		return err
	}
	o.Service = want
	return nil
}

// createPart makes an object that belongs to the VM, refusing one that exists.
func (r *Resource) createPart(ctx context.Context, vm *kubevirtv1.VirtualMachine, obj client.Object) error {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return err
	}
	kind := obj.GetObjectKind().GroupVersionKind()
	obj.SetOwnerReferences(ownedBy(vm))
	err = api.Create(ctx, obj)
	if !apierrors.IsAlreadyExists(err) {
		return err
	}
	// An apply that was interrupted may have made it.
	written, err := r.data.Client.Update(ctx, obj, func(live *unstructured.Unstructured) (client.Object, client.Object, error) {
		if !owns(vm, live) {
			return nil, nil, takenFailure(kind.Kind, obj.GetNamespace(), obj.GetName())
		}
		base := &unstructured.Unstructured{}
		base.SetGroupVersionKind(kind)
		return base, obj, nil
	})
	if err != nil {
		return err
	}
	return runtime.DefaultUnstructuredConverter.FromUnstructured(written.Object, obj)
}

// takenFailure says that an object of a wanted name is somebody else's.
func takenFailure(kind, namespace, name string) *diagnostics.Failure {
	advice := "It stays untouched. Delete it if nobody needs it, or choose another name for the server."
	switch kind {
	case "Service":
		advice = "It stays untouched. Set network.service.name to another name, or delete the Service if nobody needs it."
	case convert.KindDataVolume, convert.KindClaim:
		advice = "It stays untouched. Apply again: the root disk then gets another name."
	}
	return &diagnostics.Failure{
		Cause:  fmt.Sprintf("A %s %q exists already and does not belong to this server. It is never adopted: it would be deleted together with the server.", kind, metadata.ID(namespace, name)),
		Advice: advice,
	}
}

func (r *Resource) remove(ctx context.Context, obj client.Object) error {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return err
	}
	return kube.Delete(ctx, api, obj)
}

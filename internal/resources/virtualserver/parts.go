package virtualserver

import (
	"context"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
)

// writeSecret makes the cloud-init Secret or changes its user data.
func (r *Resource) writeSecret(ctx context.Context, o *convert.Objects, state, plan convert.Server, userData string) error {
	if !userDataChanged(state, plan) {
		return nil
	}
	l := nextLayout(state, plan, convert.LayoutOf(o.VM, plan.RootVolume()))
	secret := convert.ToSecret(plan, l, userData)
	if secret == nil {
		return nil
	}
	if o.Secret != nil && o.Secret.Name == secret.Name {
		before := o.Secret.DeepCopy()
		before.TypeMeta = secret.TypeMeta
		after := before.DeepCopy()
		after.Data = maps.Clone(before.Data) // others may keep keys of their own there
		if after.Data == nil {
			after.Data = map[string][]byte{}
		}
		maps.Copy(after.Data, secret.Data)
		_, err := r.data.Client.Update(ctx, before, func(*unstructured.Unstructured) (client.Object, client.Object, error) {
			return before, after, nil
		})
		return err
	}
	if err := r.createPart(ctx, o.VM, secret); err != nil {
		return err
	}
	o.Secret = secret
	return nil
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
		base = &corev1.Service{TypeMeta: want.TypeMeta, ObjectMeta: want.ObjectMeta}
	}
	_, err := r.data.Client.Update(ctx, want, func(*unstructured.Unstructured) (client.Object, client.Object, error) {
		return base, want, nil
	})
	return err
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
func takenFailure(kind, namespace, name string) error {
	advice := "It stays untouched. Delete it if nobody needs it, or choose another name for the server."
	switch kind {
	case "Service":
		advice = "It stays untouched. Set network.service.name to another name, or delete the Service if nobody needs it."
	case convert.KindDataVolume, convert.KindClaim:
		advice = "It stays untouched. Apply again: the root disk then gets another name."
	}
	return &diagnostics.Failure{
		Cause:  fmt.Sprintf("A %s %q exists already and does not belong to this server. It is never adopted: it would be deleted together with the server.", kind, convert.ID(namespace, name)),
		Advice: advice,
	}
}

func (r *Resource) remove(ctx context.Context, obj client.Object) error {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return err
	}
	uid := obj.GetUID()
	return client.IgnoreNotFound(api.Delete(ctx, obj, client.Preconditions{UID: &uid}))
}

package virtualserver

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// finalizerRetain holds a VirtualMachine that is being deleted until its root
// disk is nobody's.
const finalizerRetain = "virtualserver.io/retain-root-disk"

// retainsRoot tells whether the root disk outlives the server.
func retainsRoot(state convert.Server) bool {
	return state.OwnsRootDisk() && state.Storage.Root.OnDestroy.ValueString() == convert.OnDestroyRetain
}

// releaseRoot takes the root disk away from its machine: out of the templates,
// or virt-controller would own it again, then the owner's reference. Nothing is
// deleted yet, so that what is refused here leaves a whole server.
func (r *Resource) releaseRoot(ctx context.Context, vm *kubevirtv1.VirtualMachine, state convert.Server) error {
	claim := convert.LayoutOf(vm, state.RootVolume()).RootClaim
	err := r.changeObject(ctx, vm, kubevirtv1.VirtualMachineGroupVersionKind.Kind, kubevirtv1.GroupVersion.String(), func(live *unstructured.Unstructured) {
		templates, _, _ := unstructured.NestedSlice(live.Object, "spec", "dataVolumeTemplates")
		templates = slices.DeleteFunc(templates, func(t any) bool {
			template, _ := t.(map[string]any)
			name, _, _ := unstructured.NestedString(template, "metadata", "name")
			return name == claim
		})
		if len(templates) == 0 {
			unstructured.RemoveNestedField(live.Object, "spec", "dataVolumeTemplates")
			return
		}
		_ = unstructured.SetNestedSlice(live.Object, templates, "spec", "dataVolumeTemplates")
	})
	if err == nil {
		err = r.disown(ctx, vm, claim)
	}
	if err != nil {
		return notRetained(claim, err, "Nothing is deleted. Destroy again once that is solved; or, to delete the disk with the server, apply storage.root.on_destroy = \"delete\" first.")
	}
	return nil
}

// deleteRetaining deletes the machine, but keeps it in place until its root disk
// is nobody's: virt-controller may have owned the disk again before it saw that
// the template is gone. It does so no more once the machine is being deleted.
// Without foreground deletion nothing is collected before the machine is gone.
func (r *Resource) deleteRetaining(ctx context.Context, api client.Client, vm *kubevirtv1.VirtualMachine, state convert.Server) error {
	claim := convert.LayoutOf(vm, state.RootVolume()).RootClaim
	if err := r.setFinalizer(ctx, vm, true); err != nil {
		return notRetained(claim, err, "Nothing is deleted. Destroy again once that is solved.")
	}
	err := api.Delete(ctx, vm, client.PropagationPolicy(metav1.DeletePropagationBackground), client.Preconditions{UID: &vm.UID})
	if client.IgnoreNotFound(err) != nil {
		return err
	}
	if err := r.disown(ctx, vm, claim); err != nil {
		return notRetained(claim, err, "The server is being deleted, and waits with its disk. Destroy again once that is solved.")
	}
	return r.setFinalizer(ctx, vm, false)
}

// setFinalizer adds or removes the finalizer.
func (r *Resource) setFinalizer(ctx context.Context, vm *kubevirtv1.VirtualMachine, on bool) error {
	err := r.changeObject(ctx, vm, kubevirtv1.VirtualMachineGroupVersionKind.Kind, kubevirtv1.GroupVersion.String(), func(live *unstructured.Unstructured) {
		if on && (live.GetDeletionTimestamp() != nil || slices.Contains(live.GetFinalizers(), finalizerRetain)) {
			return // an interrupted destroy has set it; and later none can be added
		}
		finalizers := slices.DeleteFunc(live.GetFinalizers(), func(f string) bool { return f == finalizerRetain })
		if on {
			finalizers = append(finalizers, finalizerRetain)
		}
		live.SetFinalizers(finalizers)
	})
	return client.IgnoreNotFound(err)
}

// disown removes the machine from the owners of its root disk. The claim belongs
// to the DataVolume, and to the machine where an older CDI removed that.
func (r *Resource) disown(ctx context.Context, vm *kubevirtv1.VirtualMachine, claim string) error {
	for _, part := range []struct {
		obj           client.Object
		kind, version string
	}{
		{&cdiv1.DataVolume{}, convert.KindDataVolume, cdiv1.SchemeGroupVersion.String()},
		{&corev1.PersistentVolumeClaim{}, convert.KindClaim, corev1.SchemeGroupVersion.String()},
	} {
		part.obj.SetNamespace(vm.Namespace)
		part.obj.SetName(claim)
		err := r.changeObject(ctx, part.obj, part.kind, part.version, func(live *unstructured.Unstructured) {
			owners := live.GetOwnerReferences()
			if others := without(owners, vm.UID); len(others) != len(owners) {
				live.SetOwnerReferences(others)
			}
		})
		if client.IgnoreNotFound(err) != nil && !kube.IsMissingAPI(err) {
			return err
		}
	}
	return nil
}

func without(owners []metav1.OwnerReference, uid types.UID) []metav1.OwnerReference {
	return slices.DeleteFunc(slices.Clone(owners), func(o metav1.OwnerReference) bool { return o.UID == uid })
}

// changeObject sends what change does to the live object; nothing when it does
// nothing.
func (r *Resource) changeObject(ctx context.Context, obj client.Object, kind, version string, change func(live *unstructured.Unstructured)) error {
	named := &unstructured.Unstructured{}
	named.SetAPIVersion(version)
	named.SetKind(kind)
	named.SetNamespace(obj.GetNamespace())
	named.SetName(obj.GetName())
	_, err := r.data.Client.Update(ctx, named, func(live *unstructured.Unstructured) (client.Object, client.Object, error) {
		if uid := obj.GetUID(); uid != "" && uid != live.GetUID() {
			return live, live, nil // another one of its name
		}
		after := live.DeepCopy()
		change(after)
		return live, after, nil
	})
	return err
}

func notRetained(claim string, err error, advice string) error {
	return &diagnostics.Failure{
		Cause:  fmt.Sprintf("The root disk %q is to be retained, but cannot be taken away from the server: %s", claim, diagnostics.Explain(err)),
		Advice: advice,
	}
}

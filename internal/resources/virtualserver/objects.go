package virtualserver

import (
	"cmp"
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// fetch reads the objects of one server, whose machine has one of the names. prior is
// its state, nil at import. The VM of the result is nil when it does not exist.
func (r *Resource) fetch(ctx context.Context, from kube.Getter, namespace string, vmNames []string, prior *convert.Server) (o convert.Objects, err error) {
	if o.VM, err = findMachine(ctx, from, namespace, vmNames); err != nil || o.VM == nil {
		return convert.Objects{}, err
	}
	return o, r.fetchParts(ctx, from, &o, prior)
}

// machineNames are the names that the machine of a server may have, when either name
// of the server is given.
func machineNames(name string) []string { return slices.Compact([]string{name, convert.VMName(name)}) }

// findMachine reads the first machine of the names that exists; nil when none does.
func findMachine(ctx context.Context, from kube.Getter, namespace string, names []string) (*kubevirtv1.VirtualMachine, error) {
	for _, name := range names {
		vm := &kubevirtv1.VirtualMachine{}
		if found, err := getObject(ctx, from, namespace, name, vm); err != nil || found {
			return vm, err
		}
	}
	return nil, nil
}

// fetchInstance reads the instance of o.VM, if it has one.
func fetchInstance(ctx context.Context, from kube.Getter, o *convert.Objects) error {
	if !o.VM.Status.Created {
		return nil
	}
	vmi := &kubevirtv1.VirtualMachineInstance{}
	found, err := getObject(ctx, from, o.VM.Namespace, o.VM.Name, vmi)
	if found {
		o.VMI = vmi
	}
	return err
}

// fetchParts reads what belongs to o.VM.
func (r *Resource) fetchParts(ctx context.Context, from kube.Getter, o *convert.Objects, prior *convert.Server) error {
	vm := o.VM
	if err := fetchInstance(ctx, from, o); err != nil {
		return err
	}
	l := convert.LayoutOf(vm, rootVolumeOf(prior))
	for _, name := range l.SecretsToRead(prior) {
		if prior == nil { // it may be a user's, whose content is not ours to read
			if ours, err := getOwned(ctx, from, vm, name, secretMetadata()); err != nil {
				return err
			} else if !ours {
				continue
			}
		}
		secret := &corev1.Secret{}
		if ours, err := getOwned(ctx, from, vm, name, secret); err != nil {
			return err
		} else if ours {
			o.Secret = secret
			break
		}
	}
	if name := serviceToRead(vm.Name, prior); name != "" {
		service := &corev1.Service{}
		if ours, err := getOwned(ctx, from, vm, name, service); err != nil {
			return err
		} else if ours {
			o.Service = service
		}
	}
	if prior == nil && o.Service == nil {
		if err := r.findService(ctx, o); err != nil {
			return err
		}
	}
	if prior == nil && l.RootClaim != "" && convert.HasEphemeralRoot(vm, l) {
		dv := &cdiv1.DataVolume{}
		if ours, err := getOwned(ctx, from, vm, l.RootClaim, dv); err != nil {
			return err
		} else if ours {
			o.Root = dv
		}
	}
	return nil
}

func secretMetadata() *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"}}
}

// findService looks for the Service of a server that is being imported under
// another name than the server's own. Without the right to list there is none.
func (r *Resource) findService(ctx context.Context, o *convert.Objects) error {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return err
	}
	list := &corev1.ServiceList{}
	if err := api.List(ctx, list, client.InNamespace(o.VM.Namespace)); err != nil {
		if apierrors.IsForbidden(err) {
			return nil
		}
		return err
	}
	slices.SortFunc(list.Items, func(a, b corev1.Service) int { return cmp.Compare(a.Name, b.Name) })
	if i := slices.IndexFunc(list.Items, func(s corev1.Service) bool { return owns(o.VM, &s) }); i >= 0 {
		o.Service = &list.Items[i]
	}
	return nil
}

// fetchRootClaim reads what tells the root disk's real size. Who may not read it
// sees the size of the machine's template.
func fetchRootClaim(ctx context.Context, from kube.Getter, o *convert.Objects, prior *convert.Server) error {
	l := convert.LayoutOf(o.VM, rootVolumeOf(prior))
	if !convert.ReadsRootClaim(o.VM, l) {
		return nil
	}
	claim := &corev1.PersistentVolumeClaim{}
	if found, err := getObject(ctx, from, o.VM.Namespace, l.RootClaim, claim); err != nil || !found {
		return ignoreForbidden(err)
	}
	o.Claim = claim
	var err error
	o.CDIConfig, err = datavolume.Config(ctx, from)
	return err
}

func ignoreForbidden(err error) error {
	if apierrors.IsForbidden(err) {
		return nil
	}
	return err
}

// getOwned reads an object that may belong to the VM; ours is false when it
// does not exist or is somebody else's.
func getOwned(ctx context.Context, from kube.Getter, vm *kubevirtv1.VirtualMachine, name string, into client.Object) (ours bool, err error) {
	found, err := getObject(ctx, from, vm.Namespace, name, into)
	return found && owns(vm, into), err
}

// serviceToRead names the Service that a server may have; "" when its state
// says that it has none.
func serviceToRead(vmName string, prior *convert.Server) string {
	if prior == nil {
		return convert.DefaultServiceName(vmName)
	}
	if name := prior.ServiceName.ValueString(); name != "" {
		return name
	}
	if prior.Network.HasPorts() {
		return prior.Network.ServiceName(vmName)
	}
	return ""
}

func rootVolumeOf(prior *convert.Server) string {
	if prior == nil {
		return ""
	}
	return prior.RootVolume()
}

// getObject reads one object; found is false when it does not exist.
func getObject(ctx context.Context, from kube.Getter, namespace, name string, into client.Object) (found bool, err error) {
	return kube.Find(ctx, from, namespace, name, into)
}

// owns tells whether obj belongs to the VM. The owner's uid is the only proof:
// an object of the wanted name that lacks it is never adopted.
func owns(vm client.Object, obj client.Object) bool {
	for _, ref := range obj.GetOwnerReferences() {
		if ref.UID == vm.GetUID() {
			return true
		}
	}
	return false
}

// ownedBy is the reference that ties a Secret, Service or DataVolume to its VM.
func ownedBy(vm *kubevirtv1.VirtualMachine) []metav1.OwnerReference {
	return []metav1.OwnerReference{{
		APIVersion:         kubevirtv1.GroupVersion.String(),
		Kind:               kubevirtv1.VirtualMachineGroupVersionKind.Kind,
		Name:               vm.Name,
		UID:                vm.UID,
		BlockOwnerDeletion: ptr.To(false),
	}}
}

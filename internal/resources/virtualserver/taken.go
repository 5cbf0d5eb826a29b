package virtualserver

import (
	"context"
	"errors"
	"time"

	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/creation"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// collectBudget is how long a create waits for the rest of a deleted server of
// the same name.
const collectBudget = time.Minute

// wanted is a name that a server is about to use.
type wanted struct {
	kind string
	obj  client.Object
	list client.ObjectList
}

func wantedNames(plan convert.Server, l convert.Layout) []wanted {
	named := func(kind, name string, obj client.Object, list client.ObjectList) wanted {
		obj.SetNamespace(plan.Namespace.ValueString())
		obj.SetName(name)
		return wanted{kind, obj, list}
	}
	var out []wanted
	if plan.KeepsSecret() {
		out = append(out, named("Secret", l.CloudInitSecret, &corev1.Secret{}, nil))
	}
	if plan.Network.HasPorts() {
		out = append(out, named("Service", plan.Network.ServiceName(l.VMName), &corev1.Service{}, &corev1.ServiceList{}))
	}
	if plan.Storage.Root.Imported() {
		out = append(out,
			named(convert.KindDataVolume, l.RootClaim, &cdiv1.DataVolume{}, &cdiv1.DataVolumeList{}),
			named(convert.KindClaim, l.RootClaim, &corev1.PersistentVolumeClaim{}, &corev1.PersistentVolumeClaimList{}))
	}
	return out
}

// refuseTaken fails when an object that the server wants to make exists.
// KubeVirt would adopt a DataVolume or claim of the root disk's name, boot from
// it without importing, and delete it with the server; dry run does not see it.
func (r *Resource) refuseTaken(ctx context.Context, plan convert.Server, l convert.Layout) error {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return err
	}
	for _, w := range wantedNames(plan, l) {
		found, err := getObject(ctx, api, w.obj.GetNamespace(), w.obj.GetName(), w.obj)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		leftover, err := r.isLeftover(ctx, api, w.obj, l.VMName)
		if err != nil {
			return err
		}
		if leftover {
			leftover, err = r.awaitGone(ctx, w)
			if err != nil {
				return err
			}
		}
		if !leftover {
			return creation.Taken{Failure: takenFailure(w.kind, w.obj.GetNamespace(), w.obj.GetName())}
		}
	}
	return nil
}

// isLeftover tells whether obj is on its way out: it belongs to a machine of
// this name that is gone, so that the garbage collector is about to remove it.
func (r *Resource) isLeftover(ctx context.Context, api client.Client, obj client.Object, vmName string) (bool, error) {
	for _, ref := range obj.GetOwnerReferences() {
		if ref.Kind != kubevirtv1.VirtualMachineGroupVersionKind.Kind || ref.Name != vmName {
			continue
		}
		vm := &kubevirtv1.VirtualMachine{}
		found, err := getObject(ctx, api, obj.GetNamespace(), vmName, vm)
		return err == nil && (!found || vm.UID != ref.UID), err
	}
	return false, nil
}

// awaitGone waits until a leftover is collected; gone is false when it stays.
func (r *Resource) awaitGone(ctx context.Context, w wanted) (gone bool, err error) {
	uid := w.obj.GetUID()
	budget, cancel := context.WithTimeout(ctx, collectBudget)
	defer cancel()
	err = r.data.Client.Await(budget, []kube.Watched{{Object: w.obj, List: w.list}}, func(now []client.Object) (kube.Verdict, error) {
		return kube.Verdict{Done: now[0] == nil || now[0].GetUID() != uid}, nil
	})
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return false, nil
	}
	return err == nil, err
}

// Package machine changes and operates VirtualMachines for all resources that share
// one: the server, and what is attached to it.
package machine

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// Change carries what change does to the machine over to the live one, and nothing
// else; on a conflict it is called again. A machine of another uid is an error. It
// returns the response.
func Change(ctx context.Context, api *kube.Client, of *kubevirtv1.VirtualMachine, change func(vm *kubevirtv1.VirtualMachine) error, options ...client.PatchOption) (*kubevirtv1.VirtualMachine, error) {
	named := &kubevirtv1.VirtualMachine{}
	named.SetGroupVersionKind(kubevirtv1.VirtualMachineGroupVersionKind)
	named.Namespace, named.Name = of.Namespace, of.Name
	written, err := api.Update(ctx, named, func(live *unstructured.Unstructured) (client.Object, client.Object, error) {
		if live.GetUID() != of.UID {
			return nil, nil, Another(live)
		}
		before, err := Of(live)
		if err != nil {
			return nil, nil, err
		}
		after := before.DeepCopy()
		return before, after, change(after)
	}, options...)
	if err != nil {
		return nil, err
	}
	return Of(written)
}

// Another says that the server's machine has been deleted, and that one of the same
// name is in its place.
func Another(live client.Object) error {
	return &diagnostics.Failure{
		Cause:  fmt.Sprintf("The VirtualMachine %q is another one than the server's: that was deleted, and somebody made one of the same name.", metadata.ID(live.GetNamespace(), live.GetName())),
		Advice: "It is not touched. Plan again: the plan then says that the server is gone.",
	}
}

// Of is the machine that an answer of the cluster holds.
func Of(u *unstructured.Unstructured) (*kubevirtv1.VirtualMachine, error) {
	vm := &kubevirtv1.VirtualMachine{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, vm); err != nil {
		return nil, fmt.Errorf("the cluster's VirtualMachine cannot be read: %w", err)
	}
	return vm, nil
}

// Runs tells of a guest that has not ended: a server that runs once keeps one that has.
func Runs(vmi *kubevirtv1.VirtualMachineInstance) bool { return vmi != nil && !vmi.IsFinal() }

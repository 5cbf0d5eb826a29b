package machine

import (
	"context"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// Resources that KubeVirt's operations belong to.
const (
	OfMachine  = "virtualmachines"
	OfInstance = "virtualmachineinstances"
)

// Operate calls an operation of KubeVirt. One that is under way is waited out.
func Operate(ctx context.Context, api *kube.Client, vm *kubevirtv1.VirtualMachine, of, verb string, options any) error {
	call := kube.Subresource{Resource: of, Namespace: vm.Namespace, Name: vm.Name, Verb: verb}
	for {
		err := api.PutSubresource(ctx, call, options, nil)
		if !isUnderWay(err) {
			return err
		}
		if err := AwaitRequests(ctx, api, vm); err != nil {
			return err
		}
	}
}

// isUnderWay tells of the answer while KubeVirt has not yet done what it was told
// before. It is a 500 without a reason of its own.
func isUnderWay(err error) bool {
	return err != nil && strings.Contains(err.Error(), "already underway")
}

// AwaitRequests waits until the machine has no request to start or stop left.
func AwaitRequests(ctx context.Context, api *kube.Client, of *kubevirtv1.VirtualMachine) error {
	return api.Await(ctx, []kube.Watched{watched(of)}, func(now []client.Object) (kube.Verdict, error) {
		vm, ok := now[0].(*kubevirtv1.VirtualMachine)
		return kube.Verdict{Done: !ok || len(vm.Status.StateChangeRequests) == 0}, nil
	})
}

func watched(of *kubevirtv1.VirtualMachine) kube.Watched {
	return kube.Watched{Object: &kubevirtv1.VirtualMachine{ObjectMeta: metav1.ObjectMeta{Namespace: of.Namespace, Name: of.Name}}, List: &kubevirtv1.VirtualMachineList{}}
}

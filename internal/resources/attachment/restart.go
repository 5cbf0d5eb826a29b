package attachment

import (
	"context"

	"k8s.io/apimachinery/pkg/types"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
)

// maxRestarts is how often a guest is restarted for one attachment: others may have
// come in between.
const maxRestarts = 4

// refusal is that a guest is not restarted.
type refusal struct{ reason string }

func (r *refusal) Error() string { return r.reason }

// machineOf is the machine of an attachment's server, whatever its configuration calls it.
func machineOf(c *convert.Attached) types.NamespacedName {
	return types.NamespacedName{Namespace: c.Namespace.ValueString(), Name: convert.VMName(c.Server.ValueString())}
}

// enter has a restart that others ask for wait for this operation, until leave is called.
// It is called before the cluster is asked anything, which may take longer than a restart
// waits for who comes.
func (r *Resource[M, P]) enter(m *M) (leave func()) {
	if !r.restarts(m) {
		return func() {}
	}
	return r.data.Machines.Enter(machineOf(P(m).Common()))
}

// restartUntil restarts the guest, once for all attachments that ask at the same time,
// until one runs that is as is says, or none runs any more. leave ends what entering the
// machine of began.
func (r *Resource[M, P]) restartUntil(ctx context.Context, s *server, of types.NamespacedName, leave func(), is func(now server) bool) error {
	defer func() { leave() }()
	for range maxRestarts {
		// Between two guests the next one is waited for, and while one goes; but not for one
		// that starts without it: what is to change may be what keeps it from starting.
		err := r.await(ctx, s, func() (kube.Verdict, error) {
			lacks := machine.Runs(s.vmi) && s.vmi.DeletionTimestamp == nil && !is(*s)
			return kube.Verdict{Done: s.vm == nil || isUp(s.vmi) || lacks || !machine.Runs(s.vmi) && !willRun(s.vm)}, nil
		})
		if err != nil || !machine.Runs(s.vmi) || is(*s) {
			return err
		}
		now := *s // others may wait for the restart when this one does no more
		if err := r.data.Machines.Restart(ctx, of, leave, func(ctx context.Context) error { return r.restartGuest(ctx, now, is) }); err != nil {
			return err
		}
		leave = r.data.Machines.Enter(of) // for another round
	}
	return &diagnostics.Failure{Cause: "The guest was restarted, and is still not as planned: others change the server at the same time.", Advice: "Apply again."}
}

// restartGuest restarts the guest, unless it is as is says, and waits until another
// one runs.
func (r *Resource[M, P]) restartGuest(ctx context.Context, of server, is func(now server) bool) error {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return err
	}
	s := server{vm: &kubevirtv1.VirtualMachine{}}
	if found, err := kube.Find(ctx, api, of.vm.Namespace, of.vm.Name, s.vm); err != nil || !found || s.vm.UID != of.vm.UID {
		return err
	}
	if len(s.vm.Status.StateChangeRequests) > 0 { // one may bring the guest that is wanted
		if err := machine.AwaitRequests(ctx, r.data.Client, s.vm); err != nil {
			return err
		}
	}
	if err := s.readInstance(ctx, api); err != nil || !machine.Runs(s.vmi) || is(s) {
		return err
	}
	if convert.RunStrategyOf(s.vm) == kubevirtv1.RunStrategyOnce {
		return &refusal{`KubeVirt does not restart a server with the run strategy "Once"`}
	}
	before := s.vmi.UID
	if err := machine.Operate(ctx, r.data.Client, s.vm, machine.OfMachine, "restart", kubevirtv1.RestartOptions{}); err != nil {
		return err
	}
	return r.await(ctx, &s, func() (kube.Verdict, error) {
		gone := s.vm == nil || s.vmi == nil && !willRun(s.vm)
		return kube.Verdict{Done: gone || s.vmi != nil && s.vmi.UID != before && (isUp(s.vmi) || s.vmi.IsFinal())}, nil
	})
}

// willRun tells of a server that has no guest, and gets one.
func willRun(vm *kubevirtv1.VirtualMachine) bool {
	if vm == nil {
		return false
	}
	switch convert.RunStrategyOf(vm) {
	case kubevirtv1.RunStrategyAlways, kubevirtv1.RunStrategyRerunOnFailure:
		return true
	}
	return len(vm.Status.StateChangeRequests) > 0
}

package virtualserver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apitypes "k8s.io/apimachinery/pkg/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// migrationGoesOn says what becomes of a migration that nobody waits for any more.
const migrationGoesOn = "The migration goes on by itself, and the guest runs where it was until then; KubeVirt gives up one that finds no node after some minutes. To cancel it, delete it (kubectl delete vmim)."

// migrationRefused says what speaks against a live migration.
func migrationRefused(o *convert.Objects, _ options) *diagnostics.Failure {
	if o.VMI == nil || !o.VMI.IsRunning() {
		return notRunning()
	}
	for _, c := range o.VMI.Status.Conditions {
		if c.Type == kubevirtv1.VirtualMachineInstanceIsMigratable && c.Status == corev1.ConditionFalse {
			return &diagnostics.Failure{
				Cause:  fmt.Sprintf("It cannot be moved while it runs: %s (%s).", c.Message, c.Reason),
				Advice: "Change what it names and restart the server, or stop it and start it on another node.",
			}
		}
	}
	return nil
}

// migrationsOf finds the migrations that a server has or had, by their uid.
func (r *Resource) migrationsOf(ctx context.Context, vm *kubevirtv1.VirtualMachine) (map[apitypes.UID]kubevirtv1.VirtualMachineInstanceMigration, error) {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return nil, err
	}
	list := &kubevirtv1.VirtualMachineInstanceMigrationList{}
	if err := api.List(ctx, list, client.InNamespace(vm.Namespace), client.MatchingLabels{kubevirtv1.MigrationSelectorLabel: vm.Name}); err != nil {
		return nil, err
	}
	out := map[apitypes.UID]kubevirtv1.VirtualMachineInstanceMigration{}
	for _, m := range list.Items {
		out[m.UID] = m
	}
	return out, nil
}

// nodeGrace is how long what the nodes say of a migration, where the guest is or
// why it is not, may take after its end.
const nodeGrace = 3 * time.Second

// awaitMigrated waits until the migration that KubeVirt made for the request has
// succeeded. Its answer does not name it: before are those that there were, and
// there is one at a time. say is told how it gets on.
func (r *Resource) awaitMigrated(ctx context.Context, o *convert.Objects, before map[apitypes.UID]kubevirtv1.VirtualMachineInstanceMigration, say func(string)) error {
	all, err := r.migrationsOf(ctx, o.VM)
	if err != nil {
		return err
	}
	var made []kubevirtv1.VirtualMachineInstanceMigration
	for uid, m := range all {
		if _, old := before[uid]; !old {
			made = append(made, m)
		}
	}
	if len(made) == 0 {
		return &diagnostics.Failure{Cause: "The migration was deleted as soon as it was made.", Advice: "Find out who deletes migrations, then try again."}
	}
	return r.awaitMigration(ctx, o, slices.MinFunc(made, func(a, b kubevirtv1.VirtualMachineInstanceMigration) int { return kube.ByAge(&a, &b) }), say)
}

// awaitMigration waits until a migration has succeeded, keeping o current. Its
// error is a *diagnostics.Failure when it has not, a *waiting.Late when time is up.
func (r *Resource) awaitMigration(ctx context.Context, o *convert.Objects, first kubevirtv1.VirtualMachineInstanceMigration, say func(string)) error {
	last, ended := &first, time.Time{}
	grace := func() time.Duration {
		if ended.IsZero() {
			ended = time.Now()
		}
		return nodeGrace - time.Since(ended)
	}
	server := metav1.ObjectMeta{Namespace: o.VM.Namespace, Name: o.VM.Name}
	watched := []kube.Watched{
		{Object: &kubevirtv1.VirtualMachineInstanceMigration{ObjectMeta: metav1.ObjectMeta{Namespace: first.Namespace, Name: first.Name}}, List: &kubevirtv1.VirtualMachineInstanceMigrationList{}},
		{Object: &kubevirtv1.VirtualMachineInstance{ObjectMeta: server}, List: &kubevirtv1.VirtualMachineInstanceList{}},
		{Object: &kubevirtv1.VirtualMachine{ObjectMeta: server}, List: &kubevirtv1.VirtualMachineList{}},
	}
	err := r.data.Client.Await(ctx, watched, func(now []client.Object) (kube.Verdict, error) {
		m, ok := now[0].(*kubevirtv1.VirtualMachineInstanceMigration)
		if !ok || m.UID != first.UID {
			return kube.Verdict{}, &diagnostics.Failure{Cause: fmt.Sprintf("Somebody deleted the migration %s, which cancels it.", first.Name), Advice: "Try again."}
		}
		last = m
		o.VMI, _ = now[1].(*kubevirtv1.VirtualMachineInstance)
		if vm, ok := now[2].(*kubevirtv1.VirtualMachine); ok {
			o.VM = vm
		}
		switch m.Status.Phase {
		case kubevirtv1.MigrationSucceeded:
			nodes := nodesOf(m, o.VMI)
			if o.VMI != nil && o.VMI.Status.NodeName != nodes.to {
				if left := grace(); left > 0 {
					return kube.Verdict{Again: left}, nil
				}
			}
			say(fmt.Sprintf("runs on %s, was on %s", nodes.to, cmp.Or(nodes.from, "?")))
			return kube.Verdict{Done: true}, nil
		case kubevirtv1.MigrationFailed:
			why := whyFailed(m, o.VMI)
			if why == "" {
				if left := grace(); left > 0 {
					return kube.Verdict{Again: left}, nil
				}
				why = "KubeVirt gives no reason."
			}
			return kube.Verdict{}, &diagnostics.Failure{
				Cause:  fmt.Sprintf("The migration %s failed: %s", m.Name, why),
				Advice: "The server still runs where it was, unless its status says otherwise. Remove the cause, then try again.",
			}
		}
		say(fmt.Sprintf("migration %s%s", cmp.Or(string(m.Status.Phase), "Pending"), nodesOf(m, o.VMI)))
		return kube.Verdict{}, nil
	})
	var failure *diagnostics.Failure
	switch {
	case errors.As(err, &failure):
		failure.Condition = r.lastOfMigration(context.WithoutCancel(ctx), o, last)
		return failure
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &waiting.Late{
			Where:     fmt.Sprintf("is not on another node yet: the migration %s is %s", last.Name, cmp.Or(string(last.Status.Phase), "Pending")),
			Condition: r.lastOfMigration(context.WithoutCancel(ctx), o, last),
			Advice:    migrationGoesOn + " Give it more time with timeouts.",
		}
	}
	return err
}

// way is where a migration leads, as far as it is known.
type way struct{ from, to string }

func (w way) String() string {
	if w.to == "" {
		return ""
	}
	return fmt.Sprintf(", %s -> %s", cmp.Or(w.from, "?"), w.to)
}

// nodesOf takes the instance's word, which is there first, when it is about this
// migration.
func nodesOf(m *kubevirtv1.VirtualMachineInstanceMigration, vmi *kubevirtv1.VirtualMachineInstance) way {
	state := stateOfMigration(m, vmi)
	if state == nil {
		return way{}
	}
	return way{state.SourceNode, state.TargetNode}
}

func stateOfMigration(m *kubevirtv1.VirtualMachineInstanceMigration, vmi *kubevirtv1.VirtualMachineInstance) *kubevirtv1.VirtualMachineInstanceMigrationState {
	if vmi != nil && vmi.Status.MigrationState != nil && vmi.Status.MigrationState.MigrationUID == m.UID {
		return vmi.Status.MigrationState
	}
	return m.Status.MigrationState
}

// whyFailed finds the reason of a failed migration: what the node said, else
// what keeps the migration; "" when neither says anything.
func whyFailed(m *kubevirtv1.VirtualMachineInstanceMigration, vmi *kubevirtv1.VirtualMachineInstance) string {
	if state := stateOfMigration(m, vmi); state != nil && state.FailureReason != "" {
		return state.FailureReason
	}
	for _, c := range m.Status.Conditions {
		if c.Status == corev1.ConditionTrue && cmp.Or(c.Message, c.Reason) != "" {
			return cmp.Or(c.Message, c.Reason)
		}
	}
	return ""
}

// lastOfMigration describes the migration for an error.
func (r *Resource) lastOfMigration(ctx context.Context, o *convert.Objects, m *kubevirtv1.VirtualMachineInstanceMigration) string {
	text := fmt.Sprintf("Last known status: %s.", o.VM.Status.PrintableStatus)
	text += fmt.Sprintf("\n  Migration %s: %s%s", m.Name, cmp.Or(string(m.Status.Phase), "Pending"), nodesOf(m, o.VMI))
	for _, c := range m.Status.Conditions {
		if cmp.Or(c.Message, c.Reason) != "" {
			text += fmt.Sprintf("\n  %s: %s (%s)", c.Type, c.Message, c.Reason)
		}
	}
	// The name is random: the events are this migration's.
	return text + r.data.Client.RecentWarnings(ctx, m.Namespace, m.Name)
}

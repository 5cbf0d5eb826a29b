package virtualserver

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	k8stypes "k8s.io/apimachinery/pkg/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// triggers are an attribute whose change has an apply do something to the guest,
// once.
type triggers struct {
	attribute  string
	done, todo string // "It is not restarted", "Apply again to restart it"
	of         func(m *convert.Server) *types.Map
}

var (
	restartTriggers   = triggers{"restart_triggers", "restarted", "restart", func(m *convert.Server) *types.Map { return &m.RestartTriggers }}
	migrationTriggers = triggers{"migration_triggers", "migrated", "migrate", func(m *convert.Server) *types.Map { return &m.MigrationTriggers }}
	rebootTriggers    = triggers{"reboot_triggers", "rebooted", "reboot", func(m *convert.Server) *types.Map { return &m.RebootTriggers }}
)

// changed tells whether an update changes a trigger. To give all of them up is to
// leave the server alone.
func (t triggers) changed(state, plan convert.Server) bool {
	was, is := t.of(&state), t.of(&plan)
	return len(is.Elements()) > 0 && !is.Equal(*was)
}

// withTriggers returns the state of a server that was imported with the triggers
// of its first plan: an import cannot read any, and does nothing to the guest.
func withTriggers(ctx context.Context, private metadata.PrivateReader, state, plan convert.Server) (convert.Server, diag.Diagnostics) {
	recorded, diags := metadata.IsRecorded(ctx, private)
	if !recorded {
		for _, t := range []triggers{restartTriggers, migrationTriggers, rebootTriggers} {
			*t.of(&state) = *t.of(&plan)
		}
	}
	return state, diags
}

// triggered lists what an update asks of the guest that ran before it, in the
// order in which it is done.
func (c change) triggered(plan convert.Server, before k8stypes.UID) (out []triggers) {
	if before == "" || stops(plan) {
		return nil
	}
	for _, t := range []struct {
		asked bool
		triggers
	}{{c.restartTriggered, restartTriggers}, {c.migrate, migrationTriggers}, {c.reboot, rebootTriggers}} {
		if t.asked {
			out = append(out, t.triggers)
		}
	}
	return out
}

// doTriggered does what an update asks of the guest that ran before it. A restart
// does for all: the new guest has booted, wherever it was placed. err is what came
// before. Triggers that are not done are taken out of the plan that is about to be
// saved, which only an error allows.
func (r *Resource) doTriggered(ctx context.Context, o *convert.Objects, state convert.Server, plan *convert.Server, c change, before k8stypes.UID, err error) error {
	open := c.triggered(*plan, before)
	if err == nil {
		var asked bool
		asked, err = r.restartIfDue(ctx, o, *plan, c, before)
		if err == nil && (asked || runningInstance(o) != before || convert.PowerOf(o.VM, o.VMI) == convert.PowerStopped) || asked && waiting.IsLate(err) {
			open = nil
		}
	}
	for err == nil && len(open) > 0 {
		var asked bool
		switch open[0].attribute {
		case migrationTriggers.attribute:
			asked, err = r.migrateGuest(ctx, o, *plan, before)
		case rebootTriggers.attribute:
			asked, err = r.rebootGuest(ctx, o, *plan, before)
		}
		err = open[0].blame(ctx, err)
		if err == nil || asked && waiting.IsLate(err) {
			open = open[1:]
		}
	}
	if err == nil || len(open) == 0 {
		return err
	}
	for _, t := range open {
		*t.of(plan) = *t.of(&state)
	}
	return open[0].notDone(err)
}

// notDone tells of what was due and had to be left, because the server did not get
// well before.
func (t triggers) notDone(err error) error {
	var late *waiting.Late
	if !errors.As(err, &late) {
		return err
	}
	return &diagnostics.Failure{
		Cause:     fmt.Sprintf("It is not %s: time is up, and it %s.", t.done, late.Where),
		Condition: late.Condition,
		Advice:    fmt.Sprintf("All else is written. Apply again to %s it. Give it more time with timeouts.", t.todo),
		Attribute: path.Root(t.attribute),
	}
}

// blame puts an error at the attribute that asked for what failed.
func (t triggers) blame(ctx context.Context, err error) error {
	var failure *diagnostics.Failure
	if err == nil || waiting.IsLate(err) || ctx.Err() != nil && !errors.As(err, &failure) {
		return err
	}
	at := *diagnostics.ToFailure(err)
	at.Attribute = path.Root(t.attribute)
	return &at
}

// migrateGuest moves the guest to another node, and waits until it is there. A
// migration that is under way is waited out: KubeVirt refuses a second one. asked
// tells whether KubeVirt was told to.
func (r *Resource) migrateGuest(ctx context.Context, o *convert.Objects, plan convert.Server, before k8stypes.UID) (asked bool, err error) {
	if err := r.awaitGuest(ctx, o, plan, before); err != nil || runningInstance(o) != before {
		return false, err
	}
	silent := func(string) {}
	known, err := r.migrationsOf(ctx, o.VM)
	if err != nil {
		return false, err
	}
	for _, m := range known {
		var failure *diagnostics.Failure
		if m.IsFinal() {
			continue
		}
		if err := r.awaitMigration(ctx, o, m, silent); err != nil && !errors.As(err, &failure) {
			return false, err
		}
	}
	if refused := migrationRefused(o, options{}); refused != nil {
		return false, refused
	}
	wasReady := ready(o.VM)
	if err := r.migrate(ctx, o, kubevirtv1.MigrateOptions{}); err != nil {
		return false, inWords(err)
	}
	if err := r.awaitMigrated(ctx, o, known, silent); err != nil {
		return true, err
	}
	// The machine's status follows, and is saved: it is not ready for a moment.
	return true, r.awaitThat(ctx, o, plan, "still shows the migration that is done", func(o *convert.Objects, _ *cdiv1.DataVolume) (bool, error) {
		settled := !wasReady || ready(o.VM) || !runs(o.VMI)
		return settled && o.VM.Status.PrintableStatus != kubevirtv1.VirtualMachineStatusMigrating, nil
	})
}

// rebootGuest asks the guest to reboot by itself. asked tells whether KubeVirt was
// told to.
func (r *Resource) rebootGuest(ctx context.Context, o *convert.Objects, plan convert.Server, before k8stypes.UID) (asked bool, err error) {
	if err := r.awaitGuest(ctx, o, plan, before); err != nil || runningInstance(o) != before {
		return false, err
	}
	if refused := rebootRefused(o, options{}); refused != nil {
		return false, refused
	}
	return true, inWords(r.reboot(ctx, o))
}

// awaitGuest waits until a guest that is starting runs, or is not there any more.
func (r *Resource) awaitGuest(ctx context.Context, o *convert.Objects, plan convert.Server, before k8stypes.UID) error {
	return r.awaitThat(ctx, o, plan, "does not run yet", func(o *convert.Objects, _ *cdiv1.DataVolume) (bool, error) {
		return runningInstance(o) != before || o.VMI.IsRunning(), nil
	})
}

// inWords is KubeVirt's own word against an operation, where err is one.
func inWords(err error) error {
	if refused := wordAgainst(err); refused != nil {
		return refused
	}
	return err
}

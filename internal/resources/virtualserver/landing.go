package virtualserver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/liveupdate"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// land waits until the running guest has what KubeVirt brings to it while it runs:
// at once, or by a live migration. What waits for a restart is not waited for. A
// migration that keeps failing is a warning: the change is written, and KubeVirt
// goes on trying. Being slow is a *waiting.Late. was is the machine before the update: what
// was on its way before is not waited for. A restart that depends on what pends waits
// also where the configuration says "created".
func (r *Resource) land(ctx context.Context, o *convert.Objects, was *kubevirtv1.VirtualMachine, plan convert.Server, diags *diag.Diagnostics) error {
	if o.VM.Generation == was.Generation || stops(plan) {
		return nil
	}
	unawaited := plan.Wait != nil && plan.Wait.Until.ValueString() == waitCreated
	if unawaited && plan.RestartPolicy.ValueString() != restartAutomatic || convert.HasCondition(o.VM, kubevirtv1.VirtualMachinePaused) {
		return nil
	}
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return err
	}
	g, err := r.guestOf(ctx, api, o)
	if err != nil || g == nil {
		return err
	}
	kv, err := r.data.Client.KubeVirt(ctx)
	if ignoreForbidden(err) != nil {
		return err
	}
	g.cluster = liveupdate.ClusterOf(kv)
	g.reconnects = changesNetworks(was, o.VM)
	l := &landing{guest: g, was: was}
	l.before, _ = liveupdate.FailedMigration(o.VMI)
	done, err := l.check(ctx, o)
	if err == nil && !done {
		err = l.await(ctx, o, plan, false)
	}
	if err == nil && (l.stale || l.moves) {
		err = l.settle(ctx, o, plan)
	}
	if !errors.Is(err, errMigrationFailed) {
		return err
	}
	// KubeVirt tries again, and the next time may succeed.
	grace, cancel := context.WithTimeout(ctx, graceOf(plan))
	defer cancel()
	err = l.await(grace, o, plan, true)
	var late *waiting.Late
	if !errors.As(err, &late) || l.failure == "" {
		return err
	}
	diags.AddWarning(fmt.Sprintf("Virtual server %q %s: its live migration failed", subject(plan).Name, l.notYet()),
		fmt.Sprintf("The change is written, and the guest goes on with what it had. KubeVirt says: %s.\n\n%s\n\n%s",
			strings.TrimSuffix(l.failure, "."), late.Condition, "KubeVirt tries again by itself, after ever longer pauses. Remove the cause; or restart the server, which then has the change at once."))
	return nil
}

var errMigrationFailed = errors.New("the live migration failed")

// landing is what an update waits for.
type landing struct {
	*guest
	was     *kubevirtv1.VirtualMachine
	before  string              // a migration that had failed before
	waiting []liveupdate.Change // what is not there yet
	machine *kubevirtv1.VirtualMachine
	failure string // what the last migration failed for
	// The machine's status says what is no longer so: that it waits for a restart, by our
	// rules, and that it moves.
	stale, moves bool
}

// await waits until everything is there. It ends with errMigrationFailed when a
// migration fails, unless it did already.
func (l *landing) await(ctx context.Context, o *convert.Objects, plan convert.Server, failed bool) error {
	err := l.r.awaitThat(ctx, o, plan, l.notYet(), func(o *convert.Objects, _ *cdiv1.DataVolume) (bool, error) {
		done, err := l.check(ctx, o)
		if !done && err == nil && l.failure != "" && !failed {
			err = errMigrationFailed
		}
		return done, err
	})
	var late *waiting.Late
	if errors.As(err, &late) {
		late.Where = l.notYet()
		late.Condition += l.obstacles(context.WithoutCancel(ctx), o)
		late.Advice = "The change is written, and lands as soon as it can. Give it more time with timeouts, or restart the server."
	}
	return err
}

// settle waits a moment until virt-controller has seen that nothing waits for a
// restart any more, and that the migration is over.
func (l *landing) settle(ctx context.Context, o *convert.Objects, plan convert.Server) error {
	for _, status := range []struct {
		wrong *bool
		time  time.Duration
	}{{&l.moves, migratedTime}, {&l.stale, settleTime}} {
		if err := l.awaitStatus(ctx, o, plan, status.wrong, status.time); err != nil {
			return err
		}
	}
	return nil
}

// awaitStatus waits until the status is no longer wrong; that it stays so is no error.
func (l *landing) awaitStatus(ctx context.Context, o *convert.Objects, plan convert.Server, wrong *bool, most time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	err := l.r.awaitThat(ctx, o, plan, "", func(o *convert.Objects, _ *cdiv1.DataVolume) (bool, error) {
		_, err := l.check(ctx, o)
		return !*wrong, err
	})
	var late *waiting.Late
	if errors.As(err, &late) {
		return nil // our rules are not KubeVirt's then
	}
	return err
}

const (
	// settleTime is for what may stay so: it is a matter of rules.
	settleTime = 5 * time.Second
	// migratedTime is for what certainly changes.
	migratedTime = 30 * time.Second
)

func (l *landing) notYet() string {
	return "does not have the new " + strings.Join(l.attributes(l.waiting, l.machine), ", ") + " yet"
}

// check tells whether nothing is left to wait for.
func (l *landing) check(ctx context.Context, o *convert.Objects) (done bool, err error) {
	l.waiting, l.machine, l.stale, l.moves = nil, o.VM, false, false
	if !runs(o.VMI) || o.VMI.UID != l.uid || o.VMI.DeletionTimestamp != nil {
		return true, nil // its successor has everything
	}
	changes, err := l.changes(ctx, o)
	if err != nil {
		return false, err
	}
	// virt-controller itself knows best, once it has seen the machine.
	pends := convert.HasCondition(o.VM, kubevirtv1.VirtualMachineRestartRequired) && o.VM.Status.DesiredGeneration >= o.VM.Generation
	l.stale = convert.HasCondition(o.VM, kubevirtv1.VirtualMachineRestartRequired) &&
		!slices.ContainsFunc(changes, func(c liveupdate.Change) bool { return c.Landing == liveupdate.Restart && !c.Silent })
	l.moves = o.VM.Status.PrintableStatus == kubevirtv1.VirtualMachineStatusMigrating && (o.VMI.Status.MigrationState == nil || o.VMI.Status.MigrationState.Completed)
	made := l.made(o.VM)
	for _, c := range changes {
		if l.lands(c, o.VMI) && made(attributeOf(c)) && (!pends || !isHeldBack(c)) {
			l.waiting = append(l.waiting, c)
		}
	}
	if uid, reason := liveupdate.FailedMigration(o.VMI); uid != "" && uid != l.before {
		l.failure = reason
	} else if uid == "" && o.VMI.Status.MigrationState != nil && o.VMI.Status.MigrationState.Completed {
		l.failure = ""
	}
	return len(l.waiting) == 0, nil
}

// made tells whether an attribute is among those that the update has changed.
func (l *landing) made(now *kubevirtv1.VirtualMachine) func(attribute string) bool {
	if instanceTypeName(&l.was.Spec) != instanceTypeName(&now.Spec) || preferenceName(&l.was.Spec) != preferenceName(&now.Spec) {
		return func(string) bool { return true }
	}
	var changed []string
	for _, c := range liveupdate.Changes(l.was, now, nil, l.cluster) {
		changed = append(changed, attributeOf(c))
	}
	return func(attribute string) bool {
		return slices.ContainsFunc(changed, func(c string) bool {
			return c == attribute || strings.HasPrefix(c, attribute+".") || strings.HasPrefix(attribute, c+".")
		})
	}
}

// lands tells whether KubeVirt brings the change to the guest while it runs.
func (l *landing) lands(c liveupdate.Change, vmi *kubevirtv1.VirtualMachineInstance) bool {
	switch c.Landing {
	case liveupdate.Live:
		// An interface may need a migration, and then the instance says so.
		return !l.cluster.Known || l.cluster.Migrates || !strings.Contains(c.Field, "devices.interfaces[") || !liveupdate.NeedsMigration(vmi)
	case liveupdate.Migration:
		return !l.cluster.Known || l.cluster.Migrates
	}
	return false
}

// isHeldBack tells of what KubeVirt leaves alone while something waits for a
// restart. Volumes that are plugged in and interfaces come and go all the same.
func isHeldBack(c liveupdate.Change) bool {
	return c.Landing == liveupdate.Migration || !strings.Contains(c.Field, "devices.") && !strings.Contains(c.Field, "spec.volumes[")
}

// obstacles says what is known of a change that does not get on.
func (l *landing) obstacles(ctx context.Context, o *convert.Objects) string {
	text := ""
	if o.VMI != nil {
		if obstacle := liveupdate.Obstacle(o.VMI); obstacle != "" {
			text += "\nThe instance says: " + obstacle
		}
	}
	ctx, cancel := context.WithTimeout(ctx, evidenceTimeout)
	defer cancel()
	if m := l.r.lastMigration(ctx, o); m != nil {
		text += fmt.Sprintf("\nLive migration %s: %s", m.Name, cmp.Or(string(m.Status.Phase), "not started"))
		for _, c := range m.Status.Conditions {
			if c.Message != "" {
				text += fmt.Sprintf("\n  %s: %s (%s)", c.Type, c.Message, c.Reason)
			}
		}
	}
	return text
}

// lastMigration is the newest migration of the instance; nil where there is none or
// it may not be read.
func (r *Resource) lastMigration(ctx context.Context, o *convert.Objects) *kubevirtv1.VirtualMachineInstanceMigration {
	all, err := r.migrationsOf(ctx, o.VM)
	if err != nil || len(all) == 0 {
		return nil
	}
	last := slices.MaxFunc(slices.Collect(maps.Values(all)), func(a, b kubevirtv1.VirtualMachineInstanceMigration) int { return kube.ByAge(&a, &b) })
	return &last
}

package virtualserver

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/liveupdate"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// warnEffects tells how an update reaches the guest: what lands live, what waits
// for a restart, and whether the apply itself restarts, stops or starts the server.
// A server that does not run gets all changes at its start, which is nothing to
// warn of. p is what the dry run found of the machine.
func (r *Resource) warnEffects(ctx context.Context, state, plan convert.Server, managed metadata.Keys, c change, p machinePatch) (diags diag.Diagnostics) {
	switch {
	case stops(plan):
		if !stops(state) && seemsToRun(state) {
			diags.AddWarning(effectSummary(plan)+" stops it", "The guest is told to shut down, and is ended when its termination_grace_period_seconds are over. Its disks are kept.")
		}
		return diags
	case starts(state, plan):
		diags.AddWarning(effectSummary(plan)+" starts it", startText(state, plan))
		return diags
	case !c.spec && !c.userData && !c.restart && !c.migrate && !c.reboot:
		return diags
	}
	e := r.effectsOf(ctx, state, plan, managed, p)
	if e == nil {
		return diags
	}
	if c.userData {
		for _, attribute := range changedData(state, plan) {
			e.add(attribute, liveupdate.Restart, "the guest reads it at its next start, when cloud-init does only what it does at each boot")
		}
	}
	waits, lands := e.of(liveupdate.Restart), append(e.of(liveupdate.Migration), e.of(liveupdate.Live)...)
	why := restartReason(plan, c, len(waits) > 0)
	switch {
	case why != "":
		diags.AddWarning(effectSummary(plan)+" restarts it", e.restartText(why, waits))
	case len(waits) == 1:
		diags.AddWarning(effectSummary(plan)+": 1 change waits for a restart", e.waitText(waits))
	case len(waits) > 1:
		diags.AddWarning(fmt.Sprintf("%s: %d changes wait for a restart", effectSummary(plan), len(waits)), e.waitText(waits))
	}
	if why == "" && c.migrate {
		diags.AddWarning(effectSummary(plan)+" migrates it", "The apply moves the running guest to another node, and waits until it is there: migration_triggers has changed."+e.expectation())
	}
	if why == "" && c.reboot {
		diags.AddWarning(effectSummary(plan)+" reboots it", "The apply asks the guest to reboot by itself: reboot_triggers has changed. What waits for a restart goes on waiting."+e.expectation())
	}
	if len(lands) > 0 {
		// A routine one: of many servers Terraform shows the first.
		diags.AddWarning("Changes that take effect while servers run", fmt.Sprintf("Virtual server %q:\n%s%s", subject(plan).Name, listText(lands), e.expectation()))
	}
	return diags
}

func effectSummary(m convert.Server) string {
	return fmt.Sprintf("Updating virtual server %q", subject(m).Name)
}

// starts tells whether an update starts the guest.
func starts(state, plan convert.Server) bool {
	others := plan.RunStrategy.ValueString() == string(kubevirtv1.RunStrategyManual) && plan.PowerState.ValueString() == ""
	return stops(state) && !stops(plan) && !others
}

func startText(state, plan convert.Server) string {
	if state.RunStrategy.Equal(plan.RunStrategy) {
		return fmt.Sprintf("The server is stopped, and the configuration does not say so any more: its run strategy is %q.", plan.RunStrategy.ValueString())
	}
	return fmt.Sprintf("The server has the run strategy %q and the configuration wants %q. If somebody stopped it on purpose, write power_state = \"stopped\" to leave it stopped.", state.RunStrategy.ValueString(), plan.RunStrategy.ValueString())
}

// seemsToRun tells whether the state shows a guest.
func seemsToRun(state convert.Server) bool {
	if state.Status.IsNull() || state.Status.IsUnknown() {
		return false
	}
	status, _ := state.Status.Attributes()["printable_status"].(types.String)
	return slices.Contains([]kubevirtv1.VirtualMachinePrintableStatus{
		kubevirtv1.VirtualMachineStatusRunning, kubevirtv1.VirtualMachineStatusPaused, kubevirtv1.VirtualMachineStatusMigrating, kubevirtv1.VirtualMachineStatusStarting,
	}, kubevirtv1.VirtualMachinePrintableStatus(status.ValueString()))
}

// restartReason says what makes the apply restart the guest, "" when it does not.
func restartReason(plan convert.Server, c change, waits bool) string {
	switch {
	case c.restartTriggered:
		return "restart_triggers has changed"
	case c.userData && plan.CloudInitOnChange.ValueString() == onChangeRestart:
		return "cloud-init data has changed and cloud_init_on_change is \"restart\""
	case c.restart:
		return "changes wait for a restart already, and the configuration wants it done"
	case waits && plan.RestartPolicy.ValueString() == restartAutomatic:
		return "restart_policy is \"automatic\""
	}
	return ""
}

// effects is what a plan changes of a guest that runs, by attribute.
type effects struct {
	changes map[string]effect
	waiting []string // for a restart, before this plan
	guessed string   // what could not be asked; "" when all could
}

type effect struct {
	attribute string
	landing   liveupdate.Landing
	reason    string
}

// add notes a change. Of several of one attribute the one that lands last counts.
func (e *effects) add(attribute string, landing liveupdate.Landing, reason string) {
	order := []liveupdate.Landing{liveupdate.Live, liveupdate.Migration, liveupdate.Restart}
	known, ok := e.changes[attribute]
	if !ok || slices.Index(order, landing) > slices.Index(order, known.landing) || known.landing == landing && known.reason == "" {
		e.changes[attribute] = effect{attribute, landing, reason}
	}
}

// of lists the changes that land in one way.
func (e *effects) of(landing liveupdate.Landing) (out []effect) {
	for _, change := range e.changes {
		if change.landing == landing {
			out = append(out, change)
		}
	}
	slices.SortFunc(out, func(a, b effect) int { return cmp.Compare(a.attribute, b.attribute) })
	return out
}

func (e *effects) restartText(why string, waits []effect) string {
	text := fmt.Sprintf("The apply restarts the guest, once and gracefully: %s.", why)
	if len(waits) > 0 {
		text += "\n\nWith the restart these take effect:\n" + listText(waits)
	}
	return text + e.before() + e.expectation()
}

func (e *effects) waitText(waits []effect) string {
	return "The guest that runs has these from its next start:\n" + listText(waits) + e.before() +
		"\n\nRestart it when it suits, or write restart_policy = \"automatic\" to have the apply do it. status.pending_changes lists what waits." + e.expectation()
}

func (e *effects) before() string {
	if len(e.waiting) == 0 {
		return ""
	}
	return "\n\nWaiting already: " + strings.Join(e.waiting, ", ") + "."
}

func (e *effects) expectation() string {
	if e.guessed == "" {
		return ""
	}
	return "\n\nThis is what is expected: " + e.guessed + "."
}

func listText(list []effect) string {
	lines := make([]string, 0, len(list))
	for _, change := range list {
		parts := []string{}
		switch change.landing {
		case liveupdate.Live:
			parts = append(parts, "live")
		case liveupdate.Migration:
			parts = append(parts, "by a live migration")
		}
		if change.reason != "" {
			parts = append(parts, change.reason)
		}
		lines = append(lines, strings.TrimSuffix("- "+change.attribute+": "+strings.Join(parts, "; "), ": "))
	}
	return strings.Join(lines, "\n")
}

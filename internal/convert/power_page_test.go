package convert

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

const powerPage = "../../templates/guides/power.md.tmpl"

// TestPowerPage: the guide's tables are those that the provider works by, and that
// TestAccStrategyOperations holds the cluster to.
func TestPowerPage(t *testing.T) { golden(t, powerPage, powerText()) }

func powerText() []byte {
	var out bytes.Buffer
	out.WriteString(`---
page_title: "Run strategy, power and restarts"
description: |-
  When a server runs, how it is stopped, paused and restarted.
---

# Run strategy, power and restarts

` + "`run_strategy`" + ` says what KubeVirt does by itself. ` + "`power_state`" + ` says what the server
is to do now, whatever its strategy: an apply starts, stops, pauses or resumes it,
and a plan shows when somebody else did. Where ` + "`power_state`" + ` is not written, only
the strategy counts.

The tables are generated from what the provider does.

## Each run strategy with each power state

| ` + "`run_strategy`" + ` | ` + "`power_state`" + ` | The server | ` + "`spec.runStrategy`" + ` | Remembered | Called, where the guest is not there already |
|---|---|---|---|---|---|
`)
	for _, rule := range PowerRules {
		state, spec, remembered, called := "not set", "`"+string(rule.Spec)+"`", "", ""
		if rule.State != "" {
			state = "`" + rule.State + "`"
		}
		if rule.Remembers {
			remembered = "`" + string(rule.Strategy) + "`"
		}
		if len(rule.Operations) > 0 {
			called = "`" + strings.Join(rule.Operations, "`, `") + "`"
		}
		if rule.Refused {
			spec = ""
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s | %s | %s |\n", rule.Strategy, state, rule.Means, spec, remembered, called)
	}
	out.WriteString(`
A stopped server remembers its strategy in the annotation
` + "`" + AnnotationRunStrategy + "`" + ` of its VirtualMachine: KubeVirt itself knows no other
way to stop one that it would start again than to make it ` + "`Halted`" + `. The annotation
goes with the patch that starts the server.

- Removing ` + "`power_state`" + ` leaves the server to its strategy: a stopped one starts, a
  paused one goes on. One with ` + "`Manual`" + ` stays as it is.
- A stop is graceful: the guest has ` + "`termination_grace_period_seconds`" + `.
- A change of a running server's strategy does not touch its guest, but for ` + "`Halted`" + `.
- A paused guest that somebody resumes, or that crashes and is started again, shows as
  drift, and the next apply pauses it. KubeVirt pauses no guest with a ` + "`liveness_probe`" + `.
- What KubeVirt has been told and not done yet counts as done. An apply waits until a
  start or stop that is under way is over.
- An import reads ` + "`power_state`" + ` of a server that is paused, or stopped with its
  strategy remembered, and leaves it out otherwise.
- An apply waits for a server that is to run as ` + "`wait`" + ` says, and for one that is to stop
  until its guest is gone; a new server that is to be stopped is not waited for, and never
  started.

## Each run strategy and each operation

This is what the actions ` + "`virtualserver_start`, `_stop`, `_restart`, `_pause` and\n`_unpause`" + ` do. Those of ` + "`virtctl`" + ` differ in one thing: they remember nothing, and their
stop leaves a server with ` + "`RerunOnFailure`" + ` as it is.

| Strategy | ` + "`start`" + ` | ` + "`stop`" + ` | ` + "`restart`" + ` | ` + "`pause`" + ` | ` + "`unpause`" + ` |
|---|---|---|---|---|---|
`)
	var strategies []string
	for _, rule := range OperationRules {
		if s := string(rule.Strategy); !slices.Contains(strategies, s) {
			strategies = append(strategies, s)
		}
	}
	for _, strategy := range strategies {
		row := "| `" + strategy + "` |"
		for _, operation := range []string{"start", "stop", "restart", "pause", "unpause"} {
			var cells []string
			for _, rule := range OperationRules {
				if string(rule.Strategy) == strategy && rule.Operation == operation {
					cells = append(cells, rule.cell())
				}
			}
			row += " " + strings.Join(cells, "; ") + " |"
		}
		out.WriteString(row + "\n")
	}
	out.WriteString(`
A strategy in a cell is the one that the machine has afterwards. ` + "`Halted`" + ` with a
remembered strategy goes back to that one when it is started. An operation changes the
cluster behind Terraform's back: where ` + "`power_state`" + ` or ` + "`run_strategy`" + ` says otherwise, the
next plan undoes it.

## Restarts

A change that needs a restart is written at once and waits:
` + "`status.pending_changes`" + ` names the attributes, ` + "`status.restart_required`" + ` says that
KubeVirt noticed.

| To restart | Write |
|---|---|
| whenever a change waits for it | ` + "`restart_policy = \"automatic\"`" + ` |
| when something else changes | ` + "`restart_triggers = { release = var.release }`" + ` |
| when cloud-init data changes | ` + "`cloud_init_on_change = \"restart\"`" + ` |

| Without a new instance | Write |
|---|---|
| to move the guest to another node when something else changes | ` + "`migration_triggers = { round = var.round }`" + ` |
| to have the guest reboot by itself when something else changes | ` + "`reboot_triggers = { kernel = var.kernel }`" + ` |

An apply restarts a server once, whatever the number of reasons, after everything is
written: gracefully, and it waits until the new guest is ready and nothing pends any
more. A server that does not run, or that this apply starts or stops, is not restarted.
A trigger is recorded once the restart is done; when it fails, the next apply tries again.
Removing all triggers restarts nothing, and neither do the first ones of a server that was
imported. A server with the run strategy ` + "`Once`" + ` cannot be restarted: its guest ends there.

So it is with ` + "`migration_triggers`" + ` and ` + "`reboot_triggers`" + `. A migration goes wherever
` + "`scheduling`" + ` allows, and one that is under way is waited out before it; the apply ends when
the guest is on its new node, or with the reason why it is not. A reboot is asked for through
the guest's agent or ACPI, and nothing tells whether the guest does it. Neither is done in an
apply that restarts the server: the new guest has booted, wherever it was placed.

At a restart cloud-init runs only what it runs at each boot (` + "`bootcmd`" + `, mounts). Users,
packages and ` + "`runcmd`" + ` are for a new instance, and the instance stays the same:
` + "`cloud_init_on_change = \"replace\"`" + ` makes the server anew, **with a new root disk**. The
plan says which disk is lost, and ` + "`deletion_protection`" + ` refuses it.
`)
	return out.Bytes()
}

func (r OperationRule) cell() string {
	text := "`" + string(r.Spec) + "`"
	switch {
	case r.Refused != "":
		text = "refused"
	case r.Remembers:
		text += ", remembered"
	}
	if r.Of != "" {
		text = r.Of + ": " + text
	}
	return text
}

package liveupdate

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var updateGuide = flag.Bool("update", false, "write the guide from the rules")

const guide = "../../templates/guides/changes.md.tmpl"

// TestGuide: the guide tells the rules.
func TestGuide(t *testing.T) {
	text := guideText()
	if *updateGuide {
		if err := os.WriteFile(guide, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(guide)
	if err != nil || !bytes.Equal(written, text) {
		t.Errorf("%s does not tell the rules: run make generate (%v)", guide, err)
	}
}

func guideText() []byte {
	var out bytes.Buffer
	out.WriteString(guideHead)
	out.WriteString("| What changes | Attributes | Takes effect | When |\n|---|---|---|---|\n")
	for _, rule := range Rules() {
		attributes := ""
		if len(rule.Attributes) > 0 {
			attributes = "`" + strings.Join(rule.Attributes, "`, `") + "`"
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s |\n", rule.Title, attributes, landingText(rule), rule.When)
	}
	out.WriteString(guideTail)
	return out.Bytes()
}

func landingText(rule Rule) string {
	switch {
	case rule.Landing == Live:
		return "**live**"
	case rule.Landing == Migration:
		return "by a **live migration**"
	case rule.Landing == Replaced:
		return "**replaces** the server"
	case rule.Landing == Outside:
		return "at once, the guest sees nothing of it"
	case rule.Silent:
		return "at the next **restart**; KubeVirt does not say so, `status.pending_changes` does"
	}
	return "at the next **restart**"
}

const guideHead = `---
page_title: "What happens when I change ..."
description: |-
  Which changes of a running server take effect live, which by a live migration, which wait for a restart, and which replace the server.
---

# What happens when I change ...

A plan says how each change of a server that runs takes effect. It finds out as
KubeVirt itself does: from the machine as the running guest was started from, with
instance type and preference filled in, from the guest, and from how the cluster is
configured. It is a warning, never a planned value, and no reason for a plan to fail.

Without a cluster to ask (` + "`plan_validation = \"offline\"`" + `, no right to read what it
takes), the plan goes by this table and says "expected". A stopped server gets all
changes at its next start, and the plan does not mention them.

What waits for a restart stands in ` + "`status.pending_changes`" + ` after the apply, and at
every refresh until the server is restarted. ` + "`restart_policy = \"automatic\"`" + ` has the apply
restart it.

## The rules

The first rows are KubeVirt's own rules, as of 1.8 and 1.9.

`

const guideTail = `
## What a cluster decides

| In the KubeVirt object | What it does |
|---|---|
| ` + "`spec.configuration.vmRolloutStrategy: Stage`" + ` | CPU, memory, placement and another claim of a disk wait for a restart. A guest that is started so has no room for more CPUs and memory, whatever the strategy is later |
| ` + "`spec.workloadUpdateStrategy.workloadUpdateMethods`" + ` | With ` + "`LiveMigrate`" + `, KubeVirt migrates a server by itself for a change that takes a live migration. Without it the change waits until somebody migrates the server (` + "`migration_triggers`" + `). With ` + "`Evict`" + ` alone, KubeVirt shuts the server down for it |
| feature gates ` + "`DeclarativeHotplugVolumes`" + `, ` + "`HotplugVolumes`" + ` | Whether a hotpluggable disk is plugged into a running server: with the first, which KubeVirt 1.9 has on, and without the second |
| feature gate ` + "`LiveUpdateNADRef`" + ` | Whether a running interface can change its network; on from KubeVirt 1.9 |
| ` + "`spec.configuration.liveUpdateConfiguration`" + ` | How much room for more CPUs and memory a guest is started with |

Where the provider may not read it (any authenticated user may, as KubeVirt is
installed), it goes by the defaults.
`

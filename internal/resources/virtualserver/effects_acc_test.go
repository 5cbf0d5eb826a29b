package virtualserver_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// foreseen holds a step's plan to what it says of the guest.
func foreseen(step resource.TestStep, checks ...plancheck.PlanCheck) resource.TestStep {
	step.ConfigPlanChecks.PreApply = append(step.ConfigPlanChecks.PreApply, checks...)
	return inPlace(step)
}

// TestAccEffects: the plan of a server that runs says what lands live, what waits
// for a restart and what that holds up; and that it stops or starts the server. The
// plan of one that does not run has nothing to say.
func TestAccEffects(t *testing.T) {
	n := acctest.Start(t)
	const name = "effects"
	const live = "Changes that take effect while servers run"
	updating := fmt.Sprintf("Updating virtual server %q", n.Name+"/"+name)
	config := func(cores int, memory string, parts ...string) string {
		return server(n, name, append(parts, containerDisk, soon, fmt.Sprintf("resources = {\n    memory = %q\n    cpu    = { sockets = 1, cores = %d, threads = 1 }\n  }", memory, cores))...)
	}
	const labelled = `template_labels = { tier = "web" }`
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(1, "2Gi"), running(n, name)),
		foreseen(apply(config(1, "3Gi")), n.PlanWarned(live, "effects", "- resources.memory: by a live migration; KubeVirt starts it by itself"), n.PlanNotWarned(updating)),
		foreseen(apply(config(1, "3Gi", labelled)), n.PlanWarned(updating+": 1 change waits for a restart", "- template_labels: an instance gets it at its start"), n.PlanNotWarned(live)),
		foreseen(apply(config(2, "3Gi", labelled)), n.PlanWarned(updating+": 1 change waits for a restart", "- resources.cpu.cores", "Waiting already: template_labels", "restart_policy"), n.PlanNotWarned(live)),
		foreseen(apply(config(2, "4Gi", labelled, `scheduling = { node_selector = { "kubernetes.io/os" = "linux" } }`)),
			n.PlanWarned(updating+": 2 changes wait for a restart", "- resources.memory: KubeVirt changes nothing live while spec.template.spec.domain.cpu.cores waits for a restart", "- scheduling.node_selector", "Waiting already: resources.cpu.cores, template_labels"), n.PlanNotWarned(live)),
		foreseen(apply(config(1, "4Gi", labelled)), n.PlanWarned(live, "- resources.memory: by a live migration")),
		foreseen(apply(config(1, "4Gi", halted), stopped(n, name)), n.PlanWarned(updating+" stops it")),
		foreseen(apply(config(4, "1Gi", halted)), n.PlanNotWarned()),
		foreseen(apply(config(4, "1Gi"), running(n, name)), n.PlanWarned(updating+" starts it")),
		foreseen(apply(config(2, "1Gi", `restart_policy = "automatic"`), n.Has("vmi", name, acctest.Fields{"spec.domain.cpu.cores": 2})),
			n.PlanWarned(updating+" restarts it", `restart_policy is "automatic"`, "- resources.cpu.cores")),
		foreseen(apply(config(2, "1Gi", `restart_triggers = { a = "1" }`)), n.PlanWarned(updating+" restarts it", "restart_triggers has changed")),
		foreseen(apply(config(2, "1Gi", `labels = { a = "b" }`)), n.PlanNotWarned()),
	}})
}

// TestAccEffectsInstanceType: of an instance type the plan tells what comes with it.
func TestAccEffectsInstanceType(t *testing.T) {
	n := acctest.Start(t)
	const name = "sized"
	small, large, linux := sizes(n)
	with := func(of string, parts ...string) string {
		return server(n, name, append(parts, containerDisk, soon, fmt.Sprintf("instance_type = { name = %q }", of))...)
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(with(small), running(n, name)),
		foreseen(apply(with(large)), n.PlanWarned("Changes that take effect", "- instance_type: by a live migration"), n.PlanNotWarned("for a restart")),
		foreseen(apply(with(small)), n.PlanWarned(": 1 change waits for a restart", "- instance_type: no CPU is taken away")),
		foreseen(apply(with(small, fmt.Sprintf("preference = { name = %q }", linux))), n.PlanWarned(": 1 change waits for a restart", "- preference", "Waiting already: instance_type")),
	}})
}

// TestAccEffectsRights: who may not read what decides it goes by the rules that
// KubeVirt has by default, and so does a plan that asks nobody.
func TestAccEffectsRights(t *testing.T) {
	n := acctest.Start(t)
	const name = "least"
	as := user(n, rights).Block
	offline := "provider \"virtualserver\" {\n  plan_validation = \"offline\"\n}\n"
	config := func(as, memory, hostname string) string {
		return as + server(n, name, containerDisk, soon, fmt.Sprintf("resources = { memory = %q }", memory), fmt.Sprintf("network = { hostname = %q }", hostname))
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(as, "2Gi", "a"), running(n, name)),
		foreseen(apply(config(as, "3Gi", "a")), n.PlanWarned("- resources.memory: by a live migration"), n.PlanNotWarned("expected")), // it is as it was started
		foreseen(apply(config(as, "3Gi", "b")), n.PlanWarned(": 1 change waits for a restart", "- network.hostname", "This is what is expected", "could not be read")),
		foreseen(apply(config(offline, "4Gi", "b")), n.PlanWarned("- resources.memory: by a live migration", "This is what is expected: the cluster was not asked")),
		foreseen(apply(config(offline, "4Gi", "c")), n.PlanWarned(": 1 change waits for a restart", "- network.hostname", "the cluster was not asked")),
	}})
}

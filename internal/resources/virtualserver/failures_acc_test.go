package virtualserver_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// untaint is the advice of every server that failed after it was made.
const untaint = "terraform untaint"

// TestAccFailures: what a user reads when a server cannot come up: the cause,
// and what to do. The server is in the state, and goes with a destroy.
func TestAccFailures(t *testing.T) {
	for name, failing := range map[string]struct {
		parts  []string
		words  []string
		played string // what only the local cluster plays
	}{
		"container-disk": {
			[]string{memory, `storage = { root = { source = { container_disk = { image = "registry.invalid/unpullable:1" } } } }`},
			[]string{"An image cannot be pulled", "registry.invalid/unpullable:1", "Last known status", "Check the name and tag of the image", untaint}, "",
		},
		"memory": {
			[]string{`resources = { memory = "100Ti" }`, containerDisk},
			[]string{"No node can run the server", "Insufficient memory", "Ask for less CPU, memory or GPUs", untaint}, "",
		},
		"cpu-model": {
			[]string{`resources = { memory = "1Gi", cpu = { model = "Penryn-of-no-node" } }`, containerDisk},
			[]string{"No node can run the server", "node(s) didn't match", "give the cluster a node that fits", untaint}, "",
		},
		"import": {
			[]string{memory, playedDisk("fail-import-1000")},
			[]string{"The root disk's image cannot be imported", "Root disk", "Correct storage.root.source", untaint}, "imports that fail",
		},
		"crash-at-start": {
			[]string{memory, containerDisk},
			[]string{"The guest keeps failing right after its start", "virt-launcher", untaint}, "guests that crash",
		},
		"missing-claim": {
			[]string{memory, `storage = { ` + containerRoot + "\n" + ` additional_disks = { data = { persistent_volume_claim = { claim_name = "nowhere" } } } }`},
			[]string{"A claim that the server uses does not exist", "nowhere", "Create the claim, or correct its name", untaint}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if failing.played != "" {
				acctest.Played(t, failing.played)
			}
			n := acctest.Start(t)
			n.Run(acctest.Case{
				Steps: []resource.TestStep{{
					Config:      server(n, name, append(failing.parts, soon)...),
					ExpectError: messages(append([]string{fmt.Sprintf("Unable to create virtual server %q", n.Name+"/"+name)}, failing.words...)...),
				}},
				NoImport: "the server failed and is destroyed",
			})
		})
	}
}

// TestAccFailureMended: a failed update taints nothing; once its cause is gone
// there is nothing left to do.
func TestAccFailureMended(t *testing.T) {
	n := acctest.Start(t)
	const name = "mended"
	const data = "\n    additional_disks = { data = { persistent_volume_claim = { claim_name = \"pvc-as-disk\" } } }"
	config := server(n, name, memory, soon, "storage = {\n    "+containerRoot+data+"\n  }")
	same := sameMachine(n, name)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(server(n, name, memory, soon, containerDisk, `run_strategy = "Halted"`), same),
		{Config: config, ExpectError: messages("Unable to update virtual server", "A claim that the server uses does not exist", "pvc-as-disk")},
		before(func() {
			n.Create(claims)
			n.Wait("vm", name, "to be ready", ready)
		}, planning(plancheck.ResourceActionNoop, apply(config, running(n, name), same))),
	}})
}

func ready(vm acctest.Object) bool { return acctest.Field(vm, "status.ready") == true }

// endless is an import that outlasts every test.
const endless = "slow-import-3600"

// TestAccSlowImport: a server that is time is up, and it is not ready yet is kept, with a warning:
// the next plan does not replace it. An update with on_timeout = "fail" fails,
// and taints nothing either.
func TestAccSlowImport(t *testing.T) {
	acctest.Played(t, "imports that take a given time")
	n := acctest.Start(t)
	const name, more = "slow", `resources = { memory = "2Gi" }`
	slow := playedDisk(endless)
	same := sameMachine(n, name)
	importing := resource.ComposeAggregateTestCheckFunc(same, attribute("status.ready", "false"), attribute("status.printable_status", "Provisioning"))
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(server(n, name, memory, slow, `timeouts = { create = "8s" }`), importing),
		{Config: server(n, name, more, slow, `timeouts = { update = "4s" }`, `wait = { on_timeout = "fail" }`),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(acctest.Address, plancheck.ResourceActionUpdate)}},
			ExpectError:      messages("Unable to update virtual server", "time is up, and it is not ready yet", "Give it more time with timeouts")},
		inPlace(apply(server(n, name, more, slow, `wait = { until = "created" }`), importing,
			n.Has("vm", name, acctest.Fields{"spec.template.spec.domain.memory.guest": "2Gi"}))),
	}})
}

// TestAccSlowCreateFails: with on_timeout = "fail" a server that is not ready in
// time is an error and tainted; the message says how to keep it.
func TestAccSlowCreateFails(t *testing.T) {
	acctest.Played(t, "imports that take a given time")
	n := acctest.Start(t)
	n.Run(acctest.Case{
		Steps: []resource.TestStep{{
			Config: server(n, "slow", memory, playedDisk(endless), `timeouts = { create = "8s" }`, `wait = { on_timeout = "fail" }`),
			ExpectError: messages(fmt.Sprintf("Unable to create virtual server %q", n.Name+"/slow"), "time is up, and it is not ready yet", "The root disk is still being imported", "Root disk",
				"Give it more time with timeouts", "together with its root disk", untaint),
		}},
		NoImport: "the server failed and is destroyed",
	})
}

// TestAccWaitFor: how far an apply waits is the user's choice.
func TestAccWaitFor(t *testing.T) {
	acctest.Full(t)
	acctest.Played(t, "imports that take a given time")
	n := acctest.Start(t)
	const name = "wait"
	config := func(part string, source string) string {
		return server(n, name, memory, playedDisk(source), part)
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(`wait = { until = "created" }`, "slow-import-5"), attribute("status.ready", "false")),
		before(func() {
			n.Wait("vm", name, "to be ready", ready)
		}, apply(config(`wait = { until = "addresses", ip_family = "ipv4" }`, "slow-import-5"))),
		apply(config("wait = { \"for\" = \"agent\" }\n  labels = { app = \"web\" }", "slow-import-5"),
			attribute("status.conditions.AgentConnected.status", "True"), attribute("status.addresses.default.#", "1")),
	}})
}

// TestAccDeletionProtection: neither a destroy nor a replacement is planned until
// the protection is taken away.
func TestAccDeletionProtection(t *testing.T) {
	n := acctest.Start(t)
	const name = "protected"
	config := func(protection string, image string) string {
		return server(n, name, memory, `run_strategy = "Halted"`, strings.Replace(containerDisk, "fedora", image, 1), protection)
	}
	same := sameMachine(n, name)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(`deletion_protection = true`, "fedora"), same),
		{Config: config(`deletion_protection = true`, "fedora"), Destroy: true, ExpectError: messages("Unable to destroy virtual server", "protected from deletion", "deletion_protection = false")},
		{Config: config(`deletion_protection = true`, "ubuntu"), ExpectError: messages("Unable to replace virtual server", "protected from deletion")},
		inPlace(apply(config(``, "fedora"), same)),
	}})
}

// TestAccMissingNamespace: the provider makes no namespaces; the message says
// so.
func TestAccMissingNamespace(t *testing.T) {
	n := acctest.Start(t)
	config := strings.Replace(server(n, "nowhere", memory, containerDisk), fmt.Sprintf("%q", n.Name), `"no-such-namespace"`, 1)
	n.Run(acctest.Case{
		Steps: []resource.TestStep{{
			Config:      config,
			ExpectError: messages(`virtual server "no-such-namespace/nowhere"`, `"no-such-namespace" not found`, "does not create namespaces"),
		}},
		NoImport: "the server is not created",
	})
}

package disk_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccWaitForFirstConsumer: a disk whose class waits for the first server is ready
// when it waits, with each kind of content, and says why it cannot grow yet. It is made
// at once where that is asked for, also later.
func TestAccWaitForFirstConsumer(t *testing.T) {
	acctest.Played(t, "the storage class wffc")
	n := acctest.Start(t)
	const name = "waits"
	larger := `storage = { size = "2Gi", storage_class_name = "wffc", access_modes = ["ReadWriteOnce"] }`
	waits := func(phase string) resource.TestCheckFunc {
		return resource.ComposeAggregateTestCheckFunc(n.Has("dv", name, acctest.Fields{"status.phase": phase}), n.Has("pvc", name, acctest.Fields{"status.phase": "Pending"}),
			attribute("status.phase", phase), attribute("status.ready", "true"), attribute("status.claim_phase", "Pending"), resource.TestCheckNoResourceAttr(address, "status.capacity"))
	}
	bound := resource.ComposeAggregateTestCheckFunc(n.Has("dv", name, acctest.Fields{"status.phase": "Succeeded"}), attribute("status.claim_phase", "Bound"))
	n.Run(acctest.Case{Address: address, Unverified: map[string]string{"bind_immediately": "dropping it takes nothing back"}, Steps: []resource.TestStep{
		acctest.Apply(disk(n, name, waiting, waitFail), waits("PendingPopulation")),
		{Config: disk(n, name, larger), ExpectError: acctest.Messages("Unable to update disk", "Attribute storage.size", "not bound to a volume yet", "start the server, and apply the larger size after that")},
		replaced(acctest.Apply(disk(n, name, waiting, played("fedora"), waitFail), waits("PendingPopulation"))),
		updated(acctest.Apply(disk(n, name, waiting, played("fedora"), waitFail, "bind_immediately = true"), bound)),
		updated(acctest.Apply(disk(n, name, larger, played("fedora"), waitFail, "bind_immediately = true"), bound)),
		updated(acctest.Apply(disk(n, name, larger, played("fedora"), waitFail), bound)),
	}})
}

// TestAccBindImmediately: it counts from the start.
func TestAccBindImmediately(t *testing.T) {
	acctest.Played(t, "the storage class wffc")
	n := acctest.Start(t)
	const name = "bound"
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(disk(n, name, waiting, waitFail, "bind_immediately = true"), n.Has("dv", name, acctest.Fields{"status.phase": "Succeeded"}), attribute("status.claim_phase", "Bound")),
	}})
}

// TestAccFirstConsumer: the first server has the disk made.
func TestAccFirstConsumer(t *testing.T) {
	acctest.Played(t, "the storage class wffc")
	n := acctest.Start(t)
	const name = "consumed"
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(disk(n, name, waiting, played("fedora"))),
		acctest.Before(func() {
			n.Create(machine(name))
			n.Wait("vm", name, "to run", running)
		}, acctest.Apply(disk(n, name, waiting, played("fedora")), attribute("status.phase", "Succeeded"), attribute("status.claim_phase", "Bound"))),
		acctest.Before(func() {
			n.Delete("vm", name)
			n.Wait("vm", name, "to be gone", func(o acctest.Object) bool { return o == nil })
		}, acctest.Apply(disk(n, name, waiting, played("fedora")))),
	}})
}

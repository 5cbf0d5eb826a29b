package disk_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccFailingImports: an import that fails fails the apply with what the importer
// says: after the restarts that it is given, or after its time. The disk is tainted,
// and replaced by the next apply.
func TestAccFailingImports(t *testing.T) {
	acctest.Played(t, "imports that fail")
	n := acctest.Start(t)
	const name = "failing"
	says := func(words ...string) resource.TestStep {
		return resource.TestStep{ExpectError: acctest.Messages(append([]string{fmt.Sprintf("Unable to create disk %q", n.Name+"/"+name), "The disk's content cannot be made", "expected status code 200, got 404",
			"Last known phase"}, append(words, "Correct source", "marked it tainted", "terraform untaint")...)...)}
	}
	restarts, grace := says("It was tried again", "Running"), says("Running")
	restarts.Config = disk(n, name, small, played("fail-import-999"), `wait = { import_restarts = 1 }`)
	grace.Config = disk(n, name, small, played("fail-import-999"), `wait = { failure_grace = "1s", import_restarts = 100 }`)
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		restarts,
		grace,
		acctest.Apply(disk(n, name, small, played("fail-import-1"), `wait = { import_restarts = 5 }`), attribute("status.restarts", "1"), attribute("status.ready", "true"), resource.TestCheckNoResourceAttr(address, "status.message")),
	}})
}

// TestAccSlowImport: a disk that is slow is kept, with a warning, and not tainted;
// where that is asked for it is an error.
func TestAccSlowImport(t *testing.T) {
	acctest.Played(t, "imports that are held")
	n := acctest.Start(t)
	const name = "slow"
	config := func(parts ...string) string {
		return disk(n, name, append(parts, played("held-import"), `timeouts = { create = "12s", update = "4s" }`)...)
	}
	late := n.Warned(fmt.Sprintf("Disk %q is not ready yet", n.Name+"/"+name), "Nothing is lost")
	n.Run(acctest.Case{Address: address, Unverified: map[string]string{"timeouts": "only the provider knows them"}, Steps: []resource.TestStep{
		{Config: config(small, waitFail), ExpectError: acctest.Messages("Unable to create disk", "time is up, and it is not ready yet", "Last known phase: ImportInProgress", "timeouts")},
		acctest.Apply(config(small), late, attribute("status.ready", "false"), attribute("status.phase", "ImportInProgress")),
		updated(acctest.Apply(config(small, "bind_immediately = true"), late, attribute("status.ready", "false"))),
		{Config: config(sized("2Gi"), "bind_immediately = true"), ExpectError: acctest.Messages("Unable to update disk", "Attribute storage.size", "cannot grow while its content is made", "Last known phase", "timeouts.update")},
		acctest.Apply(config(small, "bind_immediately = true")),
	}})
}

// TestAccFailingClones: what CDI misses for a clone is said, and not waited for to the
// end.
func TestAccFailingClones(t *testing.T) {
	acctest.Played(t, "clones")
	n := acctest.Start(t)
	withGolden(n)
	const name = "failing"
	soon := `wait = { failure_grace = "1s" }`
	says := func(config string, words ...string) resource.TestStep {
		return resource.TestStep{Config: config, ExpectError: acctest.Messages(append([]string{"Unable to create disk", "The disk's content cannot be made"}, words...)...)}
	}
	n.Run(acctest.Case{NoImport: "no disk is made", Steps: []resource.TestStep{
		says(disk(n, name, small, source(`pvc = { name = "nothing" }`), soon), "The source pvc nothing doesn't exist"),
		says(disk(n, name, small, source(`snapshot = { name = "nothing" }`), soon), "The source snapshot nothing doesn't exist"),
		says(disk(n, name, small, source(`pvc = { name = "golden" }`), soon), "target resources requests storage size is smaller than the source"),
		says(disk(n, name, `storage = { size = "1Gi", storage_class_name = "nope" }`, soon), `There is no storage class "nope"`),
		says(disk(n, name, `pvc = { size = "1Gi", access_modes = ["ReadWriteOnce"], storage_class_name = "nope" }`, soon), `There is no storage class "nope"`),
		{Config: disk(n, name, small, source(`image = { name = "nothing" }`)), ExpectError: acctest.Messages("Unable to create disk", "Attribute source.image", `There is no image (DataSource) "nothing"`, "data_source")},
		{Config: disk(n, name, small, source(`image = { name = "nothing" }`)), PlanOnly: true, ExpectNonEmptyPlan: true, // only planned, never applied: it plans to create
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPreRefresh: []plancheck.PlanCheck{n.PlanWarned("cannot be created as things are now", `There is no image (DataSource) "nothing"`)}}},
		{Config: "# nothing"},
	}})
}

// TestAccHostileInput: nothing of what a user may write ends in a crash or a half-made
// disk.
func TestAccHostileInput(t *testing.T) {
	n := acctest.Start(t)
	long := "a23456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
	refused := func(config string, words ...string) resource.TestStep {
		return resource.TestStep{Config: config, ExpectError: acctest.Messages(words...)}
	}
	n.Run(acctest.Case{NoImport: "most is refused", Steps: []resource.TestStep{
		refused(disk(n, "huge", sized("99999999999999999999Ei")), "storage.size", "is more than 4Ei"),
		refused(disk(n, "none", sized("0")), "storage.size"),
		refused(disk(n, "small", sized("1Ki")), "is less than 1Mi"),
		refused(disk(n, "text", `storage = { size = ["1Gi"] }`), "Inappropriate value", "size"),
		refused(disk(n, "Upper_Case", small), "Invalid name"),
		refused(diskAt("test", "no-such-namespace-"+n.Name, "lost", small), "Unable to create disk", "not found", "does not create namespaces"),
		refused(disk(n, "both", small, literal), "Two claims"),
		refused(disk(n, "two", small, source("blank = {}, upload = {}")), "source"),
		acctest.Apply(disk(n, long[:200], small), attribute("status.phase", "Succeeded")),
		acctest.Apply(disk(n, "large", sized("4Ei")), attribute("status.phase", "Succeeded")),
	}})
}

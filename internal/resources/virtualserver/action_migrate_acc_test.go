package virtualserver_test

import (
	"strings"
	"testing"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// movable is such a machine without a container disk: KubeVirt moves those only
// where nodes tell the digests of images.
func movable(name string) string {
	return strings.Replace(unmanaged(name, "Always"), "containerDisk: {image: quay.io/containerdisks/cirros:latest}", "emptyDisk: {capacity: 64Mi}", 1)
}

// TestAccActionMigrate: the guest goes to another node, the one that was asked
// for, and its instance stays.
func TestAccActionMigrate(t *testing.T) {
	acctest.Played(t, "migrations between nodes of known names")
	n := acctest.Start(t)
	op := operatorOf(t, n)
	n.Create(movable("moving"))
	first := up(n, "moving")
	node := func() string { return acctest.Text(n.Get("vmi", "moving"), "status.nodeName") }
	from := node()

	op.warns("migrate", named("moving"))
	if found := n.List("vmim"); len(found) > 0 {
		t.Errorf("the plan made %d migrations", len(found))
	}
	messages := op.run("migrate", named("moving"))
	to := node()
	if to == from || up(n, "moving") != first {
		t.Errorf("it went from %s to %s", from, to)
	}
	if last := messages[len(messages)-1]; last != "moving: runs on "+to+", was on "+from {
		t.Errorf("it says %q", messages)
	}
	op.run("migrate", values{"name": "moving", "node_selector": values{"kubernetes.io/hostname": from}})
	if now := node(); now != from {
		t.Errorf("it is on %s and was sent to %s", now, from)
	}
}

// TestAccActionMigrateFails: the reason of a failed migration, of one that finds
// no node, and of one too many.
func TestAccActionMigrateFails(t *testing.T) {
	acctest.Played(t, "migrations that fail")
	n := acctest.Start(t)
	op := operatorOf(t, n)
	n.Create(movable("fail-migration") + movable("nowhere"))
	first := up(n, "fail-migration")
	_, diagnostics := op.invoke(t.Context(), "migrate", named("fail-migration"), nil)
	reason := acctest.Text(n.Get("vmi", "fail-migration"), "status.migrationState.failureReason")
	if reason == "" {
		t.Error("this migration has no reason to show")
	}
	op.has("a migration that fails", diagnostics, `Unable to migrate virtual server "`+n.Name+`/fail-migration"`,
		"The migration kubevirt-migrate-vm-", "failed: "+reason, "Last known status: ", "still runs where it was")
	if up(n, "fail-migration") != first {
		t.Error("its instance is another one")
	}

	up(n, "nowhere")
	op.refuses("migrate", values{"name": "nowhere", "node_selector": values{"kubernetes.io/hostname": "no-such-node"}, "timeout": "5s"},
		"Unable to migrate", "Time is up after 5s, and it is not on another node yet: the migration kubevirt-migrate-vm-", "goes on by itself", "kubectl delete vmim")
	op.warns("migrate", named("nowhere"), "would fail now", "KubeVirt refuses it: in-flight migration detected")
	op.refuses("migrate", named("nowhere"), "Unable to migrate", "KubeVirt refuses it: in-flight migration detected", "Last known status: Running")
}

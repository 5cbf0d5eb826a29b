package disk_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

const foreign = `
apiVersion: cdi.kubevirt.io/v1beta1
kind: DataVolume
metadata: {name: theirs, labels: {theirs: "yes"}}
spec: {source: {http: {url: "https://images.invalid/fedora.qcow2"}}, storage: {storageClassName: standard, resources: {requests: {storage: 1Gi}}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: plain, labels: {theirs: "yes"}}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: shared}
spec: {accessModes: [ReadWriteOnce, ReadWriteMany], resources: {requests: {storage: 1Gi}}}
`

// importing takes over a disk of others, by its id or its identity.
func importing(n *acctest.Namespace, name, config string) []resource.TestStep {
	n.Disown("dv", name)
	n.Disown("pvc", name)
	return []resource.TestStep{
		{Config: config, ResourceName: address, ImportState: true, ImportStateId: n.Name + "/" + name, ImportStatePersist: true},
		planning(plancheck.ResourceActionNoop, acctest.Apply(config)),
	}
}

// TestAccImport: a DataVolume and a plain claim are imported without a change, can be
// written shorter, grow, and are deleted by their destroy.
func TestAccImport(t *testing.T) {
	acctest.Played(t, "imports from anywhere, and the storage class standard")
	for name, c := range map[string]struct{ whole, shorter, larger string }{
		"theirs": {`storage = { size = "1Gi", storage_class_name = "standard" }` + "\n" + played("fedora"), small + "\n" + played("fedora"), sized("2Gi") + "\n" + played("fedora")},
		"plain": {`pvc = { size = "1Gi", access_modes = ["ReadWriteOnce"], storage_class_name = "standard", volume_mode = "Filesystem" }`, literal,
			`pvc = { size = "2Gi", access_modes = ["ReadWriteOnce"] }`},
		"shared": {`storage = { size = "966Mi", access_modes = ["ReadWriteOnce", "ReadWriteMany"], storage_class_name = "standard", volume_mode = "Filesystem" }`, sized("966Mi"), sized("2Gi")},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.Start(t)
			n.Create(foreign)
			n.Wait("pvc", name, "to be bound", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Bound" })
			if name == "theirs" {
				n.Wait("dv", name, "to be filled", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Succeeded" })
			}
			was := n.Get("pvc", name)
			n.Run(acctest.Case{Address: address, NoImport: "the import is what this tests", Steps: append(importing(n, name, disk(n, name, c.whole)),
				updated(acctest.Apply(disk(n, name, c.shorter), n.Check(func() error {
					if changed := acctest.Changed(was, n.Get("pvc", name)); len(changed) > 0 {
						return fmt.Errorf("the claim changed: %v", changed)
					}
					return nil
				}))),
				updated(acctest.Apply(disk(n, name, c.larger), attribute("status.ready", "true"), n.Check(func() error {
					return acctest.Match(n.Get("pvc", name), acctest.Fields{"metadata.uid": acctest.Field(was, "metadata.uid"), "metadata.labels.theirs": acctest.Field(was, "metadata.labels.theirs")})
				}))))})
		})
	}
}

// TestAccImportIdentity imports by an import block with an identity.
func TestAccImportIdentity(t *testing.T) {
	n := acctest.Start(t)
	n.Create(foreign)
	n.Wait("pvc", "plain", "to be bound", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Bound" })
	n.Disown("pvc", "plain")
	block := fmt.Sprintf("import {\n  to = %s\n  identity = { namespace = %q, name = \"plain\" }\n}\n", address, n.Name)
	n.Run(acctest.Case{Address: address, Needs: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{acctest.Apply(block+disk(n, "plain", literal), attribute("id", n.Name+"/plain"))}})
}

// TestAccImportOtherForm: a plain claim is not written as what CDI adds to, which would
// grow it by the plan after.
func TestAccImportOtherForm(t *testing.T) {
	n := acctest.Start(t)
	n.Create(foreign)
	n.Wait("pvc", "plain", "to be bound", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Bound" })
	n.Disown("pvc", "plain")
	n.Run(acctest.Case{Address: address, NoImport: "the import is what this tests", Steps: []resource.TestStep{
		{Config: disk(n, "plain", literal), ResourceName: address, ImportState: true, ImportStateId: n.Name + "/plain", ImportStatePersist: true},
		{Config: disk(n, "plain", small), ExpectError: acctest.Messages(fmt.Sprintf("Unable to update disk %q", n.Name+"/plain"), "without a DataVolume, as pvc", `Write pvc = { size = "1Gi", access_modes = ["ReadWriteOnce"] } in place of storage.`)},
		{
			// Only planned: what has another name is replaced, and may be written in either form.
			Config: disk(n, "other", small), PlanOnly: true, ExpectNonEmptyPlan: true,
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPreRefresh: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace)}},
		},
		acctest.Apply(disk(n, "plain", literal)),
	}})
}

// TestAccImportRefused: what does not exist, what an id does not name, and a disk that
// a server owns.
func TestAccImportRefused(t *testing.T) {
	n := acctest.Start(t)
	n.CreateOwned()
	refused := func(id string, words ...string) resource.TestStep {
		return resource.TestStep{Config: disk(n, "owned", small), ResourceName: address, ImportState: true, ImportStateId: id, ExpectError: acctest.Messages(words...)}
	}
	n.Run(acctest.Case{NoImport: "nothing is imported", Steps: []resource.TestStep{
		refused("owned", "Unable to import disk", "<namespace>/<name>"),
		refused(n.Name+"/nothing", "Cannot import non-existent remote object"),
		refused(n.Name+"/owned", fmt.Sprintf("Unable to import disk %q", n.Name+"/owned"), `It belongs to the VirtualMachine "owner", and is deleted with it`),
	}})
}

// TestAccCollected: a disk whose DataVolume is gone is its claim: it stays, grows, has
// its labels managed, and is deleted.
func TestAccCollected(t *testing.T) {
	acctest.Grows(t)
	n := acctest.Start(t)
	const name = "collected"
	config := func(size string, parts ...string) string {
		return disk(n, name, append(parts, fmt.Sprintf(`storage = { size = %q, access_modes = ["ReadWriteOnce"], volume_mode = "Filesystem" }`, size))...)
	}
	claim := ""
	n.Run(acctest.Case{Address: address, NoImport: "an import reads a claim that was completed as it is", Steps: []resource.TestStep{
		acctest.Apply(config("1Gi")),
		acctest.Before(func() {
			claim = acctest.Text(n.Get("pvc", name), "metadata.uid")
			n.PatchJSON("pvc", name, `[{"op": "remove", "path": "/metadata/ownerReferences"}]`)
			n.Delete("dv", name)
			n.Wait("dv", name, "to be gone", func(o acctest.Object) bool { return o == nil })
		}, planning(plancheck.ResourceActionNoop, acctest.Apply(config("1Gi"), attribute("status.phase", "Succeeded"), attribute("status.ready", "true")))),
		updated(acctest.Apply(config("2Gi", `labels = { app = "web" }`), n.Check(func() error {
			return acctest.Match(n.Get("pvc", name), acctest.Fields{"metadata.uid": claim, "metadata.labels.app": "web", "spec.resources.requests.storage": "2276332667"})
		}))),
	}})
}

// TestAccClaimDeleted: a claim that somebody deletes takes the content with it, though its
// DataVolume stays and CDI makes another one: that is said.
func TestAccClaimDeleted(t *testing.T) {
	n := acctest.Start(t).Of("virtualserver_disk")
	config := fmt.Sprintf("{name: lost, namespace: %s, storage: {size: 1Gi}}", n.Name)
	d := n.Drive(nil)
	if _, err := d.Converge(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	n.Delete("pvc", "lost")
	n.Wait("pvc", "lost", "to be made again", func(o acctest.Object) bool { return o != nil && acctest.Text(o, "status.phase") == "Bound" })
	d.Warnings = nil
	if err := d.Refresh(t.Context()); err != nil || !slices.Equal(d.Warnings, []string{fmt.Sprintf("Disk %q has lost its content", n.Name+"/lost")}) {
		t.Error(err, d.Warnings)
	}
	if _, err := d.Converge(t.Context(), ""); err != nil {
		t.Error(err)
	}
}

// TestAccGone: a disk that somebody deleted is made anew. TestAccInterrupted has one that
// is being deleted.
func TestAccGone(t *testing.T) {
	n := acctest.Start(t)
	const name = "gone"
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(disk(n, name, small)),
		acctest.Before(func() {
			n.Delete("dv", name)
			n.Wait("pvc", name, "to be gone", func(o acctest.Object) bool { return o == nil })
		}, planning(plancheck.ResourceActionCreate, acctest.Apply(disk(n, name, small)))),
	}})
}

package disk_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

const address = "virtualserver_disk.test"

// disk is a configuration of one disk.
func disk(n *acctest.Namespace, name string, parts ...string) string {
	return diskAt("test", n.Name, name, parts...)
}

func diskAt(label, namespace, name string, parts ...string) string {
	return fmt.Sprintf("resource \"virtualserver_disk\" %q {\n  name      = %q\n  namespace = %q\n  %s\n}\n", label, name, namespace, strings.Join(parts, "\n  "))
}

const (
	small    = `storage = { size = "1Gi" }`
	literal  = `pvc = { size = "1Gi", access_modes = ["ReadWriteOnce"] }`
	waiting  = `storage = { size = "1Gi", storage_class_name = "wffc", access_modes = ["ReadWriteOnce"] }`
	waitFail = `wait = { on_timeout = "fail" }`
)

func source(text string) string { return "source = { " + text + " }" }

func played(path string) string {
	return source(`http = { url = "https://images.invalid/` + path + `.qcow2" }`)
}

func attribute(path, value string) resource.TestCheckFunc {
	return resource.TestCheckResourceAttr(address, path, value)
}

func planning(action plancheck.ResourceActionType, step resource.TestStep) resource.TestStep {
	return acctest.Planning(address, action, step)
}

func replaced(step resource.TestStep) resource.TestStep {
	return planning(plancheck.ResourceActionReplace, step)
}

// filled checks that the disk holds its content, from the source.
func filled(n *acctest.Namespace, name string, source map[string]any) resource.TestCheckFunc {
	return resource.ComposeAggregateTestCheckFunc(
		n.Has("dv", name, acctest.Fields{"spec.source": source, "status.phase": "Succeeded", "metadata.ownerReferences": nil,
			"metadata.annotations[virtualserver.io/creating]": nil}),
		n.Has("pvc", name, acctest.Fields{"status.phase": "Bound"}),
		attribute("status.phase", "Succeeded"), attribute("status.ready", "true"), attribute("status.claim_phase", "Bound"),
	)
}

// TestAccSources: each source passes CDI's admission as it is written, and a disk
// from it is ready. Another source replaces the disk, and the warning names what is
// lost.
func TestAccSources(t *testing.T) {
	acctest.Played(t, "imports from anywhere")
	n := acctest.Start(t)
	const name = "data"
	config := func(parts ...string) string { return disk(n, name, parts...) }
	lost := func(step resource.TestStep) resource.TestStep {
		step.ConfigPlanChecks.PreApply = append(step.ConfigPlanChecks.PreApply, n.PlanWarned(fmt.Sprintf("Replacing disk %q deletes all that is on it", n.Name+"/"+name)))
		return replaced(step)
	}
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(config(small), filled(n, name, map[string]any{"blank": map[string]any{}}),
			attribute("status.progress", "100.0%"), attribute("status.restarts", "0"), attribute("status.storage_class_name", n.StorageClass())),
		// The default, written out.
		planning(plancheck.ResourceActionUpdate, acctest.Apply(config(small, source("blank = {}")))),
		lost(acctest.Apply(config(small, played("fedora")), filled(n, name, map[string]any{"http": map[string]any{"url": "https://images.invalid/fedora.qcow2"}}))),
		lost(acctest.Apply(config(literal, source(`registry = { url = "docker://quay.io/containerdisks/fedora:42", pull_method = "node", platform = { architecture = "amd64" } }`)),
			filled(n, name, map[string]any{"registry": map[string]any{"url": "docker://quay.io/containerdisks/fedora:42", "pullMethod": "node", "platform": map[string]any{"architecture": "amd64"}}}))),
		lost(acctest.Apply(config(literal, source(`s3 = { url = "https://s3.example.org/bucket/disk.img" }`), `preallocation = true`, `priority_class_name = "system-node-critical"`),
			filled(n, name, map[string]any{"s3": map[string]any{"url": "https://s3.example.org/bucket/disk.img"}}),
			n.Has("dv", name, acctest.Fields{"spec.preallocation": true, "spec.priorityClassName": "system-node-critical"}))),
		lost(acctest.Apply(config(literal, source(`gcs = { url = "gs://bucket/disk.img" }`)),
			filled(n, name, map[string]any{"gcs": map[string]any{"url": "gs://bucket/disk.img"}}))),
		lost(acctest.Apply(config(`pvc = { size = "1Gi", access_modes = ["ReadWriteOnce"], volume_mode = "Filesystem" }`, source(`http = { url = "https://files.invalid/files.tar" }`), `content_type = "archive"`),
			filled(n, name, map[string]any{"http": map[string]any{"url": "https://files.invalid/files.tar"}}),
			n.Has("dv", name, acctest.Fields{"spec.contentType": "archive"}))),
	}})
}

// TestAccUpload: a disk that somebody uploads into makes no apply wait, and is not
// ready.
func TestAccUpload(t *testing.T) {
	acctest.Played(t, "upload servers")
	n := acctest.Start(t)
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(disk(n, "upload", small, source("upload = {}"), waitFail), attribute("status.phase", "UploadReady"), attribute("status.ready", "false")),
	}})
}

// TestAccEmpty: what is empty is absent.
func TestAccEmpty(t *testing.T) {
	n := acctest.Start(t)
	const name = "empty"
	empties := []string{`storage = { size = "1024Mi", storage_class_name = "", access_modes = [], volume_mode = "", volume_name = "" }`,
		`content_type = ""`, `priority_class_name = ""`, `on_destroy = ""`, `labels = {}`, `annotations = {}`, `wait = {}`}
	n.Run(acctest.Case{Address: address,
		Unverified: map[string]string{
			"storage": "an import reads the canonical spelling", "content_type": "an import reads the canonical spelling", "priority_class_name": "an import reads the canonical spelling",
			"labels": "an import reads no empty map", "annotations": "an import reads no empty map",
		},
		Steps: []resource.TestStep{
			acctest.Apply(disk(n, name, empties...), n.Has("dv", name, acctest.Fields{"spec.contentType": nil, "spec.storage.accessModes": nil})),
			acctest.Apply(disk(n, name, small)),
			acctest.Apply(disk(n, name, empties...)),
		}})
}

// TestAccMetadata: of labels and annotations those written are managed, in place;
// what others write stays.
func TestAccMetadata(t *testing.T) {
	n := acctest.Start(t)
	const name = "labelled"
	before := ""
	n.Run(acctest.Case{Address: address,
		Unverified: map[string]string{"labels": "an import reads those of others too", "annotations": "an import reads those of others too"},
		Steps: []resource.TestStep{
			acctest.Apply(disk(n, name, small, `labels = { app = "web", tier = "db" }`, `annotations = { "example.com/owner" = "a" }`),
				n.Has("dv", name, acctest.Fields{"metadata.labels.app": "web", "metadata.annotations[example.com/owner]": "a"}),
				n.Check(func() error { before = acctest.Text(n.Get("dv", name), "metadata.uid"); return nil })),
			acctest.Before(func() {
				n.Patch("dv", name, `{"metadata": {"labels": {"theirs": "x"}, "annotations": {"theirs": "y"}}}`)
			},
				planning(plancheck.ResourceActionUpdate, acctest.Apply(disk(n, name, small, `labels = { app = "mail" }`),
					n.Check(func() error {
						return acctest.Match(n.Get("dv", name), acctest.Fields{"metadata.uid": before, "metadata.labels.app": "mail", "metadata.labels.tier": nil, "metadata.labels.theirs": "x",
							"metadata.annotations[example.com/owner]": nil, "metadata.annotations.theirs": "y"})
					})))),
		}})
}

// TestAccTaken: an object of the disk's name is refused, stays untouched, and no disk
// is left behind. CDI would take over a claim.
func TestAccTaken(t *testing.T) {
	n := acctest.Start(t)
	n.Create(`
apiVersion: cdi.kubevirt.io/v1beta1
kind: DataVolume
metadata: {name: taken-dv}
spec: {source: {blank: {}}, pvc: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: taken-claim}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`)
	n.Wait("dv", "taken-dv", "to be filled", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Succeeded" })
	n.Wait("pvc", "taken-claim", "to be bound", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Bound" })
	dv, claim := n.Get("dv", "taken-dv"), n.Get("pvc", "taken-claim")
	refused := func(name, kind string) resource.TestStep {
		return resource.TestStep{Config: disk(n, name, small), ExpectError: acctest.Messages(fmt.Sprintf("Unable to create disk %q", n.Name+"/"+name),
			fmt.Sprintf("A %s %q exists already. It is never adopted", kind, n.Name+"/"+name), "import it", "terraform import <address> "+n.Name+"/"+name)}
	}
	n.Run(acctest.Case{NoImport: "no disk is created", Steps: []resource.TestStep{refused("taken-dv", "DataVolume"), refused("taken-claim", "PersistentVolumeClaim")}})
	for kind, was := range map[string]acctest.Object{"dv": dv, "pvc": claim} {
		if changed := acctest.Changed(was, n.Get(kind, acctest.Text(was, "metadata.name"))); len(changed) > 0 {
			t.Errorf("the %s changed: %v", kind, changed)
		}
	}
}

// TestAccRetain: a retained disk outlives its resource, whole and nobody's, and can be
// imported again; it is never replaced by one of its name.
func TestAccRetain(t *testing.T) {
	n := acctest.Start(t)
	const name = "kept"
	retained := disk(n, name, small, `on_destroy = "retain"`)
	n.Run(acctest.Case{Address: address, NoImport: "the disk is imported in between", Steps: []resource.TestStep{
		acctest.Apply(retained),
		{Config: disk(n, name, literal, `on_destroy = "retain"`), ExpectError: acctest.Messages(fmt.Sprintf("Unable to replace disk %q", n.Name+"/"+name), "Give the new disk another name")},
		acctest.Apply("# the disk is gone", n.Has("dv", name, acctest.Fields{"status.phase": "Succeeded", "metadata.deletionTimestamp": nil, "metadata.ownerReferences": nil}),
			n.Has("pvc", name, acctest.Fields{"status.phase": "Bound", "metadata.deletionTimestamp": nil})),
		{Config: disk(n, name, small), ResourceName: address, ImportState: true, ImportStateId: n.Name + "/" + name, ImportStatePersist: true},
		acctest.Apply(disk(n, name, small)),
	}})
}

// TestAccProtected: a protected disk is neither destroyed nor replaced.
func TestAccProtected(t *testing.T) {
	n := acctest.Start(t)
	const name = "protected"
	protected := disk(n, name, small, "deletion_protection = true")
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(protected),
		{Config: protected, Destroy: true, ExpectError: acctest.Messages(fmt.Sprintf("Unable to destroy disk %q", n.Name+"/"+name), "protected from deletion", "deletion_protection = false")},
		{Config: disk(n, name, literal, "deletion_protection = true"), ExpectError: acctest.Messages("Unable to replace disk", "protected from deletion")},
		{Config: disk(n, name, literal), ExpectError: acctest.Messages("Unable to replace disk", "protected from deletion")},
		acctest.Apply(disk(n, name, small)),
	}})
}

// TestAccAnotherDisk: a disk of another uid is not the one of the state.
func TestAccAnotherDisk(t *testing.T) {
	n := acctest.Start(t)
	const name = "another"
	n.Run(acctest.Case{Address: address, NoImport: "the disk is somebody else's at the end", Steps: []resource.TestStep{
		acctest.Apply(disk(n, name, small)),
		acctest.Before(func() {
			n.Delete("dv", name)
			n.Wait("pvc", name, "to be gone", func(o acctest.Object) bool { return o == nil })
			n.Create("apiVersion: cdi.kubevirt.io/v1beta1\nkind: DataVolume\nmetadata: {name: another}\nspec: {source: {blank: {}}, storage: {resources: {requests: {storage: 2Gi}}}}")
		}, resource.TestStep{Config: disk(n, name, small), ExpectError: acctest.Messages("Unable to create disk", "exists already")}),
	}})
	n.Get("dv", name)
}

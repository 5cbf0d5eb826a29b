package attachment_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// withDisk is a server that has a disk of its own.
func withDisk(n *acctest.Namespace, name, own string, parts ...string) string {
	return strings.Replace(server(n, name, parts...), "storage = { ", fmt.Sprintf("storage = {\n    additional_disks = { %s = { empty_disk = { capacity = \"1Gi\" } } }\n    ", own), 1)
}

// TestAccNamesInUse: a name that something has in the server already is refused, with
// whose it is, on both sides and in either order; nothing is taken over.
func TestAccNamesInUse(t *testing.T) {
	n := acctest.Start(t)
	n.Create(shared)
	const name = "web"
	data := disk(n, "data")
	refused := func(config string, words ...string) resource.TestStep {
		return resource.TestStep{Config: config, ExpectError: messages(words...)}
	}
	id := func(volume string) string { return n.Name + "/" + name + "/" + volume }
	foreign := func() {
		n.PatchJSON("vm", name, `[{"op": "add", "path": "/spec/template/spec/volumes/-", "value": {"name": "theirs", "emptyDisk": {"capacity": "1Gi"}}},
			{"op": "add", "path": "/spec/template/spec/domain/devices/disks/-", "value": {"name": "theirs", "disk": {"bus": "virtio"}}}]`)
	}
	n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{
		// The server's own disk was there first.
		apply(withDisk(n, name, "data", halted) + data),
		refused(withDisk(n, name, "data", halted)+data+attached("test", "data", "data"), fmt.Sprintf("Unable to create disk attachment %q", id("data")), `"data" already`, "the server itself (storage.additional_disks"),
		refused(withDisk(n, name, "data", halted)+data+filesystem("test", "data", ofConfigMap), fmt.Sprintf("Unable to create filesystem attachment %q", id("data")), "the server itself (storage.additional_disks"),
		// Given up by the server, it is free in the same apply.
		foreseen(apply(server(n, name, halted)+data+attached("test", "data", "data"), marked(n, name, "data", "disk")), n.PlanWarned(fmt.Sprintf("The name of disk attachment %q is in use", id("data")))),
		// The attachment was there first.
		refused(withDisk(n, name, "data", halted)+data+attached("test", "data", "data"), "Unable to update virtual server", fmt.Sprintf("the attachment %q (virtualserver_disk_attachment)", id("data"))),
		refused(server(n, name, halted)+data+attached("test", "data", "data")+filesystem("other", "data", ofConfigMap), fmt.Sprintf("attachment %q", id("data")), "Two resources"),
		// The same twice, in every way that it can come about.
		refused(server(n, name, halted)+data+attached("test", "data", "data")+attached("copy", "data", "data"), fmt.Sprintf("Unable to create disk attachment %q", id("data")), "Two resources"),
		refused(server(n, name, halted)+data+attached("test", "data", "data")+attached("one", "twin", "data")+attached("two", "twin", "data"), fmt.Sprintf("Unable to create disk attachment %q", id("twin")), "Two resources"),
		refused(server(n, name, halted)+data+attached("test", "data", "data")+attached("other", "root", "data"), "must be none of"),
		before(foreign, refused(server(n, name, halted)+data+attached("test", "data", "data")+attached("other", "theirs", "data"), "somebody who added it by hand")),
		apply(server(n, name, halted)+data+attached("test", "data", "data"), marked(n, name, "data", "disk"), n.Has("vm", name, acctest.Fields{volumes + "[theirs].emptyDisk.capacity": "1Gi"})),
		// A resource that has another address without a moved block keeps the disk.
		apply(server(n, name, halted)+data+attached("renamed", "data", "data"), marked(n, name, "data", "disk"), n.NotWarned("was there already")),
		apply(server(n, name, halted)+data+"moved {\n  from = virtualserver_disk_attachment.renamed\n  to   = virtualserver_disk_attachment.test\n}\n"+attached("test", "data", "data"), marked(n, name, "data", "disk")),
	}})
}

// TestAccAttachmentThere: one that is there as planned may be what an apply that was cut
// off has left, or another configuration's: the user hears of it.
func TestAccAttachmentThere(t *testing.T) {
	n := acctest.Start(t).Of("virtualserver_disk_attachment")
	prepare(n, "web")
	config := strings.NewReplacer("NAMESPACE", n.Name, "NAME", "web").Replace(claimed + "}")
	for number, want := range []int{0, 1} {
		d := n.Drive(nil)
		if _, err := d.Converge(t.Context(), config); err != nil {
			t.Fatal(err)
		}
		if len(d.Warnings) != want || want > 0 && !strings.Contains(d.Warnings[0], "was there already") {
			t.Errorf("configuration %d: %q", number, d.Warnings)
		}
	}
	if err := attachedOnce(n, "web"); err != nil {
		t.Error(err)
	}
}

// TestAccAttachmentLongName: a server whose machine has a shortened name.
func TestAccAttachmentLongName(t *testing.T) {
	n := acctest.Start(t)
	name := strings.Repeat("long-", 14) + "name"
	n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{
		apply(server(n, name, halted)+disk(n, "data")+attached("test", "data", "data"), attribute(ofDisk, "id", n.Name+"/"+name+"/data")),
	}})
}

// TestAccAttachmentImport: what is marked is imported, by id and by identity; what is
// not says whose it is.
func TestAccAttachmentImport(t *testing.T) {
	n := acctest.Start(t)
	n.Create(shared)
	config := withDisk(n, "web", "own", halted) + disk(n, "data") + attached("test", "data", "data") + filesystem("test", "app", ofConfigMap)
	n.Run(acctest.Case{Address: ofFilesystem, Steps: []resource.TestStep{
		apply(config),
		{ResourceName: ofDisk, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
		{ResourceName: ofDisk, ImportState: true, ImportStateId: n.Name + "/web", ExpectError: messages("Unable to import disk attachment", "<namespace>/<server>/<name>")},
		{ResourceName: ofDisk, ImportState: true, ImportStateId: n.Name + "/web/own", ExpectError: messages("Unable to import disk attachment", "belongs to the server itself")},
		{ResourceName: ofDisk, ImportState: true, ImportStateId: n.Name + "/web/app", ExpectError: messages("Unable to import disk attachment", "virtualserver_filesystem_attachment")},
		{ResourceName: ofDisk, ImportState: true, ImportStateId: n.Name + "/web/nothing", ExpectError: messages("Cannot import non-existent remote object")},
		{ResourceName: ofDisk, ImportState: true, ImportStateId: n.Name + "/nowhere/data", ExpectError: messages("Cannot import non-existent remote object")},
		apply(config),
	}})
}

// TestAccAttachmentIdentity: with Terraform that has identities, both are imported by
// theirs.
func TestAccAttachmentIdentity(t *testing.T) {
	n := acctest.Start(t)
	n.Create(shared)
	n.Run(acctest.Case{
		Address: ofDisk, Needs: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			apply(server(n, "web", halted) + disk(n, "data") + attached("test", "data", "data") + filesystem("test", "app", ofConfigMap)),
			{ResourceName: ofDisk, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
			{ResourceName: ofFilesystem, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// TestAccAttachmentOfOthers: what somebody detached or changed shows; a volume without
// the mark is not the attachment's any more, and is left alone.
func TestAccAttachmentOfOthers(t *testing.T) {
	n := acctest.Start(t)
	const name = "web"
	config := server(n, name, halted) + disk(n, "data") + attached("test", "data", "data", `serial = "D1"`)
	annotation := "attachment.virtualserver.io~1data"
	detach := func() {
		n.PatchJSON("vm", name, `[{"op": "remove", "path": "/spec/template/spec/volumes/1"}, {"op": "remove", "path": "/spec/template/spec/domain/devices/disks/1"}, {"op": "remove", "path": "/metadata/annotations/`+annotation+`"}]`)
	}
	n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{
		apply(config),
		before(func() {
			n.PatchJSON("vm", name, `[{"op": "replace", "path": "/spec/template/spec/domain/devices/disks/1/serial", "value": "D2"}, {"op": "add", "path": "/spec/template/spec/domain/devices/disks/1/cache", "value": "none"}]`)
		}, acctest.Planning(ofDisk, plancheck.ResourceActionReplace, apply(config, n.Has("vm", name, acctest.Fields{devices + "disks[data].serial": "D1"})))),
		before(detach, acctest.Planning(ofDisk, plancheck.ResourceActionCreate, apply(config, marked(n, name, "data", "disk")))),
		before(func() { n.PatchJSON("vm", name, `[{"op": "remove", "path": "/metadata/annotations/`+annotation+`"}]`) },
			resource.TestStep{Config: config, ExpectError: messages("Unable to create disk attachment", "somebody who added it by hand")}),
		before(func() {
			n.PatchJSON("vm", name, `[{"op": "remove", "path": "/spec/template/spec/volumes/1"}, {"op": "remove", "path": "/spec/template/spec/domain/devices/disks/1"}]`)
		}, acctest.Planning(ofDisk, plancheck.ResourceActionCreate, apply(config, marked(n, name, "data", "disk")))),
	}})
}

package attachment_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// renamed are steps in which resources have other addresses without moved blocks: what is
// the same, or not, or of the other kind is there after each apply, and in its state.
func renamed(n *acctest.Namespace, in func(want bool) resource.TestCheckFunc, parts ...string) []resource.TestStep {
	const name = "web"
	base, there := server(n, name, parts...)+disk(n, "data"), marked(n, name, "data", "disk")
	serial := func(want string) resource.TestCheckFunc {
		return n.Has("vm", name, acctest.Fields{devices + "disks[data].serial": want})
	}
	return []resource.TestStep{
		apply(base+attached("test", "data", "data"), there, in(true)),
		apply(base+attached("renamed", "data", "data"), there, in(true)),
		apply(base+attached("test", "data", "data", `serial = "D2"`), there, in(true), serial("D2")),
		apply(base+attached("renamed", "data", "data", `serial = "D3"`, `bus = "virtio"`), there, in(true), serial("D3")),
		apply(base+attached("test", "data", "data"), there, in(true)),
	}
}

// TestAccAttachmentRenamed: while the server runs, and while it does not.
func TestAccAttachmentRenamed(t *testing.T) {
	t.Run("running", func(t *testing.T) {
		n := acctest.Start(t)
		in := func(want bool) resource.TestCheckFunc { return inGuest(n, "web", "data", want) }
		n.Run(acctest.Case{Address: ofDisk, Steps: renamed(n, in)})
	})
	t.Run("stopped", func(t *testing.T) {
		n := acctest.Start(t)
		in := func(bool) resource.TestCheckFunc { return n.Lacks("vmi", "web") }
		n.Run(acctest.Case{Address: ofDisk, Steps: renamed(n, in, halted)})
	})
}

// renamedBySubresource: and so where disks come and go by addvolume.
func renamedBySubresource(t *testing.T, n *acctest.Namespace) {
	in := func(want bool) resource.TestCheckFunc { return inGuest(n, "web", "data", want) }
	n.Run(acctest.Case{Address: ofDisk, Steps: renamed(n, in)})
}

// TestAccFilesystemRenamed: and so filesystems, for which the guest is restarted, also
// where a disk takes the name.
func TestAccFilesystemRenamed(t *testing.T) {
	n := acctest.Start(t)
	n.Create(shared)
	const name = "web"
	base := server(n, name) + disk(n, "data")
	there := resource.ComposeTestCheckFunc(marked(n, name, "data", "filesystem"), mounted(n, name, "data"))
	note, same, another := guestOf(n, name)
	n.Run(acctest.Case{Address: ofFilesystem, Unverified: map[string]string{"restart": "only the provider reads it"}, Steps: []resource.TestStep{
		apply(base+filesystem("test", "data", ofConfigMap, restarts), there),
		before(note, apply(base+filesystem("renamed", "data", ofConfigMap, restarts), there, same)),
		before(note, apply(base+filesystem("test", "data", ofClaim, restarts), there, another, n.Has("vmi", name, acctest.Fields{"spec.volumes[data].persistentVolumeClaim.claimName": "files"}))),
		apply(base+attached("other", "data", "data"), marked(n, name, "data", "disk"), mounted(n, name)),
		apply(base+filesystem("test", "data", ofConfigMap, restarts), there),
	}})
}

// TestAccOtherKind: what takes the name of a filesystem in a guest that is not to restart
// waits for its next start, and so does what comes after it; nothing waits in vain.
func TestAccOtherKind(t *testing.T) {
	n := acctest.Start(t)
	n.Create(shared)
	const name = "web"
	data := disk(n, "data")
	note, same, _ := guestOf(n, name)
	waits := attribute(ofDisk, "status.pending", "true")
	n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{
		apply(server(n, name, halted) + data + filesystem("test", "data", ofConfigMap)),
		apply(server(n, name)+data+filesystem("test", "data", ofConfigMap), mounted(n, name, "data")),
		before(note, foreseen(apply(server(n, name)+data+attached("test", "data", "data"), marked(n, name, "data", "disk"), waits, mounted(n, name, "data"), same),
			n.PlanWarned("waits for a restart", "cannot be plugged out"))),
		before(note, apply(server(n, name)+data+filesystem("test", "data", ofConfigMap), marked(n, name, "data", "filesystem"), mounted(n, name, "data"), same, n.NotWarned("keeps disk"))),
		before(note, apply(server(n, name)+data+attached("test", "data", "data"), waits, same)),
	}})
}

// detachedFromDeleted: the server is deleted while the guest is to let the disk go.
func detachedFromDeleted(t *testing.T, n *acctest.Namespace) {
	n = n.Of("virtualserver_disk_attachment")
	prepare(n, "web")
	config := strings.NewReplacer("NAMESPACE", n.Name, "NAME", "web").Replace(claimed + "}")
	d := n.Drive(nil)
	if _, err := d.Converge(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	deleted := func() { n.Delete("vm", "web") }
	if err := n.Meanwhile(nil, d.State, "", acctest.Point{Request: "watch virtualmachines", Number: 1}, deleted); err != nil {
		t.Error(err)
	}
}

// createdBySubresource: until = "created" waits for no disk, but has it plugged in
// where nobody else does.
func createdBySubresource(t *testing.T, n *acctest.Namespace) {
	held := strings.Replace(disk(n, "data"), "storage   =", "source = { http = { url = \"https://images.invalid/held-import.qcow2\" } }\n  wait = { until = \"created\" }\n  storage   =", 1)
	n.Run(acctest.Case{Address: ofDisk, Unverified: map[string]string{"wait": "only the provider reads it"}, Steps: []resource.TestStep{
		apply(server(n, "web")),
		apply(server(n, "web")+held+attached("test", "data", "data", `wait = { until = "created" }`), n.NotWarned("is not in the guest yet"),
			attribute(ofDisk, "status.attached", "false"), attribute(ofDisk, "status.pending", "true"),
			n.Check(func() error {
				if acctest.Field(n.Get("vmi", "web"), "spec.volumes[data]") == nil {
					return errors.New("the guest was not told to have it")
				}
				return nil
			})),
	}})
}

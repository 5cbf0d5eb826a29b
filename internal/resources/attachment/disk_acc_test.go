package attachment_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccSmokeDiskAttachment: a disk is plugged into a server that runs, found by what
// the configuration says, replugged when that changes, and plugged out.
func TestAccSmokeDiskAttachment(t *testing.T) {
	n := acctest.Start(t)
	const name = "web"
	base := server(n, name) + disk(n, "data")
	n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{
		apply(base+attached("test", "data", "data", `serial = "D1"`),
			attribute(ofDisk, "id", n.Name+"/web/data"), attribute(ofDisk, "status.attached", "true"), attribute(ofDisk, "status.pending", "false"), attribute(ofDisk, "status.phase", "Ready"),
			marked(n, name, "data", "disk"), inGuest(n, name, "data", true),
			n.Has("vm", name, acctest.Fields{
				devices + "disks[data]": map[string]any{"name": "data", "disk": map[string]any{"bus": "scsi"}, "serial": "D1"},
				volumes + "[data]":      map[string]any{"name": "data", "dataVolume": map[string]any{"name": "data", "hotpluggable": true}},
			}),
			attribute("virtualserver.test", "status.restart_required", "false"), attribute("virtualserver.test", "status.pending_changes.#", "0")),
		acctest.Planning(ofDisk, plancheck.ResourceActionUpdate, apply(base+attached("test", "data", "data", `serial = "D1"`, `bus = ""`, `read_only = false`), attribute(ofDisk, "status.phase", "Ready"))),
		foreseen(acctest.Planning(ofDisk, plancheck.ResourceActionReplace, apply(base+attached("test", "data", "data", `serial = "D2"`, `bus = "virtio"`),
			inGuest(n, name, "data", true), n.Has("vmi", name, acctest.Fields{"spec.domain.devices.disks[data].serial": "D2", "spec.domain.devices.disks[data].disk.bus": "virtio"}))), n.PlanNotWarned()),
		apply(base, marked(n, name, "data", ""), inGuest(n, name, "data", false), n.Has("pvc", "data", acctest.Fields{"status.phase": "Bound"})),
		apply(base+attached("test", "data", "data"), inGuest(n, name, "data", true)),
	}})
}

// TestAccDiskAttachmentStopped: a disk of a stopped server is part of its next start,
// comes with it, and goes again.
func TestAccDiskAttachmentStopped(t *testing.T) {
	n := acctest.Start(t)
	const name = "web"
	disks := disk(n, "data") + disk(n, "boot")
	plain := attached("test", "data", "data")
	bootable := attached("boot", "boot", "boot", "hotpluggable = false", "boot_order = 1", `bus = "sata"`)
	n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{
		apply(server(n, name, halted)+disks+plain+bootable,
			attribute(ofDisk, "status.attached", "false"), attribute(ofDisk, "status.pending", "false"), resource.TestCheckNoResourceAttr(ofDisk, "status.phase"),
			marked(n, name, "data", "disk"), marked(n, name, "boot", "disk"), n.Lacks("vmi", name)),
		apply(server(n, name)+disks+plain+bootable, n.Check(func() error { // the server does not wait for it
			return n.TryWait("vmi", name, func(o acctest.Object) bool { return acctest.Text(o, "status.volumeStatus[data].phase") == "Ready" })
		}), inGuest(n, name, "data", true),
			n.Has("vmi", name, acctest.Fields{"spec.domain.devices.disks[boot].bootOrder": 1, "spec.volumes[boot].dataVolume": map[string]any{"name": "boot"}}),
			attribute("virtualserver.test", "status.pending_changes.#", "0")),
		{RefreshState: true, Check: resource.ComposeTestCheckFunc(attribute(ofDisk, "status.attached", "true"), attribute(ofDisk, "status.phase", "Ready"))},
		// What was booted from stays in the guest.
		apply(server(n, name)+disks+plain, marked(n, name, "boot", ""), n.Warned("keeps disk \"boot\" until it restarts"), n.Has("vmi", name, acctest.Fields{"spec.volumes[boot].dataVolume.name": "boot"})),
		apply(server(n, name, halted)+disks, marked(n, name, "data", ""), n.Lacks("vmi", name)),
		apply(server(n, name, halted) + disks + plain),
	}})
}

// tenDisks are a server with ten disks, their attachments, and checks of these.
func tenDisks(n *acctest.Namespace, name string) (base, more string, checks []resource.TestCheckFunc) {
	base = server(n, name)
	for i := range 10 {
		volume := fmt.Sprintf("data-%d", i)
		label := volume
		if i == 0 {
			label = "test"
		}
		base, more = base+disk(n, volume), more+attached(label, volume, volume)
		checks = append(checks, marked(n, name, volume, "disk"), inGuest(n, name, volume, true))
	}
	return base, more, checks
}

// TestAccTenDisks: ten disks are attached to one server, and detached, in one apply.
func TestAccTenDisks(t *testing.T) {
	n := acctest.Start(t)
	const name = "web"
	base, more, checks := tenDisks(n, name)
	n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{
		apply(base),
		apply(base+more, checks...),
		apply(base, n.Check(func() error {
			if left := acctest.Names(n.Get("vmi", name), "spec.volumes"); len(left) != 1 {
				return fmt.Errorf("the guest has the volumes %v", left)
			}
			return nil
		})),
		apply(base+more, checks...),
	}})
}

// TestAccServerReplaced: a server that is replaced has its attachments again in the
// same apply, whether or not it runs; without server_uid, in the next one.
func TestAccServerReplaced(t *testing.T) {
	for run, parts := range map[string][]string{"running": nil, "stopped": {halted}} {
		t.Run(run, func(t *testing.T) {
			n := acctest.Start(t)
			disks, uid := disk(n, "data")+disk(n, "logs"), ""
			both := attached("test", "data", "data") + attached("logs", "logs", "logs")
			note := func() { uid = acctest.Text(n.Get("vm", "web"), "metadata.uid") }
			another := n.Check(func() error {
				if acctest.Text(n.Get("vm", "web"), "metadata.uid") == uid {
					return errors.New("the server is the same one")
				}
				return nil
			})
			n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{
				apply(server(n, "web", parts...)+disks+both, marked(n, "web", "data", "disk"), marked(n, "web", "logs", "disk")),
				before(note, acctest.Planning(ofDisk, plancheck.ResourceActionReplace, acctest.Planning("virtualserver.test", plancheck.ResourceActionReplace,
					apply(strings.Replace(server(n, "web", parts...), "fedora:42", "fedora:43", 1)+disks+both, another, marked(n, "web", "data", "disk"), marked(n, "web", "logs", "disk"))))),
				acctest.Planning(ofDisk, plancheck.ResourceActionReplace, // renamed
					apply(server(n, "other", parts...)+disks+both, marked(n, "other", "data", "disk"), n.Lacks("vm", "web"))),
				before(func() { n.Delete("vm", "other") }, acctest.Planning(ofDisk, plancheck.ResourceActionCreate,
					apply(server(n, "other", parts...)+disks+both, marked(n, "other", "data", "disk")))),
			}})
		})
	}
}

// TestAccServerReplacedWithoutUID: attachments that do not name the uid are gone with
// the server, and are there again after another apply.
func TestAccServerReplacedWithoutUID(t *testing.T) {
	n := acctest.Start(t)
	loose := strings.Replace(attached("test", "data", "data"), "server_uid = virtualserver.test.uid", "", 1)
	changed := strings.Replace(server(n, "web", halted), "fedora:42", "fedora:43", 1)
	n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{
		apply(server(n, "web", halted)+disk(n, "data")+loose, marked(n, "web", "data", "disk")),
		{Config: changed + disk(n, "data"), Check: resource.ComposeTestCheckFunc(marked(n, "web", "data", ""))},
		apply(changed+disk(n, "data")+loose, marked(n, "web", "data", "disk")),
	}})
}

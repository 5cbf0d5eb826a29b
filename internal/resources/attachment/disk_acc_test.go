package attachment_test

import (
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
		acctest.Planning(ofDisk, plancheck.ResourceActionReplace, apply(base+attached("test", "data", "data", `serial = "D2"`, `bus = "virtio"`),
			inGuest(n, name, "data", true), n.Has("vmi", name, acctest.Fields{"spec.domain.devices.disks[data].serial": "D2", "spec.domain.devices.disks[data].disk.bus": "virtio"}))),
		apply(base, marked(n, name, "data", ""), inGuest(n, name, "data", false), n.Has("pvc", "data", acctest.Fields{"status.phase": "Bound"})),
		apply(base+attached("test", "data", "data"), inGuest(n, name, "data", true)),
	}})
}

package attachment_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// loose attaches something to a server that is not of this configuration.
func loose(n *acctest.Namespace, kind, server, name string, parts ...string) string {
	return fmt.Sprintf("resource \"virtualserver_%s_attachment\" \"test\" {\n  namespace = %q\n  server    = %q\n  name      = %q\n  %s\n}\n", kind, n.Name, server, name, strings.Join(parts, "\n  "))
}

// TestAccAttachmentRights: the rights of the guide are enough, and so they are without
// list and watch; without patch the error says what is missing.
func TestAccAttachmentRights(t *testing.T) {
	n := acctest.Start(t)
	n.Create(shared)
	prepare(n, "web")
	as := func(without ...string) string { return n.User(acctest.Rights(t, "attachments.yaml", without...)).Block }
	least, blind, reader := as(), as(", list, watch"), as(", patch")
	both := loose(n, "disk", "web", "data", `persistent_volume_claim = { claim_name = "web-data" }`) + loose(n, "filesystem", "web", "app", ofConfigMap, restarts)
	// The restart for the filesystem may come after the disk.
	plugged := n.Check(func() error {
		return n.TryWait("vmi", "web", func(o acctest.Object) bool { return acctest.Text(o, "status.volumeStatus[data].phase") == "Ready" })
	})
	n.Run(acctest.Case{Address: ofDisk, Unverified: map[string]string{"restart": "only the provider reads it"}, Steps: []resource.TestStep{
		apply(least+both, plugged, mounted(n, "web", "app")),
		apply(blind+"locals { nothing = true }\n", inGuest(n, "web", "data", false), mounted(n, "web")),
		{Config: reader + both, ExpectError: messages("attachment", "cannot patch resource \"virtualmachines\"", "Permissions")},
		apply(blind+both, plugged, mounted(n, "web", "app")),
	}})
}

// rightsBySubresource: the rights of the guide are enough where disks
// are plugged in by addvolume and out by removevolume, and a missing one is named.
func rightsBySubresource(t *testing.T, n *acctest.Namespace) {
	n.Create(shared)
	prepare(n, "web")
	least := n.User(acctest.Rights(t, "attachments.yaml")).Block
	less := n.User(acctest.Rights(t, "attachments.yaml", "  - virtualmachineinstances/addvolume\n")).Block
	data := loose(n, "disk", "web", "data", `persistent_volume_claim = { claim_name = "web-data" }`)
	n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{
		{Config: less + data, ExpectError: messages("Unable to create disk attachment", "virtualmachineinstances/addvolume", "Permissions")},
		apply(least+data, inGuest(n, "web", "data", true)),
		apply(least+"locals { nothing = true }\n", inGuest(n, "web", "data", false)),
		apply(least+data, inGuest(n, "web", "data", true)),
	}})
}

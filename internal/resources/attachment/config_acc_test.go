package attachment_test

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

const (
	ofDisk       = "virtualserver_disk_attachment.test"
	ofFilesystem = "virtualserver_filesystem_attachment.test"

	halted = `run_strategy = "Halted"`
	// soon has guests shut down as fast as the played ones do.
	soon = `termination_grace_period_seconds = 1`
)

var (
	apply    = acctest.Apply
	before   = acctest.Before
	messages = acctest.Messages
)

// server is a server of the test's namespace.
func server(n *acctest.Namespace, name string, parts ...string) string {
	return fmt.Sprintf(`resource "virtualserver" "test" {
  name      = %q
  namespace = %q
  resources = { memory = "1Gi" }
  %s
}
`, name, n.Name, strings.Join(append(parts, root, soon), "\n  "))
}

const root = `storage = { root = { source = { container_disk = { image = "quay.io/containerdisks/fedora:42" } } } }`

// disk is a blank disk of the test's namespace.
func disk(n *acctest.Namespace, name string) string {
	return fmt.Sprintf("resource \"virtualserver_disk\" %q {\n  name      = %[1]q\n  namespace = %[2]q\n  storage   = { size = \"1Gi\" }\n}\n", name, n.Name)
}

// attachment attaches something to the server.
func attachment(kind, label, name string, parts ...string) string {
	return fmt.Sprintf(`resource "virtualserver_%s_attachment" %q {
  namespace  = virtualserver.test.namespace
  server     = virtualserver.test.name
  server_uid = virtualserver.test.uid
  name       = %q
  %s
}
`, kind, label, name, strings.Join(parts, "\n  "))
}

// attached attaches the disk of a name.
func attached(label, name, disk string, parts ...string) string {
	return attachment("disk", label, name, append(parts, fmt.Sprintf("data_volume = { name = virtualserver_disk.%s.name }", disk))...)
}

func attribute(address, name, value string) resource.TestCheckFunc {
	return resource.TestCheckResourceAttr(address, name, value)
}

// inGuest checks that the guest that runs has a disk, or not.
func inGuest(n *acctest.Namespace, server, volume string, want bool) resource.TestCheckFunc {
	return n.Check(func() error {
		if listed := acctest.Field(n.Get("vmi", server), "spec.volumes["+volume+"]") != nil; want != listed {
			return fmt.Errorf("volume %s of the guest: listed %v", volume, listed)
		}
		// KWOK writes the whole status, of two disks at once perhaps in the wrong order.
		return n.TryWait("vmi", server, func(o acctest.Object) bool {
			status := acctest.Field(o, "status.volumeStatus["+volume+"]")
			return want && acctest.Text(o, "status.volumeStatus["+volume+"].phase") == "Ready" || !want && status == nil
		})
	})
}

// marked checks that the machine has a volume with the mark of an attachment.
func marked(n *acctest.Namespace, server, volume, kind string) resource.TestCheckFunc {
	return n.Check(func() error {
		vm := n.Get("vm", server)
		if kind == "" {
			if mark := acctest.Text(vm, "metadata.annotations[attachment.virtualserver.io/"+volume+"]"); mark != "" && !strings.Contains(mark, "/detached/") {
				return fmt.Errorf("the machine has the mark %s", mark)
			}
			return acctest.Match(vm, acctest.Fields{volumes + "[" + volume + "]": nil})
		}
		if acctest.Field(vm, volumes+"["+volume+"]") == nil {
			return fmt.Errorf("the machine has no volume %s", volume)
		}
		return acctest.Match(vm, acctest.Fields{"metadata.annotations[attachment.virtualserver.io/" + volume + "]": acctest.Text(vm, "metadata.uid") + "/" + kind})
	})
}

const (
	volumes = "spec.template.spec.volumes"
	devices = "spec.template.spec.domain.devices."
)

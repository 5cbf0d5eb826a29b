package virtualserver_test

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// Parts of configurations that many tests share.
const (
	memory        = `resources = { memory = "1Gi" }`
	containerRoot = `root = { source = { container_disk = { image = "quay.io/containerdisks/fedora:42" } } }`
	containerDisk = `storage = { ` + containerRoot + ` }`
	blankDisk     = `storage = { root = {
    pvc    = { size = "1Gi", access_modes = ["ReadWriteOnce"] }
    source = { blank = {} }
  } }`
	soon = `wait = { failure_grace = "1s" }`
)

// smallImage is an image with a disk that any cluster pulls quickly.
const smallImage = "quay.io/kubevirt/cirros-container-disk-demo"

// importedDisk is a root disk that any cluster imports.
func importedDisk(n *acctest.Namespace) string {
	return diskFrom(n.ImageURL(), fmt.Sprintf("%q", n.StorageClass()))
}

// playedDisk is a root disk whose import the local cluster plays as the image's
// name says, such as slow-import-5.
func playedDisk(image string) string {
	return diskFrom("https://images.invalid/"+image+".qcow2", "null")
}

func diskFrom(url, class string) string {
	return fmt.Sprintf(`storage = { root = {
    pvc    = { size = "1Gi", access_modes = ["ReadWriteOnce"], storage_class_name = %s }
    source = { http = { url = %q } }
  } }`, class, url)
}

const devices = "spec.template.spec.domain.devices."

// server is the configuration of a server in the test's namespace.
func server(n *acctest.Namespace, name string, parts ...string) string {
	return fmt.Sprintf("resource \"virtualserver\" \"test\" {\n  name      = %q\n  namespace = %q\n  %s\n}\n",
		name, n.Name, strings.Join(parts, "\n  "))
}

// halted is enough for what admission alone decides.
const halted = `run_strategy = "Halted"`

// Steps and messages, in short.
var (
	apply    = acctest.Apply
	before   = acctest.Before
	messages = acctest.Messages
)

// attribute checks the state.
func attribute(name, value string) resource.TestCheckFunc {
	return resource.TestCheckResourceAttr(acctest.Address, name, value)
}

// running checks that the server runs, in the cluster and in the state.
func running(n *acctest.Namespace, name string) resource.TestCheckFunc {
	return resource.ComposeAggregateTestCheckFunc(
		n.Check(func() error { // KubeVirt takes ready back for a moment when the guest has moved
			return n.TryWait("vm", name, func(vm acctest.Object) bool {
				return acctest.Match(vm, acctest.Fields{"status.printableStatus": "Running", "status.ready": true}) == nil
			})
		}),
		n.Has("vmi", name, acctest.Fields{"status.phase": "Running"}),
		attribute("status.printable_status", "Running"),
		attribute("status.ready", "true"),
	)
}

// stopped checks that the server exists and does not run.
func stopped(n *acctest.Namespace, name string) resource.TestCheckFunc {
	return resource.ComposeAggregateTestCheckFunc(
		n.Has("vm", name, acctest.Fields{"spec.runStrategy": "Halted"}),
		n.Lacks("vmi", name),
		attribute("status.ready", "false"),
	)
}

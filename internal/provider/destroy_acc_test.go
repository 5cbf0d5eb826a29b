package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccDestroyEverything: what names each other without referring to each other is
// destroyed in one go, although Terraform knows of no order and does all at once.
func TestAccDestroyEverything(t *testing.T) {
	n := acctest.Start(t)
	provider := fmt.Sprintf("provider \"virtualserver\" {\n  namespace = %q\n}\n", n.Name)
	image := fmt.Sprintf(`
resource "virtualserver_image" "golden" {
  name    = "golden"
  storage = { size = "1Gi" }
  source  = { http = { url = %q } }
}
`, n.ImageURL())
	const disks = `
resource "virtualserver_disk" "root" {
  name    = "root"
  storage = { size = "2Gi" }
  source  = { image = { name = "golden" } }
}
resource "virtualserver_disk" "own" {
  name    = "own"
  storage = { size = "1Gi" }
}
resource "virtualserver_disk" "data" {
  count   = 3
  name    = "data-${count.index}"
  storage = { size = "1Gi" }
}
resource "virtualserver_instance_type" "small" {
  name   = "small"
  cpu    = { guest = 1 }
  memory = { guest = "1Gi" }
}
`
	const server = `
resource "virtualserver" "web" {
  name          = "web"
  instance_type = { name = "small", kind = "VirtualMachineInstancetype" }
  storage = {
    root             = { source = { claim = { name = "root", kind = "DataVolume" } } }
    additional_disks = { own = { data_volume = { name = "own" } } }
  }
  cloud_init                       = "#cloud-config"
  network                          = { tcp = [22] }
  termination_grace_period_seconds = 1
}
`
	const attachments = `
resource "virtualserver_disk_attachment" "data" {
  count       = 3
  server      = "web"
  name        = "data-${count.index}"
  data_volume = { name = "data-${count.index}" }
}
resource "virtualserver_filesystem_attachment" "settings" {
  server     = "web"
  name       = "settings"
  config_map = { name = "settings" }
}
`
	n.Create(`
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {a: b}
`)
	n.Run(acctest.Case{
		NoImport: "the resources have imports in tests of their own",
		Steps: []resource.TestStep{
			acctest.Apply(provider + image),
			acctest.Apply(provider + image + disks),
			acctest.Apply(provider + image + disks + server),
			acctest.Apply(provider + image + disks + server + attachments),
			{Config: provider + image + disks + server + attachments, Destroy: true},
			{Config: provider, Check: n.Check(n.CheckGone)},
		},
	})
}

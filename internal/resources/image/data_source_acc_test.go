package image_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccImageDataSources: images are found by name and in a list, whoever made them.
func TestAccImageDataSources(t *testing.T) {
	acctest.Played(t, "polls of registries")
	n := acctest.Start(t)
	n.Create(strings.ReplaceAll(`
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: claim}
spec: {accessModes: [ReadWriteOnce], storageClassName: standard, resources: {requests: {storage: 2Gi}}}
---
apiVersion: cdi.kubevirt.io/v1beta1
kind: DataSource
metadata: {name: theirs, labels: {os: linux, instancetype.kubevirt.io/default-instancetype: small}}
spec: {source: {pvc: {name: claim, namespace: NAMESPACE}}}
`, "NAMESPACE", n.Name))
	n.Wait("datasource", "theirs", "to be ready", func(o acctest.Object) bool { return acctest.Text(o, "status.conditions[0].status") == "True" })
	image := config(n, "fedora", fedora, small, yearly, "cdrom = true")
	shown := fmt.Sprintf(`
data "virtualserver_image" "theirs" {
  name      = "theirs"
  namespace = %[1]q
}
data "virtualserver_image" "ours" {
  name      = virtualserver_image.test.data_source
  namespace = %[1]q
}
data "virtualserver_images" "all" {
  namespace  = %[1]q
  depends_on = [virtualserver_image.test]
}
data "virtualserver_images" "linux" {
  namespace  = %[1]q
  labels     = { os = "linux" }
  depends_on = [virtualserver_image.test]
}
`, n.Name)
	has := func(of, name, value string) resource.TestCheckFunc {
		return resource.TestCheckResourceAttr("data."+of, name, value)
	}
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		{Config: image + strings.Replace(shown, `"theirs"
  namespace`, `"nowhere"
  namespace`, 1), ExpectError: acctest.Messages(`Unable to read image "`+n.Name+`/nowhere"`, "does not exist", "kubectl get datasource")},
		acctest.Apply(image+shown,
			has("virtualserver_image.theirs", "id", n.Name+"/theirs"), has("virtualserver_image.theirs", "ready", "true"), has("virtualserver_image.theirs", "claim_name", "claim"),
			has("virtualserver_image.theirs", "capacity", "2Gi"), has("virtualserver_image.theirs", "labels.os", "linux"), has("virtualserver_image.theirs", "default_instance_type.name", "small"),
			has("virtualserver_image.theirs", "scheduled", "false"), resource.TestCheckNoResourceAttr("data.virtualserver_image.theirs", "schedule"),
			has("virtualserver_image.ours", "scheduled", "true"), has("virtualserver_image.ours", "schedule.up_to_date", "true"), has("virtualserver_image.ours", "ready", "true"),
			has("virtualserver_images.all", "images.#", "2"), has("virtualserver_images.all", "images.0.name", "fedora"), has("virtualserver_images.all", "images.1.name", "theirs"),
			has("virtualserver_images.linux", "images.#", "1"), has("virtualserver_images.linux", "images.0.id", n.Name+"/theirs")),
	}})
}

// TestAccUploadToken: somebody else uploads, with a token that stands in no state.
func TestAccUploadToken(t *testing.T) {
	acctest.Played(t, "upload servers")
	n, f := acctest.Start(t), newFile(t)
	waits := config(n, "up", small, `source = { upload = {} }`)
	by := fmt.Sprintf(`
ephemeral "virtualserver_upload_token" "up" {
  name      = virtualserver_image.test.name
  namespace = virtualserver_image.test.namespace
  uid       = virtualserver_image.test.uid
}
resource "terraform_data" "upload" {
  triggers_replace = virtualserver_image.test.uid
  provisioner "local-exec" {
    command     = "curl -sSf --insecure -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/octet-stream' -X POST -T %s $URL"
    environment = { TOKEN = ephemeral.virtualserver_upload_token.up.token, URL = ephemeral.virtualserver_upload_token.up.url }
  }
}
`, f.path)
	arrived := n.Check(func() error {
		if err := n.TryWait("dv", "up", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Succeeded" }); err != nil {
			return err
		}
		return equal(acctest.Text(n.Get("pvc", "up"), "metadata.annotations[localcluster/uploaded]"), fmt.Sprintf("%d %s", fileSize, f.hash()))
	})
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(waits+by, arrived),
		{RefreshState: true, Check: ready(n, "up")},
	}})
}

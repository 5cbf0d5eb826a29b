package image_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccImageExamples: the examples of the documentation work as they are, but for the
// names of namespaces and files.
func TestAccImageExamples(t *testing.T) {
	acctest.Played(t, "imports of any URL")
	read := func(name string) string {
		text, err := os.ReadFile("../../../examples/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	in := func(n *acctest.Namespace) string {
		return fmt.Sprintf("provider \"virtualserver\" {\n  namespace = %q\n}\n", n.Name)
	}
	t.Run("resource", func(t *testing.T) {
		n := acctest.Start(t)
		n.Run(acctest.Case{Address: "virtualserver_image.ubuntu", Steps: steps(in(n)+read("resources/virtualserver_image/resource.tf"),
			n.Has("datasource", "ubuntu-2404", acctest.Fields{"status.conditions[0].status": "True"}), n.Has("dataimportcron", "fedora", acctest.Fields{"spec.importsToKeep": 2}))})
	})
	t.Run("upload", func(t *testing.T) {
		n, f := acctest.Start(t), newFile(t)
		ca := authorityFile(t, n)
		config := strings.NewReplacer("${path.module}/built.qcow2", f.path, "${path.module}/uploadproxy-ca.pem", ca).Replace(read("resources/virtualserver_image/upload.tf"))
		n.Run(acctest.Case{Address: "virtualserver_image.built", Steps: steps(in(n)+config, f.arrived(n, "built"))})
	})
	t.Run("token", func(t *testing.T) {
		n, f := acctest.Start(t), newFile(t)
		ca := authorityFile(t, n)
		config := strings.NewReplacer("-T image.qcow2", "-T "+f.path, "uploadproxy-ca.pem", ca).Replace(read("ephemeral-resources/virtualserver_upload_token/ephemeral-resource.tf"))
		n.Run(acctest.Case{Address: "virtualserver_image.theirs", Steps: steps(in(n)+config, n.Check(func() error {
			return n.TryWait("dv", "theirs", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Succeeded" })
		}))})
	})
	t.Run("data sources", func(t *testing.T) {
		n := acctest.Start(t)
		n.Create("apiVersion: cdi.kubevirt.io/v1beta1\nkind: DataSource\nmetadata: {name: ubuntu-2404, labels: {os: linux}}\nspec: {source: {}}\n")
		config := strings.ReplaceAll(read("data-sources/virtualserver_image/data-source.tf")+read("data-sources/virtualserver_images/data-source.tf"), `"images"`, `"`+n.Name+`"`)
		n.Run(acctest.Case{NoImport: "data sources make nothing", Steps: steps(config)})
	})
}

// authorityFile holds what the upload proxy's certificate is verified with.
func authorityFile(t *testing.T, n *acctest.Namespace) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "uploadproxy-ca.pem")
	if err := os.WriteFile(name, []byte(authority(t, n)), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func steps(config string, checks ...resource.TestCheckFunc) []resource.TestStep {
	return []resource.TestStep{acctest.Apply(config, checks...)}
}

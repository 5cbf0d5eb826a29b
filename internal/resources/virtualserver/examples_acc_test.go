package virtualserver_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

const examples = "../../../examples/"

// referred are the objects that the examples of the documentation refer to.
const referred = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: catalogue}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: restored-root}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: app-config}
data: {app.conf: "log = debug"}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: app}
`

// TestAccExamples: every example of the documentation applies, and the plan
// after it is empty.
func TestAccExamples(t *testing.T) {
	acctest.Played(t, "the images, GPUs and storage classes that the examples name")
	manifests := read(t, examples+"manifests/prerequisites.yaml")
	for pattern, objects := range map[string]string{"manifests/*.tf": manifests, "resources/virtualserver/resource*.tf": referred} {
		files, err := filepath.Glob(examples + pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no examples at %s: %v", pattern, err)
		}
		for _, file := range files {
			if filepath.Base(file) == "provider.tf" {
				continue
			}
			t.Run(filepath.Base(file), func(t *testing.T) {
				n := acctest.Start(t)
				n.Create(objects)
				config := exampleConfig(t, n, file)
				steps := []resource.TestStep{apply(config)}
				if protected := strings.Replace(config, "deletion_protection = true", "deletion_protection = false", 1); protected != config {
					steps = append(steps, apply(protected)) // or the test could not clean up
				}
				n.Run(acctest.Case{Steps: steps, NoImport: "the attributes have imports in tests of their own"})
			})
		}
	}
}

// exampleConfig is an example with a provider for the test's namespace.
func exampleConfig(t *testing.T, n *acctest.Namespace, file string) string {
	t.Helper()
	provider := "provider \"virtualserver\" {}"
	config := read(t, file)
	if beside := filepath.Join(filepath.Dir(file), "provider.tf"); exists(beside) {
		config = read(t, beside) + config
		_, config, _ = strings.Cut(config, "\n}\n") // the block terraform, which names a registry
	} else {
		config = provider + "\n" + config
	}
	config = strings.Replace(config, provider, fmt.Sprintf("provider \"virtualserver\" {\n  namespace = %q\n}", n.Name), 1)
	return strings.ReplaceAll(config, "ephemeral = true\n}", "ephemeral = true\n  default = \"#cloud-config\"\n}")
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

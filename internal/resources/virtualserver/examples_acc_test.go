package virtualserver_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
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
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: windows-2022-iso}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 6Gi}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: windows-answers}
data: {autounattend.xml: "<unattend xmlns='urn:schemas-microsoft-com:unattend'/>"}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: storage-data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 100Gi}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: storage-cluster}
spec: {accessModes: [ReadWriteMany], volumeMode: Block, resources: {requests: {storage: 100Gi}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: storage-archive}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 500Gi}}}
`

// kept finds what keeps a test from cleaning up.
var kept = regexp.MustCompile(`deletion_protection\s*= true|on_destroy\s*= "retain"`)

// TestAccExamples: every example of the documentation applies, and the plan
// after it is empty.
func TestAccExamples(t *testing.T) {
	acctest.Played(t, "the images, GPUs and storage classes that the examples name")
	for pattern, objects := range map[string]string{
		"manifests/*.tf":                       read(t, examples+"manifests/prerequisites.yaml"),
		"platform/*.tf":                        read(t, examples+"platform/prerequisites.yaml"),
		"resources/virtualserver/resource*.tf": referred,

		"data-sources/virtualserver/data-source*.tf": strings.Replace(leastVM, "least", "db", 1),
	} {
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
				if strings.Contains(pattern, "data-sources") {
					// Its outputs are what the agent says of a machine that goes on starting.
					n.Wait("vmi", "db", "to have its agent", func(o acctest.Object) bool { return hasCondition(o, "AgentConnected") })
					up(n, "db")
				}
				config := exampleConfig(t, n, file)
				steps := []resource.TestStep{apply(config)}
				if passing := kept.ReplaceAllStringFunc(config, func(line string) string {
					return strings.NewReplacer("true", "false", "retain", "delete").Replace(line)
				}); passing != config {
					steps = append(steps, apply(passing))
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

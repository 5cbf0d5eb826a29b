// Command manifests prints, as YAML, what CDI's operator would create in a
// cluster: custom resource definitions, cluster roles, webhooks and API
// services. CDI has no volume snapshots of its own but watches them, so their
// definitions are printed too.
package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"kubevirt.io/containerized-data-importer/pkg/operator/resources"
	"kubevirt.io/containerized-data-importer/pkg/operator/resources/cluster"
	"sigs.k8s.io/yaml"
)

const (
	namespace         = "cdi"
	snapshotterModule = "github.com/kubernetes-csi/external-snapshotter/client/v6"
)

func main() {
	log.SetFlags(0)
	docs, err := manifests()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.Join(docs, "\n---\n"))
}

func manifests() ([]string, error) {
	docs, err := snapshotCRDs()
	if err != nil {
		return nil, err
	}
	for _, crd := range resources.CDICRDs {
		docs = append(docs, crd)
	}
	args := &cluster.FactoryArgs{Namespace: namespace}
	static, err := cluster.CreateAllStaticResources(args)
	if err != nil {
		return nil, err
	}
	dynamic, err := cluster.CreateAllDynamicResources(args)
	if err != nil {
		return nil, err
	}
	for _, o := range append(static, dynamic...) {
		// The definitions came from CDICRDs above.
		if o.GetObjectKind().GroupVersionKind().Kind == "CustomResourceDefinition" {
			continue
		}
		doc, err := yaml.Marshal(o)
		if err != nil {
			return nil, err
		}
		docs = append(docs, string(doc))
	}
	return docs, nil
}

// snapshotCRDs reads the definitions that lie as YAML files in the module of
// the snapshot client; nothing offers them as Go code.
func snapshotCRDs() ([]string, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", snapshotterModule).Output()
	if err != nil {
		return nil, fmt.Errorf("find module %s: %w", snapshotterModule, err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "config", "crd", "snapshot.storage.k8s.io_*.yaml"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no snapshot definitions in module %s", snapshotterModule)
	}
	var docs []string
	for _, file := range files {
		doc, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		docs = append(docs, string(doc))
	}
	return docs, nil
}

package disk_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

const golden = `
apiVersion: cdi.kubevirt.io/v1beta1
kind: DataVolume
metadata: {name: golden}
spec: {source: {http: {url: "https://images.invalid/fedora.qcow2"}}, storage: {resources: {requests: {storage: 2Gi}}}}
---
apiVersion: cdi.kubevirt.io/v1beta1
kind: DataVolume
metadata: {name: golden-wffc, annotations: {cdi.kubevirt.io/storage.bind.immediate.requested: "true"}}
spec: {source: {http: {url: "https://images.invalid/fedora.qcow2"}}, storage: {storageClassName: wffc, accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}}}
---
apiVersion: cdi.kubevirt.io/v1beta1
kind: DataSource
metadata: {name: golden}
spec: {source: {pvc: {name: golden, namespace: %[1]s}}}
---
apiVersion: cdi.kubevirt.io/v1beta1
kind: DataSource
metadata: {name: golden-snapshot}
spec: {source: {snapshot: {name: golden, namespace: %[1]s}}}
`

const goldenSnapshot = `
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshot
metadata: {name: golden}
spec: {volumeSnapshotClassName: standard, source: {persistentVolumeClaimName: golden}}
`

// withGolden makes disks and a snapshot to clone.
func withGolden(n *acctest.Namespace) {
	n.Create(fmt.Sprintf(golden, n.Name))
	for _, name := range []string{"golden", "golden-wffc"} {
		n.Wait("dv", name, "to be filled", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Succeeded" })
	}
	n.Create(goldenSnapshot)
	n.Wait("volumesnapshot", "golden", "to be ready", func(o acctest.Object) bool { return acctest.Field(o, "status.readyToUse") == true })
}

// TestAccClones: a disk is cloned from a claim, a snapshot and an image, with the size
// of its source where it has none of its own, by the storage's driver and by CDI's
// own pods. It can grow from a size that was left out.
func TestAccClones(t *testing.T) {
	acctest.Played(t, "snapshots, and pods that clone")
	n := acctest.Start(t)
	withGolden(n)
	const name = "clone"
	cloned := func(source map[string]any, capacity string) resource.TestCheckFunc {
		return resource.ComposeAggregateTestCheckFunc(filled(n, name, source), attribute("status.capacity", capacity))
	}
	claim := map[string]any{"pvc": map[string]any{"name": "golden", "namespace": n.Name}}
	snapshot := map[string]any{"snapshot": map[string]any{"name": "golden", "namespace": n.Name}}
	waiting := `bind_immediately = true
  storage = { storage_class_name = "wffc", access_modes = ["ReadWriteOnce"] }`
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(disk(n, name, "storage = {}", source(`pvc = { name = "golden" }`)), cloned(claim, "2Gi")),
		updated(acctest.Apply(disk(n, name, `storage = { size = "3Gi" }`, source(`pvc = { name = "golden" }`)), cloned(claim, "3Gi"))),
		replaced(acctest.Apply(disk(n, name, "storage = {}", source(`snapshot = { name = "golden" }`)), cloned(snapshot, "1Mi"))),
		updated(acctest.Apply(disk(n, name, `storage = { size = "3Gi" }`, source(fmt.Sprintf(`snapshot = { name = "golden", namespace = %q }`, n.Name))), cloned(snapshot, "3Gi"))),
		replaced(acctest.Apply(disk(n, name, waiting, source(`pvc = { name = "golden-wffc" }`)),
			cloned(map[string]any{"pvc": map[string]any{"name": "golden-wffc", "namespace": n.Name}}, "1138166334"))),
		replaced(acctest.Apply(disk(n, name, "storage = {}", source(`image = { name = "golden-snapshot" }`)), attribute("status.phase", "Succeeded"))),
		replaced(acctest.Apply(disk(n, name, "storage = {}", source(`image = { name = "golden" }`)), attribute("status.phase", "Succeeded"))),
		replaced(acctest.Apply(disk(n, name, "storage = {}", source(`pvc = { name = "golden" }`)), cloned(claim, "2Gi"))), // its import names no namespace
	}})
}

const cloning = `
kind: Role
rules: [{apiGroups: [cdi.kubevirt.io], resources: [datavolumes/source], verbs: [create]}]
`

// TestAccCloneOfOthers: CDI lets a user clone from another namespace who has the right
// there, and the provider says which one it is.
func TestAccCloneOfOthers(t *testing.T) {
	acctest.Played(t, "clones")
	of := acctest.Start(t)
	n := of.Another()
	withGolden(of)
	user := n.User(acctest.Rights(t, "disks.yaml"))
	const name = "foreign"
	config := func(source string) string {
		return user.Block + disk(n, name, `storage = { size = "2Gi" }`, "source = { "+fmt.Sprintf(source, of.Name)+" }")
	}
	claim, snapshot := `pvc = { name = "golden", namespace = %q }`, `snapshot = { name = "golden", namespace = %q }`
	refused := func(source string) resource.TestStep {
		return resource.TestStep{Config: config(source), ExpectError: acctest.Messages(
			fmt.Sprintf("Unable to create disk %q", n.Name+"/"+name), "Attribute source: The user", user.Name,
			fmt.Sprintf("may not clone from the namespace %q", of.Name), "create on datavolumes/source", "cdi.kubevirt.io")}
	}
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		refused(claim),
		refused(snapshot),
		refused(`image = { name = "golden", namespace = %q }`),
		acctest.Before(func() { user.Grant(of, cloning) }, acctest.Apply(config(claim), filled(n, name, map[string]any{"pvc": map[string]any{"name": "golden", "namespace": of.Name}}))),
		replaced(acctest.Apply(config(snapshot), filled(n, name, map[string]any{"snapshot": map[string]any{"name": "golden", "namespace": of.Name}}))),
		replaced(acctest.Apply(config(`image = { name = "golden", namespace = %q }`), attribute("status.phase", "Succeeded"))),
	}})
}

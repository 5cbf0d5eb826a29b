package image_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

const filledByOthers = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: claim}
spec: {accessModes: [ReadWriteOnce], storageClassName: standard, resources: {requests: {storage: 1Gi}}}
---
apiVersion: cdi.kubevirt.io/v1beta1
kind: DataVolume
metadata: {name: installed}
spec: {source: {blank: {}}, storage: {storageClassName: standard, resources: {requests: {storage: 1Gi}}}}
---
apiVersion: cdi.kubevirt.io/v1beta1
kind: DataVolume
metadata: {name: cloned}
spec: {source: {pvc: {name: claim, namespace: NAMESPACE}}, storage: {storageClassName: standard, resources: {requests: {storage: 1Gi}}}}
`

// TestAccImageImportRefused: what goes with a server is no image.
func TestAccImageImportRefused(t *testing.T) {
	n := acctest.Start(t)
	n.CreateOwned()
	n.Run(acctest.Case{Address: address, NoImport: "nothing is imported", Steps: []resource.TestStep{{
		Config: config(n, "owned", http(n.ImageURL()), small), ResourceName: address, ImportState: true, ImportStateId: n.Name + "/owned",
		ExpectError: acctest.Messages("Unable to import image", `It belongs to the VirtualMachine "owner", and is deleted with it`),
	}}})
}

// TestAccImageImported: a disk that somebody else filled is imported as what somebody
// uploads, without a change; what it is shared by then belongs to it, and goes with it.
func TestAccImageImported(t *testing.T) {
	acctest.Played(t, "the storage class standard")
	claim := `pvc = { size = "1Gi", access_modes = ["ReadWriteOnce"], storage_class_name = "standard", volume_mode = "Filesystem" }`
	storage := `storage = { size = "1Gi", storage_class_name = "standard" }`
	for name, c := range map[string]struct{ source, claim, larger, owner string }{
		"claim":     {"source = { upload = {} }", claim, strings.Replace(claim, "1Gi", "2Gi", 1), "PersistentVolumeClaim"},
		"installed": {"source = { upload = {} }", storage, strings.Replace(storage, "1Gi", "2Gi", 1), "DataVolume"},
		"cloned":    {`source = { pvc = { name = "claim" } }`, storage, strings.Replace(storage, "1Gi", "2Gi", 1), "DataVolume"},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.Start(t)
			n.Create(strings.ReplaceAll(filledByOthers, "NAMESPACE", n.Name))
			n.Wait("pvc", name, "to be bound", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Bound" })
			if c.owner == "DataVolume" {
				n.Wait("dv", name, "to be filled", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Succeeded" })
				n.Disown("dv", name)
			}
			n.Disown("pvc", name)
			first := planning(plancheck.ResourceActionUpdate, acctest.Apply(config(n, name, c.source, c.claim))) // makes the DataSource
			role := name + "-image-clone"
			shared := func(user string) string { return `shared_with = { users = ["` + user + `"] }` }
			unverified := map[string]string{}
			if name == "claim" {
				unverified["source"] = "a claim does not tell"
			}
			n.Run(acctest.Case{Address: address, Unverified: unverified, Steps: []resource.TestStep{
				{Config: config(n, name, c.source, c.claim), ResourceName: address, ImportState: true, ImportStateId: n.Name + "/" + name, ImportStatePersist: true},
				first,
				planning(plancheck.ResourceActionUpdate, acctest.Apply(config(n, name, c.source, c.claim, shared("a")), n.Has("role", role, acctest.Fields{"metadata.ownerReferences[" + name + "].kind": c.owner}))),
				planning(plancheck.ResourceActionUpdate, acctest.Apply(config(n, name, c.source, c.claim, shared("b")), n.Has("rolebinding", role, acctest.Fields{"subjects[0].name": "b"}))),
				planning(plancheck.ResourceActionUpdate, acctest.Apply(config(n, name, c.source, c.claim), n.Lacks("role", role), n.Lacks("rolebinding", role))),
				planning(plancheck.ResourceActionUpdate, acctest.Apply(config(n, name, c.source, c.larger, shared("a")), attribute("status.capacity", "2Gi"))),
			}})
		})
	}
}

package virtualserver_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccMoreSources: the DataVolume of each source passes CDI's admission as
// written, and one that waits for an upload makes no apply wait.
func TestAccMoreSources(t *testing.T) {
	acctest.Played(t, "imports from anywhere")
	n := acctest.Start(t)
	n.Create(sources + `
---
apiVersion: cdi.kubevirt.io/v1beta1
kind: DataSource
metadata: {name: fedora}
spec: {source: {pvc: {name: pvc-as-disk, namespace: ` + n.Name + `}}}
`)
	const name = "sources"
	spec := func(want acctest.Fields) resource.TestCheckFunc {
		return func(state *terraform.State) error {
			claim := stateOf(state, "root_claim")
			n.Wait("dv", claim, "to be made", func(o acctest.Object) bool { return o != nil })
			return n.Has("dv", claim, want)(state)
		}
	}
	halted := func(root string) string {
		return server(n, name, memory, `run_strategy = "Halted"`, "storage = { root = { "+root+" } }")
	}
	replaced := func(step resource.TestStep) resource.TestStep { return planning(plancheck.ResourceActionReplace, step) }
	const size = `storage = { size = "1Gi" }, `
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(server(n, name, memory, `storage = { root = { storage = {}, source = { image = { name = "fedora" } } } }`), running(n, name),
			n.Has("vm", name, acctest.Fields{"spec.dataVolumeTemplates[0].spec.sourceRef": map[string]any{"kind": "DataSource", "name": "fedora"}}),
			// CDI writes what the image points to into the DataVolume.
			spec(acctest.Fields{"spec.source.pvc.name": "pvc-as-disk", "status.phase": "Succeeded"})),
		replaced(apply(halted(size+`source = { s3 = { url = "https://s3.example.org/bucket/disk.img", secret_ref = "app-secret", cert_config_map = "app-config" } }
      preallocation = true, content_type = "kubevirt"`),
			spec(acctest.Fields{
				"spec.source":        map[string]any{"s3": map[string]any{"url": "https://s3.example.org/bucket/disk.img", "secretRef": "app-secret", "certConfigMap": "app-config"}},
				"spec.preallocation": true, "spec.contentType": "kubevirt",
			}))),
		replaced(apply(halted(size+`source = { gcs = { url = "gs://bucket/disk.img" } }, content_type = "archive"`),
			spec(acctest.Fields{"spec.source": map[string]any{"gcs": map[string]any{"url": "gs://bucket/disk.img"}}, "spec.contentType": "archive"}))),
		replaced(apply(halted(size+`source = { imageio = { url = "https://engine.example.org/ovirt-engine/api", disk_id = "1", secret_ref = "app-secret", insecure_skip_verify = true } }`),
			spec(acctest.Fields{"spec.source": map[string]any{"imageio": map[string]any{"url": "https://engine.example.org/ovirt-engine/api", "diskId": "1", "secretRef": "app-secret", "insecureSkipVerify": true}}}))),
		replaced(apply(halted(size+`source = { vddk = { url = "https://vcenter.example.org", uuid = "u", backing_file = "[a] b.vmdk", thumbprint = "AA", secret_ref = "app-secret", extra_args = "app-config" } }`),
			spec(acctest.Fields{"spec.source": map[string]any{"vddk": map[string]any{"url": "https://vcenter.example.org", "uuid": "u", "backingFile": "[a] b.vmdk", "thumbprint": "AA", "secretRef": "app-secret", "extraArgs": "app-config"}}}))),
		replaced(apply(halted(size+`source = { registry = { url = "docker://`+smallImage+`", platform = { architecture = "arm64" } } }`),
			spec(acctest.Fields{"spec.source.registry.platform.architecture": "arm64"}))),
		replaced(apply(halted(size+`source = { snapshot = { name = "nightly" } }`),
			spec(acctest.Fields{"spec.source": map[string]any{"snapshot": map[string]any{"name": "nightly", "namespace": n.Name}}}))),
		replaced(apply(server(n, name, memory, `wait = { until = "created" }`, "storage = { root = { "+size+"source = { upload = {} } } }"),
			spec(acctest.Fields{"spec.source": map[string]any{"upload": map[string]any{}}}))),
	}})
}

// TestAccRestored: VirtualMachineRestore gives the root disk another DataVolume,
// in the template and in the volume. The plan after it is empty.
func TestAccRestored(t *testing.T) {
	n := acctest.Start(t)
	const name = "restored"
	config := server(n, name, memory, `run_strategy = "Halted"`, `wait = { until = "imported" }`, importedDisk(n))
	const restored = "restore-6b2a9a3c-root"
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config),
		before(func() {
			vm := n.Get("vm", name)
			old := acctest.Text(vm, "spec.dataVolumeTemplates[0].metadata.name")
			n.Create(fmt.Sprintf(`
apiVersion: cdi.kubevirt.io/v1beta1
kind: DataVolume
metadata:
  name: %s
  ownerReferences: [{apiVersion: kubevirt.io/v1, kind: VirtualMachine, name: %s, uid: %q, controller: true, blockOwnerDeletion: true}]
spec:
  source: {blank: {}}
  pvc: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`, restored, name, acctest.Text(vm, "metadata.uid")))
			n.Disown("dv", restored) // it goes with the server
			n.PatchJSON("vm", name, fmt.Sprintf(`[
				{"op": "replace", "path": "/spec/dataVolumeTemplates/0/metadata/name", "value": %[1]q},
				{"op": "replace", "path": "/spec/template/spec/volumes/0/dataVolume/name", "value": %[1]q}]`, restored))
			n.Delete("dv", old)
		}, resource.TestStep{Config: config, PlanOnly: true}),
		apply(server(n, name, memory, `run_strategy = "Halted"`, `wait = { until = "imported" }`, `labels = { restored = "yes" }`, importedDisk(n)),
			attribute("root_claim", restored),
			n.Has("vm", name, acctest.Fields{
				"spec.dataVolumeTemplates[0].metadata.name":        restored,
				"spec.template.spec.volumes[root].dataVolume.name": restored,
			})),
	}})
}

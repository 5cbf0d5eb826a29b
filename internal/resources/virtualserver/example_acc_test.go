package virtualserver_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// claims are the two that the platform's first example refers to.
const claims = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: pvc-as-disk}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: pvc-as-fs}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`

const exampleUserData = `#cloud-config
bootcmd:
- test "$(lsblk /dev/vdb)" && mkfs.ext4 /dev/vdb
- mkdir -p /mnt/vdb
- mkdir -p /mnt/file-sys
- mount -t virtiofs my-filesys /mnt/file-sys
mounts:
- [ "/dev/vdb", "/mnt/vdb", "ext4", "defaults,nofail", "0", "2" ]
`

// firstExample is the first example of the platform's VirtualServer, every field
// of it.
const firstExample = `
  resources = {
    cpu    = { cores = 1 }
    memory = "8Gi"
  }
  storage = {
    root = {
      pvc = {
        size               = "4Gi"
        volume_mode        = "Filesystem"
        access_modes       = ["ReadWriteOnce"]
        storage_class_name = "cephfs-hdd"
      }
      source = {
        http = { url = "https://cloud-images.ubuntu.com/releases/focal/release/ubuntu-20.04-server-cloudimg-amd64.img" }
      }
    }
    additional_disks = {
      disk-name = { persistent_volume_claim = { claim_name = "pvc-as-disk" } }
    }
    filesystems = {
      my-filesys = { persistent_volume_claim = { claim_name = "pvc-as-fs" } }
    }
  }
  network = {
    tcp         = [80, 5901]
    udp         = []
    mac_address = ""
    dns_config  = {}
    dns_policy  = "ClusterFirst"
  }
  cloud_init = <<-EOT
` + exampleUserData + `EOT
`

// TestAccSmokeFirstExample: the platform's first example comes up, with all that
// belongs to it.
func TestAccSmokeFirstExample(t *testing.T) {
	acctest.Played(t, "the storage class cephfs-hdd")
	n := acctest.Start(t)
	n.Create(claims)
	const name = "vs-example"
	n.Run(acctest.Case{
		Steps: []resource.TestStep{
			apply(server(n, name, firstExample),
				running(n, name),
				n.Has("vm", name, acctest.Fields{
					"spec.runStrategy":                                             "Always",
					"spec.template.spec.domain.cpu.cores":                          1,
					"spec.template.spec.domain.memory.guest":                       "8Gi",
					"spec.template.spec.dnsPolicy":                                 "ClusterFirst",
					"spec.template.spec.dnsConfig":                                 nil,
					"spec.template.spec.networks":                                  []any{map[string]any{"name": "default", "pod": map[string]any{}}},
					"spec.template.spec.volumes[disk-name].persistentVolumeClaim":  map[string]any{"claimName": "pvc-as-disk"},
					"spec.template.spec.volumes[my-filesys].persistentVolumeClaim": map[string]any{"claimName": "pvc-as-fs"},
					"spec.template.spec.volumes[cloudinit].cloudInitNoCloud":       map[string]any{"secretRef": map[string]any{"name": name + "-cloudinit"}},
					devices + "disks[0].name":                                      "root",
					devices + "disks[1].name":                                      "disk-name",
					devices + "disks[2].name":                                      "cloudinit",
					devices + "filesystems":                                        []any{map[string]any{"name": "my-filesys", "virtiofs": map[string]any{}}},
				}),
				n.Has("secret", name+"-cloudinit", acctest.Fields{
					"data": map[string]any{"userdata": base64.StdEncoding.EncodeToString([]byte(exampleUserData))},
				}),
				rootImported(n, "4Gi", "cephfs-hdd"),
				exposes(n, name, "TCP 80", "TCP 5901"),
				attribute("id", n.Name+"/"+name),
				attribute("vm_name", name),
				attribute("service_name", name),
				attribute("status.conditions.DataImported.status", "True"),
				attribute("status.conditions.Ready.status", "True"),
				attribute("status.conditions.Failure.status", "False"),
				attribute("status.conditions.Paused.status", "False"),
			),
		},
		Unverified: map[string]string{
			"network.mac_address": `written as "", which the cluster has as nothing`,
			"network.dns_config":  `written as {}, which the cluster has as nothing`,
			"network.udp":         `written as [], which the cluster has as nothing`,
		},
	})
}

// rootImported checks the root disk's DataVolume and claim, which the state names.
func rootImported(n *acctest.Namespace, size, class string) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		claim := stateOf(state, "root_claim")
		return errors.Join(
			n.Has("dv", claim, acctest.Fields{"status.phase": "Succeeded"})(state),
			n.Has("pvc", claim, acctest.Fields{
				"status.phase":                    "Bound",
				"spec.resources.requests.storage": size,
				"spec.storageClassName":           class,
				"spec.volumeMode":                 "Filesystem",
				"spec.accessModes":                []string{"ReadWriteOnce"},
			})(state),
		)
	}
}

// exposes checks the ports of the server's Service ("TCP 80"), its owner, and
// that its endpoints are the server's running pod.
func exposes(n *acctest.Namespace, name string, ports ...string) resource.TestCheckFunc {
	return n.Check(func() error {
		service := n.Get("service", name)
		want := make([]any, 0, len(ports))
		for _, port := range ports {
			var protocol, number string
			if _, err := fmt.Sscan(port, &protocol, &number); err != nil {
				return err
			}
			want = append(want, port)
		}
		var have []any
		list, _ := acctest.Field(service, "spec.ports").([]any)
		for _, p := range list {
			port := acctest.Object(p.(map[string]any))
			have = append(have, fmt.Sprintf("%v %v", acctest.Field(port, "protocol"), acctest.Field(port, "port")))
		}
		return errors.Join(
			acctest.Match(acctest.Object{"ports": have}, acctest.Fields{"ports": want}),
			acctest.Match(service, acctest.Fields{
				"spec.selector":                    map[string]any{"vmi.kubevirt.io/id": name},
				"metadata.ownerReferences[0].kind": "VirtualMachine",
				"metadata.ownerReferences[0].uid":  acctest.Field(n.Get("vm", name), "metadata.uid"),
			}),
			selectsPod(n, name),
		)
	})
}

// selectsPod checks that the Service's endpoints lead to the pod that runs the
// server.
func selectsPod(n *acctest.Namespace, name string) error {
	pods := n.List("pod", "vmi.kubevirt.io/id="+name)
	if len(pods) != 1 {
		return fmt.Errorf("the selector of Service %s finds %d pods", name, len(pods))
	}
	// An apply does not wait for it, and that of a Service which is gone may be there still.
	if n.Eventually(func() bool {
		return slices.ContainsFunc(n.List("endpointslice", "kubernetes.io/service-name="+name), func(o acctest.Object) bool {
			return acctest.Text(o, "endpoints[0].targetRef.name") == acctest.Text(pods[0], "metadata.name")
		})
	}) != nil {
		return fmt.Errorf("the Service %s does not lead to the server's pod", name)
	}
	return nil
}

// stateOf is an attribute of the server in the state.
func stateOf(state *terraform.State, name string) string {
	return state.RootModule().Resources[acctest.Address].Primary.Attributes[name]
}

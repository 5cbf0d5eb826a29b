package virtualserver_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// drifting has every object that a server can have.
func drifting(n *acctest.Namespace, parts ...string) string {
	return server(n, "drift", append(parts, memory, importedDisk(n), `cloud_init = "#cloud-config"`, `network = { tcp = [22] }`)...)
}

// TestAccSmokeDeletedByHand: machine, Secret and Service come back at the next
// apply.
func TestAccSmokeDeletedByHand(t *testing.T) {
	n := acctest.Start(t)
	const name = "drift"
	config := drifting(n)
	whole := func() resource.TestCheckFunc {
		return resource.ComposeAggregateTestCheckFunc(running(n, name), exposes(n, name, "TCP 22"), userData(n, name, "#cloud-config"))
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config, whole()),
		before(func() { n.Delete("service", name); n.Delete("secret", name+"-cloudinit") }, inPlace(apply(config, whole()))),
		before(func() { n.Delete("vm", name) }, planning(plancheck.ResourceActionCreate, apply(config, whole()))),
	}})
}

// TestAccForeignChangesSurvive: what others write on the objects is not in the
// plan, and an update changes only what it is about.
func TestAccForeignChangesSurvive(t *testing.T) {
	n := acctest.Start(t)
	const name = "drift"
	var vm, service, secret acctest.Object
	foreign := func() {
		n.Wait("vm", name, "to be known to KubeVirt", known)
		n.Patch("vm", name, `{
      "metadata": {"labels": {"others": "label"}, "annotations": {"example.com/others": "annotation"}},
      "spec": {"template": {
        "metadata": {"labels": {"others": "template-label"}},
        "spec": {"hostname": "others", "nodeSelector": {"kubernetes.io/os": "linux"}, "domain": {"ioThreadsPolicy": "auto"}}
      }}
    }`)
		n.PatchJSON("vm", name, `[
      {"op": "add", "path": "/spec/template/spec/volumes/0", "value": {"name": "others", "emptyDisk": {"capacity": "1Gi"}}},
      {"op": "add", "path": "/spec/template/spec/domain/devices/disks/0", "value": {"name": "others", "serial": "OTHERS", "disk": {"bus": "sata"}}},
      {"op": "add", "path": "/spec/template/spec/domain/devices/disks/1/cache", "value": "writeback"}
    ]`)
		n.Patch("service", name, `{"metadata": {"labels": {"others": "label"}}, "spec": {"sessionAffinity": "ClientIP"}}`)
		n.PatchJSON("service", name, `[{"op": "add", "path": "/spec/ports/-", "value": {"name": "others", "port": 9100, "protocol": "UDP"}}]`)
		n.Patch("secret", name+"-cloudinit", `{"metadata": {"labels": {"others": "label"}}, "stringData": {"others": "data"}}`)
		vm, service, secret = n.Get("vm", name), n.Get("service", name), n.Get("secret", name+"-cloudinit")
	}
	changed := func(want map[string][]string) resource.TestCheckFunc {
		return n.Check(func() error {
			var errs []error
			for kind, was := range map[string]acctest.Object{"vm": vm, "service": service, "secret": secret} {
				if now := acctest.Changed(was, n.Get(kind, acctest.Text(was, "metadata.name"))); !slices.Equal(now, want[kind]) && len(now)+len(want[kind]) > 0 {
					errs = append(errs, fmt.Errorf("the %s changed at %v, not at %v", kind, now, want[kind]))
				}
			}
			return errors.Join(errs...)
		})
	}
	halted := `run_strategy = "Halted"`
	larger := strings.Replace(drifting(n, halted, `labels = { app = "web" }`), "1Gi", "2Gi", 1)
	n.Run(acctest.Case{
		Steps: []resource.TestStep{
			apply(drifting(n, halted)),
			before(foreign, planning(plancheck.ResourceActionNoop, apply(drifting(n, halted), changed(nil)))),
			inPlace(apply(larger, changed(map[string][]string{
				"vm": {"metadata.labels.app", "spec.template.spec.domain.memory.guest"},
			}))),
			inPlace(apply(strings.Replace(larger, `[22]`, `[22, 80]`, 1), changed(map[string][]string{
				"vm":      {"metadata.labels.app", "spec.template.spec.domain.memory.guest"},
				"service": {"spec.ports[2]"},
			}))),
			inPlace(apply(strings.Replace(drifting(n, halted), `"#cloud-config"`, `"#cloud-config new"`, 1), changed(map[string][]string{
				"secret": {"data.userdata"},
			}))),
		},
		Unverified: map[string]string{
			"labels":                   "an import reads the labels that others gave the machine",
			"annotations":              "an import reads the annotations that others gave the machine",
			"storage.additional_disks": "an import reads the disk that somebody else added",
			"network.hostname":         "an import reads the host name that somebody else gave",
			"network.service":          "an import reads the Service's label, affinity and port of somebody else",
			"devices":                  "an import reads the IO threads of somebody else",
			"scheduling":               "an import reads the node selector of somebody else",
			"storage.root.cache":       "an import reads the cache of somebody else",
			"template_labels":          "an import reads the labels that others gave the template",
		},
	})
}

// TestAccAnotherMachine: a machine that somebody put in the place of the
// server's own is not taken for it: the plan makes the server anew, and the apply
// refuses the name.
func TestAccAnotherMachine(t *testing.T) {
	n := acctest.Start(t)
	const name = "another"
	config := server(n, name, memory, containerDisk, halted)
	n.Run(acctest.Case{
		NoImport: "the machine that is left is not the server's",
		Steps: []resource.TestStep{
			apply(config),
			before(func() {
				n.Delete("vm", name)
				n.Wait("vm", name, "gone", func(o acctest.Object) bool { return o == nil })
				n.Create("{apiVersion: kubevirt.io/v1, kind: VirtualMachine, metadata: {name: " + name + "}, spec: {runStrategy: Halted, template: {spec: {domain: {memory: {guest: 64Mi}, devices: {}}}}}}")
			}, resource.TestStep{Config: config, ExpectError: messages("exists already", "import it")}),
		},
	})
	if n.Find("vm", name) == nil {
		t.Error("the other machine is gone")
	}
}

// TestAccForeignHardware: devices of the node that somebody else added are not
// taken over.
func TestAccForeignHardware(t *testing.T) {
	n := acctest.Start(t)
	const name = "foreign-hardware"
	config := func(resources string) string {
		return server(n, name, containerDisk, halted, "resources = {\n    memory = \"1Gi\"\n    "+resources+"\n  }")
	}
	refused := messages(`host_devices["nic"]`, "belongs to somebody else")
	n.Run(acctest.Case{
		Unverified: map[string]string{"resources.host_devices": "an import reads the device of somebody else"},
		Steps: []resource.TestStep{
			apply(config("")),
			before(func() {
				n.Patch("vm", name, `{"spec":{"template":{"spec":{"domain":{"devices":{"hostDevices":[{"name":"nic","deviceName":"intel.com/qat"}]}}}}}}`)
			}, resource.TestStep{Config: config(`host_devices = { nic = { device_name = "intel.com/other" } }`), ExpectError: refused}),
			apply(config(`host_devices = { other = { device_name = "intel.com/qat" } }`), n.Has("vm", name, acctest.Fields{
				devices + "hostDevices[nic].deviceName": "intel.com/qat", devices + "hostDevices[other].deviceName": "intel.com/qat",
			})),
		},
	})
}

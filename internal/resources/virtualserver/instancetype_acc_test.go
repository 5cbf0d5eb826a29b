package virtualserver_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// sizes makes two instance types, of the cluster and of the namespace, and a
// preference of each. Those of the cluster are named after the namespace.
func sizes(n *acctest.Namespace) (small, large, preference string) {
	var all strings.Builder
	for _, scope := range []struct{ kind, prefix string }{{"Cluster", n.Name + "-"}, {"", ""}} {
		for name, cpus := range map[string]int{"small": 1, "large": 2} {
			fmt.Fprintf(&all, `
apiVersion: instancetype.kubevirt.io/v1beta1
kind: VirtualMachine%sInstancetype
metadata: {name: %s%s}
spec: {cpu: {guest: %d}, memory: {guest: %dGi}}
---
`, scope.kind, scope.prefix, name, cpus, cpus)
		}
		fmt.Fprintf(&all, `
apiVersion: instancetype.kubevirt.io/v1beta1
kind: VirtualMachine%sPreference
metadata: {name: %slinux}
spec: {cpu: {preferredCPUTopology: cores}, preferredTerminationGracePeriodSeconds: 90}
---
`, scope.kind, scope.prefix)
	}
	n.Create(all.String())
	return n.Name + "-small", n.Name + "-large", n.Name + "-linux"
}

// TestAccInstanceType: a server of an instance type becomes one of another, of
// the namespace, and one of none.
func TestAccInstanceType(t *testing.T) {
	n := acctest.Start(t)
	const name = "sized"
	small, large, linux := sizes(n)
	with := func(parts ...string) string {
		return server(n, name, append(parts, containerDisk, halted)...)
	}
	revision := func(of string) resource.TestCheckFunc {
		return n.Check(func() error {
			n.Wait("vm", name, "to keep a revision of "+of, func(vm acctest.Object) bool {
				return acctest.Text(vm, "status.instancetypeRef.name") == of && acctest.Text(vm, "status.instancetypeRef.controllerRevisionRef.name") != ""
			})
			return nil
		})
	}
	pinned := func() {
		// As KubeVirt before 1.4 did, and users do to stay with a revision.
		revision := acctest.Text(n.Get("vm", name), "status.instancetypeRef.controllerRevisionRef.name")
		n.Patch("vm", name, `{"spec": {"instancetype": {"revisionName": "`+revision+`"}}}`)
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(with(fmt.Sprintf("instance_type = { name = %q }\n  preference = { name = %q }", small, linux)), revision(small),
			n.Has("vm", name, acctest.Fields{
				"spec.instancetype": map[string]any{"name": small}, "spec.preference": map[string]any{"name": linux},
				"spec.template.spec.domain.cpu": nil, "spec.template.spec.domain.memory": nil, "spec.template.spec.terminationGracePeriodSeconds": nil,
			})),
		before(pinned, inPlace(apply(with(fmt.Sprintf("instance_type = { name = %q, kind = \"VirtualMachineClusterInstancetype\" }", large)), revision(large),
			n.Has("vm", name, acctest.Fields{"spec.instancetype": map[string]any{"name": large, "kind": "VirtualMachineClusterInstancetype"}, "spec.preference": nil})))),
		inPlace(apply(with(`instance_type = { name = "small", kind = "VirtualMachineInstancetype" }`, `preference = { name = "linux", kind = "VirtualMachinePreference" }`), revision("small"),
			n.Has("vm", name, acctest.Fields{"spec.instancetype": map[string]any{"name": "small", "kind": "VirtualMachineInstancetype"}}))),
		inPlace(apply(with(memory), n.Has("vm", name, acctest.Fields{
			"spec.instancetype": nil, "spec.preference": nil, "spec.template.spec.domain.memory.guest": "1Gi",
		}))),
	}})
}

// TestAccInstanceTypeRunning: a running server gets another instance type, whose
// CPUs and memory reach the instance live.
func TestAccInstanceTypeRunning(t *testing.T) {
	n := acctest.Start(t)
	const name = "sized"
	small, large, _ := sizes(n)
	with := func(of string) string {
		return server(n, name, containerDisk, soon, fmt.Sprintf("instance_type = { name = %q }", of))
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(with(small), running(n, name), n.Has("vmi", name, acctest.Fields{"spec.domain.memory.guest": "1Gi", "spec.domain.cpu.sockets": 1})),
		inPlace(apply(with(large), n.Has("vm", name, acctest.Fields{"spec.instancetype": map[string]any{"name": large}}), n.Check(func() error {
			n.Wait("vm", name, "to keep the new revision", func(vm acctest.Object) bool {
				return acctest.Text(vm, "status.instancetypeRef.name") == large
			})
			n.Wait("vmi", name, "to grow", func(vmi acctest.Object) bool {
				return acctest.Text(vmi, "spec.domain.memory.guest") == "2Gi" && fmt.Sprint(acctest.Field(vmi, "spec.domain.cpu.sockets")) == "2"
			})
			return nil
		}))),
	}})
}

// TestAccInstanceTypeInferred: the labels of the root disk's claim name the
// instance type, and admission writes what they say.
func TestAccInstanceTypeInferred(t *testing.T) {
	n := acctest.Start(t)
	const name = "inferred"
	small, _, linux := sizes(n)
	n.Create(fmt.Sprintf(`
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: system
  labels:
    instancetype.kubevirt.io/default-instancetype: %s
    instancetype.kubevirt.io/default-preference: %s
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
  labels:
    instancetype.kubevirt.io/default-instancetype: large
    instancetype.kubevirt.io/default-instancetype-kind: VirtualMachineInstancetype
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: plain}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`, small, linux))
	with := func(parts ...string) string {
		return server(n, name, append(parts, halted, `storage = {
    root             = { name = "c", source = { claim = { name = "system" } } }
    additional_disks = { data = { persistent_volume_claim = { claim_name = "data" } }, plain = { persistent_volume_claim = { claim_name = "plain" } } }
  }`)...)
	}
	const found = "an import reads what was found on the disk"
	n.Run(acctest.Case{
		Unverified: map[string]string{"instance_type": found, "preference": found, "resources": "admission removes the memory that stands by for an instance type"},
		Steps: []resource.TestStep{
			apply(with(`instance_type = { infer_from_volume = "root" }`, `preference = { infer_from_volume = "root" }`),
				n.Has("vm", name, acctest.Fields{"spec.instancetype": map[string]any{"name": small}, "spec.preference": map[string]any{"name": linux}})),
			{Config: with(`instance_type = { infer_from_volume = "plain" }`), ExpectError: messages("default-instancetype")},
			inPlace(apply(with(`instance_type = { infer_from_volume = "data", infer_from_volume_failure_policy = "Ignore" }`, memory),
				n.Has("vm", name, acctest.Fields{
					"spec.instancetype": map[string]any{"name": "large", "kind": "VirtualMachineInstancetype"}, "spec.preference": nil, "spec.template.spec.domain.memory": nil,
				}))),
			inPlace(apply(with(`instance_type = { infer_from_volume = "data", infer_from_volume_failure_policy = "Ignore" }`, memory, `labels = { app = "web" }`))),
			inPlace(apply(with(`instance_type = { infer_from_volume = "plain", infer_from_volume_failure_policy = "Ignore" }`, memory),
				n.Has("vm", name, acctest.Fields{"spec.instancetype": nil}))),
			inPlace(apply(with(fmt.Sprintf("instance_type = { name = %q }", small)),
				n.Has("vm", name, acctest.Fields{"spec.instancetype": map[string]any{"name": small}, "spec.template.spec.domain.memory": nil}))),
		},
	})
}

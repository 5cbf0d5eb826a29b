package instancetype_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
	"k8s.io/apimachinery/pkg/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

const address = "virtualserver_instance_type.test"

// config is an instance type of the test's namespace.
func config(n *acctest.Namespace, name string, parts ...string) string {
	return fmt.Sprintf("resource \"virtualserver_instance_type\" \"test\" {\n  name      = %q\n  namespace = %q\n  %s\n}\n", name, n.Name, strings.Join(parts, "\n  "))
}

// clusterWide is one of the cluster.
func clusterWide(name string, parts ...string) string {
	return fmt.Sprintf("resource \"virtualserver_instance_type\" \"test\" {\n  name         = %q\n  cluster_wide = true\n  %s\n}\n", name, strings.Join(parts, "\n  "))
}

func planning(action plancheck.ResourceActionType, step resource.TestStep) resource.TestStep {
	return acctest.Planning(address, action, step)
}

func attribute(name, value string) resource.TestCheckFunc {
	return resource.TestCheckResourceAttr(address, name, value)
}

const small = `
  cpu    = { guest = 1 }
  memory = { guest = "1Gi" }
`

const everything = `
  labels      = { size = "large" }
  annotations = { "example.org/owner" = "ops" }
  cpu = {
    guest                   = 4
    model                   = "host-passthrough"
    max_sockets             = 8
    dedicated_cpu_placement = true
    isolate_emulator_thread = false
    numa                    = { guest_mapping_passthrough = {} }
    realtime                = { mask = "0-1" }
  }
  memory = {
    guest     = "2048Mi"
    max_guest = "8Gi"
    hugepages = { page_size = "2Mi" }
  }
  gpus = {
    two = { device_name = "nvidia.com/A100", virtual_gpu_options = { display = { enabled = true, ram_fb = false } } }
    one = { device_name = "nvidia.com/T4", tag = "first" }
  }
  host_devices         = { nic = { device_name = "intel.com/qat" } }
  io_threads_policy    = "supplementalPool"
  io_threads           = { supplemental_pool_thread_count = 2 }
  launch_security      = { sev = { policy = { encrypted_state = true }, attestation = {} } }
  node_selector        = { zone = "a", disk = "fast" }
  scheduler_name       = "gpu"
  instance_annotations = { "example.org/of" = "instance" }
`

// TestAccSmokeInstanceType: all of an instance type is written, changed and
// removed.
func TestAccSmokeInstanceType(t *testing.T) {
	n := acctest.Start(t)
	changed := strings.NewReplacer(`guest                   = 4`, `guest                   = 8`, `"8Gi"`, `"16Gi"`, `, disk = "fast"`, ``,
		`"nvidia.com/T4"`, `"nvidia.com/L4"`, `, attestation = {}`, ``).Replace(everything)
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(config(n, "large", everything),
			attribute("id", n.Name+"/large"),
			n.Has("instancetype", "large", acctest.Fields{
				"metadata.labels":      map[string]any{"size": "large"},
				"metadata.annotations": map[string]any{"example.org/owner": "ops"},
				"spec": map[string]any{
					"cpu": map[string]any{
						"guest": 4, "model": "host-passthrough", "maxSockets": 8, "dedicatedCPUPlacement": true, "isolateEmulatorThread": false,
						"numa": map[string]any{"guestMappingPassthrough": map[string]any{}}, "realtime": map[string]any{"mask": "0-1"},
					},
					"memory": map[string]any{"guest": "2Gi", "maxGuest": "8Gi", "hugepages": map[string]any{"pageSize": "2Mi"}},
					"gpus": []any{
						map[string]any{"name": "one", "deviceName": "nvidia.com/T4", "tag": "first"},
						map[string]any{"name": "two", "deviceName": "nvidia.com/A100", "virtualGPUOptions": map[string]any{"display": map[string]any{"enabled": true, "ramFB": map[string]any{"enabled": false}}}},
					},
					"hostDevices":     []any{map[string]any{"name": "nic", "deviceName": "intel.com/qat"}},
					"ioThreadsPolicy": "supplementalPool", "ioThreads": map[string]any{"supplementalPoolThreadCount": 2},
					"launchSecurity": map[string]any{"sev": map[string]any{"policy": map[string]any{"encryptedState": true}, "attestation": map[string]any{}}},
					"nodeSelector":   map[string]any{"zone": "a", "disk": "fast"}, "schedulerName": "gpu",
					"annotations": map[string]any{"example.org/of": "instance"},
				},
			})),
		planning(plancheck.ResourceActionNoop, acctest.Apply(config(n, "large", strings.Replace(everything, "2048Mi", "2Gi", 1)))),
		planning(plancheck.ResourceActionUpdate, acctest.Apply(config(n, "large", changed), n.Has("instancetype", "large", acctest.Fields{
			"spec.cpu.guest": 8, "spec.memory.maxGuest": "16Gi", "spec.nodeSelector": map[string]any{"zone": "a"}, "spec.cpu.dedicatedCPUPlacement": true,
			"spec.gpus[one].deviceName": "nvidia.com/L4", "spec.gpus[two].deviceName": "nvidia.com/A100",
			"spec.launchSecurity.sev": map[string]any{"policy": map[string]any{"encryptedState": true}},
		}))),
		{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
		planning(plancheck.ResourceActionUpdate, acctest.Apply(config(n, "large", small), n.Has("instancetype", "large", acctest.Fields{
			"spec":            map[string]any{"cpu": map[string]any{"guest": 1}, "memory": map[string]any{"guest": "1Gi"}},
			"metadata.labels": nil, "metadata.annotations": nil,
		}))),
	}})
}

// TestAccInstanceTypeOfOthers: what others write on it is neither shown nor
// changed, and an instance type that somebody deleted comes back.
func TestAccInstanceTypeOfOthers(t *testing.T) {
	n := acctest.Start(t)
	var was acctest.Object
	theirs := func() {
		n.Patch("instancetype", "shared", `{"metadata": {"labels": {"theirs": "a"}, "annotations": {"example.org/theirs": "b"}},
			"spec": {"schedulerName": "theirs", "cpu": {"model": "host-model"}, "nodeSelector": {"theirs": "c"}}}`)
		n.PatchJSON("instancetype", "shared", `[{"op": "add", "path": "/spec/gpus/0", "value": {"name": "theirs", "deviceName": "example.org/a"}}]`)
		was = n.Get("instancetype", "shared")
	}
	ours := func(more string) string {
		return config(n, "shared", small, `gpus = { ours = { device_name = "nvidia.com/T4" } }`, `node_selector = { zone = "a" }`, more)
	}
	changes := func(want ...string) resource.TestCheckFunc {
		return n.Check(func() error {
			if changed := acctest.Changed(was, n.Get("instancetype", "shared")); !slices.Equal(changed, want) {
				return fmt.Errorf("the update changed %v, not only %v", changed, want)
			}
			return nil
		})
	}
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(ours(`labels = { ours = "x" }`)),
		acctest.Before(theirs, planning(plancheck.ResourceActionNoop, acctest.Apply(ours(`labels = { ours = "x" }`), changes()))),
		planning(plancheck.ResourceActionUpdate, acctest.Apply(strings.Replace(ours(`labels = { ours = "y" }`), "T4", "L4", 1), changes("metadata.labels.ours", "spec.gpus[1].deviceName"))),
		acctest.Before(func() {
			n.Patch("instancetype", "shared", `{"metadata": {"labels": {"ours": "drift"}}, "spec": {"cpu": {"guest": 7}}}`)
		},
			planning(plancheck.ResourceActionUpdate, acctest.Apply(strings.Replace(ours(`labels = { ours = "y" }`), "T4", "L4", 1), changes("metadata.labels.ours", "spec.gpus[1].deviceName")))),
		acctest.Before(func() { n.Delete("instancetype", "shared") },
			planning(plancheck.ResourceActionCreate, acctest.Apply(ours(`labels = { ours = "x" }`), n.Has("instancetype", "shared", acctest.Fields{"metadata.labels": map[string]any{"ours": "x"}})))),
	}})
}

// TestAccClusterInstanceType: one without a namespace, which has its name for id,
// and is replaced when it moves into one.
func TestAccClusterInstanceType(t *testing.T) {
	n := acctest.Start(t)
	name := n.Name + "-large"
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(clusterWide(name, small, `labels = { ours = "x" }`),
			attribute("id", name), resource.TestCheckNoResourceAttr(address, "namespace"),
			n.Has("clusterinstancetype", name, acctest.Fields{"spec.cpu.guest": 1, "metadata.labels": map[string]any{"ours": "x"}})),
		acctest.Before(func() { n.Patch("clusterinstancetype", name, `{"metadata": {"labels": {"theirs": "a"}}}`) },
			planning(plancheck.ResourceActionUpdate, acctest.Apply(clusterWide(name, strings.Replace(small, "1 ", "2 ", 1), `labels = {}`),
				n.Has("clusterinstancetype", name, acctest.Fields{"spec.cpu.guest": 2, "metadata.labels": map[string]any{"theirs": "a"}})))),
		acctest.Before(func() { n.Delete("clusterinstancetype", name) },
			planning(plancheck.ResourceActionCreate, acctest.Apply(clusterWide(name, small)))),
		{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
		planning(plancheck.ResourceActionReplace, acctest.Apply(config(n, name, small), n.Lacks("clusterinstancetype", name), attribute("id", n.Name+"/"+name))),
		planning(plancheck.ResourceActionReplace, acctest.Apply(clusterWide(name, small), n.Lacks("instancetype", name), attribute("id", name))),
	}})
}

// TestAccInstanceTypeIdentity: both are imported by identity too.
func TestAccInstanceTypeIdentity(t *testing.T) {
	for name, make := range map[string]func(n *acctest.Namespace) string{
		"namespaced":   func(n *acctest.Namespace) string { return config(n, n.Name+"-a", small) },
		"cluster-wide": func(n *acctest.Namespace) string { return clusterWide(n.Name+"-b", small) },
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.Start(t)
			n.Run(acctest.Case{
				Address: address,
				Needs:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
				Steps: []resource.TestStep{
					acctest.Apply(make(n)),
					{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
				},
			})
		})
	}
}

// TestAccInstanceTypeTaken: one that exists is neither adopted nor changed, and
// wrong ids are refused.
func TestAccInstanceTypeTaken(t *testing.T) {
	n := acctest.Start(t)
	n.Create(`
apiVersion: instancetype.kubevirt.io/v1beta1
kind: VirtualMachineInstancetype
metadata: {name: theirs}
spec: {cpu: {guest: 3}, memory: {guest: 3Gi}}
`)
	id := n.Name + "/theirs"
	n.Run(acctest.Case{NoImport: "the only one that is applied is imported", Address: address, Steps: []resource.TestStep{
		{
			Config:      config(n, "theirs", small),
			ExpectError: acctest.Messages(fmt.Sprintf("Unable to create instance type %q", id), "VirtualMachineInstancetype", "exists already", "terraform import <address> "+id),
		},
		acctest.Apply(config(n, "ours", small), n.Has("instancetype", "theirs", acctest.Fields{"spec.cpu.guest": 3})),
		{ResourceName: address, ImportState: true, ImportStateId: "a/b/c", ExpectError: acctest.Messages("Unable to import instance type", "<namespace>/<name>")},
		{ResourceName: address, ImportState: true, ImportStateId: n.Name + "/nowhere", ExpectError: acctest.Messages("Cannot import non-existent remote object")},
	}})
}

const machine = `
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: server}
spec:
  runStrategy: Always
  instancetype: {name: size, kind: VirtualMachineInstancetype}
  template:
    spec:
      domain: {devices: {disks: [{name: root, disk: {bus: virtio}}]}}
      volumes: [{name: root, containerDisk: {image: quay.io/kubevirt/cirros-container-disk-demo}}]
`

// TestAccInstanceTypeInUse: a server keeps the values that it started with, over
// changes and the deletion of its instance type, and also when it starts again.
func TestAccInstanceTypeInUse(t *testing.T) {
	n := acctest.Start(t)
	start := func() {
		n.Create(machine)
		n.Wait("vmi", "server", "to run", runs)
	}
	keeps := n.Check(func() error {
		n.Delete("vmi", "server") // as a restart does
		n.Wait("vmi", "server", "to run", runs)
		n.Wait("vm", "server", "to run", func(vm acctest.Object) bool { return acctest.Text(vm, "status.printableStatus") == "Running" })
		return acctest.Match(n.Get("vmi", "server"), acctest.Fields{"spec.domain.cpu.sockets": 1, "spec.domain.memory.guest": "1Gi"})
	})
	larger := strings.NewReplacer("1 ", "2 ", "1Gi", "2Gi").Replace(small)
	n.Run(acctest.Case{NoImport: "nothing is left to import", Steps: []resource.TestStep{
		acctest.Apply(config(n, "size", small)),
		acctest.Before(start, acctest.Apply(config(n, "size", larger), n.Has("instancetype", "size", acctest.Fields{"spec.cpu.guest": 2}), keeps)),
		acctest.Apply("locals { nothing = true }\n", n.Lacks("instancetype", "size"), keeps),
	}})
}

func runs(vmi acctest.Object) bool { return acctest.Text(vmi, "status.phase") == "Running" }

// TestAccInstanceTypeFinalizer: a deletion waits until the object is gone.
func TestAccInstanceTypeFinalizer(t *testing.T) {
	n := acctest.Start(t)
	name := n.Name + "-held"
	const hold, release = `{"metadata": {"finalizers": ["example.org/hold"]}}`, `{"metadata": {"finalizers": null}}`
	released := make(chan error, 1)
	deleting := func(o acctest.Object) bool { return acctest.Field(o, "metadata.deletionTimestamp") != nil }
	n.Run(acctest.Case{NoImport: "nothing is left to import", Steps: []resource.TestStep{
		acctest.Apply(clusterWide(name, small)),
		acctest.Before(func() {
			n.Patch("clusterinstancetype", name, hold)
			go func() {
				err := n.TryWait("clusterinstancetype", name, deleting)
				released <- errors.Join(err, n.TryPatch(t.Context(), "clusterinstancetype", name, types.MergePatchType, release))
			}()
		}, acctest.Apply("locals { nothing = true }\n", n.Check(func() error { return <-released }), n.Lacks("clusterinstancetype", name))),
	}})
}

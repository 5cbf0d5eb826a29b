package virtualserver_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccSmokeImportBlock: a server with everything is imported by an import
// block without a diff.
func TestAccSmokeImportBlock(t *testing.T) {
	n := acctest.Start(t)
	config := server(n, "import", memory, importedDisk(n), `cloud_init = "#cloud-config"`, `network = { tcp = [22] }`, `labels = { app = "web" }`)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config, running(n, "import")),
		{ResourceName: acctest.Address, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
		{ResourceName: acctest.Address, ImportState: true, ImportStateId: "import", ExpectError: messages("Unable to import virtual server", "<namespace>/<name>")},
		{ResourceName: acctest.Address, ImportState: true, ImportStateId: n.Name + "/nowhere", ExpectError: messages("Cannot import non-existent remote object")},
	}})
}

// TestAccSmokeImportByIdentity: the same by namespace and name.
func TestAccSmokeImportByIdentity(t *testing.T) {
	n := acctest.Start(t)
	n.Run(acctest.Case{
		Needs: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			apply(server(n, "import", memory, containerDisk), running(n, "import")),
			{ResourceName: acctest.Address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// foreignMachines are manifests that others wrote, the configuration of each by
// hand, and a change of one attribute that is to change only the field.
var foreignMachines = map[string]struct {
	name     string
	rejected string // what of the manifest not every cluster accepts
	needs    string // manifests of what it refers to
	config   string
	old, new string // the change; an empty old adds an attribute
	field    string
}{
	"fedora-template": {
		name:     "vm-example",
		rejected: "        machine:\n          type: virt\n", // a machine type of ARM
		config: `
  run_strategy = "Halted"
  resources    = { cpu = { cores = 1, sockets = 1, threads = 1 }, memory_request = "1G" }
  devices      = { rng = {} }
  storage = { root = {
    name       = "containerdisk"
    boot_order = 1
    source     = { container_disk = { image = "quay.io/containerdisks/fedora:35" } }
  } }
  network    = { hostname = "vm-example", model = "virtio", multiqueue = true }
  cloud_init = "#cloud-config\npassword: fedora\nchpasswd: { expire: False }"
  termination_grace_period_seconds = 0
`,
		new:   `labels = { app = "web" }`,
		field: "metadata.labels.app",
	},
	"user-guide": {
		name: "testvm",
		config: `
  resources = { memory_request = "64M" }
  storage   = { root = { name = "containerdisk", source = { container_disk = { image = "quay.io/kubevirt/cirros-container-disk-demo" } } } }
  cloud_init = "Hi.\\n"
`,
		new:   `annotations = { "example.com/owner" = "ops" }`,
		field: "metadata.annotations[example.com/owner]",
	},
	"several-interfaces": {
		name: "router",
		config: `
  run_strategy = "RerunOnFailure"
  resources    = { cpu = { count = 2 }, memory = "2Gi", memory_limit = "3Gi" }
  storage = {
    root = { name = "system", bus = "scsi", boot_order = 1, cache = "none", io = "native", source = { claim = { name = "router-system" } } }
    additional_disks = {
      logs    = { persistent_volume_claim = { claim_name = "router-logs" }, serial = "LOGS", boot_order = 3, hotpluggable = true }
      scratch = { empty_disk = { capacity = "1Gi" }, dedicated_io_thread = true }
    }
  }
  network = {
    mac_address = "02:00:00:aa:bb:cc"
    interfaces  = { uplink = { network_attachment = "network/uplink", model = "e1000e", boot_order = 2 } }
    dns_policy  = "None"
    dns_config  = { nameservers = ["192.0.2.53"], searches = ["example.org"], options = [{ name = "ndots", value = "2" }] }
  }
`,
		old:   `02:00:00:aa:bb:cc`,
		new:   `02:00:00:aa:bb:dd`,
		field: "spec.template.spec.domain.devices.interfaces[0].macAddress",
	},
	"windows": {
		name: "windows",
		config: `
  run_strategy = "Halted"
  resources    = { cpu = { cores = 4, features = { vmx = "require" } }, memory = "8Gi", hugepages = "2Mi" }
  firmware     = { bootloader = "efi", secure_boot = true, smm = true }
  tpm          = {}
  devices      = { inputs = { tablet = { bus = "usb" } } }
  clock        = { timers = { hpet = { enabled = false }, hyperv = {} } }
  storage = {
    root = {
      name       = "c"
      bus        = "sata"
      boot_order = 2
      pvc        = { size = "60Gi", access_modes = ["ReadWriteOnce"] }
      source     = { blank = {} }

      priority_class_name = "low"
    }
    additional_disks = {
      drivers   = { container_disk = { image = "quay.io/kubevirt/virtio-container-disk" }, cdrom = true }
      installer = { persistent_volume_claim = { claim_name = "windows-iso" }, cdrom = true, boot_order = 1 }
    }
  }
  cloud_init_secret = { name = "somebody-elses" }
  cloud_init_type   = "configdrive"
  network_data      = "version: 2\n"
  sysprep           = { config_map = "unattend" }
`,
		old:   `cores = 4`,
		new:   `cores = 8`,
		field: "spec.template.spec.domain.cpu.cores",
	},
	"devices": {
		name: "trainer",
		config: `
  run_strategy = "Once"
  resources = {
    cpu        = { sockets = 8, cores = 2, threads = 1, model = "host-passthrough", dedicated = true }
    memory     = "64Gi"
    max_memory = "128Gi"
    host_devices = { nic = { device_name = "intel.com/qat" } }
    gpus = {
      first  = { device_name = "nvidia.com/A100", virtual_gpu_options = { display = { enabled = false } } }
      second = { device_name = "nvidia.com/A100" }
    }
  }
  devices = { io_threads_policy = "auto" }
  storage = {
    root = { ephemeral = true, source = { claim = { name = "golden" } } }
    additional_disks = {
      copied = { data_volume = { name = "copied" } }
      extra  = { data_volume = { name = "extra" }, bus = "scsi", hotpluggable = true }
      lun    = { persistent_volume_claim = { claim_name = "lun" }, lun = true }
      token  = { service_account = { service_account_name = "trainer" }, read_only = true, serial = "TOKEN" }
    }
    filesystems = {
      data = { persistent_volume_claim = { claim_name = "data" } }
      info = { downward_api = { fields = [{ field_path = "metadata.labels", path = "labels" }] } }
    }
  }
  scheduling = {
    affinity = { node_affinity = { required_during_scheduling_ignored_during_execution = {
      node_selector_terms = [{ match_expressions = [{ key = "gpu", operator = "Exists" }] }]
    } } }
    node_selector       = { zone = "a" }
    tolerations         = [{ key = "gpu", operator = "Exists", effect = "NoSchedule" }]
    priority_class_name = "high"
    eviction_strategy   = "LiveMigrate"
  }
  liveness_probe  = { tcp_socket = { port = 22 }, initial_delay_seconds = 120 }
  readiness_probe = { guest_agent_ping = {} }
`,
		old:   `"TOKEN"`,
		new:   `"OTHER"`,
		field: "spec.template.spec.domain.devices.disks[3].serial",
	},
	"instance-type": {
		name: "sized",
		needs: `
apiVersion: instancetype.kubevirt.io/v1beta1
kind: VirtualMachineInstancetype
metadata: {name: medium}
spec: {cpu: {guest: 2}, memory: {guest: 2Gi}}
---
apiVersion: instancetype.kubevirt.io/v1beta1
kind: VirtualMachinePreference
metadata: {name: linux}
spec: {cpu: {preferredCPUTopology: sockets}}
`,
		config: `
  run_strategy  = "Halted"
  instance_type = { name = "medium", kind = "virtualmachineinstancetype" }
  preference    = { name = "linux", kind = "VirtualMachinePreference" }
  storage       = { root = { name = "system", source = { claim = { name = "sized-system" } } } }
`,
		new:   `termination_grace_period_seconds = 90`,
		field: "spec.template.spec.terminationGracePeriodSeconds",
	},
}

// TestAccImportForeign: machines that others wrote are imported without a diff,
// and an update changes only what it is about.
func TestAccImportForeign(t *testing.T) {
	for file, foreign := range foreignMachines {
		t.Run(file, func(t *testing.T) {
			n := acctest.Start(t)
			manifest, err := os.ReadFile(filepath.Join("..", "..", "convert", "testdata", "foreign", file+".yaml"))
			if err != nil {
				t.Fatal(err)
			}
			text := strings.Replace(string(manifest), foreign.rejected, "", 1)
			n.Create(foreign.needs)
			n.Create(text)
			n.Disown("vm", foreign.name)
			n.Wait("vm", foreign.name, "to be known to KubeVirt", known)
			config, next := server(n, foreign.name, foreign.config), foreign.config+"  "+foreign.new
			if foreign.old != "" {
				next = strings.Replace(foreign.config, foreign.old, foreign.new, 1)
			}
			var was acctest.Object
			const unmanaged = "an import reads every key, the state holds those that the configuration manages"
			n.Run(acctest.Case{Unverified: map[string]string{"labels": unmanaged, "annotations": unmanaged, "template_labels": unmanaged, "template_annotations": unmanaged}, Steps: []resource.TestStep{
				{
					Config: config, ResourceName: acctest.Address,
					ImportState: true, ImportStatePersist: true, ImportStateId: n.Name + "/" + foreign.name,
				},
				{Config: config, PlanOnly: true},
				before(func() { was = n.Get("vm", foreign.name) }, planning(plancheck.ResourceActionUpdate, apply(
					server(n, foreign.name, next, `wait = { until = "created" }`),
					n.Check(func() error {
						if changed := acctest.Changed(was, n.Get("vm", foreign.name)); !slices.Equal(changed, []string{foreign.field}) {
							return fmt.Errorf("the update changed %v, not only %s", changed, foreign.field)
						}
						return nil
					})))),
			}})
		})
	}
}

// known tells whether the controller has seen the machine and written what it
// writes.
func known(vm acctest.Object) bool {
	return acctest.Text(vm, "status.printableStatus") != "" && acctest.Field(vm, "metadata.finalizers") != nil &&
		acctest.Field(vm, "metadata.annotations[kubevirt.io/latest-observed-api-version]") != nil
}

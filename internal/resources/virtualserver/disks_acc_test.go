package virtualserver_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// sources are objects that disks and filesystems refer to.
const sources = claims + `
---
apiVersion: cdi.kubevirt.io/v1beta1
kind: DataVolume
metadata: {name: dv-as-disk}
spec:
  source: {blank: {}}
  pvc: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: cdi.kubevirt.io/v1beta1
kind: DataVolume
metadata: {name: dv-as-base}
spec:
  source: {blank: {}}
  pvc: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: app-config}
data: {key: value}
---
apiVersion: v1
kind: Secret
metadata: {name: app-secret}
stringData: {key: value}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: app-account}
`

// deviceNames checks the disks of the VirtualMachine in order, and that each has
// its volume.
func deviceNames(n *acctest.Namespace, name string, want ...string) resource.TestCheckFunc {
	return n.Check(func() error {
		vm := n.Get("vm", name)
		if disks := acctest.Names(vm, devices+"disks"); !slices.Equal(disks, want) {
			return fmt.Errorf("the disks are %v, not %v", disks, want)
		}
		for _, volume := range want {
			if acctest.Field(vm, "spec.template.spec.volumes["+volume+"]") == nil {
				return fmt.Errorf("the disk %s has no volume", volume)
			}
		}
		return nil
	})
}

// TestAccDiskKinds: additional disks of every kind, with their own bus, serial
// and place in the boot order.
func TestAccDiskKinds(t *testing.T) {
	n := acctest.Start(t)
	n.Create(sources)
	const name = "disk-kinds"
	volume := func(disk, source string) string { return "spec.template.spec.volumes[" + disk + "]." + source }
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(server(n, name, memory, `storage = {
    `+containerRoot+`
    additional_disks = {
      claim     = { persistent_volume_claim = { claim_name = "pvc-as-disk" }, serial = "CVLY623300HK240D" }
      imported  = { data_volume = { name = "dv-as-disk" }, bus = "scsi" }
      scratch   = { ephemeral = { persistent_volume_claim = { claim_name = "dv-as-base" } } }
      config    = { config_map = { name = "app-config" }, read_only = true }
      missing   = { config_map = { name = "nowhere", optional = true } }
      secret    = { secret = { secret_name = "app-secret" } }
      account   = { service_account = { service_account_name = "app-account" }, serial = "SERVICEACCOUNT12" }
      container = { container_disk = { image = "`+smallImage+`", image_pull_policy = "Always" }, boot_order = 2 }
      empty     = { empty_disk = { capacity = "2Gi" }, boot_order = 1 }
    }
  }`),
			running(n, name),
			deviceNames(n, name, "root", "empty", "container", "account", "claim", "config", "imported", "missing", "scratch", "secret"),
			n.Has("vm", name, acctest.Fields{
				volume("claim", "persistentVolumeClaim.claimName"):   "pvc-as-disk",
				volume("imported", "dataVolume.name"):                "dv-as-disk",
				volume("scratch", "ephemeral.persistentVolumeClaim"): map[string]any{"claimName": "dv-as-base"},
				volume("config", "configMap"):                        map[string]any{"name": "app-config"},
				volume("missing", "configMap"):                       map[string]any{"name": "nowhere", "optional": true},
				volume("secret", "secret"):                           map[string]any{"secretName": "app-secret"},
				volume("account", "serviceAccount"):                  map[string]any{"serviceAccountName": "app-account"},
				volume("container", "containerDisk"):                 map[string]any{"image": smallImage, "imagePullPolicy": "Always"},
				volume("empty", "emptyDisk.capacity"):                "2Gi",
				devices + "disks[claim].serial":                      "CVLY623300HK240D",
				devices + "disks[imported].disk.bus":                 "scsi",
				devices + "disks[config].disk.readonly":              true,
				devices + "disks[empty].bootOrder":                   1,
			})),
	}})
	if left := n.Find("dv", "dv-as-disk"); left == nil {
		t.Error("the DataVolume of a disk is gone with the server")
	}
}

// TestAccFilesystemKinds: filesystems of every kind.
func TestAccFilesystemKinds(t *testing.T) {
	n := acctest.Start(t)
	n.Create(sources)
	const name = "filesystem-kinds"
	config := func(filesystems string) string {
		return server(n, name, memory, "storage = {\n    "+containerRoot+"\n    filesystems = "+filesystems+"\n  }")
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(`{
      claim   = { persistent_volume_claim = { claim_name = "pvc-as-fs" } }
      config  = { config_map = { name = "app-config" } }
      secret  = { secret = { secret_name = "app-secret" } }
      account = { service_account = { service_account_name = "app-account" } }
    }`),
			running(n, name),
			n.Has("vm", name, acctest.Fields{
				devices + "filesystems[claim].virtiofs":                                 map[string]any{},
				devices + "filesystems[account].virtiofs":                               map[string]any{},
				"spec.template.spec.volumes[claim].persistentVolumeClaim.claimName":     "pvc-as-fs",
				"spec.template.spec.volumes[config].configMap.name":                     "app-config",
				"spec.template.spec.volumes[secret].secret.secretName":                  "app-secret",
				"spec.template.spec.volumes[account].serviceAccount.serviceAccountName": "app-account",
			})),
		inPlace(apply(config(`{ config = { config_map = { name = "other-config", optional = true } } }`), n.Check(func() error {
			vm := n.Get("vm", name)
			if names := acctest.Names(vm, devices+"filesystems"); !slices.Equal(names, []string{"config"}) {
				return fmt.Errorf("the filesystems are %v", names)
			}
			return acctest.Match(vm, acctest.Fields{"spec.template.spec.volumes[config].configMap": map[string]any{"name": "other-config", "optional": true}})
		}))),
	}})
}

// TestAccDisksAddedAndRemoved: a new disk comes last, and the others keep their
// place, whatever their names.
func TestAccDisksAddedAndRemoved(t *testing.T) {
	n := acctest.Start(t)
	const name = "disks"
	config := func(names ...string) string {
		disks := make([]string, 0, len(names))
		for _, disk := range names {
			disks = append(disks, disk+` = { empty_disk = { capacity = "1Gi" } }`)
		}
		return server(n, name, memory, `run_strategy = "Halted"`, `cloud_init = "#cloud-config"`,
			"storage = {\n    "+containerRoot+"\n    additional_disks = {\n"+strings.Join(disks, "\n")+"\n}\n  }")
	}
	changed := strings.Replace(config("a", "b", "d"), `d = { empty_disk = { capacity = "1Gi" } }`, `d = { config_map = { name = "app-config" } }`, 1)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("b", "d"), deviceNames(n, name, "root", "b", "d", "cloudinit")),
		inPlace(apply(config("a", "b", "c", "d"), deviceNames(n, name, "root", "b", "d", "cloudinit", "a", "c"))),
		inPlace(apply(changed, deviceNames(n, name, "root", "b", "d", "cloudinit", "a"),
			n.Has("vm", name, acctest.Fields{"spec.template.spec.volumes[d]": map[string]any{"name": "d", "configMap": map[string]any{"name": "app-config"}}}))),
		inPlace(apply(config("a"), deviceNames(n, name, "root", "cloudinit", "a"))),
	}})
}

// TestAccGPUAndCPUModel: GPUs of one type, one device each, and a CPU model that
// the scheduler looks for.
func TestAccGPUAndCPUModel(t *testing.T) {
	acctest.Played(t, "nodes with GPUs and old CPUs")
	n := acctest.Start(t)
	const name = "gpu"
	const kind = "nvidia.com/GA100_A100_PCIE_40GB"
	config := func(gpu string) string {
		return server(n, name, containerDisk, `resources = {
    cpu    = { model = "Conroe", cores = 1 }
    memory = "10Gi"
    `+gpu+`
  }`)
	}
	gpus := func(count int) resource.TestCheckFunc {
		return n.Check(func() error {
			vm := n.Get("vm", name)
			list, _ := acctest.Field(vm, devices+"gpus").([]any)
			if len(list) != count {
				return fmt.Errorf("there are %d GPUs: %s", len(list), acctest.JSON(list))
			}
			for i := range list {
				if now := acctest.Field(vm, fmt.Sprintf(devices+"gpus[%d].deviceName", i)); now != kind {
					return fmt.Errorf("GPU %d is %v", i, now)
				}
			}
			return nil
		})
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(`gpu = { type = "`+kind+`", count = 2 }`), running(n, name), gpus(2),
			n.Has("vm", name, acctest.Fields{"spec.template.spec.domain.cpu.model": "Conroe"}),
			n.Check(func() error {
				pod := n.List("pod", "vmi.kubevirt.io/id="+name)[0]
				return acctest.Match(pod, acctest.Fields{"spec.nodeSelector[cpu-model.node.kubevirt.io/Conroe]": "true"})
			})),
		inPlace(apply(config(`gpu = { type = "`+kind+`" }`), gpus(1))),
		inPlace(apply(config(``), gpus(0))),
	}})
}

package virtualserver_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// diskOrder checks the disks and the volumes of the VirtualMachine in order.
func diskOrder(n *acctest.Namespace, name string, disks, volumes []string) resource.TestCheckFunc {
	return n.Check(func() error {
		vm := n.Get("vm", name)
		if now := acctest.Names(vm, devices+"disks"); !slices.Equal(now, disks) {
			return fmt.Errorf("the disks are %v, not %v", now, disks)
		}
		if now := acctest.Names(vm, "spec.template.spec.volumes"); !slices.Equal(now, volumes) {
			return fmt.Errorf("the volumes are %v, not %v", now, volumes)
		}
		return nil
	})
}

// TestAccDiskDevices: CD-ROM drives, LUNs, shared and hotpluggable disks and
// every option of a disk pass the admission of KubeVirt, change in place and go.
func TestAccDiskDevices(t *testing.T) {
	acctest.Played(t, "the feature gates HostDisk and PersistentReservation")
	n := acctest.Start(t)
	n.Create(sources)
	const name = "disk-devices"
	config := func(root, disks string) string {
		return server(n, name, memory, `run_strategy = "Halted"`, `cloud_init = "#cloud-config"`, `storage = {
    root = {
      source = { container_disk = { image = "quay.io/containerdisks/fedora:42", path = "/disk/downloaded" } }
      `+root+`
    }
    additional_disks = {`+disks+`}
  }`)
	}
	disk := func(name string) string { return devices + "disks[" + name + "]" }
	volume := func(name string) string { return "spec.template.spec.volumes[" + name + "]" }
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(`
      bus          = "scsi"
      cache        = "writethrough"
      io           = "threads"
      error_policy = "report"
      block_size   = { custom = { logical = 512, physical = 4096, discard_granularity = 1024 } }
      tag          = "boot"`, `
      drivers  = { container_disk = { image = "`+smallImage+`" }, cdrom = true, boot_order = 1 }
      unattend = { config_map = { name = "app-config", volume_label = "OEMDRV" }, cdrom = true, bus = "scsi", read_only = true, tray = "open" }
      vendor   = { secret = { secret_name = "app-secret", volume_label = "VENDOR" }, cdrom = true }
      lun      = { persistent_volume_claim = { claim_name = "pvc-as-disk" }, lun = true, reservation = true, error_policy = "stop" }
      plug     = { data_volume = { name = "dv-as-disk" }, hotpluggable = true, bus = "scsi" }
      shared   = { persistent_volume_claim = { claim_name = "pvc-as-fs" }, shareable = true, cache = "none", dedicated_io_thread = true, block_size = { match_volume = true } }
      host     = { host_disk = { path = "/data/disk.img", type = "DiskOrCreate", capacity = "1Gi", shared = true } }
      pod      = { downward_api = { fields = [
        { path = "labels", field_path = "metadata.labels", mode = 288 },
        { path = "cpu", resource_field_ref = { container_name = "compute", resource = "limits.cpu", divisor = "1m" } },
      ], volume_label = "pod" } }`),
			stopped(n, name),
			diskOrder(n, name,
				[]string{"root", "drivers", "host", "lun", "plug", "pod", "shared", "unattend", "vendor", "cloudinit"},
				[]string{"root", "drivers", "host", "lun", "plug", "pod", "shared", "unattend", "vendor", "cloudinit"}),
			n.Has("vm", name, acctest.Fields{
				disk("root"): map[string]any{
					"name": "root", "disk": map[string]any{"bus": "scsi"}, "cache": "writethrough", "io": "threads", "errorPolicy": "report", "tag": "boot",
					"blockSize": map[string]any{"custom": map[string]any{"logical": 512, "physical": 4096, "discardGranularity": 1024}},
				},
				disk("drivers"):             map[string]any{"name": "drivers", "bootOrder": 1, "cdrom": map[string]any{"bus": "sata"}},
				disk("unattend") + ".cdrom": map[string]any{"bus": "scsi", "readonly": true, "tray": "open"},
				disk("lun"):                 map[string]any{"name": "lun", "lun": map[string]any{"bus": "scsi", "reservation": true}, "errorPolicy": "stop"},
				disk("shared"):              map[string]any{"name": "shared", "disk": map[string]any{"bus": "virtio"}, "shareable": true, "cache": "none", "dedicatedIOThread": true, "blockSize": map[string]any{"matchVolume": map[string]any{"enabled": true}}},
				volume("unattend"):          map[string]any{"name": "unattend", "configMap": map[string]any{"name": "app-config", "volumeLabel": "OEMDRV"}},
				volume("vendor"):            map[string]any{"name": "vendor", "secret": map[string]any{"secretName": "app-secret", "volumeLabel": "VENDOR"}},
				volume("plug"):              map[string]any{"name": "plug", "dataVolume": map[string]any{"name": "dv-as-disk", "hotpluggable": true}},
				volume("host"):              map[string]any{"name": "host", "hostDisk": map[string]any{"path": "/data/disk.img", "type": "DiskOrCreate", "capacity": "1Gi", "shared": true}},
				volume("pod") + ".downwardAPI.volumeLabel":                        "pod",
				volume("pod") + ".downwardAPI.fields[0].fieldRef.fieldPath":       "metadata.labels",
				volume("pod") + ".downwardAPI.fields[1].resourceFieldRef.divisor": "1m",
			})),
		// Another kind of device, another source, and options that are gone.
		inPlace(apply(config(`serial = "ROOT"`, `
      drivers  = { container_disk = { image = "`+smallImage+`" }, cdrom = true }
      added    = { host_disk = { path = "/data/other.img", type = "Disk" } }
      unattend = { config_map = { name = "app-config" }, bus = "usb" }
      lun      = { persistent_volume_claim = { claim_name = "pvc-as-disk" }, lun = true, bus = "virtio", read_only = true }
      plug     = { data_volume = { name = "dv-as-disk" } }
      shared   = { persistent_volume_claim = { claim_name = "pvc-as-fs" }, block_size = { match_volume = false } }
      pod      = { downward_api = { fields = [{ path = "name", field_path = "metadata.name" }] } }`),
			diskOrder(n, name,
				[]string{"root", "drivers", "lun", "plug", "pod", "shared", "unattend", "cloudinit", "added"},
				[]string{"root", "drivers", "lun", "plug", "pod", "shared", "unattend", "cloudinit", "added"}),
			n.Has("vm", name, acctest.Fields{
				disk("root"):       map[string]any{"name": "root", "disk": map[string]any{"bus": "virtio"}, "serial": "ROOT"},
				disk("drivers"):    map[string]any{"name": "drivers", "cdrom": map[string]any{"bus": "sata"}},
				disk("unattend"):   map[string]any{"name": "unattend", "disk": map[string]any{"bus": "usb"}},
				disk("lun"):        map[string]any{"name": "lun", "lun": map[string]any{"bus": "virtio", "readonly": true}},
				disk("shared"):     map[string]any{"name": "shared", "disk": map[string]any{"bus": "virtio"}, "blockSize": map[string]any{"matchVolume": map[string]any{"enabled": false}}},
				volume("plug"):     map[string]any{"name": "plug", "dataVolume": map[string]any{"name": "dv-as-disk"}},
				volume("unattend"): map[string]any{"name": "unattend", "configMap": map[string]any{"name": "app-config"}},
			}))),
		inPlace(apply(config(``, ``), diskOrder(n, name, []string{"root", "cloudinit"}, []string{"root", "cloudinit"}))),
	}})
}

// TestAccCDROM: a medium is inserted and ejected; the drive keeps its place.
func TestAccCDROM(t *testing.T) {
	acctest.Played(t, "the feature gate DeclarativeHotplugVolumes")
	n := acctest.Start(t)
	n.Create(sources)
	const name = "cdrom"
	config := func(medium string) string {
		return server(n, name, memory, "storage = {\n    "+containerRoot+`
    additional_disks = {
      drive = { cdrom = true `+medium+` }
      other = { empty_disk = { capacity = "1Gi" } }
    }
  }`)
	}
	disks := []string{"root", "drive", "other"}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(``), running(n, name), diskOrder(n, name, disks, []string{"root", "other"})),
		inPlace(apply(config(`, data_volume = { name = "dv-as-disk" }, hotpluggable = true`),
			diskOrder(n, name, disks, []string{"root", "other", "drive"}),
			n.Has("vm", name, acctest.Fields{
				devices + "disks[drive]":            map[string]any{"name": "drive", "cdrom": map[string]any{"bus": "sata"}},
				"spec.template.spec.volumes[drive]": map[string]any{"name": "drive", "dataVolume": map[string]any{"name": "dv-as-disk", "hotpluggable": true}},
			}))),
		inPlace(apply(config(``), diskOrder(n, name, disks, []string{"root", "other"}))),
	}})
	if n.Find("dv", "dv-as-disk") == nil {
		t.Error("an ejected medium is gone")
	}
}

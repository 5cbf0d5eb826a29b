package virtualserver

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// checkDevices refuses a name that a disk and a filesystem share and the root
// disk's name, and checks each disk.
func (c configuration) checkDevices() {
	storage := path.Root("storage")
	disks, filesystems := values.Elements(c.At("storage", "additional_disks")), values.Elements(c.At("storage", "filesystems"))
	if root := values.Text(c.At("storage", "root", "name")); root != "" {
		for _, name := range []string{"additional_disks", "filesystems"} {
			if _, taken := values.Elements(c.At("storage", name))[root]; taken {
				c.Refuse(storage.AtName(name).AtMapKey(root), "Device name used twice", "The root disk has this name already.")
			}
		}
	}
	for _, name := range values.Keys(c.At("storage", "filesystems")) {
		if _, taken := disks[name]; taken {
			c.Refuse(storage.AtName("filesystems").AtMapKey(name), "Device name used twice", "An additional disk has this name already.")
		}
	}
	c.checkBootOrders()
	c.checkServiceAccounts(disks, filesystems)
	c.diskAt("storage", "root").check()
	for _, name := range values.Keys(c.At("storage", "additional_disks")) {
		d := c.diskAt("storage", "additional_disks", name)
		d.check()
		d.checkTarget()
	}
}

// checkBootOrders refuses one that two devices share. It counts among disks and
// interfaces together.
func (c configuration) checkBootOrders() {
	owners := map[int64]string{}
	check := func(at path.Path, v attr.Value, device string) {
		n := values.Number(v)
		if n == 0 {
			return
		}
		if other, taken := owners[n]; taken {
			c.Refuse(at.AtName("boot_order"), "Boot order used twice", fmt.Sprintf("The %s and the %s have the same boot order. Give each its own.", other, device))
			return
		}
		owners[n] = device
	}
	check(path.Root("storage").AtName("root"), c.At("storage", "root", "boot_order"), "root disk")
	for _, list := range []struct{ section, name, device string }{{"storage", "additional_disks", "disk"}, {"network", "interfaces", "interface"}} {
		for _, key := range values.Keys(c.At(list.section, list.name)) {
			check(path.Root(list.section).AtName(list.name).AtMapKey(key), c.At(list.section, list.name, key, "boot_order"), fmt.Sprintf("%s %q", list.device, key))
		}
	}
}

// checkServiceAccounts refuses a second one: the pod runs as one.
func (c configuration) checkServiceAccounts(disks, filesystems map[string]attr.Value) {
	first := ""
	for _, list := range []struct {
		name    string
		devices map[string]attr.Value
	}{{"additional_disks", disks}, {"filesystems", filesystems}} {
		for _, key := range slices.Sorted(maps.Keys(list.devices)) {
			switch v := c.At("storage", list.name, key, "service_account"); {
			case v == nil || !values.Known(v):
			case first != "":
				c.Refuse(path.Root("storage").AtName(list.name).AtMapKey(key).AtName("service_account"), "Several service accounts",
					fmt.Sprintf("%q has one already, and a server has at most one. Remove one of them.", first))
			default:
				first = key
			}
		}
	}
}

// diskConfiguration is one disk of the configuration.
type diskConfiguration struct {
	configuration
	steps []string
	path  path.Path
}

func (c configuration) diskAt(steps ...string) diskConfiguration {
	d := diskConfiguration{configuration: c, steps: steps, path: path.Root(steps[0]).AtName(steps[1])}
	if len(steps) > 2 {
		d.path = d.path.AtMapKey(steps[2])
	}
	return d
}

func (d diskConfiguration) At(steps ...string) attr.Value {
	return d.configuration.At(append(slices.Clone(d.steps), steps...)...)
}

// bus returns the disk's bus; ok is false when it is not known.
func (d diskConfiguration) bus() (bus kubevirtv1.DiskBus, ok bool) {
	written, cdrom, lun := d.At("bus"), d.At("cdrom"), d.At("lun")
	switch bus := kubevirtv1.DiskBus(values.Text(written)); {
	case !values.Known(written, cdrom, lun):
		return "", false
	case bus != "":
		return bus, true
	case values.IsOn(d.At("cdrom")):
		return convert.DefaultCDROMBus, true
	case values.IsOn(d.At("lun")):
		return convert.DefaultLUNBus, true
	}
	return convert.DefaultBus, true
}

// check has the rules of every disk.
func (d diskConfiguration) check() {
	bus, ok := d.bus()
	if ok && bus != kubevirtv1.DiskBusVirtio && values.IsOn(d.At("dedicated_io_thread")) {
		d.Refuse(d.path.AtName("dedicated_io_thread"), "I/O thread on another bus", fmt.Sprintf("Only a disk on the bus virtio can have an I/O thread of its own; this one is on %s. Remove dedicated_io_thread, or set bus = \"virtio\".", bus))
	}
	if cache := d.At("cache"); values.IsOn(d.At("shareable")) && values.Known(cache) && values.Text(cache) != "" && values.Text(cache) != string(kubevirtv1.CacheNone) {
		d.Refuse(d.path.AtName("cache"), "Cache of a shared disk", "A disk that several servers share cannot be cached by one node. Set cache = \"none\", or remove it.")
	}
	d.checkBlockSize(bus)
}

// checkBlockSize has what depends on more than the sizes, see
// validate.BlockSizes.
func (d diskConfiguration) checkBlockSize(bus kubevirtv1.DiskBus) {
	at := d.path.AtName("block_size")
	if v := d.At("block_size", "custom"); v == nil || !values.Known(v) {
		return
	}
	if values.IsOn(d.At("block_size", "match_volume")) {
		d.Refuse(at, "Two block sizes", "custom and match_volume exclude each other. Remove one of them.")
		return
	}
	if logical := values.Number(d.At("block_size", "custom", "logical")); bus == kubevirtv1.DiskBusSATA && logical > validate.MinBlockSize {
		d.Refuse(at.AtName("custom").AtName("logical"), "Logical block size on the bus sata", fmt.Sprintf("It is always %d there. Write that, or choose another bus.", validate.MinBlockSize))
	}
}

// checkTarget has the rules of what an additional disk is: a disk, a CD-ROM
// drive or a LUN.
func (d diskConfiguration) checkTarget() {
	cdrom, lun := d.At("cdrom"), d.At("lun")
	if !values.Known(cdrom, lun) {
		return
	}
	isCDROM, isLUN := values.IsOn(d.At("cdrom")), values.IsOn(d.At("lun"))
	bus, busKnown := d.bus()
	claimed := d.At("persistent_volume_claim") != nil || d.At("data_volume") != nil
	switch {
	case isCDROM && isLUN:
		d.Refuse(d.path.AtName("lun"), "Two kinds of device", "A disk is either a CD-ROM drive or a LUN. Remove cdrom or lun.")
		return
	case isCDROM && bus == kubevirtv1.DiskBusVirtio:
		d.Refuse(d.path.AtName("bus"), "CD-ROM drive on the bus virtio", "There is none. Remove bus, which means sata, or set bus = \"scsi\".")
	case isLUN && !claimed:
		d.Refuse(d.path.AtName("lun"), "LUN without a volume", "Only persistent_volume_claim and data_volume can be a LUN. Remove lun, or use one of them.")
	case !isCDROM && !isLUN && bus == kubevirtv1.DiskBusSATA && values.IsOn(d.At("read_only")):
		d.Refuse(d.path.AtName("read_only"), "Read-only disk on the bus sata", "Hard disks on the bus sata cannot be read-only. Choose another bus, or set cdrom = true.")
	}
	if !isCDROM && values.Text(d.At("tray")) != "" {
		d.Refuse(d.path.AtName("tray"), "Tray without a drive", "Only a CD-ROM drive has a tray. Set cdrom = true, or remove tray.")
	}
	if !isLUN && values.IsOn(d.At("reservation")) {
		d.Refuse(d.path.AtName("reservation"), "Reservation without a LUN", "Persistent reservations are made on LUNs. Set lun = true, or remove reservation.")
	}
	if values.IsOn(d.At("hotpluggable")) {
		switch {
		case !claimed:
			d.Refuse(d.path.AtName("hotpluggable"), "Disk that cannot be plugged in", "Only persistent_volume_claim and data_volume can be plugged into a running server. Remove hotpluggable, or use one of them.")
		case !busKnown || isCDROM || bus == kubevirtv1.DiskBusSCSI || bus == kubevirtv1.DiskBusVirtio && !isLUN:
		case isLUN:
			d.Refuse(d.path.AtName("bus"), "Bus without hotplug", "A LUN that can be plugged in is on the bus scsi. Remove bus.")
		default:
			d.Refuse(d.path.AtName("bus"), "Bus without hotplug", fmt.Sprintf("A disk that can be plugged in is on the bus scsi or virtio, not on %s. Change bus, or remove hotpluggable.", bus))
		}
	}
	if capacity, _ := d.At("host_disk", "capacity").(quantity.Value); capacity.IsSet() && values.Text(d.At("host_disk", "type")) == string(kubevirtv1.HostDiskExists) {
		d.Refuse(d.path.AtName("host_disk").AtName("capacity"), "Capacity of a file that exists", "The file of the type Disk has its size already. Remove capacity, or set type = \"DiskOrCreate\".")
	}
}

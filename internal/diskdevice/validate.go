package diskdevice

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"

	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// Configuration is one disk of a configuration.
type Configuration struct {
	values.Configuration
	Steps []string  // to its attributes
	Path  path.Path // of the disk itself

	Bus, CDROMBus, LUNBus kubevirtv1.DiskBus // of a disk that names none
}

// At returns the value of the disk's attribute at the steps.
func (d Configuration) At(steps ...string) attr.Value {
	return d.Configuration.At(append(slices.Clone(d.Steps), steps...)...)
}

// bus returns the disk's bus; ok is false when it is not known.
func (d Configuration) bus() (bus kubevirtv1.DiskBus, ok bool) {
	written, cdrom, lun := d.At("bus"), d.At("cdrom"), d.At("lun")
	switch bus := kubevirtv1.DiskBus(values.Text(written)); {
	case !values.Known(written, cdrom, lun):
		return "", false
	case bus != "":
		return bus, true
	case values.IsOn(d.At("cdrom")):
		return d.CDROMBus, true
	case values.IsOn(d.At("lun")):
		return d.LUNBus, true
	}
	return d.Bus, true
}

// Check has the rules of every disk.
func (d Configuration) Check() {
	bus, ok := d.bus()
	if ok && bus != kubevirtv1.DiskBusVirtio && values.IsOn(d.At("dedicated_io_thread")) {
		d.Refuse(d.Path.AtName("dedicated_io_thread"), "I/O thread on another bus", fmt.Sprintf("Only a disk on the bus virtio can have an I/O thread of its own; this one is on %s. Remove dedicated_io_thread, or set bus = \"virtio\".", bus))
	}
	if cache := d.At("cache"); values.IsOn(d.At("shareable")) && values.Known(cache) && values.Text(cache) != "" && values.Text(cache) != string(kubevirtv1.CacheNone) {
		d.Refuse(d.Path.AtName("cache"), "Cache of a shared disk", "A disk that several servers share cannot be cached by one node. Set cache = \"none\", or remove it.")
	}
	d.checkBlockSize(bus)
}

// checkBlockSize has what depends on more than the sizes, see
// validate.BlockSizes.
func (d Configuration) checkBlockSize(bus kubevirtv1.DiskBus) {
	at := d.Path.AtName("block_size")
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

// CheckTarget has the rules of what an additional disk is: a disk, a CD-ROM
// drive or a LUN.
func (d Configuration) CheckTarget() {
	cdrom, lun := d.At("cdrom"), d.At("lun")
	if !values.Known(cdrom, lun) {
		return
	}
	isCDROM, isLUN := values.IsOn(d.At("cdrom")), values.IsOn(d.At("lun"))
	bus, busKnown := d.bus()
	claimed := d.At("persistent_volume_claim") != nil || d.At("data_volume") != nil
	switch {
	case isCDROM && isLUN:
		d.Refuse(d.Path.AtName("lun"), "Two kinds of device", "A disk is either a CD-ROM drive or a LUN. Remove cdrom or lun.")
		return
	case isCDROM && bus == kubevirtv1.DiskBusVirtio:
		d.Refuse(d.Path.AtName("bus"), "CD-ROM drive on the bus virtio", "There is none. Remove bus, which means sata, or set bus = \"scsi\".")
	case isLUN && !claimed:
		d.Refuse(d.Path.AtName("lun"), "LUN without a volume", "Only persistent_volume_claim and data_volume can be a LUN. Remove lun, or use one of them.")
	case !isCDROM && !isLUN && bus == kubevirtv1.DiskBusSATA && values.IsOn(d.At("read_only")):
		d.Refuse(d.Path.AtName("read_only"), "Read-only disk on the bus sata", "Hard disks on the bus sata cannot be read-only. Choose another bus, or set cdrom = true.")
	}
	if !isCDROM && values.Text(d.At("tray")) != "" {
		d.Refuse(d.Path.AtName("tray"), "Tray without a drive", "Only a CD-ROM drive has a tray. Set cdrom = true, or remove tray.")
	}
	if !isLUN && values.IsOn(d.At("reservation")) {
		d.Refuse(d.Path.AtName("reservation"), "Reservation without a LUN", "Persistent reservations are made on LUNs. Set lun = true, or remove reservation.")
	}
	if values.IsOn(d.At("hotpluggable")) {
		switch {
		case !claimed:
			d.Refuse(d.Path.AtName("hotpluggable"), "Disk that cannot be plugged in", "Only persistent_volume_claim and data_volume can be plugged into a running server. Remove hotpluggable, or use one of them.")
		case !busKnown || isCDROM || bus == kubevirtv1.DiskBusSCSI || bus == kubevirtv1.DiskBusVirtio && !isLUN:
		case isLUN:
			d.Refuse(d.Path.AtName("bus"), "Bus without hotplug", "A LUN that can be plugged in is on the bus scsi. Remove bus.")
		default:
			d.Refuse(d.Path.AtName("bus"), "Bus without hotplug", fmt.Sprintf("A disk that can be plugged in is on the bus scsi or virtio, not on %s. Change bus, or remove hotpluggable.", bus))
		}
	}
	if capacity, _ := d.At("host_disk", "capacity").(quantity.Value); capacity.IsSet() && values.Text(d.At("host_disk", "type")) == string(kubevirtv1.HostDiskExists) {
		d.Refuse(d.Path.AtName("host_disk").AtName("capacity"), "Capacity of a file that exists", "The file of the type Disk has its size already. Remove capacity, or set type = \"DiskOrCreate\".")
	}
}

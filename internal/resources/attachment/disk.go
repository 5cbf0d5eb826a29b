package attachment

import (
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diskdevice"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// replugged is how a change of the device lands.
const replugged = " Changing it **replaces** the attachment: the disk is detached and attached again. Its content stays."

// NewDisk returns the resource of attached disks.
func NewDisk() resource.Resource {
	return &Resource[convert.DiskAttachment, *convert.DiskAttachment]{kind: kind[convert.DiskAttachment]{
		mark: convert.AttachedDisk,
		description: "A disk that is attached to a server which is managed elsewhere, for example by `virtualserver`: for disks that come and go, or belong to others than the server does. Disks that are the server's own are its `storage.additional_disks`. " +
			"A server that runs gets it while it runs, where the cluster plugs disks in: KubeVirt 1.9 and later do, earlier versions with the feature gate `DeclarativeHotplugVolumes` or `HotplugVolumes`, but not into a server with `devices.disable_hotplug`. " +
			"Otherwise, and for a server that is stopped, it is part of the next start, by `restart_triggers` of the server for example; `restart_policy` restarts nothing for attachments. " +
			"Destroying the attachment detaches the disk and leaves its content as it is. Where disks are plugged out of guests that run, it waits until the guest has let it go. Otherwise the guest keeps it until its next start, which a warning says, and the disk itself cannot be deleted for so long. " +
			"A disk that is itself replaced is to be detached before: write `lifecycle { replace_triggered_by = [virtualserver_disk.data.uid] }`, without which the replacement waits in vain.",
		attributes: diskAttributes,
		rules:      checkDisk,
		device: []string{
			"persistent_volume_claim", "data_volume", "cdrom", "lun", "read_only", "reservation", "shareable", "hotpluggable",
			"bus", "boot_order", "serial", "cache", "io", "dedicated_io_thread", "error_policy", "block_size", "tag",
		},
	}}
}

func diskAttributes() attributes {
	out := diskdevice.Attributes(convert.DefaultAttachedBus, replugged)
	maps.Copy(out, attributes{
		"persistent_volume_claim": optional.Nested("A PersistentVolumeClaim. Exactly one of `persistent_volume_claim` and `data_volume` is written."+replugged, attributes{"claim_name": optional.RequiredName("The claim.")}),
		"data_volume":             optional.Nested("A DataVolume, for example `{ name = virtualserver_disk.data.name }`; it is attached once it has its content."+replugged, attributes{"name": optional.RequiredName("The DataVolume.")}),
		"cdrom":                   optional.Flag("`true`: the guest sees a CD-ROM drive. A drive is part of the next start: none is plugged into a guest that runs. Default: `false`." + replugged),
		"lun":                     optional.Flag("`true`: the guest sees a LUN, to which it can send SCSI commands of its own. Default: `false`." + replugged),
		"read_only":               optional.Flag("Whether the guest may only read the disk. Default: `false`, and `true` for a CD-ROM drive." + replugged),
		"reservation":             optional.Flag("Whether the guest may make SCSI persistent reservations on a LUN; KubeVirt needs the feature gate `PersistentReservation`. Default: `false`." + replugged),
		"shareable":               optional.Flag("Whether several servers may write to the disk at the same time; what they write is theirs to coordinate. It needs the cache `none`, the default then; a CD-ROM drive and a LUN ignore it. Default: `false`." + replugged),
		"hotpluggable":            optional.Flag("Whether the disk is plugged into and out of a running guest. `false`: it comes and goes with the next start, can be on any bus, and be booted from. Default: `true`, and `false` for a CD-ROM drive." + replugged),
	})
	bus, order := out["bus"].(schema.StringAttribute), out["boot_order"].(schema.Int64Attribute) //nolint:forcetypeassert // ours
	bus.MarkdownDescription = "Bus of the disk: `virtio` or `scsi`; with `hotpluggable = false` also `sata` and `usb`. A LUN that is plugged in is on `scsi`. Default: `scsi`; of a CD-ROM drive `sata`." + replugged
	order.MarkdownDescription = "Place in the boot order, from 1, for a disk with `hotpluggable = false`: one that is plugged in comes after the boot. Default: none." + replugged
	out["bus"], out["boot_order"] = bus, order
	return out
}

// checkDisk has the rules that span attributes.
func checkDisk(c configuration) {
	d := diskdevice.Configuration{
		Configuration: c.Configuration, Path: path.Empty(),
		Bus: convert.DefaultAttachedBus, CDROMBus: convert.DefaultCDROMBus, LUNBus: convert.DefaultLUNBus,
	}
	claim, volume := c.At("persistent_volume_claim"), c.At("data_volume")
	if values.Known(claim, volume) && (claim == nil) == (volume == nil) {
		c.Refuse(path.Root("persistent_volume_claim"), "Wrong number of disks", "Write exactly one of persistent_volume_claim and data_volume.")
	}
	d.Check()
	d.CheckTarget()
	cdrom, hotpluggable, bus, order := c.At("cdrom"), c.At("hotpluggable"), c.At("bus"), c.At("boot_order")
	if !values.Known(cdrom, hotpluggable) || values.IsOff(hotpluggable) {
		return
	}
	switch {
	case values.IsOn(cdrom) && values.IsOn(hotpluggable):
		c.Refuse(path.Root("hotpluggable"), "CD-ROM drive that cannot be plugged in", "A CD-ROM drive is part of the next start. Remove hotpluggable, or cdrom.")
	case values.IsOn(cdrom):
	case order != nil && values.Known(order): // it may become null
		c.Refuse(path.Root("boot_order"), "Boot order of a disk that is plugged in", "Such a disk comes after the boot. Remove boot_order, or set hotpluggable = false.")
	case hotpluggable == nil && values.Text(bus) != "" && values.Text(bus) != string(kubevirtv1.DiskBusSCSI) && values.Text(bus) != string(kubevirtv1.DiskBusVirtio):
		c.Refuse(path.Root("bus"), "Bus without hotplug", fmt.Sprintf("A disk that is plugged in is on the bus scsi or virtio, not on %s. Change bus, or set hotpluggable = false.", values.Text(bus)))
	case hotpluggable == nil && values.IsOn(c.At("lun")) && values.Text(bus) == string(kubevirtv1.DiskBusVirtio):
		c.Refuse(path.Root("bus"), "Bus without hotplug", "A LUN that is plugged in is on the bus scsi. Remove bus, or set hotpluggable = false.")
	}
}

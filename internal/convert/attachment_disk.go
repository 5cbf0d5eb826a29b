package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// DefaultAttachedBus is that of disks that are attached: KubeVirt's own for what is
// plugged in, as a guest has room for more disks there than on virtio.
const DefaultAttachedBus = kubevirtv1.DiskBusSCSI

// DiskAttachment is the model of a virtualserver_disk_attachment.
type DiskAttachment struct {
	Attached

	PersistentVolumeClaim *ClaimRef `tfsdk:"persistent_volume_claim"`
	DataVolume            *NameRef  `tfsdk:"data_volume"`

	CDROM        types.Bool `tfsdk:"cdrom"`
	LUN          types.Bool `tfsdk:"lun"`
	ReadOnly     types.Bool `tfsdk:"read_only"`
	Reservation  types.Bool `tfsdk:"reservation"`
	Shareable    types.Bool `tfsdk:"shareable"`
	Hotpluggable types.Bool `tfsdk:"hotpluggable"`

	Bus               types.String `tfsdk:"bus"`
	BootOrder         types.Int64  `tfsdk:"boot_order"`
	Serial            types.String `tfsdk:"serial"`
	Cache             types.String `tfsdk:"cache"`
	IO                types.String `tfsdk:"io"`
	DedicatedIOThread types.Bool   `tfsdk:"dedicated_io_thread"`
	ErrorPolicy       types.String `tfsdk:"error_policy"`
	BlockSize         *BlockSize   `tfsdk:"block_size"`
	Tag               types.String `tfsdk:"tag"`
}

// Common returns the attributes that attachments of every kind have.
func (m *DiskAttachment) Common() *Attached { return &m.Attached }

// Device renders the disk.
func (m DiskAttachment) Device() AttachedDevice {
	d, name := m.asDisk(), m.Name.ValueString()
	d.Hotpluggable = types.BoolValue(m.isHotpluggable())
	out := AttachedDevice{Kind: AttachedDisk, Volume: kubevirtv1.Volume{Name: name}, Disk: &kubevirtv1.Disk{Name: name}}
	d.bindDevice(writer, out.Disk, Layout{DiskBus: DefaultAttachedBus})
	d.bindVolume(writer, &out.Volume.VolumeSource)
	return out
}

// isHotpluggable tells what is written: where the configuration does not say, all
// but a CD-ROM drive can be plugged in.
func (m DiskAttachment) isHotpluggable() bool {
	if m.Hotpluggable.IsNull() {
		return !m.CDROM.ValueBool()
	}
	return m.Hotpluggable.ValueBool()
}

// Read reads the disk of a machine into the model; everything that an attribute can
// say when it is being imported.
func (m *DiskAttachment) Read(live AttachedDevice, importing bool) {
	if live.Disk == nil {
		return
	}
	b := binder{reader: reader{importing: importing}}
	d := m.asDisk()
	d.bindVolume(b, &live.Volume.VolumeSource)
	d.bindDevice(b, live.Disk, Layout{DiskBus: DefaultAttachedBus})
	d.Hotpluggable = m.Hotpluggable
	m.fromDisk(d)
	if m.isHotpluggable() != live.Pluggable() {
		m.Hotpluggable = types.BoolValue(live.Pluggable())
	}
}

func (m DiskAttachment) asDisk() Disk {
	return Disk{
		PersistentVolumeClaim: m.PersistentVolumeClaim, DataVolume: m.DataVolume,
		CDROM: m.CDROM, LUN: m.LUN, ReadOnly: m.ReadOnly, Reservation: m.Reservation, Shareable: m.Shareable, Hotpluggable: m.Hotpluggable,
		Bus: m.Bus, BootOrder: m.BootOrder, Serial: m.Serial, Cache: m.Cache, IO: m.IO,
		DedicatedIOThread: m.DedicatedIOThread, ErrorPolicy: m.ErrorPolicy, BlockSize: m.BlockSize, Tag: m.Tag,
	}
}

func (m *DiskAttachment) fromDisk(d Disk) {
	m.PersistentVolumeClaim, m.DataVolume = d.PersistentVolumeClaim, d.DataVolume
	m.CDROM, m.LUN, m.ReadOnly, m.Reservation, m.Shareable, m.Hotpluggable = d.CDROM, d.LUN, d.ReadOnly, d.Reservation, d.Shareable, d.Hotpluggable
	m.Bus, m.BootOrder, m.Serial, m.Cache, m.IO = d.Bus, d.BootOrder, d.Serial, d.Cache, d.IO
	m.DedicatedIOThread, m.ErrorPolicy, m.BlockSize, m.Tag = d.DedicatedIOThread, d.ErrorPolicy, d.BlockSize, d.Tag
}

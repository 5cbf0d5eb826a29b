package convert

import (
	"cmp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// device are the attributes that the root disk and additional disks share.
type device struct {
	bus, serial, cache, io, errorPolicy, tag *types.String
	bootOrder                                *types.Int64
	dedicatedIOThread                        *types.Bool
	blockSize                                **BlockSize
}

func (root *Root) device() device {
	return device{&root.Bus, &root.Serial, &root.Cache, &root.IO, &root.ErrorPolicy, &root.Tag, &root.BootOrder, &root.DedicatedIOThread, &root.BlockSize}
}

func (d *Disk) device() device {
	return device{&d.Bus, &d.Serial, &d.Cache, &d.IO, &d.ErrorPolicy, &d.Tag, &d.BootOrder, &d.DedicatedIOThread, &d.BlockSize}
}

func (d device) bind(b binder, f *kubevirtv1.Disk) {
	bindText(b, d.serial, &f.Serial)
	bindText(b, d.cache, &f.Cache)
	bindText(b, d.io, &f.IO)
	bindTextPointer(b, d.errorPolicy, &f.ErrorPolicy)
	bindText(b, d.tag, &f.Tag)
	bindNumberPointer(b, d.bootOrder, &f.BootOrder)
	bindFlagPointer(b, d.dedicatedIOThread, &f.DedicatedIOThread)
	bindSection(b, d.blockSize, &f.BlockSize, bindBlockSize)
}

func bindBlockSize(b binder, a *BlockSize, f *kubevirtv1.BlockSize) {
	bindSection(b, &a.Custom, &f.Custom, func(b binder, a *CustomBlockSize, f *kubevirtv1.CustomBlockSize) {
		bindNumber(b, &a.Logical, &f.Logical)
		bindNumber(b, &a.Physical, &f.Physical)
		bindNumberPointer(b, &a.DiscardGranularity, &f.DiscardGranularity)
	})
	bindFeature(b, &a.MatchVolume, &f.MatchVolume)
}

// bindDevice binds the root disk's device, which is a disk here.
func (root *Root) bindDevice(b binder, f *kubevirtv1.Disk, l Layout) {
	root.device().bind(b, f)
	if l.RootLUN {
		lun := deref(f.LUN)
		bindBus(b, &root.Bus, &lun.Bus, DefaultLUNBus, f.Name, l)
		f.LUN = &lun
		return
	}
	disk := deref(f.Disk)
	bindBus(b, &root.Bus, &disk.Bus, DefaultBus, f.Name, l)
	f.Disk = &disk
}

// bindDevice binds the device that the guest sees: a disk, a CD-ROM drive or
// a LUN. One that somebody made another of shows, also where the attributes
// say nothing of it.
func (d *Disk) bindDevice(b binder, f *kubevirtv1.Disk, l Layout) {
	d.device().bind(b, f)
	bindFlagPointer(b, &d.Shareable, &f.Shareable)
	if !b.writing {
		d.CDROM, d.LUN = b.kind(d.CDROM, f.CDRom != nil), b.kind(d.LUN, f.LUN != nil)
	}
	disk, cdrom, lun := deref(f.Disk), deref(f.CDRom), deref(f.LUN)
	switch {
	case d.CDROM.ValueBool():
		bindBus(b, &d.Bus, &cdrom.Bus, DefaultCDROMBus, f.Name, l)
		bindSwitch(b, &d.ReadOnly, &cdrom.ReadOnly)
		bindText(b, &d.Tray, &cdrom.Tray)
		f.CDRom = &cdrom
	case d.LUN.ValueBool():
		bindBus(b, &d.Bus, &lun.Bus, DefaultLUNBus, f.Name, l)
		bindFlag(b, &d.ReadOnly, &lun.ReadOnly)
		bindFlag(b, &d.Reservation, &lun.Reservation)
		f.LUN = &lun
	default:
		bindBus(b, &d.Bus, &disk.Bus, cmp.Or(l.DiskBus, DefaultBus), f.Name, l)
		bindFlag(b, &d.ReadOnly, &disk.ReadOnly)
		f.Disk = &disk
	}
	if !b.writing { // what the device is not, says nothing
		d.Tray, d.Reservation = b.text(d.Tray, string(cdrom.Tray)), b.flag(d.Reservation, lun.Reservation)
	}
}

// kind reads a switch of which others' change shows even where it is null.
func (r reader) kind(prior types.Bool, live bool) types.Bool {
	if live {
		return types.BoolValue(true)
	}
	return r.flag(prior, false)
}

// bindBus binds a bus that is fallback when absent, unless the live disk says
// none itself, so that KubeVirt chooses.
func bindBus(b binder, a *types.String, f *kubevirtv1.DiskBus, fallback kubevirtv1.DiskBus, disk string, l Layout) {
	if b.writing && a.ValueString() == "" && slices.Contains(l.WithoutBus, disk) {
		return
	}
	bindTextDefault(b, a, f, fallback)
}

// saysNoBus tells whether KubeVirt chooses the disk's bus.
func saysNoBus(d kubevirtv1.Disk) bool {
	return d.Disk != nil && d.Disk.Bus == "" || d.CDRom != nil && d.CDRom.Bus == "" || d.LUN != nil && d.LUN.Bus == ""
}

// Package diskdevice is what disks of servers have in common as devices: their
// attributes, and the rules that span them.
package diskdevice

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

const maxSerial = 256

// Attributes are those that every disk has. lands says how a change of them lands, and
// bus which is the default one.
func Attributes(bus kubevirtv1.DiskBus, lands string) map[string]schema.Attribute {
	buses := []string{string(kubevirtv1.DiskBusVirtio), string(kubevirtv1.DiskBusSCSI), string(kubevirtv1.DiskBusSATA), string(kubevirtv1.DiskBusUSB)}
	blockSize := func(required bool, text string) schema.Int64Attribute {
		return schema.Int64Attribute{Required: required, Optional: !required, MarkdownDescription: text}
	}
	return map[string]schema.Attribute{
		"bus":                 optional.OneOf("Bus of the disk: `"+strings.Join(buses, "`, `")+"`. Default: `"+string(bus)+"`; of a CD-ROM drive `sata`, of a LUN `scsi`."+lands, buses...),
		"boot_order":          schema.Int64Attribute{Optional: true, MarkdownDescription: "Place in the boot order, from 1. Default: none, and the server tries it after those that have one." + lands, Validators: []validator.Int64{int64validator.AtLeast(1)}},
		"serial":              optional.Text("Serial number that the guest sees, to find the disk by; on the bus `virtio` a guest sees its first 20 characters. A CD-ROM drive and a LUN ignore it. Default: a new one at each start."+lands, stringvalidator.LengthAtMost(maxSerial), validate.Text("Invalid serial number", validate.Serial)),
		"cache":               optional.OneOf("Cache of the node: `none`, `writethrough` or `writeback`. Default: `none` where the storage allows it, else `writethrough`."+lands, kubevirtv1.CacheNone, kubevirtv1.CacheWriteThrough, kubevirtv1.CacheWriteBack),
		"io":                  optional.OneOf("How QEMU does I/O: `native` or `threads`. Default: `native` for block devices and preallocated files, else `threads`."+lands, kubevirtv1.IONative, kubevirtv1.IOThreads),
		"dedicated_io_thread": optional.Flag("Whether the disk has an I/O thread of its own; for the bus `virtio`. Default: `false`." + lands),
		"error_policy":        optional.OneOf("What happens when the storage fails: `stop` (default) pauses the guest, `report` tells it, `ignore` does neither, `enospace` pauses it when the storage is full and tells it of anything else."+lands, kubevirtv1.DiskErrorPolicyStop, kubevirtv1.DiskErrorPolicyIgnore, kubevirtv1.DiskErrorPolicyReport, kubevirtv1.DiskErrorPolicyEnospace),
		"block_size": optional.Nested("Block size that the guest sees: `custom`, or that of the volume. Default: 512 bytes."+lands, map[string]schema.Attribute{
			"match_volume": optional.Flag("Whether the guest sees the volume's own block size. Default: `false`."),
			"custom": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Block sizes in bytes, each a power of 2 from 512 to 2097152.",
				Validators:          []validator.Object{validate.BlockSizes()},
				Attributes: map[string]schema.Attribute{
					"logical":             blockSize(true, "Logical block size, at most the physical one; 512 on the bus `sata`."),
					"physical":            blockSize(true, "Physical block size."),
					"discard_granularity": blockSize(false, "Granularity of discards, a multiple of the logical block size."),
				},
			},
		}),
		"tag": optional.Text("Tag that the guest finds in its config drive's metadata, beside the disk's address." + lands),
	}
}

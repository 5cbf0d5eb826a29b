package preference

import (
	"math"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/classes"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

func devicesAttribute() schema.Attribute {
	bus := func(description string) schema.Attribute {
		return optional.OneOf(description+": `virtio`, `scsi`, `sata` or `usb`.", kubevirtv1.DiskBusVirtio, kubevirtv1.DiskBusSCSI, kubevirtv1.DiskBusSATA, kubevirtv1.DiskBusUSB)
	}
	custom := optional.Nested("A size of its own.", attributes{
		"logical":             optional.Number("Logical block size in bytes, a power of two.", 1, math.MaxInt64),
		"physical":            optional.Number("Physical block size in bytes, a power of two, at least the logical one.", 1, math.MaxInt64),
		"discard_granularity": optional.Number("Bytes that are discarded at once, a multiple of the logical block size.", 0, 1<<32-1),
	})
	custom.Validators = []validator.Object{validate.BlockSizes()}
	return optional.Nested("Devices.", attributes{
		"preferred_autoattach_graphics_device": optional.Flag("Whether the guest gets a graphics device."),
		"preferred_autoattach_mem_balloon":     optional.Flag("Whether the guest gets a memory balloon."),
		"preferred_autoattach_pod_interface":   optional.Flag("Whether a server that names no interface gets one on the pod network."),
		"preferred_autoattach_serial_console":  optional.Flag("Whether the guest gets a serial console."),
		"preferred_autoattach_input_device":    optional.Flag("Whether the guest gets an input device."),
		"preferred_disable_hotplug":            optional.Flag("`true` turns off adding disks to servers that run."),
		"preferred_virtual_gpu_options":        classes.VirtualGPU("How virtual GPUs are used."),
		"preferred_sound_model":                optional.OneOf("Sound device: `ich9` or `ac97`.", "ich9", "ac97"),
		"preferred_use_virtio_transitional":    optional.Flag("`true` uses virtio devices that guests of before 2016 know as well."),
		"preferred_input_bus":                  optional.OneOf("Bus of input devices: `virtio` or `usb`.", kubevirtv1.InputBusVirtio, kubevirtv1.InputBusUSB),
		"preferred_input_type":                 optional.OneOf("Type of input devices: `tablet` or `keyboard`.", kubevirtv1.InputTypeTablet, kubevirtv1.InputTypeKeyboard),
		"preferred_disk_bus":                   bus("Bus of disks"),
		"preferred_lun_bus":                    bus("Bus of LUNs"),
		"preferred_cdrom_bus":                  bus("Bus of CD-ROMs"),
		"preferred_disk_dedicated_io_thread":   optional.Flag("Whether virtio disks have an I/O thread each."),
		"preferred_disk_cache":                 optional.OneOf("Cache of disks: `none`, `writethrough` or `writeback`.", kubevirtv1.CacheNone, kubevirtv1.CacheWriteThrough, kubevirtv1.CacheWriteBack),
		"preferred_disk_io":                    optional.OneOf("I/O of disks: `native` or `threads`.", kubevirtv1.IONative, kubevirtv1.IOThreads),
		"preferred_disk_block_size": optional.Nested("Block size of disks.", attributes{
			"custom":       custom,
			"match_volume": optional.Flag("`true` takes the block size of the volume. Excludes `custom`."),
		}),
		"preferred_interface_model":               optional.OneOf("Model of interfaces: `virtio`, `e1000`, `e1000e`, `igb`, `ne2k_pci`, `pcnet` or `rtl8139`.", "virtio", "e1000", "e1000e", "igb", "ne2k_pci", "pcnet", "rtl8139"),
		"preferred_rng":                           optional.Nothing("Written as `{}`, the guest gets random numbers of its node."),
		"preferred_block_multi_queue":             optional.Flag("Whether virtio disks have a queue for each CPU."),
		"preferred_network_interface_multi_queue": optional.Flag("Whether virtio interfaces have a queue for each CPU."),
		"preferred_tpm": optional.Nested("The guest gets a virtual TPM, for which `{}` is enough.", attributes{
			"enabled":    optional.Flag("`false` turns it off. Default: `true`."),
			"persistent": optional.Flag("Whether its content is kept over restarts. Default: `false`."),
		}),
		"preferred_interface_masquerade": optional.Nothing("Written as `{}`, interfaces on the pod network that name no binding are masqueraded."),
		"preferred_panic_device_model":   optional.OneOf("Model of panic devices: `hyperv`, `isa` or `pvpanic`.", kubevirtv1.Hyperv, kubevirtv1.Isa, kubevirtv1.Pvpanic),
		"preferred_video_type":           optional.OneOf("Type of the video device: `vga`, `bochs`, `virtio`, `ramfb` or `cirrus`. Needs KubeVirt 1.9.", "vga", "bochs", "virtio", "ramfb", "cirrus"),
	})
}

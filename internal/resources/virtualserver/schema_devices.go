package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
)

// Types of a video device.
const (
	videoVirtio = "virtio"
	videoRAMFB  = "ramfb"
)

func devicesAttribute() schema.Attribute {
	none := map[string]schema.Attribute{}
	const preferred = " Default: what the preference says, else "
	return optional.Nested("Devices of the guest beside its disks and interfaces.", map[string]schema.Attribute{
		"rng": optional.Nested("`{}` gives the guest random numbers of its node."+restart, none),
		"watchdog": optional.Nested("A watchdog, which acts when the guest stops answering it; `{}` for the architecture's own, which resets the guest. arm64 has none."+restart, map[string]schema.Attribute{
			"name":   optional.Text("Name of the device. Default: `watchdog`." + restart),
			"model":  optional.OneOf("`i6300esb` (amd64) or `diag288` (s390x). Default: the architecture's."+restart, convert.WatchdogI6300ESB, convert.WatchdogDiag288),
			"action": optional.OneOf("What it does: `reset` (default), `poweroff` or `shutdown`. It needs a `model`."+restart, kubevirtv1.WatchdogActionReset, kubevirtv1.WatchdogActionPoweroff, kubevirtv1.WatchdogActionShutdown),
		}),
		"inputs": schema.MapNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Input devices by name. A name is a DNS label." + restart,
			Validators:          deviceKeys(),
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"type": optional.OneOf("`tablet` (default), the only one: it makes the mouse pointer of a graphical console follow yours."+restart, kubevirtv1.InputTypeTablet),
				"bus":  optional.OneOf("`usb` (default) or `virtio`."+restart, kubevirtv1.InputBusUSB, kubevirtv1.InputBusVirtio),
			}},
		},
		"input_device": optional.Flag("Whether the guest gets a tablet without naming one in `inputs`." + preferred + "`false`." + restart),
		"graphics":     optional.Flag("Whether the guest has a graphics device, and so a graphical console (VNC)." + preferred + "`true`." + restart),
		"video": optional.Nested("The graphics device. Needs the feature gate `VideoConfig`."+restart, map[string]schema.Attribute{
			"type": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "`vga`, `cirrus`, `bochs`, `virtio` or `ramfb` on amd64, the last two on arm64, `virtio` on s390x." + restart,
				Validators:          []validator.String{stringvalidator.OneOf("vga", "cirrus", "bochs", videoVirtio, videoRAMFB)},
			},
		}),
		"serial_console":      optional.Flag("Whether the guest has a serial console." + preferred + "`true`." + restart),
		"serial_console_log":  optional.Flag("Whether what the guest writes to its serial console goes to the log of the container `guest-console-log`. Without a serial console it has no effect. Default: the cluster's." + restart),
		"memballoon":          optional.Flag("Whether the guest has a memory balloon, which says how much memory it uses." + preferred + "`true`." + restart),
		"vsock":               optional.Flag("Whether the guest has a VSOCK address. Needs the feature gate `VSOCK`. Default: `false`." + restart),
		"sound":               optional.Nested("A sound card; `{}` for one of the default model. arm64 has none."+restart, map[string]schema.Attribute{"name": optional.Text("Name of the device. Default: `sound`." + restart), "model": optional.OneOf("`ich9` (default) or `ac97`."+restart, "ich9", "ac97")}),
		"panic_devices":       schema.ListNestedAttribute{Optional: true, MarkdownDescription: "Devices through which a guest that crashes says so. Needs the feature gate `PanicDevices`; s390x has none." + restart, NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{"model": optional.OneOf("`isa`, `hyperv` or `pvpanic`. Default: the architecture's."+restart, kubevirtv1.Isa, kubevirtv1.Hyperv, kubevirtv1.Pvpanic)}}},
		"downward_metrics":    optional.Nested("`{}` gives the guest a virtio port with metrics of its node. Needs the feature gate `DownwardMetrics`."+restart, none),
		"client_passthrough":  optional.Nested("`{}` lets USB devices of a client be redirected to the guest (`virtctl usbredir`)."+restart, none),
		"disable_hotplug":     optional.Flag("`true`: no disk can be attached while the server runs. Default: `false`." + restart),
		"virtio_transitional": optional.Flag("`true`: virtio devices also understand the legacy protocol (virtio 0.9), which old guests such as CentOS 6 need." + preferred + "`false`." + restart),
		"block_multi_queue":   optional.Flag("`true`: a disk on the bus `virtio` has a queue for each virtual CPU." + preferred + "`false`." + restart),
		"io_threads_policy":   optional.OneOf("Threads for the input and output of disks: `shared` (one thread for all disks but those with one of their own), `auto` (a pool that grows with the virtual CPUs) or `supplementalPool` (a pool of `io_threads`, which serves each disk). Default: none."+restart, kubevirtv1.IOThreadsPolicyShared, kubevirtv1.IOThreadsPolicyAuto, kubevirtv1.IOThreadsPolicySupplementalPool),
		"io_threads":          optional.Number("Number of threads of the policy `supplementalPool`."+restart, 1, maxCPUs),
		"legacy":              optional.Flag("`true`, for guests without virtio drivers: the server's disks that name no `bus` are on `sata`, and its interfaces that name no `model` are `e1000`. Only on amd64. An import does not read it, but the buses and models themselves. Default: `false`." + restart),
	})
}

package convert

import "github.com/hashicorp/terraform-plugin-framework/types"

var devicesPart = part{
	leaves: map[string]leaf{
		"watchdog.name": text(DefaultWatchdogName, "dog"), "watchdog.model": text(WatchdogI6300ESB, WatchdogDiag288), "watchdog.action": text("poweroff"),
		"inputs.type": text("tablet"), "inputs.bus": text("usb"), "input_device": toggle, "devices.graphics": toggle, "video.type": one("vga"),
		"serial_console": toggle, "serial_console_log": toggle, "memballoon": toggle, "vsock": toggle,
		"sound.name": text(DefaultSoundName, "card"), "sound.model": text("ac97"), "panic_devices.model": text("isa"),
		"disable_hotplug": toggle, "virtio_transitional": toggle, "block_multi_queue": toggle,
		"io_threads_policy": text("auto"), "io_threads": number, "legacy": toggle,
	},
	fix: func(m *Server) {
		if m.Devices == nil || m.Devices.Watchdog == nil {
			return
		}
		if w := m.Devices.Watchdog; w.Model.ValueString() == "" {
			w.Action = types.StringNull()
		}
	},
}

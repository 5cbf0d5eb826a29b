package convert

import "github.com/hashicorp/terraform-plugin-framework/types"

var firmwarePart = part{
	leaves: map[string]leaf{
		"firmware.bootloader": text(BootloaderBIOS, BootloaderEFI), "secure_boot": toggle, "persistent": toggle, "use_serial": toggle, "smm": toggle,
		"firmware.uuid": text("b3fd1a63-2e62-4b67-9d4f-1ba0c9ed0b4c"), "firmware.serial": text("S1"),
		"container.image": one("quay.io/kernel"), "kernel_args": text("console=ttyS0"), "kernel_path": text("/boot/vmlinuz"), "initrd_path": text("/boot/initrd"),
		"manufacturer": text("Acme"), "chassis.version": text("1"), "chassis.serial": text("C1"), "asset": text("A1"), "sku": text("K1"),
		"machine_type": text("q35"), "architecture": text("amd64"), "tpm.enabled": toggle,
	},
	fix: func(m *Server) {
		f := m.Firmware
		if f == nil {
			return
		}
		if f.Bootloader.ValueString() != BootloaderEFI {
			f.SecureBoot, f.Persistent = types.BoolNull(), types.BoolNull()
		}
		if f.Bootloader.ValueString() != BootloaderBIOS {
			f.UseSerial = types.BoolNull()
		}
	},
}

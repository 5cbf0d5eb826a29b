package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// checkFirmware does not apply what a preference may say.
func (c configuration) checkFirmware() {
	firmware := path.Root("firmware")
	c.checkBootloader(firmware)
	c.checkKernelBoot(firmware.AtName("kernel_boot"))
}

func (c configuration) checkBootloader(firmware path.Path) {
	loader := c.At("firmware", "bootloader")
	if !values.Known(loader, c.At("firmware")) {
		return
	}
	for _, setting := range []struct {
		name, of string
		written  bool
	}{
		{"secure_boot", convert.BootloaderEFI, values.IsOn(c.At("firmware", "secure_boot")) || values.IsOff(c.At("firmware", "secure_boot"))},
		{"persistent", convert.BootloaderEFI, values.IsOn(c.At("firmware", "persistent"))},
		{"use_serial", convert.BootloaderBIOS, values.IsOn(c.At("firmware", "use_serial"))},
	} {
		if setting.written && values.Text(loader) != setting.of {
			c.Refuse(firmware.AtName(setting.name), "Setting of another bootloader", setting.name+" only works with bootloader = \""+setting.of+"\". Write that, or remove "+setting.name+".")
		}
	}
	onARM := values.Text(c.At("architecture")) == archARM64
	secure, smm := c.At("firmware", "secure_boot"), c.At("firmware", "smm")
	switch {
	case values.Text(loader) == convert.BootloaderBIOS && onARM:
		c.Refuse(firmware.AtName("bootloader"), "No BIOS on arm64", `Write bootloader = "efi" with secure_boot = false, or remove bootloader.`)
	case values.Text(loader) != convert.BootloaderEFI || !values.Known(secure, smm) || values.IsOff(c.At("firmware", "secure_boot")):
	case onARM:
		c.Refuse(firmware.AtName("secure_boot"), "No secure boot on arm64", "secure_boot is true by default. Write secure_boot = false.")
	case !values.IsOn(c.At("firmware", "smm")) && (smm != nil || c.At("preference") == nil):
		c.Refuse(firmware.AtName("secure_boot"), "Secure boot needs SMM", "secure_boot is true by default with EFI, and needs the System Management Mode. Write smm = true, or secure_boot = false.")
	}
}

func (c configuration) checkKernelBoot(p path.Path) {
	container := c.At("firmware", "kernel_boot", "container")
	args, kernel, initrd := c.At("firmware", "kernel_boot", "kernel_args"), c.At("firmware", "kernel_boot", "container", "kernel_path"), c.At("firmware", "kernel_boot", "container", "initrd_path")
	switch {
	case container == nil && values.Text(args) != "":
		c.Refuse(p.AtName("kernel_args"), "Arguments without a kernel", "kernel_args are for the kernel of a container. Write container, or remove kernel_args.")
	case container != nil && values.Known(container, kernel, initrd) && values.Text(kernel) == "" && values.Text(initrd) == "":
		c.Refuse(p.AtName("container"), "Missing path", `Write where the image holds the kernel, the initial RAM disk or both: kernel_path = "/boot/vmlinuz", for example.`)
	}
}

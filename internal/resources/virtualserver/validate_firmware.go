package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
)

// checkFirmware does not apply what a preference may say.
func (c configuration) checkFirmware() {
	firmware := path.Root("firmware")
	c.checkBootloader(firmware)
	c.checkKernelBoot(firmware.AtName("kernel_boot"))
}

func (c configuration) checkBootloader(firmware path.Path) {
	loader := c.at("firmware", "bootloader")
	if !known(loader, c.at("firmware")) {
		return
	}
	for _, setting := range []struct {
		name, of string
		written  bool
	}{
		{"secure_boot", convert.BootloaderEFI, isOn(c.at("firmware", "secure_boot")) || isOff(c.at("firmware", "secure_boot"))},
		{"persistent", convert.BootloaderEFI, isOn(c.at("firmware", "persistent"))},
		{"use_serial", convert.BootloaderBIOS, isOn(c.at("firmware", "use_serial"))},
	} {
		if setting.written && textOf(loader) != setting.of {
			c.refuse(firmware.AtName(setting.name), "Setting of another bootloader", setting.name+" only works with bootloader = \""+setting.of+"\". Write that, or remove "+setting.name+".")
		}
	}
	onARM := textOf(c.at("architecture")) == archARM64
	secure, smm := c.at("firmware", "secure_boot"), c.at("firmware", "smm")
	switch {
	case textOf(loader) == convert.BootloaderBIOS && onARM:
		c.refuse(firmware.AtName("bootloader"), "No BIOS on arm64", `Write bootloader = "efi" with secure_boot = false, or remove bootloader.`)
	case textOf(loader) != convert.BootloaderEFI || !known(secure, smm) || isOff(c.at("firmware", "secure_boot")):
	case onARM:
		c.refuse(firmware.AtName("secure_boot"), "No secure boot on arm64", "secure_boot is true by default. Write secure_boot = false.")
	case !isOn(c.at("firmware", "smm")) && (smm != nil || c.at("preference") == nil):
		c.refuse(firmware.AtName("secure_boot"), "Secure boot needs SMM", "secure_boot is true by default with EFI, and needs the System Management Mode. Write smm = true, or secure_boot = false.")
	}
}

func (c configuration) checkKernelBoot(p path.Path) {
	container := c.at("firmware", "kernel_boot", "container")
	args, kernel, initrd := c.at("firmware", "kernel_boot", "kernel_args"), c.at("firmware", "kernel_boot", "container", "kernel_path"), c.at("firmware", "kernel_boot", "container", "initrd_path")
	switch {
	case container == nil && textOf(args) != "":
		c.refuse(p.AtName("kernel_args"), "Arguments without a kernel", "kernel_args are for the kernel of a container. Write container, or remove kernel_args.")
	case container != nil && known(container, kernel, initrd) && textOf(kernel) == "" && textOf(initrd) == "":
		c.refuse(p.AtName("container"), "Missing path", `Write where the image holds the kernel, the initial RAM disk or both: kernel_path = "/boot/vmlinuz", for example.`)
	}
}

package virtualserver_test

import "testing"

func TestValidateFirmware(t *testing.T) {
	container := func(content values) values { return values{"firmware.kernel_boot": values{"container": content}} }
	checkRules(t, map[string]ruleCase{
		"absent spellings": {change: values{"firmware": values{"bootloader": "", "uuid": "", "serial": "", "kernel_boot": values{}, "chassis": values{}, "persistent": false, "use_serial": false}, "machine_type": "", "architecture": "", "tpm": values{}}},
		"unknown":          {change: values{"firmware": values{"bootloader": unknown, "secure_boot": true, "smm": unknown}}},
		"unknown loader":   {change: values{"firmware": values{"bootloader": "efi", "smm": unknown}}},
		"bootloader":       {values{"firmware.bootloader": "uefi"}, []string{"firmware.bootloader: Invalid Attribute Value Match"}},
		"secure":           {change: values{"firmware": values{"bootloader": "efi", "smm": true, "persistent": true}}},
		"secure, no smm":   {values{"firmware.bootloader": "efi"}, []string{"firmware.secure_boot: Secure boot needs SMM"}},
		"insecure":         {change: values{"firmware": values{"bootloader": "efi", "secure_boot": false}}},
		"secure BIOS":      {values{"firmware": values{"bootloader": "bios", "secure_boot": true}}, []string{"firmware.secure_boot: Setting of another bootloader"}},
		"insecure nothing": {values{"firmware": values{"secure_boot": false}}, []string{"firmware.secure_boot: Setting of another bootloader"}},
		"persistent BIOS":  {values{"firmware": values{"persistent": true}}, []string{"firmware.persistent: Setting of another bootloader"}},
		"EFI on serial": {values{"firmware": values{"bootloader": "efi", "secure_boot": false, "use_serial": true}},
			[]string{"firmware.use_serial: Setting of another bootloader"}},
		"BIOS on arm64":   {values{"architecture": "arm64", "firmware.bootloader": "bios"}, []string{"firmware.bootloader: No BIOS on arm64"}},
		"secure on arm64": {values{"architecture": "arm64", "firmware": values{"bootloader": "efi", "smm": true}}, []string{"firmware.secure_boot: No secure boot on arm64"}},
		"uuid":            {values{"firmware.uuid": "1"}, []string{"firmware.uuid: Invalid UUID"}},
		"architecture":    {values{"architecture": "x86_64"}, []string{"architecture: Invalid Attribute Value Match"}},

		"kernel":              {change: container(values{"image": "a", "initrd_path": "/boot/initrd"})},
		"kernel no image":     {container(values{"kernel_path": "/a"}), []string{"firmware.kernel_boot.container.image: Missing Configuration for Required Attribute"}},
		"kernel no path":      {container(values{"image": "a"}), []string{"firmware.kernel_boot.container: Missing path"}},
		"kernel path":         {container(values{"image": "a", "kernel_path": "boot/a"}), []string{"firmware.kernel_boot.container.kernel_path: Invalid path"}},
		"initrd path":         {container(values{"image": "a", "initrd_path": "/a/../b"}), []string{"firmware.kernel_boot.container.initrd_path: Invalid path"}},
		"kernel pull policy":  {container(values{"image": "a", "kernel_path": "/a", "image_pull_policy": "x"}), []string{"firmware.kernel_boot.container.image_pull_policy: Invalid Attribute Value Match"}},
		"arguments of what":   {values{"firmware.kernel_boot": values{"kernel_args": "a"}}, []string{"firmware.kernel_boot.kernel_args: Arguments without a kernel"}},
		"arguments or nobody": {change: values{"firmware.kernel_boot": values{"kernel_args": ""}}},
	})
}

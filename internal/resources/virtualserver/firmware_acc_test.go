package virtualserver_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccFirmware: what the guest boots with. What the cluster would choose
// stays when the configuration no longer says it.
func TestAccFirmware(t *testing.T) {
	n := acctest.Start(t)
	const (
		name = "firmware"
		uuid = "3f9c8d4e-0b1a-4c6e-9d2f-6a7b8c9d0e1f"
	)
	config := func(parts ...string) string {
		return server(n, name, append([]string{halted, containerDisk, memory}, parts...)...)
	}
	identity := acctest.Fields{
		domain + "firmware.uuid": uuid, domain + "firmware.serial": "SERIAL-1",
		domain + "machine.type": "pc-q35-rhel9.4.0", "spec.template.spec.architecture": "amd64",
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(`firmware = {
    bootloader = "efi", secure_boot = true, smm = true, persistent = true
    uuid = "`+uuid+`", serial = "SERIAL-1"
    kernel_boot = {
      kernel_args = "console=ttyS0"
      container   = { image = "quay.io/kernel", image_pull_policy = "Always", image_pull_secret = "pull", kernel_path = "/boot/vmlinuz", initrd_path = "/boot/initrd" }
    }
    chassis = { manufacturer = "Acme", version = "1", serial = "C1", asset = "A1", sku = "K1" }
  }`, `machine_type = "pc-q35-rhel9.4.0"`, `architecture = "amd64"`, `tpm = { persistent = true }`),
			n.Has("vm", name, identity),
			n.Has("vm", name, acctest.Fields{
				domain + "firmware.bootloader": map[string]any{"efi": map[string]any{"secureBoot": true, "persistent": true}},
				domain + "features.smm":        map[string]any{"enabled": true},
				domain + "firmware.kernelBoot": map[string]any{"kernelArgs": "console=ttyS0", "container": map[string]any{
					"image": "quay.io/kernel", "imagePullPolicy": "Always", "imagePullSecret": "pull", "kernelPath": "/boot/vmlinuz", "initrdPath": "/boot/initrd",
				}},
				domain + "chassis": map[string]any{"manufacturer": "Acme", "version": "1", "serial": "C1", "asset": "A1", "sku": "K1"},
				devices + "tpm":    map[string]any{"persistent": true},
			})),
		inPlace(apply(config(`firmware = { bootloader = "efi", secure_boot = false, uuid = "" }`, `tpm = {}`, `machine_type = ""`),
			n.Has("vm", name, identity),
			n.Has("vm", name, acctest.Fields{
				domain + "firmware.bootloader": map[string]any{"efi": map[string]any{"secureBoot": false}},
				domain + "firmware.kernelBoot": nil, domain + "chassis": nil, domain + "features": nil,
				devices + "tpm": map[string]any{},
			}))),
		inPlace(apply(config(`firmware = { bootloader = "bios", use_serial = true }`),
			n.Has("vm", name, identity),
			n.Has("vm", name, acctest.Fields{
				domain + "firmware.bootloader": map[string]any{"bios": map[string]any{"useSerial": true}},
				devices + "tpm":                nil,
			}))),
		inPlace(apply(config(), n.Has("vm", name, identity), n.Has("vm", name, acctest.Fields{domain + "firmware.bootloader": nil}))),
	}})
}

// TestAccArchitecture: the cluster lets a machine change its architecture, but
// the machine type, which it chose once, does not follow by itself.
func TestAccArchitecture(t *testing.T) {
	acctest.Played(t, "the machine types of every architecture")
	n := acctest.Start(t)
	const name = "architecture"
	config := func(parts ...string) string {
		return server(n, name, append([]string{halted, containerDisk, memory}, parts...)...)
	}
	step := apply(config(`architecture = "arm64"`))
	step.ExpectError = messages("machine", "is not supported", "q35")
	n.Run(acctest.Case{
		Unverified: map[string]string{
			"architecture": "the cluster may have chosen it",
			"machine_type": "the cluster may have chosen it",
		},
		Steps: []resource.TestStep{
			apply(config(), n.Has("vm", name, acctest.Fields{domain + "machine.type": "q35"})),
			step,
			inPlace(apply(config(`architecture = "arm64"`, `machine_type = "virt"`), n.Has("vm", name, acctest.Fields{
				domain + "machine.type": "virt", "spec.template.spec.architecture": "arm64",
			}))),
		},
	})
}

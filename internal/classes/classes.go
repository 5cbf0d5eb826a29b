// Package classes makes the attributes that instance types and preferences have
// in common.
package classes

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
)

// MaxCPUs is the most CPUs, sockets or threads that an attribute takes.
const MaxCPUs = 4096

// LaunchSecurity says how the guest's memory is encrypted.
func LaunchSecurity(description string) schema.Attribute {
	return optional.Nested(description, map[string]schema.Attribute{
		"sev": optional.Nested("AMD Secure Encrypted Virtualization.", map[string]schema.Attribute{
			"policy": optional.Nested("What is encrypted besides memory.", map[string]schema.Attribute{
				"encrypted_state": optional.Flag("`true` encrypts the state of the CPUs as well (SEV-ES). Default: `false`."),
			}),
			"attestation": optional.Nothing("Written as `{}`, the guest waits at its start for the owner's attestation."),
			"session":     optional.Text("Session blob of the guest's owner, in base64."),
			"dh_cert":     optional.Text("Diffie-Hellman key of the guest's owner, in base64."),
		}),
		"snp": optional.Nothing("AMD Secure Nested Paging, written as `{}`."),
		"tdx": optional.Nothing("Intel Trust Domain Extensions, written as `{}`."),
	})
}

// VirtualGPU holds the options of virtual GPUs.
func VirtualGPU(description string) schema.Attribute {
	return optional.Nested(description, map[string]schema.Attribute{
		"display": optional.Nested("Display of the virtual GPU.", map[string]schema.Attribute{
			"enabled": optional.Flag("Whether the virtual GPU has a display. Default: `true`."),
			"ram_fb":  optional.Flag("Whether it shows something while the guest boots. Default: `true`."),
		}),
	})
}

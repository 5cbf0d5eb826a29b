package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
)

const (
	minSpinlockRetries = 4096
	maxSpinlockRetries = 1<<32 - 1
	maxVendorID        = 12
)

func featuresAttribute() schema.Attribute {
	const on = " Default: `true`."
	feature := func(text string) schema.BoolAttribute {
		return optional.Flag(text + " Default: what the preference says, else the machine type's." + restart)
	}
	enabled := optional.Flag("Whether it is on." + on + restart)
	return optional.Nested("What the hypervisor offers to the guest. `smm` is among the attributes of `firmware`.", map[string]schema.Attribute{
		"acpi": optional.Flag("Whether the guest has ACPI." + on + restart),
		"apic": optional.Nested("The interrupt controller; `{}` turns it on. Default: the machine type's."+restart, map[string]schema.Attribute{
			"enabled":          enabled,
			"end_of_interrupt": optional.Flag("Whether the guest is told of the end of an interrupt. Default: `false`." + restart),
		}),
		"hyperv_passthrough": optional.Flag("`true`: all Hyper-V enlightenments that the node supports. Excludes `hyperv`, and the server can no longer be migrated. Default: `false`." + restart),
		"kvm_hidden":         optional.Flag("`true`: the guest cannot tell that it runs on KVM in the usual way. Default: `false`." + restart),
		"pvspinlock":         feature("Whether the guest is told that the host supports paravirtual spinlocks; to be turned off for old kernels."),
		"hyperv": optional.Nested("Hyper-V enlightenments, which Windows guests run better with. One that another needs is turned on with it, unless it is written as `false`."+restart, map[string]schema.Attribute{
			"relaxed": feature("No timeouts of the guest's own watchdogs."),
			"vapic":   feature("Faster handling of interrupts."),
			"spinlocks": optional.Nested("Limits how often the guest tries a spinlock before it tells the hypervisor; `{}` turns it on."+restart, map[string]schema.Attribute{
				"enabled": enabled,
				"retries": optional.Number("Number of tries, at least 4096. Default: 4096."+restart, minSpinlockRetries, maxSpinlockRetries),
			}),
			"vpindex": feature("Index of a virtual CPU, which Windows identifies it by."),
			"runtime": feature("Run time of a virtual CPU, for better scheduling in the guest."),
			"synic":   feature("Synthetic interrupt controller. Needs `vpindex`."),
			"synictimer": optional.Nested("Timers of the synthetic interrupt controller; `{}` turns them on. Needs `synic`."+restart, map[string]schema.Attribute{
				"enabled": enabled,
				"direct":  optional.Flag("Whether they interrupt directly. Default: `false`." + restart),
			}),
			"reset": feature("Reboot by the hypervisor. Needs `synic`."),
			"vendorid": optional.Nested("Vendor of the hypervisor that the guest sees."+restart, map[string]schema.Attribute{
				"enabled":  enabled,
				"vendorid": optional.Text("The vendor, up to 12 characters."+restart, stringvalidator.LengthAtMost(maxVendorID)),
			}),
			"frequencies":     feature("Better handling of the TSC clock source."),
			"reenlightenment": feature("Notification when the TSC's frequency changes."),
			"tlbflush": optional.Nested("Flushes of the TLB by the hypervisor; `{}` turns them on. Needs `vpindex`."+restart, map[string]schema.Attribute{
				"enabled":  enabled,
				"direct":   optional.Flag("Whether a nested guest can ask for one directly. Default: `false`." + restart),
				"extended": optional.Flag("Whether parts of the TLB can be flushed. Default: `false`." + restart),
			}),
			"ipi":   feature("Interrupts between processors by the hypervisor. Needs `vpindex`."),
			"evmcs": feature("Faster nested virtualization. Needs `vapic` and the CPU feature `vmx`, which KubeVirt requires by itself."),
		}),
	})
}

package preference

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
)

func clockAttribute() schema.Attribute {
	present := optional.Flag("`false` keeps the timer away from the guest. Default: `true`.")
	timezone := optional.Text("Time zone of the clock, for example `Europe/Berlin`.")
	offset := schema.Int64Attribute{
		Optional: true, MarkdownDescription: "Seconds by which the clock differs from UTC. Default: 0.",
		Validators: []validator.Int64{int64validator.Between(-maxOffset, maxOffset)},
	}
	return optional.Nested("Clock.", attributes{
		"preferred_clock_offset": optional.Nested("What the guest's clock shows.", attributes{
			"utc":      optional.Nested("It shows UTC, for which `{}` is enough. Excludes `timezone`.", attributes{"offset_seconds": offset}),
			"timezone": timezone,
		}),
		"preferred_timer": optional.Nested("Timers of the guest.", attributes{
			"hpet": optional.Nested("High precision event timer.", attributes{
				"tick_policy": optional.OneOf("What becomes of missed ticks: `delay`, `catchup`, `merge` or `discard`.", kubevirtv1.HPETTickPolicyDelay, kubevirtv1.HPETTickPolicyCatchup, kubevirtv1.HPETTickPolicyMerge, kubevirtv1.HPETTickPolicyDiscard),
				"present":     present,
			}),
			"kvm": optional.Nested("KVM's clock.", attributes{"present": present}),
			"pit": optional.Nested("Programmable interval timer.", attributes{
				"tick_policy": optional.OneOf("What becomes of missed ticks: `delay`, `catchup` or `discard`.", kubevirtv1.PITTickPolicyDelay, kubevirtv1.PITTickPolicyCatchup, kubevirtv1.PITTickPolicyDiscard),
				"present":     present,
			}),
			"rtc": optional.Nested("Real-time clock.", attributes{
				"tick_policy": optional.OneOf("What becomes of missed ticks: `delay` or `catchup`.", kubevirtv1.RTCTickPolicyDelay, kubevirtv1.RTCTickPolicyCatchup),
				"present":     present,
				"track":       optional.OneOf("What it follows: the `guest` or the `wall` clock.", kubevirtv1.TrackGuest, kubevirtv1.TrackWall),
			}),
			"hyperv": optional.Nested("Hyper-V's clock.", attributes{"present": present}),
		}),
	})
}

func featuresAttribute() schema.Attribute {
	enabled := optional.Flag("`false` turns it off. Default: `true`.")
	direct := optional.Flag("Whether nested hypervisors use it directly.")
	vendor := optional.Text("The vendor, up to 12 characters.")
	vendor.Validators = []validator.String{stringvalidator.LengthAtMost(maxVendor)}
	return optional.Nested("Features of the hypervisor.", attributes{
		"preferred_acpi": optional.Flag("ACPI."),
		"preferred_apic": optional.Nested("Interrupt controller.", attributes{
			"enabled":          enabled,
			"end_of_interrupt": optional.Flag("Whether ends of interrupts are told in a paravirtual way. Default: `false`."),
		}),
		"preferred_hyperv": optional.Nested("Enlightenments of Hyper-V, for Windows.", attributes{
			"relaxed": optional.Flag("Relaxed timing."),
			"vapic":   optional.Flag("Paravirtual interrupt controller."),
			"spinlocks": optional.Nested("Paravirtual spinlocks.", attributes{
				"enabled":   enabled,
				"spinlocks": optional.Number("Attempts before the guest tells the host. Default: 4096.", minRetries, 1<<32-1),
			}),
			"vpindex":         optional.Flag("Index of the virtual CPU."),
			"runtime":         optional.Flag("Run time of the virtual CPUs."),
			"synic":           optional.Flag("Synthetic interrupt controller."),
			"synictimer":      optional.Nested("Synthetic timers.", attributes{"enabled": enabled, "direct": direct}),
			"reset":           optional.Flag("Reset by the guest."),
			"vendorid":        optional.Nested("Vendor that the guest sees.", attributes{"enabled": enabled, "vendorid": vendor}),
			"frequencies":     optional.Flag("Frequencies of the time stamp counter and the APIC."),
			"reenlightenment": optional.Flag("Notice of changed frequencies, after a migration."),
			"tlbflush": optional.Nested("Paravirtual TLB flushes.", attributes{
				"enabled": enabled, "direct": direct, "extended": optional.Flag("Whether single pages can be flushed."),
			}),
			"ipi":   optional.Flag("Paravirtual interrupts between processors."),
			"evmcs": optional.Flag("Enlightened VMCS, for nested hypervisors on Intel."),
		}),
		"preferred_kvm":        optional.Nested("What the guest sees of KVM.", attributes{"hidden": optional.Flag("`true` hides that it runs on KVM. Default: `false`.")}),
		"preferred_pvspinlock": optional.Flag("Paravirtual spinlocks of KVM."),
		"preferred_smm":        optional.Flag("System management mode, which Secure Boot needs."),
	})
}

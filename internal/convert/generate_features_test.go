package convert

var featuresPart = part{leaves: map[string]leaf{
	"features.acpi": toggle, "apic.enabled": toggle, "end_of_interrupt": toggle, "hyperv_passthrough": toggle, "kvm_hidden": toggle, "pvspinlock": toggle,
	"relaxed": toggle, "vapic": toggle, "spinlocks.enabled": toggle, "retries": number, "vpindex": toggle, "runtime": toggle, "synic": toggle,
	"synictimer.enabled": toggle, "synictimer.direct": toggle, "hyperv.reset": toggle, "vendorid.enabled": toggle, "vendorid.vendorid": text("KVM"),
	"frequencies": toggle, "reenlightenment": toggle, "tlbflush.enabled": toggle, "tlbflush.direct": toggle, "tlbflush.extended": toggle,
	"ipi": toggle, "evmcs": toggle,
}}

package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// Features are what the hypervisor offers to the guest. `smm` is among the
// firmware's attributes.
type Features struct {
	ACPI              types.Bool               `tfsdk:"acpi"`
	APIC              *APIC                    `tfsdk:"apic"`
	Hyperv            *Hyperv[HypervSpinlocks] `tfsdk:"hyperv"`
	HypervPassthrough types.Bool               `tfsdk:"hyperv_passthrough"`
	KVMHidden         types.Bool               `tfsdk:"kvm_hidden"`
	Pvspinlock        types.Bool               `tfsdk:"pvspinlock"`
}

// APIC is the interrupt controller.
type APIC struct {
	Enabled        types.Bool `tfsdk:"enabled"`
	EndOfInterrupt types.Bool `tfsdk:"end_of_interrupt"`
}

// Hyperv are enlightenments, for Windows guests above all. S is what says how
// spinlocks are tried: servers and preferences have another name for it.
type Hyperv[S any] struct {
	Relaxed         types.Bool      `tfsdk:"relaxed"`
	VAPIC           types.Bool      `tfsdk:"vapic"`
	Spinlocks       *S              `tfsdk:"spinlocks"`
	VPIndex         types.Bool      `tfsdk:"vpindex"`
	Runtime         types.Bool      `tfsdk:"runtime"`
	SyNIC           types.Bool      `tfsdk:"synic"`
	SyNICTimer      *HypervTimer    `tfsdk:"synictimer"`
	Reset           types.Bool      `tfsdk:"reset"`
	VendorID        *HypervVendorID `tfsdk:"vendorid"`
	Frequencies     types.Bool      `tfsdk:"frequencies"`
	Reenlightenment types.Bool      `tfsdk:"reenlightenment"`
	TLBFlush        *HypervTLBFlush `tfsdk:"tlbflush"`
	IPI             types.Bool      `tfsdk:"ipi"`
	EVMCS           types.Bool      `tfsdk:"evmcs"`
}

// HypervSpinlocks limits how often a spinlock is tried.
type HypervSpinlocks struct {
	Enabled types.Bool  `tfsdk:"enabled"`
	Retries types.Int64 `tfsdk:"retries"`
}

// HypervTimer are synthetic timers.
type HypervTimer struct {
	Enabled types.Bool `tfsdk:"enabled"`
	Direct  types.Bool `tfsdk:"direct"`
}

// HypervVendorID is the hypervisor's vendor as the guest sees it.
type HypervVendorID struct {
	Enabled  types.Bool   `tfsdk:"enabled"`
	VendorID types.String `tfsdk:"vendorid"`
}

// HypervTLBFlush are flushes of the TLB by the hypervisor.
type HypervTLBFlush struct {
	Enabled  types.Bool `tfsdk:"enabled"`
	Direct   types.Bool `tfsdk:"direct"`
	Extended types.Bool `tfsdk:"extended"`
}

func (m *Server) bindFeatures(b binder, spec *kubevirtv1.VirtualMachineInstanceSpec) {
	bindSection(b, &m.Features, &spec.Domain.Features, func(b binder, a *Features, f *kubevirtv1.Features) {
		bindOn(b, &a.ACPI, &f.ACPI.Enabled)
		bindPresence(b, &a.APIC, &f.APIC, bindAPIC)
		bindSection(b, &a.Hyperv, &f.Hyperv, func(b binder, a *Hyperv[HypervSpinlocks], f *kubevirtv1.FeatureHyperv) {
			bindPresence(b, &a.Spinlocks, &f.Spinlocks, func(b binder, a *HypervSpinlocks, f *kubevirtv1.FeatureSpinlocks) {
				bindSwitch(b, &a.Enabled, &f.Enabled)
				bindNumberPointer(b, &a.Retries, &f.Retries)
			})
			bindHyperv(b, a, f)
		})
		within(b, &f.HypervPassthrough, func(f *kubevirtv1.HyperVPassthrough) { bindFlagPointer(b, &a.HypervPassthrough, &f.Enabled) })
		within(b, &f.KVM, func(f *kubevirtv1.FeatureKVM) { bindFlag(b, &a.KVMHidden, &f.Hidden) })
		bindFeature(b, &a.Pvspinlock, &f.Pvspinlock)
	})
}

// bindOn binds a switch that is on when absent.
func bindOn(b binder, a *types.Bool, f **bool) {
	on := *f == nil || **f
	switch {
	case b.writing:
		if *f = nil; !a.IsNull() && !a.ValueBool() {
			*f = a.ValueBoolPointer()
		}
	case !b.importing && !a.IsNull():
		*a = types.BoolValue(on)
	case b.importing && on:
		*a = types.BoolNull()
	case b.importing:
		*a = types.BoolValue(false)
	}
}

func bindAPIC(b binder, a *APIC, f *kubevirtv1.FeatureAPIC) {
	bindSwitch(b, &a.Enabled, &f.Enabled)
	bindFlag(b, &a.EndOfInterrupt, &f.EndOfInterrupt)
}

// bindHyperv binds all enlightenments but spinlocks.
func bindHyperv[S any](b binder, a *Hyperv[S], f *kubevirtv1.FeatureHyperv) {
	bindFeature(b, &a.Relaxed, &f.Relaxed)
	bindFeature(b, &a.VAPIC, &f.VAPIC)
	bindFeature(b, &a.VPIndex, &f.VPIndex)
	bindFeature(b, &a.Runtime, &f.Runtime)
	bindFeature(b, &a.SyNIC, &f.SyNIC)
	bindPresence(b, &a.SyNICTimer, &f.SyNICTimer, func(b binder, a *HypervTimer, f *kubevirtv1.SyNICTimer) {
		bindSwitch(b, &a.Enabled, &f.Enabled)
		bindFeature(b, &a.Direct, &f.Direct)
	})
	bindFeature(b, &a.Reset, &f.Reset)
	bindPresence(b, &a.VendorID, &f.VendorID, func(b binder, a *HypervVendorID, f *kubevirtv1.FeatureVendorID) {
		bindSwitch(b, &a.Enabled, &f.Enabled)
		bindText(b, &a.VendorID, &f.VendorID)
	})
	bindFeature(b, &a.Frequencies, &f.Frequencies)
	bindFeature(b, &a.Reenlightenment, &f.Reenlightenment)
	bindPresence(b, &a.TLBFlush, &f.TLBFlush, func(b binder, a *HypervTLBFlush, f *kubevirtv1.TLBFlush) {
		bindSwitch(b, &a.Enabled, &f.Enabled)
		bindFeature(b, &a.Direct, &f.Direct)
		bindFeature(b, &a.Extended, &f.Extended)
	})
	bindFeature(b, &a.IPI, &f.IPI)
	bindFeature(b, &a.EVMCS, &f.EVMCS)
}

package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// Clock is the guest's clock.
type Clock struct {
	Timezone  types.String `tfsdk:"timezone"`
	UTCOffset types.Int64  `tfsdk:"utc_offset"`
	Timers    *Timers      `tfsdk:"timers"`
}

// Timers are what the guest measures time with.
type Timers struct {
	HPET   *TickTimer  `tfsdk:"hpet"`
	KVM    *PlainTimer `tfsdk:"kvm"`
	PIT    *TickTimer  `tfsdk:"pit"`
	RTC    *RTCTimer   `tfsdk:"rtc"`
	Hyperv *PlainTimer `tfsdk:"hyperv"`
}

// PlainTimer is a timer that is there or is not.
type PlainTimer struct {
	Enabled types.Bool `tfsdk:"enabled"`
}

// TickTimer is a timer that interrupts.
type TickTimer struct {
	Enabled    types.Bool   `tfsdk:"enabled"`
	TickPolicy types.String `tfsdk:"tick_policy"`
}

// RTCTimer is the real time clock.
type RTCTimer struct {
	Enabled    types.Bool   `tfsdk:"enabled"`
	TickPolicy types.String `tfsdk:"tick_policy"`
	Track      types.String `tfsdk:"track"`
}

func (m *Server) bindClock(b binder, spec *kubevirtv1.VirtualMachineInstanceSpec) {
	bindSection(b, &m.Clock, &spec.Domain.Clock, func(b binder, a *Clock, f *kubevirtv1.Clock) {
		bindOffset(b, a, f)
		bindSection(b, &a.Timers, &f.Timer, bindTimers)
	})
}

// bindOffset reads the other way to tell the time, too, where somebody has
// changed the way that is written. `utc: {}` is what is meant without either.
func bindOffset(b binder, a *Clock, f *kubevirtv1.Clock) {
	moved := a.Timezone.ValueString() != "" && deref(f.Timezone) == "" || !a.UTCOffset.IsNull() && deref(f.UTC).OffsetSeconds == nil
	if !b.writing && moved {
		b = b.everything()
	}
	bindTextPointer(b, &a.Timezone, &f.Timezone)
	within(b, &f.UTC, func(f *kubevirtv1.ClockOffsetUTC) { bindNumberPointer(b, &a.UTCOffset, &f.OffsetSeconds) })
}

func bindTimers(b binder, a *Timers, f *kubevirtv1.Timer) {
	bindPresence(b, &a.HPET, &f.HPET, func(b binder, a *TickTimer, f *kubevirtv1.HPETTimer) {
		bindSwitch(b, &a.Enabled, &f.Enabled)
		bindText(b, &a.TickPolicy, &f.TickPolicy)
	})
	bindPresence(b, &a.KVM, &f.KVM, func(b binder, a *PlainTimer, f *kubevirtv1.KVMTimer) { bindSwitch(b, &a.Enabled, &f.Enabled) })
	bindPresence(b, &a.PIT, &f.PIT, func(b binder, a *TickTimer, f *kubevirtv1.PITTimer) {
		bindSwitch(b, &a.Enabled, &f.Enabled)
		bindText(b, &a.TickPolicy, &f.TickPolicy)
	})
	bindPresence(b, &a.RTC, &f.RTC, func(b binder, a *RTCTimer, f *kubevirtv1.RTCTimer) {
		bindSwitch(b, &a.Enabled, &f.Enabled)
		bindText(b, &a.TickPolicy, &f.TickPolicy)
		bindText(b, &a.Track, &f.Track)
	})
	bindPresence(b, &a.Hyperv, &f.Hyperv, func(b binder, a *PlainTimer, f *kubevirtv1.HypervTimer) { bindSwitch(b, &a.Enabled, &f.Enabled) })
}

package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// Names and models that a device has when none is written.
const (
	DefaultWatchdogName = "watchdog"
	DefaultSoundName    = "sound"

	WatchdogI6300ESB = "i6300esb"
	WatchdogDiag288  = "diag288"
)

// Devices are the guest's devices that are neither disks nor interfaces.
type Devices struct {
	RNG                *Nothing         `tfsdk:"rng"`
	Watchdog           *Watchdog        `tfsdk:"watchdog"`
	Inputs             map[string]Input `tfsdk:"inputs"`
	InputDevice        types.Bool       `tfsdk:"input_device"`
	Graphics           types.Bool       `tfsdk:"graphics"`
	Video              *Video           `tfsdk:"video"`
	SerialConsole      types.Bool       `tfsdk:"serial_console"`
	SerialConsoleLog   types.Bool       `tfsdk:"serial_console_log"`
	Memballoon         types.Bool       `tfsdk:"memballoon"`
	VSOCK              types.Bool       `tfsdk:"vsock"`
	Sound              *Sound           `tfsdk:"sound"`
	PanicDevices       []PanicDevice    `tfsdk:"panic_devices"`
	DownwardMetrics    *Nothing         `tfsdk:"downward_metrics"`
	ClientPassthrough  *Nothing         `tfsdk:"client_passthrough"`
	DisableHotplug     types.Bool       `tfsdk:"disable_hotplug"`
	VirtioTransitional types.Bool       `tfsdk:"virtio_transitional"`
	BlockMultiQueue    types.Bool       `tfsdk:"block_multi_queue"`
	IOThreadsPolicy    types.String     `tfsdk:"io_threads_policy"`
	IOThreads          types.Int64      `tfsdk:"io_threads"`
	Legacy             types.Bool       `tfsdk:"legacy"` // see applyLegacy
}

// Watchdog acts when the guest stops answering it.
type Watchdog struct {
	Name   types.String `tfsdk:"name"`
	Model  types.String `tfsdk:"model"`
	Action types.String `tfsdk:"action"`
}

// Input is a pointing device.
type Input struct {
	Type types.String `tfsdk:"type"`
	Bus  types.String `tfsdk:"bus"`
}

// Video is the graphics adapter.
type Video struct {
	Type types.String `tfsdk:"type"`
}

// Sound is a sound card.
type Sound struct {
	Name  types.String `tfsdk:"name"`
	Model types.String `tfsdk:"model"`
}

// PanicDevice tells the host that the guest crashed.
type PanicDevice struct {
	Model types.String `tfsdk:"model"`
}

func (m *Server) bindDevices(b binder, spec *kubevirtv1.VirtualMachineInstanceSpec) {
	bindPart(b, &m.Devices, &spec.Domain, bindDevices)
}

func bindDevices(b binder, a *Devices, domain *kubevirtv1.DomainSpec) {
	f := &domain.Devices
	bindPresence(b, &a.RNG, &f.Rng, bindNothing)
	bindPresence(b, &a.Watchdog, &f.Watchdog, bindWatchdog)
	bindNamed(b, &a.Inputs, &f.Inputs, func(f *kubevirtv1.Input) *string { return &f.Name }, func(b binder, a *Input, f *kubevirtv1.Input) {
		bindTextDefault(b, &a.Type, &f.Type, kubevirtv1.InputTypeTablet)
		bindText(b, &a.Bus, &f.Bus)
	})
	bindSwitch(b, &a.InputDevice, &f.AutoattachInputDevice)
	bindSwitch(b, &a.Graphics, &f.AutoattachGraphicsDevice)
	bindPresence(b, &a.Video, &f.Video, func(b binder, a *Video, f *kubevirtv1.VideoDevice) { bindText(b, &a.Type, &f.Type) })
	bindSwitch(b, &a.SerialConsole, &f.AutoattachSerialConsole)
	bindSwitch(b, &a.SerialConsoleLog, &f.LogSerialConsole)
	bindSwitch(b, &a.Memballoon, &f.AutoattachMemBalloon)
	bindSwitch(b, &a.VSOCK, &f.AutoattachVSOCK)
	bindPresence(b, &a.Sound, &f.Sound, func(b binder, a *Sound, f *kubevirtv1.SoundDevice) {
		bindTextDefault(b, &a.Name, &f.Name, DefaultSoundName)
		bindText(b, &a.Model, &f.Model)
	})
	bindList(b, &a.PanicDevices, &f.PanicDevices, func(b binder, a *PanicDevice, f *kubevirtv1.PanicDevice) {
		bindTextPointer(b, &a.Model, &f.Model)
	})
	bindPresence(b, &a.DownwardMetrics, &f.DownwardMetrics, bindNothing)
	bindPresence(b, &a.ClientPassthrough, &f.ClientPassthrough, bindNothing)
	bindFlag(b, &a.DisableHotplug, &f.DisableHotplug)
	bindSwitch(b, &a.VirtioTransitional, &f.UseVirtioTransitional)
	bindSwitch(b, &a.BlockMultiQueue, &f.BlockMultiQueue)
	bindTextPointer(b, &a.IOThreadsPolicy, &domain.IOThreadsPolicy)
	within(b, &domain.IOThreads, func(f *kubevirtv1.DiskIOThreads) {
		bindNumberPointer(b, &a.IOThreads, &f.SupplementalPoolThreadCount)
	})
}

// bindWatchdog leaves a model that is not written to the architecture.
func bindWatchdog(b binder, a *Watchdog, f *kubevirtv1.Watchdog) {
	bindTextDefault(b, &a.Name, &f.Name, DefaultWatchdogName)
	model, action := "", kubevirtv1.WatchdogAction("")
	if !b.writing {
		switch {
		case f.I6300ESB != nil:
			model, action = WatchdogI6300ESB, f.I6300ESB.Action
		case f.Diag288 != nil:
			model, action = WatchdogDiag288, f.Diag288.Action
		}
		was := a.Model
		if a.Model = b.text(was, model); !a.Model.Equal(was) {
			b = b.everything() // another kind that somebody made of it
		}
	}
	bindText(b, &a.Action, &action)
	if b.writing {
		switch a.Model.ValueString() {
		case WatchdogI6300ESB:
			f.I6300ESB = &kubevirtv1.I6300ESBWatchdog{Action: action}
		case WatchdogDiag288:
			f.Diag288 = &kubevirtv1.Diag288Watchdog{Action: action}
		}
	}
}

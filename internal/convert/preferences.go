package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/path"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
	instancetypev1 "kubevirt.io/api/instancetype/v1beta1"
)

// NewPreference returns an empty object of the kind, and an empty list.
func NewPreference(clusterWide bool) (PlainObject, ListObject) {
	if clusterWide {
		return &instancetypev1.VirtualMachineClusterPreference{TypeMeta: typeMeta("VirtualMachineClusterPreference")},
			&instancetypev1.VirtualMachineClusterPreferenceList{}
	}
	return &instancetypev1.VirtualMachinePreference{TypeMeta: typeMeta("VirtualMachinePreference")},
		&instancetypev1.VirtualMachinePreferenceList{}
}

// ToPreference renders the object of m.
func ToPreference(m Preference) PlainObject {
	obj, _ := NewPreference(m.ClusterWide.ValueBool())
	m.bind(writer, obj)
	return obj
}

// FromPreference reads the model of an object. prior is its state, nil at import.
func FromPreference(obj PlainObject, prior *Preference) Preference {
	var m Preference
	if prior != nil {
		m = *prior
	}
	m.bind(binder{reader: reader{importing: prior == nil}}, obj)
	return m
}

func (m *Preference) bind(b binder, obj PlainObject) {
	var meta *metav1.ObjectMeta
	var spec *instancetypev1.VirtualMachinePreferenceSpec
	switch o := obj.(type) {
	case *instancetypev1.VirtualMachinePreference:
		meta, spec = &o.ObjectMeta, &o.Spec
	case *instancetypev1.VirtualMachineClusterPreference:
		meta, spec = &o.ObjectMeta, &o.Spec
	default:
		return
	}
	bindHead(b, m.Head(), meta)
	bindSection(b, &m.Clock, &spec.Clock, bindPreferredClock)
	bindSection(b, &m.CPU, &spec.CPU, bindPreferredCPU)
	bindSection(b, &m.Devices, &spec.Devices, bindPreferredDevices)
	bindSection(b, &m.Features, &spec.Features, bindPreferredFeatures)
	bindSection(b, &m.Firmware, &spec.Firmware, bindPreferredFirmware)
	bindSection(b, &m.Machine, &spec.Machine, func(b binder, a *PreferredMachine, f *instancetypev1.MachinePreferences) {
		bindText(b, &a.PreferredMachineType, &f.PreferredMachineType)
	})
	bindSection(b, &m.Volumes, &spec.Volumes, func(b binder, a *PreferredVolumes, f *instancetypev1.VolumePreferences) {
		bindText(b, &a.PreferredStorageClassName, &f.PreferredStorageClassName)
	})
	bindSection(b, &m.Requirements, &spec.Requirements, bindPreferredRequirements)
	bindTextPointer(b, &m.PreferredSubdomain, &spec.PreferredSubdomain)
	bindNumberPointer(b, &m.PreferredTerminationGracePeriodSeconds, &spec.PreferredTerminationGracePeriodSeconds)
	bindTextPointer(b, &m.PreferredArchitecture, &spec.PreferredArchitecture)
	bindPresence(b, &m.PreferredLaunchSecurity, &spec.PreferredLaunchSecurity, bindClassLaunchSecurity)
	bindNumber(b, &m.PreferSpreadSocketToCoreRatio, &spec.PreferSpreadSocketToCoreRatio)
	bindKeys(b, &m.InstanceAnnotations, &spec.Annotations)
}

func bindPreferredClock(b binder, a *PreferredClock, f *instancetypev1.ClockPreferences) {
	bindSection(b, &a.PreferredClockOffset, &f.PreferredClockOffset, bindPreferredClockOffset)
	bindSection(b, &a.PreferredTimer, &f.PreferredTimer, bindPreferredTimer)
}

func bindPreferredClockOffset(b binder, a *PreferredClockOffset, f *kubevirtv1.ClockOffset) {
	bindPresence(b, &a.UTC, &f.UTC, func(b binder, a *PreferredUTC, f *kubevirtv1.ClockOffsetUTC) {
		bindNumberPointer(b, &a.OffsetSeconds, &f.OffsetSeconds)
	})
	bindTextPointer(b, &a.Timezone, &f.Timezone)
}

func bindPreferredTimer(b binder, a *PreferredTimer, f *kubevirtv1.Timer) {
	bindPresence(b, &a.HPET, &f.HPET, func(b binder, a *PreferredTickTimer, f *kubevirtv1.HPETTimer) {
		bindText(b, &a.TickPolicy, &f.TickPolicy)
		bindSwitch(b, &a.Present, &f.Enabled)
	})
	bindPresence(b, &a.KVM, &f.KVM, func(b binder, a *PreferredPresence, f *kubevirtv1.KVMTimer) {
		bindSwitch(b, &a.Present, &f.Enabled)
	})
	bindPresence(b, &a.PIT, &f.PIT, func(b binder, a *PreferredTickTimer, f *kubevirtv1.PITTimer) {
		bindText(b, &a.TickPolicy, &f.TickPolicy)
		bindSwitch(b, &a.Present, &f.Enabled)
	})
	bindPresence(b, &a.RTC, &f.RTC, func(b binder, a *PreferredRTC, f *kubevirtv1.RTCTimer) {
		bindText(b, &a.TickPolicy, &f.TickPolicy)
		bindSwitch(b, &a.Present, &f.Enabled)
		bindText(b, &a.Track, &f.Track)
	})
	bindPresence(b, &a.Hyperv, &f.Hyperv, func(b binder, a *PreferredPresence, f *kubevirtv1.HypervTimer) {
		bindSwitch(b, &a.Present, &f.Enabled)
	})
}

func bindPreferredCPU(b binder, a *PreferredCPU, f *instancetypev1.CPUPreferences) {
	bindTextPointer(b, &a.PreferredCPUTopology, &f.PreferredCPUTopology)
	bindSection(b, &a.SpreadOptions, &f.SpreadOptions, func(b binder, a *PreferredSpreadOptions, f *instancetypev1.SpreadOptions) {
		bindTextPointer(b, &a.Across, &f.Across)
		bindNumberPointer(b, &a.Ratio, &f.Ratio)
	})
	bindCPUFeatures(b, &a.PreferredCPUFeatures, &f.PreferredCPUFeatures)
}

func bindPreferredDevices(b binder, a *PreferredDevices, f *instancetypev1.DevicePreferences) {
	bindSwitch(b, &a.PreferredAutoattachGraphicsDevice, &f.PreferredAutoattachGraphicsDevice)
	bindSwitch(b, &a.PreferredAutoattachMemBalloon, &f.PreferredAutoattachMemBalloon)
	bindSwitch(b, &a.PreferredAutoattachPodInterface, &f.PreferredAutoattachPodInterface)
	bindSwitch(b, &a.PreferredAutoattachSerialConsole, &f.PreferredAutoattachSerialConsole)
	bindSwitch(b, &a.PreferredAutoattachInputDevice, &f.PreferredAutoattachInputDevice)
	bindSwitch(b, &a.PreferredDisableHotplug, &f.PreferredDisableHotplug)
	bindSection(b, &a.PreferredVirtualGPUOptions, &f.PreferredVirtualGPUOptions, bindVirtualGPUOptions)
	bindText(b, &a.PreferredSoundModel, &f.PreferredSoundModel)
	bindSwitch(b, &a.PreferredUseVirtioTransitional, &f.PreferredUseVirtioTransitional)
	bindText(b, &a.PreferredInputBus, &f.PreferredInputBus)
	bindText(b, &a.PreferredInputType, &f.PreferredInputType)
	bindText(b, &a.PreferredDiskBus, &f.PreferredDiskBus)
	bindText(b, &a.PreferredLunBus, &f.PreferredLunBus)
	bindText(b, &a.PreferredCdromBus, &f.PreferredCdromBus)
	bindSwitch(b, &a.PreferredDiskDedicatedIOThread, &f.PreferredDiskDedicatedIoThread)
	bindText(b, &a.PreferredDiskCache, &f.PreferredDiskCache)
	bindText(b, &a.PreferredDiskIO, &f.PreferredDiskIO)
	bindSection(b, &a.PreferredDiskBlockSize, &f.PreferredDiskBlockSize, bindBlockSize)
	bindText(b, &a.PreferredInterfaceModel, &f.PreferredInterfaceModel)
	bindPresence(b, &a.PreferredRng, &f.PreferredRng, bindNothing)
	bindSwitch(b, &a.PreferredBlockMultiQueue, &f.PreferredBlockMultiQueue)
	bindSwitch(b, &a.PreferredNetworkInterfaceMultiQueue, &f.PreferredNetworkInterfaceMultiQueue)
	bindPresence(b, &a.PreferredTPM, &f.PreferredTPM, bindTPM)
	bindPresence(b, &a.PreferredInterfaceMasquerade, &f.PreferredInterfaceMasquerade, bindNothing)
	bindTextPointer(b, &a.PreferredPanicDeviceModel, &f.PreferredPanicDeviceModel)
	bindTextPointer(b, &a.PreferredVideoType, &f.PreferredVideoType)
}

func bindPreferredFeatures(b binder, a *PreferredFeatures, f *instancetypev1.FeaturePreferences) {
	bindFeature(b, &a.PreferredACPI, &f.PreferredAcpi)
	bindPresence(b, &a.PreferredAPIC, &f.PreferredApic, bindAPIC)
	bindPresence(b, &a.PreferredHyperv, &f.PreferredHyperv, bindPreferredHyperv)
	bindPresence(b, &a.PreferredKVM, &f.PreferredKvm, func(b binder, a *PreferredKVM, f *kubevirtv1.FeatureKVM) {
		bindFlag(b, &a.Hidden, &f.Hidden)
	})
	bindFeature(b, &a.PreferredPvspinlock, &f.PreferredPvspinlock)
	bindFeature(b, &a.PreferredSMM, &f.PreferredSmm)
}

func bindPreferredHyperv(b binder, a *Hyperv[PreferredSpinlocks], f *kubevirtv1.FeatureHyperv) {
	bindPresence(b, &a.Spinlocks, &f.Spinlocks, func(b binder, a *PreferredSpinlocks, f *kubevirtv1.FeatureSpinlocks) {
		bindSwitch(b, &a.Enabled, &f.Enabled)
		bindNumberPointer(b, &a.Retries, &f.Retries)
	})
	bindHyperv(b, a, f)
}

func bindPreferredFirmware(b binder, a *PreferredFirmware, f *instancetypev1.FirmwarePreferences) {
	bindSwitch(b, &a.PreferredUseBIOS, &f.PreferredUseBios)
	bindSwitch(b, &a.PreferredUseBIOSSerial, &f.PreferredUseBiosSerial)
	bindSwitch(b, &a.PreferredUseEFI, &f.DeprecatedPreferredUseEfi)
	bindSwitch(b, &a.PreferredUseSecureBoot, &f.DeprecatedPreferredUseSecureBoot)
	bindPresence(b, &a.PreferredEFI, &f.PreferredEfi, func(b binder, a *PreferredEFI, f *kubevirtv1.EFI) {
		bindSwitch(b, &a.SecureBoot, &f.SecureBoot)
		bindSwitch(b, &a.Persistent, &f.Persistent)
	})
}

func bindPreferredRequirements(b binder, a *PreferredRequirements, f *instancetypev1.PreferenceRequirements) {
	bindSection(b, &a.CPU, &f.CPU, func(b binder, a *PreferredRequiredCPU, f *instancetypev1.CPUPreferenceRequirement) {
		bindNumber(b, &a.Guest, &f.Guest)
	})
	bindSection(b, &a.Memory, &f.Memory, func(b binder, a *PreferredRequiredMemory, f *instancetypev1.MemoryPreferenceRequirement) {
		bindAmount(b, &a.Guest, &f.Guest)
	})
	bindTextPointer(b, &a.Architecture, &f.Architecture)
}

// PreferenceAttribute returns the attribute that renders a field, the empty path
// when none does.
func PreferenceAttribute(field string) path.Path {
	return attributeOfField(Preference{}, annotationsOfInstances, field)
}

package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// Preference is the model of a virtualserver_preference.
type Preference struct {
	Name        types.String `tfsdk:"name"`
	Namespace   types.String `tfsdk:"namespace"`
	ClusterWide types.Bool   `tfsdk:"cluster_wide"`
	Labels      types.Map    `tfsdk:"labels"`
	Annotations types.Map    `tfsdk:"annotations"`

	Clock                                  *PreferredClock        `tfsdk:"clock"`
	CPU                                    *PreferredCPU          `tfsdk:"cpu"`
	Devices                                *PreferredDevices      `tfsdk:"devices"`
	Features                               *PreferredFeatures     `tfsdk:"features"`
	Firmware                               *PreferredFirmware     `tfsdk:"firmware"`
	Machine                                *PreferredMachine      `tfsdk:"machine"`
	Volumes                                *PreferredVolumes      `tfsdk:"volumes"`
	Requirements                           *PreferredRequirements `tfsdk:"requirements"`
	PreferredSubdomain                     types.String           `tfsdk:"preferred_subdomain"`
	PreferredTerminationGracePeriodSeconds types.Int64            `tfsdk:"preferred_termination_grace_period_seconds"`
	PreferredArchitecture                  types.String           `tfsdk:"preferred_architecture"`
	PreferredLaunchSecurity                *ClassLaunchSecurity   `tfsdk:"preferred_launch_security"`
	PreferSpreadSocketToCoreRatio          types.Int64            `tfsdk:"prefer_spread_socket_to_core_ratio"`
	InstanceAnnotations                    types.Map              `tfsdk:"instance_annotations"`

	ID  types.String `tfsdk:"id"`
	UID types.String `tfsdk:"uid"`
}

// PreferredClock is what a preference says of the clock.
type PreferredClock struct {
	PreferredClockOffset *PreferredClockOffset `tfsdk:"preferred_clock_offset"`
	PreferredTimer       *PreferredTimer       `tfsdk:"preferred_timer"`
}

// PreferredClockOffset is what the guest's clock shows.
type PreferredClockOffset struct {
	UTC      *PreferredUTC `tfsdk:"utc"`
	Timezone types.String  `tfsdk:"timezone"`
}

// PreferredUTC is a clock that shows UTC.
type PreferredUTC struct {
	OffsetSeconds types.Int64 `tfsdk:"offset_seconds"`
}

// PreferredTimer are the guest's timers.
type PreferredTimer struct {
	HPET   *PreferredTickTimer `tfsdk:"hpet"`
	KVM    *PreferredPresence  `tfsdk:"kvm"`
	PIT    *PreferredTickTimer `tfsdk:"pit"`
	RTC    *PreferredRTC       `tfsdk:"rtc"`
	Hyperv *PreferredPresence  `tfsdk:"hyperv"`
}

// PreferredTickTimer is a timer that may miss ticks.
type PreferredTickTimer struct {
	TickPolicy types.String `tfsdk:"tick_policy"`
	Present    types.Bool   `tfsdk:"present"`
}

// PreferredPresence is a timer that is there or not.
type PreferredPresence struct {
	Present types.Bool `tfsdk:"present"`
}

// PreferredRTC is the real-time clock.
type PreferredRTC struct {
	TickPolicy types.String `tfsdk:"tick_policy"`
	Present    types.Bool   `tfsdk:"present"`
	Track      types.String `tfsdk:"track"`
}

// PreferredCPU is what a preference says of the CPU.
type PreferredCPU struct {
	PreferredCPUTopology types.String            `tfsdk:"preferred_cpu_topology"`
	SpreadOptions        *PreferredSpreadOptions `tfsdk:"spread_options"`
	PreferredCPUFeatures types.Map               `tfsdk:"preferred_cpu_features"`
}

// PreferredSpreadOptions is how the topology spread spreads.
type PreferredSpreadOptions struct {
	Across types.String `tfsdk:"across"`
	Ratio  types.Int64  `tfsdk:"ratio"`
}

// PreferredDevices is what a preference says of devices.
type PreferredDevices struct {
	PreferredAutoattachGraphicsDevice   types.Bool         `tfsdk:"preferred_autoattach_graphics_device"`
	PreferredAutoattachMemBalloon       types.Bool         `tfsdk:"preferred_autoattach_mem_balloon"`
	PreferredAutoattachPodInterface     types.Bool         `tfsdk:"preferred_autoattach_pod_interface"`
	PreferredAutoattachSerialConsole    types.Bool         `tfsdk:"preferred_autoattach_serial_console"`
	PreferredAutoattachInputDevice      types.Bool         `tfsdk:"preferred_autoattach_input_device"`
	PreferredDisableHotplug             types.Bool         `tfsdk:"preferred_disable_hotplug"`
	PreferredVirtualGPUOptions          *VirtualGPUOptions `tfsdk:"preferred_virtual_gpu_options"`
	PreferredSoundModel                 types.String       `tfsdk:"preferred_sound_model"`
	PreferredUseVirtioTransitional      types.Bool         `tfsdk:"preferred_use_virtio_transitional"`
	PreferredInputBus                   types.String       `tfsdk:"preferred_input_bus"`
	PreferredInputType                  types.String       `tfsdk:"preferred_input_type"`
	PreferredDiskBus                    types.String       `tfsdk:"preferred_disk_bus"`
	PreferredLunBus                     types.String       `tfsdk:"preferred_lun_bus"`
	PreferredCdromBus                   types.String       `tfsdk:"preferred_cdrom_bus"`
	PreferredDiskDedicatedIOThread      types.Bool         `tfsdk:"preferred_disk_dedicated_io_thread"`
	PreferredDiskCache                  types.String       `tfsdk:"preferred_disk_cache"`
	PreferredDiskIO                     types.String       `tfsdk:"preferred_disk_io"`
	PreferredDiskBlockSize              *BlockSize         `tfsdk:"preferred_disk_block_size"`
	PreferredInterfaceModel             types.String       `tfsdk:"preferred_interface_model"`
	PreferredRng                        *Nothing           `tfsdk:"preferred_rng"`
	PreferredBlockMultiQueue            types.Bool         `tfsdk:"preferred_block_multi_queue"`
	PreferredNetworkInterfaceMultiQueue types.Bool         `tfsdk:"preferred_network_interface_multi_queue"`
	PreferredTPM                        *TPM               `tfsdk:"preferred_tpm"`
	PreferredInterfaceMasquerade        *Nothing           `tfsdk:"preferred_interface_masquerade"`
	PreferredPanicDeviceModel           types.String       `tfsdk:"preferred_panic_device_model"`
	PreferredVideoType                  types.String       `tfsdk:"preferred_video_type"`
}

// PreferredFeatures is what a preference says of the hypervisor's features.
type PreferredFeatures struct {
	PreferredACPI       types.Bool                  `tfsdk:"preferred_acpi"`
	PreferredAPIC       *APIC                       `tfsdk:"preferred_apic"`
	PreferredHyperv     *Hyperv[PreferredSpinlocks] `tfsdk:"preferred_hyperv"`
	PreferredKVM        *PreferredKVM               `tfsdk:"preferred_kvm"`
	PreferredPvspinlock types.Bool                  `tfsdk:"preferred_pvspinlock"`
	PreferredSMM        types.Bool                  `tfsdk:"preferred_smm"`
}

// PreferredKVM is what the guest sees of KVM.
type PreferredKVM struct {
	Hidden types.Bool `tfsdk:"hidden"`
}

// PreferredSpinlocks is the enlightenment of spinlocks.
type PreferredSpinlocks struct {
	Enabled types.Bool  `tfsdk:"enabled"`
	Retries types.Int64 `tfsdk:"spinlocks"`
}

// PreferredFirmware is what a preference says of the firmware.
type PreferredFirmware struct {
	PreferredUseBIOS       types.Bool    `tfsdk:"preferred_use_bios"`
	PreferredUseBIOSSerial types.Bool    `tfsdk:"preferred_use_bios_serial"`
	PreferredUseEFI        types.Bool    `tfsdk:"preferred_use_efi"`
	PreferredUseSecureBoot types.Bool    `tfsdk:"preferred_use_secure_boot"`
	PreferredEFI           *PreferredEFI `tfsdk:"preferred_efi"`
}

// PreferredEFI is EFI.
type PreferredEFI struct {
	SecureBoot types.Bool `tfsdk:"secure_boot"`
	Persistent types.Bool `tfsdk:"persistent"`
}

// PreferredMachine is what a preference says of the machine.
type PreferredMachine struct {
	PreferredMachineType types.String `tfsdk:"preferred_machine_type"`
}

// PreferredVolumes is what a preference says of volumes.
type PreferredVolumes struct {
	PreferredStorageClassName types.String `tfsdk:"preferred_storage_class_name"`
}

// PreferredRequirements is the least that a server must have.
type PreferredRequirements struct {
	CPU          *PreferredRequiredCPU    `tfsdk:"cpu"`
	Memory       *PreferredRequiredMemory `tfsdk:"memory"`
	Architecture types.String             `tfsdk:"architecture"`
}

// PreferredRequiredCPU is the least number of virtual CPUs.
type PreferredRequiredCPU struct {
	Guest types.Int64 `tfsdk:"guest"`
}

// PreferredRequiredMemory is the least memory.
type PreferredRequiredMemory struct {
	Guest quantity.Value `tfsdk:"guest"`
}

// Head are the attributes that every plain object has.
func (m *Preference) Head() metadata.Head {
	return metadata.Head{
		Name: &m.Name, Namespace: &m.Namespace, ClusterWide: &m.ClusterWide,
		Labels: &m.Labels, Annotations: &m.Annotations, ID: &m.ID, UID: &m.UID,
	}
}

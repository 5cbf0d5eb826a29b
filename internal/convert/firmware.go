package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// Values of `bootloader`.
const (
	BootloaderBIOS = "bios"
	BootloaderEFI  = "efi"
)

// Firmware is what the guest boots with.
type Firmware struct {
	Bootloader types.String `tfsdk:"bootloader"`
	SecureBoot types.Bool   `tfsdk:"secure_boot"`
	Persistent types.Bool   `tfsdk:"persistent"`
	UseSerial  types.Bool   `tfsdk:"use_serial"`
	SMM        types.Bool   `tfsdk:"smm"`
	UUID       types.String `tfsdk:"uuid"`
	Serial     types.String `tfsdk:"serial"`
	KernelBoot *KernelBoot  `tfsdk:"kernel_boot"`
	Chassis    *Chassis     `tfsdk:"chassis"`
}

// KernelBoot boots a kernel that is not on the root disk.
type KernelBoot struct {
	KernelArgs types.String         `tfsdk:"kernel_args"`
	Container  *KernelBootContainer `tfsdk:"container"`
}

// KernelBootContainer is an image that holds a kernel.
type KernelBootContainer struct {
	Image           types.String `tfsdk:"image"`
	ImagePullSecret types.String `tfsdk:"image_pull_secret"`
	ImagePullPolicy types.String `tfsdk:"image_pull_policy"`
	KernelPath      types.String `tfsdk:"kernel_path"`
	InitrdPath      types.String `tfsdk:"initrd_path"`
}

// Chassis is what the SMBIOS says of the machine's case.
type Chassis struct {
	Manufacturer types.String `tfsdk:"manufacturer"`
	Version      types.String `tfsdk:"version"`
	Serial       types.String `tfsdk:"serial"`
	Asset        types.String `tfsdk:"asset"`
	SKU          types.String `tfsdk:"sku"`
}

// TPM is a virtual trusted platform module.
type TPM struct {
	Enabled    types.Bool `tfsdk:"enabled"`
	Persistent types.Bool `tfsdk:"persistent"`
}

func (m *Server) bindFirmware(b binder, spec *kubevirtv1.VirtualMachineInstanceSpec) {
	domain := &spec.Domain
	bindPart(b, &m.Firmware, domain, bindFirmware)
	bindChosen(b, &m.Architecture, &spec.Architecture)
	within(b, &domain.Machine, func(f *kubevirtv1.Machine) { bindChosen(b, &m.MachineType, &f.Type) })
	bindPresence(b, &m.TPM, &domain.Devices.TPM, bindTPM)
}

func bindTPM(b binder, a *TPM, f *kubevirtv1.TPMDevice) {
	bindSwitch(b, &a.Enabled, &f.Enabled)
	bindFlagPointer(b, &a.Persistent, &f.Persistent)
}

func bindFirmware(b binder, a *Firmware, domain *kubevirtv1.DomainSpec) {
	within(b, &domain.Firmware, func(f *kubevirtv1.Firmware) {
		within(b, &f.Bootloader, func(f *kubevirtv1.Bootloader) { bindBootloader(b, a, f) })
		bindChosen(b, &a.UUID, &f.UUID)
		bindChosen(b, &a.Serial, &f.Serial)
		bindSection(b, &a.KernelBoot, &f.KernelBoot, bindKernelBoot)
	})
	within(b, &domain.Features, func(f *kubevirtv1.Features) { bindFeature(b, &a.SMM, &f.SMM) })
	bindSection(b, &a.Chassis, &domain.Chassis, bindChassis)
}

func bindBootloader(b binder, a *Firmware, f *kubevirtv1.Bootloader) {
	efi, bios := deref(f.EFI), deref(f.BIOS)
	if !b.writing {
		kind, was := "", a.Bootloader
		switch {
		case f.EFI != nil:
			kind = BootloaderEFI
		case f.BIOS != nil:
			kind = BootloaderBIOS
		}
		if a.Bootloader = b.text(was, kind); !a.Bootloader.Equal(was) {
			b = b.everything() // the settings of another kind that somebody made of it
		}
	}
	bindSwitch(b, &a.SecureBoot, &efi.SecureBoot)
	bindFlagPointer(b, &a.Persistent, &efi.Persistent)
	bindFlagPointer(b, &a.UseSerial, &bios.UseSerial)
	if b.writing {
		switch a.Bootloader.ValueString() {
		case BootloaderEFI:
			f.EFI = &efi
		case BootloaderBIOS:
			f.BIOS = &bios
		}
	}
}

func bindKernelBoot(b binder, a *KernelBoot, f *kubevirtv1.KernelBoot) {
	bindText(b, &a.KernelArgs, &f.KernelArgs)
	bindSection(b, &a.Container, &f.Container, func(b binder, a *KernelBootContainer, f *kubevirtv1.KernelBootContainer) {
		bindText(b, &a.Image, &f.Image)
		bindText(b, &a.ImagePullSecret, &f.ImagePullSecret)
		bindText(b, &a.ImagePullPolicy, &f.ImagePullPolicy)
		bindText(b, &a.KernelPath, &f.KernelPath)
		bindText(b, &a.InitrdPath, &f.InitrdPath)
	})
}

func bindChassis(b binder, a *Chassis, f *kubevirtv1.Chassis) {
	bindText(b, &a.Manufacturer, &f.Manufacturer)
	bindText(b, &a.Version, &f.Version)
	bindText(b, &a.Serial, &f.Serial)
	bindText(b, &a.Asset, &f.Asset)
	bindText(b, &a.SKU, &f.Sku)
}

package virtualserver

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	corev1 "k8s.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

// Architectures that KubeVirt knows.
const (
	archAMD64 = "amd64"
	archARM64 = "arm64"
	archS390X = "s390x"
)

// chosen is said of what the cluster fills in for good.
const chosen = " Absent, it is left to the cluster; removing it from the configuration changes nothing, and an import does not read it."

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func uuidProblem(value string) string {
	if uuid.MatchString(value) {
		return ""
	}
	return `Write 32 hex digits as in "3f9c8d4e-0b1a-4c6e-9d2f-6a7b8c9d0e1f".`
}

func firmwareAttribute() schema.Attribute {
	return optional.Nested("Firmware of the server.", map[string]schema.Attribute{
		"bootloader":  optional.OneOf("`bios` or `efi`. Default: what the preference says, else BIOS on amd64 and EFI on arm64."+restart, convert.BootloaderBIOS, convert.BootloaderEFI),
		"secure_boot": optional.Flag("Whether `efi` only starts what is signed. It needs `smm = true`. Default: `true` with `bootloader = \"efi\"`." + restart),
		"persistent":  optional.Flag("Whether what the guest writes into the variables of `efi` outlives a restart; KubeVirt keeps them in a claim of its own. Default: `false`." + restart),
		"use_serial":  optional.Flag("Whether the `bios` writes to the serial console. Default: `false`." + restart),
		"smm":         optional.Flag("Whether the guest has the System Management Mode, which `secure_boot` needs. Default: what the preference says, else `false`." + restart),
		"uuid":        optional.Text("UUID of the machine, as its SMBIOS says."+chosen+restart, validate.Text("Invalid UUID", uuidProblem)),
		"serial":      optional.Text("Serial number of the machine, as its SMBIOS says."+chosen+restart, validate.Text("Invalid serial number", oneLine)),
		"kernel_boot": optional.Nested("Boots a kernel that is not on the root disk."+restart, map[string]schema.Attribute{
			"kernel_args": optional.Text("Arguments of the kernel. They need a `container`." + restart),
			"container": optional.Nested("Image that holds the kernel: `kernel_path`, `initrd_path` or both."+restart, map[string]schema.Attribute{
				"image":             schema.StringAttribute{Required: true, MarkdownDescription: "The image." + restart, Validators: []validator.String{stringvalidator.LengthAtLeast(1)}},
				"image_pull_secret": optional.ObjectName("Secret to pull the image with." + restart),
				"image_pull_policy": optional.OneOf("`Always`, `IfNotPresent` or `Never`. Default: `Always` for the tag `latest`, else `IfNotPresent`."+restart, corev1.PullAlways, corev1.PullIfNotPresent, corev1.PullNever),
				"kernel_path":       optional.Text("Path of the kernel in the image."+restart, validate.Text("Invalid path", validate.FilePath)),
				"initrd_path":       optional.Text("Path of the initial RAM disk in the image."+restart, validate.Text("Invalid path", validate.FilePath)),
			}),
		}),
		"chassis": optional.Nested("What the SMBIOS says of the machine's case."+restart, map[string]schema.Attribute{
			"manufacturer": optional.Text("Manufacturer." + restart),
			"version":      optional.Text("Version." + restart),
			"serial":       optional.Text("Serial number." + restart),
			"asset":        optional.Text("Asset tag." + restart),
			"sku":          optional.Text("SKU." + restart),
		}),
	})
}

func machineTypeAttribute() schema.Attribute {
	return optional.Text("Machine type, for example `q35` or `pc-q35-rhel9.4.0`: one that the cluster allows." + chosen + restart)
}

func architectureAttribute() schema.Attribute {
	return optional.OneOf("Architecture of the guest: `amd64`, `arm64` or `s390x`; the root disk must hold a system of it. Changing it needs a `machine_type` of the new architecture, as the machine keeps its own."+chosen+restart, archAMD64, archARM64, archS390X)
}

func tpmAttribute() schema.Attribute {
	return optional.Nested("A virtual trusted platform module; `{}` for one that forgets what it holds when the server stops."+restart, map[string]schema.Attribute{
		"enabled":    optional.Flag("`false` turns off one that a preference adds. Default: `true`." + restart),
		"persistent": optional.Flag("Whether it keeps what it holds; KubeVirt stores it in a claim of its own. Default: `false`." + restart),
	})
}

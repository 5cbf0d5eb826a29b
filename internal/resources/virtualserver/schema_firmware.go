package virtualserver

import (
	"path"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	corev1 "k8s.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
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

// filePathProblem holds a path to KubeVirt's rules.
func filePathProblem(value string) string {
	if value != "/" && path.Join("/", value) == strings.TrimSuffix(value, "/") {
		return ""
	}
	return `Write an absolute path to a file without "." and "..", as "/boot/vmlinuz".`
}

func plainText(text string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: text}
}

func firmwareAttribute() schema.Attribute {
	return nested("Firmware of the server.", map[string]schema.Attribute{
		"bootloader":  option("`bios` or `efi`. Default: what the preference says, else BIOS on amd64 and EFI on arm64."+restart, convert.BootloaderBIOS, convert.BootloaderEFI),
		"secure_boot": onOff("Whether `efi` only starts what is signed. It needs `smm = true`. Default: `true` with `bootloader = \"efi\"`." + restart),
		"persistent":  onOff("Whether what the guest writes into the variables of `efi` outlives a restart; KubeVirt keeps them in a claim of its own. Default: `false`." + restart),
		"use_serial":  onOff("Whether the `bios` writes to the serial console. Default: `false`." + restart),
		"smm":         onOff("Whether the guest has the System Management Mode, which `secure_boot` needs. Default: what the preference says, else `false`." + restart),
		"uuid": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "UUID of the machine, as its SMBIOS says." + chosen + restart,
			Validators:          []validator.String{validate.Text("Invalid UUID", uuidProblem)},
		},
		"serial": plainText("Serial number of the machine, as its SMBIOS says." + chosen + restart),
		"kernel_boot": nested("Boots a kernel that is not on the root disk."+restart, map[string]schema.Attribute{
			"kernel_args": plainText("Arguments of the kernel. They need a `container`." + restart),
			"container": nested("Image that holds the kernel: `kernel_path`, `initrd_path` or both."+restart, map[string]schema.Attribute{
				"image":             schema.StringAttribute{Required: true, MarkdownDescription: "The image." + restart, Validators: []validator.String{stringvalidator.LengthAtLeast(1)}},
				"image_pull_secret": objectName("Secret to pull the image with." + restart),
				"image_pull_policy": option("`Always`, `IfNotPresent` or `Never`. Default: `Always` for the tag `latest`, else `IfNotPresent`."+restart, string(corev1.PullAlways), string(corev1.PullIfNotPresent), string(corev1.PullNever)),
				"kernel_path":       schema.StringAttribute{Optional: true, MarkdownDescription: "Path of the kernel in the image." + restart, Validators: []validator.String{validate.Text("Invalid path", filePathProblem)}},
				"initrd_path":       schema.StringAttribute{Optional: true, MarkdownDescription: "Path of the initial RAM disk in the image." + restart, Validators: []validator.String{validate.Text("Invalid path", filePathProblem)}},
			}),
		}),
		"chassis": nested("What the SMBIOS says of the machine's case."+restart, map[string]schema.Attribute{
			"manufacturer": plainText("Manufacturer." + restart),
			"version":      plainText("Version." + restart),
			"serial":       plainText("Serial number." + restart),
			"asset":        plainText("Asset tag." + restart),
			"sku":          plainText("SKU." + restart),
		}),
	})
}

func machineTypeAttribute() schema.Attribute {
	return plainText("Machine type, for example `q35` or `pc-q35-rhel9.4.0`: one that the cluster allows." + chosen + restart)
}

func architectureAttribute() schema.Attribute {
	return option("Architecture of the guest: `amd64`, `arm64` or `s390x`; the root disk must hold a system of it. Changing it needs a `machine_type` of the new architecture, as the machine keeps its own."+chosen+restart, archAMD64, archARM64, archS390X)
}

func tpmAttribute() schema.Attribute {
	return nested("A virtual trusted platform module; `{}` for one that forgets what it holds when the server stops."+restart, map[string]schema.Attribute{
		"enabled":    onOff("`false` turns off one that a preference adds. Default: `true`." + restart),
		"persistent": onOff("Whether it keeps what it holds; KubeVirt stores it in a claim of its own. Default: `false`." + restart),
	})
}

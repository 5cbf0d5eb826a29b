package preference

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	instancetypev1 "kubevirt.io/api/instancetype/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/classes"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/plainobject"
)

const thing = "preference"

// attributes is a part of the schema.
type attributes = map[string]schema.Attribute

// Schema describes the resource.
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A preference: how the guests of an operating system want their machine. What a server itself says outranks it. It is a KubeVirt VirtualMachinePreference, or with `cluster_wide` a VirtualMachineClusterPreference.\n\n" +
			"KubeVirt keeps a copy of the preference for each server, taken when the server first refers to it. " +
			"So a change here is for servers made afterwards: **servers that exist keep the former values, also over a restart**, until they refer to another preference. " +
			"For the same reason a preference that is in use can be deleted, and its servers go on, stop and start as before.",
		Attributes: plainobject.Attributes(thing, attributes{
			"clock":    clockAttribute(),
			"cpu":      cpuAttribute(),
			"devices":  devicesAttribute(),
			"features": featuresAttribute(),
			"firmware": firmwareAttribute(),
			"machine": optional.Nested("Machine.", attributes{
				"preferred_machine_type": optional.Text("Machine type, for example `q35` or `pc-q35-rhel9.4.0`."),
			}),
			"volumes": optional.Nested("Volumes.", attributes{
				"preferred_storage_class_name": optional.Text("Storage class of disks that a server makes and that name none."),
			}),
			"requirements":        requirementsAttribute(),
			"preferred_subdomain": optional.Text("Subdomain of the guest's fully qualified host name."),
			"preferred_termination_grace_period_seconds": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Seconds that a guest has to shut down before it is cut off.",
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
			},
			"preferred_architecture":             optional.OneOf("Architecture of the guest: `amd64`, `arm64` or `s390x`.", "amd64", "arm64", "s390x"),
			"preferred_launch_security":          classes.LaunchSecurity("Encrypts the guest's memory against its host. Needs KubeVirt 1.9."),
			"prefer_spread_socket_to_core_ratio": optional.Number("As `cpu.spread_options.ratio`, which outranks it.", 1, classes.MaxCPUs),
			"instance_annotations": optional.Texts("Annotations that servers' instances (VirtualMachineInstances) get. They are `spec.annotations` of the preference; its own are `annotations`. " +
				"Only the keys written here are managed."),
		}),
	}
}

func cpuAttribute() schema.Attribute {
	return optional.Nested("CPU.", attributes{
		"preferred_cpu_topology": optional.OneOf("How the CPUs of an instance type are shown: as `sockets`, `cores` or `threads`, or `spread` over several of these; `any` is `sockets`, too. Default: `sockets`. "+
			"The former names `preferSockets`, `preferCores`, `preferThreads`, `preferSpread` and `preferAny` are deprecated by KubeVirt.",
			instancetypev1.Sockets, instancetypev1.Cores, instancetypev1.Threads, instancetypev1.Spread, instancetypev1.Any,
			instancetypev1.DeprecatedPreferSockets, instancetypev1.DeprecatedPreferCores, instancetypev1.DeprecatedPreferThreads, instancetypev1.DeprecatedPreferSpread, instancetypev1.DeprecatedPreferAny),
		"spread_options": optional.Nested("How the topology `spread` spreads. Only servers whose number of CPUs can be divided so are accepted.", attributes{
			"across": optional.OneOf("Over what: `SocketsCores`, `SocketsCoresThreads` or `CoresThreads`. Default: `SocketsCores`.",
				instancetypev1.SpreadAcrossSocketsCores, instancetypev1.SpreadAcrossSocketsCoresThreads, instancetypev1.SpreadAcrossCoresThreads),
			"ratio": optional.Number("Cores of each socket; with `CoresThreads` threads of each core, which can only be 2. Default: 2.", 1, classes.MaxCPUs),
		}),
		"preferred_cpu_features": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Features of the CPU, for example `vmx`, and what becomes of each: `force`, `require`, `optional`, `disable` or `forbid`; `\"\"` is `require`. Only the features written here are managed.",
			Validators: []validator.Map{
				mapvalidator.KeysAre(stringvalidator.LengthAtLeast(1)), mapvalidator.NoNullValues(),
				mapvalidator.ValueStringsAre(stringvalidator.OneOf("", "force", "require", "optional", "disable", "forbid")),
			},
		},
	})
}

func firmwareAttribute() schema.Attribute {
	return optional.Nested("Firmware.", attributes{
		"preferred_use_bios":        optional.Flag("Whether the guest boots with a BIOS."),
		"preferred_use_bios_serial": optional.Flag("Whether the BIOS shows its output on the serial console. Needs `preferred_use_bios`."),
		"preferred_use_efi":         optional.Flag("Whether the guest boots with EFI. Deprecated by KubeVirt: use `preferred_efi`."),
		"preferred_use_secure_boot": optional.Flag("Whether it boots with Secure Boot. Deprecated by KubeVirt: use `preferred_efi`."),
		"preferred_efi": optional.Nested("The guest boots with EFI, for which `{}` is enough.", attributes{
			"secure_boot": optional.Flag("Whether it boots with Secure Boot, which needs `features.preferred_smm`. Default: `true`."),
			"persistent":  optional.Flag("Whether EFI's variables are kept over restarts. Default: `false`."),
		}),
	})
}

func requirementsAttribute() schema.Attribute {
	return optional.Nested("The least that a server must have: KubeVirt refuses servers that have less.", attributes{
		"cpu": optional.Nested("CPU.", attributes{"guest": schema.Int64Attribute{
			Required: true, MarkdownDescription: "Least number of virtual CPUs.",
			Validators: []validator.Int64{int64validator.Between(1, classes.MaxCPUs)},
		}}),
		"memory":       optional.Nested("Memory.", attributes{"guest": optional.RequiredAmount("Least memory.")}),
		"architecture": optional.OneOf("Architecture that the server must have: `amd64`, `arm64` or `s390x`.", "amd64", "arm64", "s390x"),
	})
}

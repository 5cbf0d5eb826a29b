package instancetype

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/classes"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/plainobject"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

const thing = "instance type"

// Schema describes the resource.
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An instance type: CPU, memory and devices that servers take as a whole. It is a KubeVirt VirtualMachineInstancetype, or with `cluster_wide` a VirtualMachineClusterInstancetype.\n\n" +
			"KubeVirt keeps a copy of the instance type for each server, taken when the server first refers to it. " +
			"So a change here is for servers made afterwards: **servers that exist keep the former values, also over a restart**, until they refer to another instance type. " +
			"For the same reason an instance type that is in use can be deleted, and its servers go on, stop and start as before.",
		Attributes: plainobject.Attributes(thing, map[string]schema.Attribute{
			"cpu":               cpuAttribute(),
			"memory":            memoryAttribute(),
			"gpus":              devicesAttribute("GPUs that are passed through to the guest, by name.", map[string]schema.Attribute{"virtual_gpu_options": classes.VirtualGPU("How a virtual GPU is used.")}),
			"host_devices":      devicesAttribute("Other devices of the node that are passed through to the guest, by name. Needs KubeVirt's feature gate `HostDevices`.", nil),
			"io_threads_policy": optional.OneOf("How the guest's disks share I/O threads: `shared`, `auto` or `supplementalPool`, which needs `io_threads`. Default: one thread for all.", kubevirtv1.IOThreadsPolicyShared, kubevirtv1.IOThreadsPolicyAuto, kubevirtv1.IOThreadsPolicySupplementalPool),
			"io_threads": optional.Nested("I/O threads of the policy `supplementalPool`.", map[string]schema.Attribute{
				"supplemental_pool_thread_count": optional.Number("Number of I/O threads.", 1, classes.MaxCPUs),
			}),
			"launch_security": classes.LaunchSecurity("Encrypts the guest's memory against its host; which kind, the node's CPU decides. KubeVirt is about to move it to preferences."),
			"node_selector":   optional.Texts("Labels that a node must have for servers to run there. Only the keys written here are managed."),
			"scheduler_name":  optional.Text("Scheduler that chooses the node. Default: the cluster's."),
			"instance_annotations": optional.Texts("Annotations that servers' instances (VirtualMachineInstances) get. They are `spec.annotations` of the instance type; its own are `annotations`. " +
				"Only the keys written here are managed."),
		}),
	}
}

func cpuAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Required:            true,
		MarkdownDescription: "CPU of the guest.",
		Attributes: map[string]schema.Attribute{
			"guest": schema.Int64Attribute{
				Required:            true,
				MarkdownDescription: "Number of virtual CPUs. They are sockets, unless a preference says otherwise.",
				Validators:          []validator.Int64{int64validator.Between(1, classes.MaxCPUs)},
			},
			"model":                   optional.Text("CPU model, for example `Cascadelake-Server`, or `host-model` or `host-passthrough` for the node's own. Default: the cluster's."),
			"max_sockets":             optional.Number("Up to how many sockets CPUs can be added to a server that runs. Servers whose CPUs are sockets need at least as many as `guest`. Default: four times the sockets that it starts with.", 1, classes.MaxCPUs),
			"dedicated_cpu_placement": optional.Flag("`true` gives each virtual CPU a CPU of the node for itself. Needs nodes with the CPU manager. Default: `false`."),
			"isolate_emulator_thread": optional.Flag("`true` gives the emulator a CPU of its own, too. Needs `dedicated_cpu_placement`. Default: `false`."),
			"numa": optional.Nested("NUMA topology of the guest.", map[string]schema.Attribute{
				"guest_mapping_passthrough": optional.Nothing("Written as `{}`, it gives the guest the node's NUMA topology for its CPUs and memory. Needs `dedicated_cpu_placement` and `memory.hugepages`."),
			}),
			"realtime": optional.Nested("Written as `{}`, it tunes the guest for low latency. Needs `dedicated_cpu_placement` and `numa`.", map[string]schema.Attribute{
				"mask": optional.Text("Virtual CPUs that run in real time, for example `0-3,^1`. Default: all."),
			}),
		},
	}
}

func memoryAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Required:            true,
		MarkdownDescription: "Memory of the guest.",
		Attributes: map[string]schema.Attribute{
			"guest":     optional.RequiredAmount("Memory that the guest sees, for example `8Gi`."),
			"max_guest": optional.Amount("Up to how much memory can be added to a server that runs. At least `guest`. Default: four times the memory that it starts with."),
			"hugepages": optional.Nested("Backs the memory with hugepages, of which the node must have enough. Excludes `overcommit_percent`.", map[string]schema.Attribute{
				"page_size": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Size of a page, for example `2Mi` or `1Gi`; `guest` must be a multiple of it.",
					Validators:          []validator.String{validate.Text("Invalid page size", pageSize)},
				},
			}),
			"overcommit_percent": optional.Number("Share of the memory, in percent, that is not reserved on the node: servers may then run out of memory together. Default: 0.", 0, 100),
		},
	}
}

func devicesAttribute(description string, more map[string]schema.Attribute) schema.Attribute {
	deviceName := optional.Text("Resource name of the device's plugin, for example `nvidia.com/GA100_A100_PCIE_40GB`.")
	deviceName.Required, deviceName.Optional = true, false
	deviceName.Validators = []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid device name", validate.LabelKey)}
	attributes := map[string]schema.Attribute{
		"device_name": deviceName,
		"tag":         optional.Text("Tag that cloud-init's config drive shows the guest for the device."),
	}
	for name, a := range more {
		attributes[name] = a
	}
	return schema.MapNestedAttribute{
		Optional:            true,
		MarkdownDescription: description,
		NestedObject:        schema.NestedAttributeObject{Attributes: attributes},
		Validators:          []validator.Map{mapvalidator.KeysAre(validate.Text("Invalid name", validate.DNSLabel))},
	}
}

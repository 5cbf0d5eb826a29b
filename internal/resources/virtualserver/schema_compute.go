package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"k8s.io/apimachinery/pkg/api/resource"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

const (
	maxCPUs = 4096
	maxGPUs = 64
)

func resourcesAttribute() schema.Attribute {
	return optional.Nested("CPU, memory, GPUs and devices of the node.", map[string]schema.Attribute{
		"cpu":                       cpuAttribute(),
		"memory":                    optional.Amount("Memory of the guest, for example `8Gi`. Raising it takes effect **live** where the cluster can, lowering it at the next restart."),
		"memory_request":            optional.Amount("Memory that the scheduler reserves for the server, when it is to differ from `memory`. KubeVirt also takes it as the guest's memory when `memory` is not set." + restart),
		"memory_limit":              optional.Amount("Most memory that the server may take of its node, beside the overhead of virtualization. KubeVirt also takes it as the guest's memory when neither `memory` nor `memory_request` is set. Default: none." + restart),
		"max_memory":                optional.Amount("Most memory that the guest can be given while it runs: a multiple of `2Mi` (of `1Gi` with hugepages of that size), and only for guests of at least `1Gi` on amd64. Default: the cluster's, four times `memory` unless it is configured otherwise." + restart),
		"hugepages":                 optional.Text("Size of the huge pages that the guest's memory consists of: `2Mi` or `1Gi` on amd64. The node must have them. Default: ordinary memory."+restart, validate.Text("Invalid page size", pageSizeProblem)),
		"overcommit_guest_overhead": optional.Flag("`true`: the scheduler does not count the memory that virtualization itself needs, which goes into the limit only; a node may then run out of memory. Default: `false`." + restart),
		"reserved_overhead": optional.Nested("Memory beside the guest's, for devices that need it. Needs the feature gate `ReservedOverheadMemlock`."+restart, map[string]schema.Attribute{
			"added_overhead": optional.Amount("Memory that is added to the server's limit." + restart),
			"mem_lock":       optional.OneOf("`Required`: the guest's memory and overhead are locked into the node's memory, as devices with direct access need it. `NotRequired` (default)."+restart, kubevirtv1.MemLockRequired, kubevirtv1.MemLockNotRequired),
		}),
		"gpu": optional.Nested("GPUs of one type. For GPUs of several types, or with options, see `gpus`."+restart, map[string]schema.Attribute{
			"type":  deviceType("Resource name of the GPU's device plugin, for example `nvidia.com/GA100_A100_PCIE_40GB`."+restart, "Invalid GPU type"),
			"count": optional.Number("Number of GPUs. Default: 1."+restart, 1, maxGPUs),
		}),
		"gpus": schema.MapNestedAttribute{
			Optional:            true,
			MarkdownDescription: "GPUs by name, in place of `gpu`. A name is a DNS label." + restart,
			Validators:          deviceKeys(),
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"device_name": deviceType("Resource name of the GPU's device plugin."+restart, "Invalid device name"),
				"tag":         deviceTag(),
				"virtual_gpu_options": optional.Nested("Options of a virtual (mediated) GPU."+restart, map[string]schema.Attribute{
					"display": optional.Nested("A display that the GPU backs. `{}` turns it on."+restart, map[string]schema.Attribute{
						"enabled": optional.Flag("Whether the GPU backs a display. Default: `true`." + restart),
						"ram_fb":  optional.Flag("Whether there is a framebuffer until the guest loads the GPU's driver; one GPU at most can have it. Default: `true`." + restart),
					}),
				}),
			}},
		},
		"host_devices": schema.MapNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Devices of the node that the guest gets, by name. A name is a DNS label. Needs the feature gate `HostDevices`." + restart,
			Validators:          deviceKeys(),
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"device_name": deviceType("Resource name of the device, for example `intel.com/qat`."+restart, "Invalid device name"),
				"tag":         deviceTag(),
			}},
		},
	})
}

func deviceType(text, summary string) schema.StringAttribute {
	return schema.StringAttribute{Required: true, MarkdownDescription: text, Validators: []validator.String{stringvalidator.LengthAtLeast(1), validate.Text(summary, validate.LabelKey)}}
}

func deviceTag() schema.StringAttribute {
	return optional.Text("Tag that the guest finds with the device's address on a cloud-init config drive." + restart)
}

func deviceKeys() []validator.Map {
	return []validator.Map{mapvalidator.KeysAre(validate.Text("Invalid device name", validate.DNSLabel))}
}

func pageSizeProblem(value string) string {
	if q, err := resource.ParseQuantity(value); err != nil || q.Sign() <= 0 {
		return "\"" + value + "\" is no size of a page. Write \"2Mi\" or \"1Gi\"."
	}
	return ""
}

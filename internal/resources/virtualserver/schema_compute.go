package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"k8s.io/apimachinery/pkg/api/resource"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

const (
	maxCPUs = 4096
	maxGPUs = 64
)

func amount(required bool, text string) schema.StringAttribute {
	return amountFrom("1Mi", required, text)
}

func amountFrom(least string, required bool, text string) schema.StringAttribute {
	checks := []validator.String{quantity.AtLeast(least)}
	if required {
		checks = append(checks, stringvalidator.LengthAtLeast(1))
	}
	return schema.StringAttribute{
		CustomType: quantity.Type{},
		Required:   required, Optional: !required,
		MarkdownDescription: text,
		Validators:          checks,
		PlanModifiers:       []planmodifier.String{quantity.KeepSpelling()},
	}
}

// onOff is a switch, option a word of a few; null and "" are absent.
func onOff(text string) schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, MarkdownDescription: text}
}

func option(text string, values ...string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: text, Validators: []validator.String{stringvalidator.OneOf(append([]string{""}, values...)...)}}
}

func nested(text string, attributes map[string]schema.Attribute) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{Optional: true, MarkdownDescription: text, Attributes: attributes}
}

func resourcesAttribute() schema.Attribute {
	return nested("CPU, memory, GPUs and devices of the node.", map[string]schema.Attribute{
		"cpu":                       cpuAttribute(),
		"memory":                    amount(false, "Memory of the guest, for example `8Gi`. Raising it takes effect **live** where the cluster can, lowering it at the next restart."),
		"memory_request":            amount(false, "Memory that the scheduler reserves for the server, when it is to differ from `memory`. KubeVirt also takes it as the guest's memory when `memory` is not set."+restart),
		"memory_limit":              amount(false, "Most memory that the server may take of its node, beside the overhead of virtualization. KubeVirt also takes it as the guest's memory when neither `memory` nor `memory_request` is set. Default: none."+restart),
		"max_memory":                amount(false, "Most memory that the guest can be given while it runs: a multiple of `2Mi` (of `1Gi` with hugepages of that size), and only for guests of at least `1Gi` on amd64. Default: the cluster's, four times `memory` unless it is configured otherwise."+restart),
		"hugepages":                 schema.StringAttribute{Optional: true, MarkdownDescription: "Size of the huge pages that the guest's memory consists of: `2Mi` or `1Gi` on amd64. The node must have them. Default: ordinary memory." + restart, Validators: []validator.String{validate.Text("Invalid page size", pageSizeProblem)}},
		"overcommit_guest_overhead": onOff("`true`: the scheduler does not count the memory that virtualization itself needs, which goes into the limit only; a node may then run out of memory. Default: `false`." + restart),
		"reserved_overhead": nested("Memory beside the guest's, for devices that need it. Needs the feature gate `ReservedOverheadMemlock`."+restart, map[string]schema.Attribute{
			"added_overhead": amount(false, "Memory that is added to the server's limit."+restart),
			"mem_lock":       option("`Required`: the guest's memory and overhead are locked into the node's memory, as devices with direct access need it. `NotRequired` (default)."+restart, kubevirtv1.MemLockRequired, kubevirtv1.MemLockNotRequired),
		}),
		"gpu": nested("GPUs of one type. For GPUs of several types, or with options, see `gpus`."+restart, map[string]schema.Attribute{
			"type":  deviceType("Resource name of the GPU's device plugin, for example `nvidia.com/GA100_A100_PCIE_40GB`."+restart, "Invalid GPU type"),
			"count": schema.Int64Attribute{Optional: true, MarkdownDescription: "Number of GPUs. Default: 1." + restart, Validators: []validator.Int64{int64validator.Between(1, maxGPUs)}},
		}),
		"gpus": schema.MapNestedAttribute{
			Optional:            true,
			MarkdownDescription: "GPUs by name, in place of `gpu`. A name is a DNS label." + restart,
			Validators:          deviceKeys(),
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"device_name": deviceType("Resource name of the GPU's device plugin."+restart, "Invalid device name"),
				"tag":         deviceTag(),
				"virtual_gpu_options": nested("Options of a virtual (mediated) GPU."+restart, map[string]schema.Attribute{
					"display": nested("A display that the GPU backs. `{}` turns it on."+restart, map[string]schema.Attribute{
						"enabled": onOff("Whether the GPU backs a display. Default: `true`." + restart),
						"ram_fb":  onOff("Whether there is a framebuffer until the guest loads the GPU's driver; one GPU at most can have it. Default: `true`." + restart),
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
	return schema.StringAttribute{Optional: true, MarkdownDescription: "Tag that the guest finds with the device's address on a cloud-init config drive." + restart}
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

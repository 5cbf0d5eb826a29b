package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

const (
	maxCPUs = 4096
	maxGPUs = 64
)

func amount(required bool, text string) schema.StringAttribute {
	checks := []validator.String{quantity.AtLeast("1Mi")}
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

func resourcesAttribute() schema.Attribute {
	topology := func(text string) schema.Int64Attribute {
		return schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: text,
			Validators:          []validator.Int64{int64validator.Between(1, maxCPUs)},
		}
	}
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "CPU, memory and GPUs of the guest.",
		Attributes: map[string]schema.Attribute{
			"cpu": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Virtual CPUs: a `count`, or a topology of `sockets` x `cores` x `threads`. Default: one.",
				Attributes: map[string]schema.Attribute{
					"count":   topology("Number of virtual CPUs, each a socket of its own: raising it needs no restart where the cluster updates live. Excludes `cores`, `sockets` and `threads`." + live),
					"cores":   topology("Cores of each socket." + restart),
					"sockets": topology("Sockets. Raising it takes effect live, lowering it at the next **restart**."),
					"threads": topology("Threads of each core." + restart),
					"model": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "CPU model whose instructions the guest needs, for example `Conroe`: the node's CPU has them all, but need not be of this model. `host-model` and `host-passthrough` give it the node's own. Default: the cluster's." + restart,
					},
				},
			},
			"memory":         amount(false, "Memory of the guest, for example `8Gi`. Raising it takes effect **live** where the cluster can, lowering it at the next restart."),
			"memory_request": amount(false, "Memory that the scheduler reserves for the server, when it is to differ from `memory`. KubeVirt also takes it as the guest's memory when `memory` is not set."+restart),
			"gpu": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "GPUs of one type." + restart,
				Attributes: map[string]schema.Attribute{
					"type":  schema.StringAttribute{Required: true, MarkdownDescription: "Resource name of the GPU's device plugin, for example `nvidia.com/GA100_A100_PCIE_40GB`.", Validators: []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid GPU type", validate.LabelKey)}},
					"count": schema.Int64Attribute{Optional: true, MarkdownDescription: "Number of GPUs. Default: 1.", Validators: []validator.Int64{int64validator.Between(1, maxGPUs)}},
				},
			},
		},
	}
}

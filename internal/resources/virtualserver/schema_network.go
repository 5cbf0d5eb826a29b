package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

const (
	maxPort        = 65535
	maxNameservers = 3 // Kubernetes' limit
)

func networkAttribute() schema.Attribute {
	ports := func(text string) schema.ListAttribute {
		return schema.ListAttribute{
			Optional: true, ElementType: types.Int64Type,
			MarkdownDescription: text,
			Validators:          []validator.List{listvalidator.UniqueValues(), listvalidator.ValueInt64sAre(int64validator.Between(1, maxPort))},
		}
	}
	names := func(text string, checks ...validator.String) schema.ListAttribute {
		return schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: text,
			Validators:          []validator.List{listvalidator.ValueStringsAre(checks...)},
		}
	}
	nameservers := names("Addresses of name servers, up to 3.", validate.Text("Invalid address", validate.IP))
	nameservers.Validators = append(nameservers.Validators, listvalidator.SizeAtMost(maxNameservers))
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "The server's place in the pod network, and the Service that exposes its ports.",
		Attributes: map[string]schema.Attribute{
			"tcp": ports("TCP ports that the server's Service exposes." + live),
			"udp": ports("UDP ports that the server's Service exposes." + live),
			"mac_address": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "MAC address of the interface on the pod network, for example `02:00:00:12:34:56`. Without one the guest gets a new one at each start." + restart,
				Validators:          []validator.String{validate.Text("Invalid MAC address", validate.MACAddress)},
			},
			"dns_policy": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Where the guest's resolver configuration comes from: `ClusterFirst` (Kubernetes' default), `ClusterFirstWithHostNet`, `Default` (the node's) or `None` (only `dns_config`)." + restart,
				Validators:          []validator.String{stringvalidator.OneOf("", string(corev1.DNSClusterFirst), string(corev1.DNSClusterFirstWithHostNet), string(corev1.DNSDefault), string(corev1.DNSNone))},
			},
			"dns_config": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Resolver configuration on top of what `dns_policy` gives." + restart,
				Attributes: map[string]schema.Attribute{
					"nameservers": nameservers,
					"searches":    names("Search domains."),
					"options": schema.ListNestedAttribute{
						Optional:            true,
						MarkdownDescription: "Resolver options.",
						NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
							"name":  schema.StringAttribute{Required: true, MarkdownDescription: "Name of the option, for example `ndots`."},
							"value": schema.StringAttribute{Optional: true, MarkdownDescription: "Value of the option."},
						}},
					},
				},
			},
			"service": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "The Service that exposes the ports.",
				Attributes: map[string]schema.Attribute{
					"name": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "Name of the Service. Default: the server's `vm_name`. Changing it makes a new Service and deletes the old one.",
						Validators:          []validator.String{validate.Text("Invalid Service name", validate.ServiceName)},
					},
				},
			},
		},
	}
}

package virtualserver

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

const (
	maxPort        = 65535
	maxNameservers = 3 // Kubernetes' limits
	maxSearches    = 6
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
	searches := names("Search domains, up to 6.", validate.Text("Invalid domain", validate.DNSSubdomain))
	searches.Validators = append(searches.Validators, listvalidator.SizeAtMost(maxSearches))
	nameservers.Validators = append(nameservers.Validators, listvalidator.SizeAtMost(maxNameservers))
	attributes := map[string]schema.Attribute{
		"tcp":     ports("TCP ports that the server's Service exposes, each under its own number and the name `tcp-<port>`: short for entries of `service.ports`, beside which they may stand." + live),
		"udp":     ports("UDP ports that the server's Service exposes, as `tcp`, named `udp-<port>`." + live),
		"service": serviceAttribute(),

		"pod_network": optional.Flag("Whether the server has an interface on the pod network, the network of the cluster's pods. `false` gives it none, so that the Service reaches it only through an interface with `default = true`. Default: a new server has one, and an imported one is left as it is." + restart),
		"interfaces":  interfacesAttribute(),
		"multiqueue":  optional.Flag("Whether `virtio` interfaces get as many queues as the server has vCPUs. Default: no, unless `preference` says so." + restart),
		"hostname":    optional.Text("Host name that DHCP and cloud-init give the guest: a DNS label. Default: the server's `vm_name`."+restart, validate.Text("Invalid host name", validate.DNSLabel)),
		"subdomain":   optional.Text("Subdomain of the guest. With a headless Service of this name in the namespace, the cluster's DNS knows the guest as `<hostname>.<subdomain>.<namespace>.svc.<cluster domain>`."+restart, validate.Text("Invalid subdomain", validate.DNSSubdomain)),
		"dns_policy":  optional.OneOf("Where the guest's resolver configuration comes from: `ClusterFirst` (Kubernetes' default), `ClusterFirstWithHostNet`, `Default` (the node's) or `None` (only `dns_config`)."+restart, corev1.DNSClusterFirst, corev1.DNSClusterFirstWithHostNet, corev1.DNSDefault, corev1.DNSNone),
		"dns_config": optional.Nested("Resolver configuration on top of what `dns_policy` gives."+restart, map[string]schema.Attribute{
			"nameservers": nameservers,
			"searches":    searches,
			"options": schema.ListNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Resolver options.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"name":  schema.StringAttribute{Required: true, MarkdownDescription: "Name of the option, for example `ndots`.", Validators: []validator.String{stringvalidator.LengthAtLeast(1)}},
					"value": optional.Text("Value of the option."),
				}},
			},
		}),
	}
	maps.Copy(attributes, nicAttributes("`masquerade` (default): behind network address translation. `bridge`: with the pod's own address, where KubeVirt's configuration permits it; such a server cannot be migrated live. `passt_binding`: KubeVirt's own passt, behind its feature gate. Any other name is the one of a network binding plugin that KubeVirt's configuration registers, for example `passt`."))
	return optional.Nested("The server's network interfaces, and the Service that exposes its ports. `binding`, `model`, `mac_address`, `boot_order`, `pci_address`, `acpi_index`, `tag` and `dhcp_options` are those of the interface on the pod network.", attributes)
}

package virtualserver

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// maxSearchLength is Kubernetes' limit of all search domains together.
const maxSearchLength = 256

var networkPath = path.Root("network")

func (c configuration) checkDNS() {
	servers := c.At("network", "dns_config", "nameservers")
	if values.Text(c.At("network", "dns_policy")) == string(corev1.DNSNone) && values.Known(servers) && values.Count(servers) == 0 {
		c.Refuse(networkPath.AtName("dns_policy"), "Missing name servers", `The policy "None" takes nothing from the cluster: write dns_config = { nameservers = [...] }.`)
	}
	if searches, _ := c.At("network", "dns_config", "searches").(types.List); len(strings.Join(convert.Strings(searches), " ")) > maxSearchLength {
		c.Refuse(networkPath.AtName("dns_config").AtName("searches"), "Search domains too long", "The search domains may have 256 characters together, with a space between each two.")
	}
}

// checkServiceName refuses ports on a server whose name cannot be a Service's.
func (c configuration) checkServiceName() {
	name, service := c.At("name"), c.At("network", "service", "name")
	ports := values.Count(c.At("network", "tcp")) + values.Count(c.At("network", "udp")) + len(values.Elements(c.At("network", "service", "ports")))
	if !values.Known(name, service) || values.Text(name) == "" || values.Text(service) != "" || ports == 0 {
		return
	}
	vmName := convert.VMName(values.Text(name))
	if problem := validate.ServiceName(vmName); problem != "" {
		c.Refuse(networkPath, "Invalid Service name",
			"The server's ports are exposed by a Service of its name, and \""+vmName+"\" cannot be one: "+problem+` Write network = { service = { name = "..." } }.`)
	}
}

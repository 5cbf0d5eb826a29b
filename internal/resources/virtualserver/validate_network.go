package virtualserver

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

// maxSearchLength is Kubernetes' limit of all search domains together.
const maxSearchLength = 256

var networkPath = path.Root("network")

func (c configuration) checkDNS() {
	servers := c.at("network", "dns_config", "nameservers")
	if textOf(c.at("network", "dns_policy")) == string(corev1.DNSNone) && known(servers) && countOf(servers) == 0 {
		c.refuse(networkPath.AtName("dns_policy"), "Missing name servers", `The policy "None" takes nothing from the cluster: write dns_config = { nameservers = [...] }.`)
	}
	if searches, _ := c.at("network", "dns_config", "searches").(types.List); len(strings.Join(convert.Strings(searches), " ")) > maxSearchLength {
		c.refuse(networkPath.AtName("dns_config").AtName("searches"), "Search domains too long", "The search domains may have 256 characters together, with a space between each two.")
	}
}

// checkServiceName refuses ports on a server whose name cannot be a Service's.
func (c configuration) checkServiceName() {
	name, service := c.at("name"), c.at("network", "service", "name")
	ports := countOf(c.at("network", "tcp")) + countOf(c.at("network", "udp")) + len(elementsOf(c.at("network", "service", "ports")))
	if !known(name, service) || textOf(name) == "" || textOf(service) != "" || ports == 0 {
		return
	}
	vmName := convert.VMName(textOf(name))
	if problem := validate.ServiceName(vmName); problem != "" {
		c.refuse(networkPath, "Invalid Service name",
			"The server's ports are exposed by a Service of its name, and \""+vmName+"\" cannot be one: "+problem+` Write network = { service = { name = "..." } }.`)
	}
}

package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework/path"
	corev1 "k8s.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

func (c configuration) checkDNS() {
	servers := c.at("network", "dns_config", "nameservers")
	if textOf(c.at("network", "dns_policy")) == string(corev1.DNSNone) && known(servers) && countOf(servers) == 0 {
		c.refuse(path.Root("network").AtName("dns_policy"), "Missing name servers", `The policy "None" takes nothing from the cluster: write dns_config = { nameservers = [...] }.`)
	}
}

// checkServiceName refuses ports on a server whose name cannot be a Service's.
func (c configuration) checkServiceName() {
	name, service := c.at("name"), c.at("network", "service", "name")
	ports := countOf(c.at("network", "tcp")) + countOf(c.at("network", "udp"))
	if !known(name, service) || textOf(name) == "" || textOf(service) != "" || ports == 0 {
		return
	}
	vmName := convert.VMName(textOf(name))
	if problem := validate.ServiceName(vmName); problem != "" {
		c.refuse(path.Root("network"), "Invalid Service name",
			"The server's ports are exposed by a Service of its name, and \""+vmName+"\" cannot be one: "+problem+` Write network = { service = { name = "..." } }.`)
	}
}

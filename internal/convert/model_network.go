package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Network is the server's connection to the pod network and its Service.
type Network struct {
	TCP        types.List   `tfsdk:"tcp"`
	UDP        types.List   `tfsdk:"udp"`
	MACAddress types.String `tfsdk:"mac_address"`
	DNSPolicy  types.String `tfsdk:"dns_policy"`
	DNSConfig  *DNSConfig   `tfsdk:"dns_config"`
	Service    *Service     `tfsdk:"service"`
}

// DNSConfig is the pod's resolver configuration.
type DNSConfig struct {
	Nameservers types.List  `tfsdk:"nameservers"`
	Searches    types.List  `tfsdk:"searches"`
	Options     []DNSOption `tfsdk:"options"`
}

// DNSOption is one resolver option.
type DNSOption struct {
	Name  types.String `tfsdk:"name"`
	Value types.String `tfsdk:"value"`
}

// Service configures the Service that exposes the ports.
type Service struct {
	Name types.String `tfsdk:"name"`
}

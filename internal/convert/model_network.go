package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Network is the server's interfaces, its names and the Service that exposes
// its ports. The attributes of the interface on the pod network stand here, as
// those of the others do in Interface.
type Network struct {
	TCP     types.List `tfsdk:"tcp"`
	UDP     types.List `tfsdk:"udp"`
	Service *Service   `tfsdk:"service"`

	PodNetwork  types.Bool   `tfsdk:"pod_network"`
	Binding     types.String `tfsdk:"binding"`
	Model       types.String `tfsdk:"model"`
	MACAddress  types.String `tfsdk:"mac_address"`
	BootOrder   types.Int64  `tfsdk:"boot_order"`
	PCIAddress  types.String `tfsdk:"pci_address"`
	ACPIIndex   types.Int64  `tfsdk:"acpi_index"`
	Tag         types.String `tfsdk:"tag"`
	DHCPOptions *DHCPOptions `tfsdk:"dhcp_options"`

	Interfaces map[string]Interface `tfsdk:"interfaces"`
	Multiqueue types.Bool           `tfsdk:"multiqueue"`

	Hostname  types.String `tfsdk:"hostname"`
	Subdomain types.String `tfsdk:"subdomain"`
	DNSPolicy types.String `tfsdk:"dns_policy"`
	DNSConfig *DNSConfig   `tfsdk:"dns_config"`
}

// Interface is a network interface besides the one on the pod network.
type Interface struct {
	NetworkAttachment types.String `tfsdk:"network_attachment"`
	Default           types.Bool   `tfsdk:"default"`
	State             types.String `tfsdk:"state"`

	Binding     types.String `tfsdk:"binding"`
	Model       types.String `tfsdk:"model"`
	MACAddress  types.String `tfsdk:"mac_address"`
	BootOrder   types.Int64  `tfsdk:"boot_order"`
	PCIAddress  types.String `tfsdk:"pci_address"`
	ACPIIndex   types.Int64  `tfsdk:"acpi_index"`
	Tag         types.String `tfsdk:"tag"`
	DHCPOptions *DHCPOptions `tfsdk:"dhcp_options"`
}

// DHCPOptions are what KubeVirt's DHCP server tells the guest.
type DHCPOptions struct {
	BootFileName   types.String        `tfsdk:"boot_file_name"`
	TFTPServerName types.String        `tfsdk:"tftp_server_name"`
	NTPServers     types.List          `tfsdk:"ntp_servers"`
	PrivateOptions []DHCPPrivateOption `tfsdk:"private_options"`
}

// DHCPPrivateOption is a DHCP option for private use.
type DHCPPrivateOption struct {
	Option types.Int64  `tfsdk:"option"`
	Value  types.String `tfsdk:"value"`
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
	Name        types.String           `tfsdk:"name"`
	Labels      types.Map              `tfsdk:"labels"`
	Annotations types.Map              `tfsdk:"annotations"`
	Ports       map[string]ServicePort `tfsdk:"ports"`
	Type        types.String           `tfsdk:"type"`
	Headless    types.Bool             `tfsdk:"headless"`

	LoadBalancerClass        types.String `tfsdk:"load_balancer_class"`
	LoadBalancerSourceRanges types.List   `tfsdk:"load_balancer_source_ranges"`
	ExternalTrafficPolicy    types.String `tfsdk:"external_traffic_policy"`
	InternalTrafficPolicy    types.String `tfsdk:"internal_traffic_policy"`
	SessionAffinity          types.String `tfsdk:"session_affinity"`
	PublishNotReadyAddresses types.Bool   `tfsdk:"publish_not_ready_addresses"`
	IPFamilies               types.List   `tfsdk:"ip_families"`
	IPFamilyPolicy           types.String `tfsdk:"ip_family_policy"`
}

// ServicePort is one port of the Service.
type ServicePort struct {
	Port        types.Int64  `tfsdk:"port"`
	TargetPort  types.Int64  `tfsdk:"target_port"`
	Protocol    types.String `tfsdk:"protocol"`
	NodePort    types.Int64  `tfsdk:"node_port"`
	AppProtocol types.String `tfsdk:"app_protocol"`
}

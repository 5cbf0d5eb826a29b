package convert

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

func (n *Network) apply(spec *kubevirtv1.VirtualMachineInstanceSpec, l Layout) {
	mac := ""
	if n != nil {
		mac = n.MACAddress.ValueString()
	}
	name := l.PodNetwork
	if name == "" && mac != "" {
		name = PodNetwork
	}
	if name != "" {
		spec.Networks = append(spec.Networks, kubevirtv1.Network{Name: name, NetworkSource: kubevirtv1.NetworkSource{Pod: &kubevirtv1.PodNetwork{}}})
		spec.Domain.Devices.Interfaces = append(spec.Domain.Devices.Interfaces, kubevirtv1.Interface{
			Name:                   name,
			MacAddress:             mac,
			InterfaceBindingMethod: kubevirtv1.InterfaceBindingMethod{Masquerade: &kubevirtv1.InterfaceMasquerade{}},
		})
	}
	if n == nil {
		return
	}
	spec.DNSPolicy = corev1.DNSPolicy(n.DNSPolicy.ValueString())
	if c := n.DNSConfig; c != nil {
		config := corev1.PodDNSConfig{Nameservers: nilIfEmpty(Strings(c.Nameservers)), Searches: nilIfEmpty(Strings(c.Searches))}
		for _, o := range c.Options {
			config.Options = append(config.Options, corev1.PodDNSConfigOption{Name: o.Name.ValueString(), Value: optional(o.Value)})
		}
		if config.Nameservers != nil || config.Searches != nil || config.Options != nil {
			spec.DNSConfig = &config
		}
	}
}

func networkFrom(r reader, vm *kubevirtv1.VirtualMachine, l Layout, service *corev1.Service, prior *Network) *Network {
	was, ok := section(r, prior)
	if !ok {
		return nil
	}
	spec := &vm.Spec.Template.Spec
	out := Network{
		MACAddress: r.text(was.MACAddress, ""),
		DNSPolicy:  r.text(was.DNSPolicy, string(spec.DNSPolicy)),
		DNSConfig:  dnsConfigFrom(r, spec.DNSConfig, was.DNSConfig),
		TCP:        portsFrom(r, service, corev1.ProtocolTCP, was.TCP),
		UDP:        portsFrom(r, service, corev1.ProtocolUDP, was.UDP),
		Service:    was.Service,
	}
	for _, i := range spec.Domain.Devices.Interfaces {
		if i.Name == l.PodNetwork {
			out.MACAddress = r.text(was.MACAddress, i.MacAddress)
		}
	}
	if service != nil && r.importing && service.Name != DefaultServiceName(l.VMName) {
		out.Service = &Service{Name: types.StringValue(service.Name)}
	}
	if r.importing && out.TCP.IsNull() && out.UDP.IsNull() && out.MACAddress.IsNull() && out.DNSPolicy.IsNull() && out.DNSConfig == nil && out.Service == nil {
		return nil
	}
	return &out
}

func dnsConfigFrom(r reader, live *corev1.PodDNSConfig, prior *DNSConfig) *DNSConfig {
	was, ok := section(r, prior)
	if !ok || r.importing && live == nil {
		return nil
	}
	if live == nil {
		live = &corev1.PodDNSConfig{}
	}
	out := DNSConfig{Nameservers: r.texts(was.Nameservers, live.Nameservers), Searches: r.texts(was.Searches, live.Searches), Options: was.Options}
	if r.importing || was.Options != nil {
		options := make([]DNSOption, 0, len(live.Options))
		for i, o := range live.Options {
			value := reader{importing: true}.text(types.StringNull(), deref(o.Value))
			if i < len(was.Options) && was.Options[i].Value.ValueString() == deref(o.Value) {
				value = was.Options[i].Value
			}
			options = append(options, DNSOption{Name: types.StringValue(o.Name), Value: value})
		}
		if out.Options = options; len(options) == 0 && was.Options == nil {
			out.Options = nil
		}
	}
	return &out
}

// HasPorts tells whether the server is exposed by a Service.
func (n *Network) HasPorts() bool {
	return n != nil && (len(n.TCP.Elements()) > 0 || len(n.UDP.Elements()) > 0)
}

// ServiceName returns the name of the server's Service, whether or not it
// has ports.
func (n *Network) ServiceName(vmName string) string {
	if n != nil && n.Service != nil && n.Service.Name.ValueString() != "" {
		return n.Service.Name.ValueString()
	}
	return DefaultServiceName(vmName)
}

// portsFrom keeps the prior order while the ports are the same.
func portsFrom(r reader, service *corev1.Service, protocol corev1.Protocol, prior types.List) types.List {
	if !r.importing && prior.IsNull() {
		return types.ListNull(types.Int64Type)
	}
	was := map[int64]struct{}{}
	for _, p := range Int64s(prior) {
		was[p] = struct{}{}
	}
	live := map[int64]struct{}{}
	if service != nil {
		for _, p := range service.Spec.Ports {
			// A port of another name was added by somebody else.
			_, ours := was[int64(p.Port)]
			ours = ours || r.importing || p.Name == servicePort(protocol, int64(p.Port)).Name
			if ours && (p.Protocol == protocol || p.Protocol == "" && protocol == corev1.ProtocolTCP) {
				live[int64(p.Port)] = struct{}{}
			}
		}
	}
	switch {
	case !r.importing && maps.Equal(was, live):
		return prior
	case len(live) == 0:
		return types.ListNull(types.Int64Type)
	}
	return int64List(slices.Sorted(maps.Keys(live)))
}

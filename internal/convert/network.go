package convert

import (
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

func (n *Network) apply(spec *kubevirtv1.VirtualMachineInstanceSpec, l Layout) {
	var m Network
	if n != nil {
		m = *n
	}
	m.bind(writer, spec, l)
}

// bind binds what stands in the machine.
func (n *Network) bind(b binder, spec *kubevirtv1.VirtualMachineInstanceSpec, l Layout) {
	n.bindPodInterface(b, spec, l)
	n.bindInterfaces(b, spec, l)
	bindSwitch(b, &n.Multiqueue, &spec.Domain.Devices.NetworkInterfaceMultiQueue)
	bindText(b, &n.Hostname, &spec.Hostname)
	bindText(b, &n.Subdomain, &spec.Subdomain)
	bindText(b, &n.DNSPolicy, &spec.DNSPolicy)
	bindSection(b, &n.DNSConfig, &spec.DNSConfig, bindDNSConfig)
}

func bindDNSConfig(b binder, c *DNSConfig, f *corev1.PodDNSConfig) {
	bindTexts(b, &c.Nameservers, &f.Nameservers)
	bindTexts(b, &c.Searches, &f.Searches)
	bindNamedList(b, &c.Options, &f.Options, func(f *corev1.PodDNSConfigOption) string { return f.Name }, bindDNSOption)
}

func bindDNSOption(b binder, o *DNSOption, f *corev1.PodDNSConfigOption) {
	bindText(b, &o.Name, &f.Name)
	bindTextPointer(b, &o.Value, &f.Value)
}

func networkFrom(r reader, vm *kubevirtv1.VirtualMachine, l Layout, service *corev1.Service, prior *Network) *Network {
	out, ok := section(r, prior)
	if !ok {
		return nil
	}
	spec := vm.Spec.Template.Spec
	b := binder{reader: r}
	out.bind(b, &spec, l)
	out.bindService(b, service, l)
	if r.importing && isAbsent(reflect.ValueOf(out)) {
		return nil
	}
	return &out
}

// HasPorts tells whether the server is exposed by a Service.
func (n *Network) HasPorts() bool {
	return n != nil && (len(n.TCP.Elements()) > 0 || len(n.UDP.Elements()) > 0 || n.Service != nil && len(n.Service.Ports) > 0)
}

// ServiceName returns the name of the server's Service, whether or not it
// has ports.
func (n *Network) ServiceName(vmName string) string {
	if n != nil && n.Service != nil && n.Service.Name.ValueString() != "" {
		return n.Service.Name.ValueString()
	}
	return DefaultServiceName(vmName)
}

// WithoutPodNetwork tells whether the server asks for no pod network.
func (n *Network) WithoutPodNetwork() bool {
	return n != nil && !n.PodNetwork.IsNull() && n.PodNetwork.Equal(types.BoolValue(false))
}

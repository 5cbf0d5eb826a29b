package convert

import (
	"cmp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// Bindings connect an interface to its network; any other name is the one of
// a plugin that KubeVirt's configuration registers.
const (
	BindingMasquerade = "masquerade"
	BindingBridge     = "bridge"
	BindingSRIOV      = "sriov"
	BindingPasst      = "passt_binding"
)

// nic are the attributes that every interface has.
type nic struct {
	binding, model, mac, pciAddress, tag *types.String
	bootOrder, acpiIndex                 *types.Int64
	dhcp                                 **DHCPOptions
}

func (n *Network) nic() nic {
	return nic{&n.Binding, &n.Model, &n.MACAddress, &n.PCIAddress, &n.Tag, &n.BootOrder, &n.ACPIIndex, &n.DHCPOptions}
}

func (i *Interface) nic() nic {
	return nic{&i.Binding, &i.Model, &i.MACAddress, &i.PCIAddress, &i.Tag, &i.BootOrder, &i.ACPIIndex, &i.DHCPOptions}
}

// isSet tells whether an attribute says anything.
func (n nic) isSet() bool {
	return cmp.Or(n.binding.ValueString(), n.model.ValueString(), n.mac.ValueString(), n.pciAddress.ValueString(), n.tag.ValueString()) != "" ||
		n.bootOrder.ValueInt64() != 0 || n.acpiIndex.ValueInt64() != 0 || *n.dhcp != nil
}

func (n nic) bind(b binder, f *kubevirtv1.Interface, binding string) {
	bindBinding(b, n.binding, f, binding)
	bindText(b, n.model, &f.Model)
	bindText(b, n.mac, &f.MacAddress)
	bindText(b, n.pciAddress, &f.PciAddress)
	bindText(b, n.tag, &f.Tag)
	bindNumberPointer(b, n.bootOrder, &f.BootOrder)
	bindNumber(b, n.acpiIndex, &f.ACPIIndex)
	bindSection(b, n.dhcp, &f.DHCPOptions, bindDHCPOptions)
}

// bindBinding binds the way in which an interface is connected; fallback is
// the one of an absent attribute.
func bindBinding(b binder, a *types.String, f *kubevirtv1.Interface, fallback string) {
	if !b.writing {
		*a = b.textDefault(*a, bindingOf(f), fallback)
		return
	}
	switch name := cmp.Or(a.ValueString(), fallback); name {
	case BindingMasquerade:
		f.Masquerade = &kubevirtv1.InterfaceMasquerade{}
	case BindingBridge:
		f.Bridge = &kubevirtv1.InterfaceBridge{}
	case BindingSRIOV:
		f.SRIOV = &kubevirtv1.InterfaceSRIOV{}
	case BindingPasst:
		f.PasstBinding = &kubevirtv1.InterfacePasstBinding{}
	default:
		f.Binding = &kubevirtv1.PluginBinding{Name: name}
	}
}

func bindingOf(f *kubevirtv1.Interface) string {
	switch {
	case f.Binding != nil:
		return f.Binding.Name
	case f.Masquerade != nil:
		return BindingMasquerade
	case f.Bridge != nil:
		return BindingBridge
	case f.SRIOV != nil:
		return BindingSRIOV
	case f.PasstBinding != nil:
		return BindingPasst
	}
	return ""
}

func bindDHCPOptions(b binder, d *DHCPOptions, f *kubevirtv1.DHCPOptions) {
	bindText(b, &d.BootFileName, &f.BootFileName)
	bindText(b, &d.TFTPServerName, &f.TFTPServerName)
	bindTexts(b, &d.NTPServers, &f.NTPServers)
	bindList(b, &d.PrivateOptions, &f.PrivateOptions, func(b binder, o *DHCPPrivateOption, f *kubevirtv1.DHCPPrivateOptions) {
		bindNumber(b, &o.Option, &f.Option)
		bindText(b, &o.Value, &f.Value)
	})
}

// bindPodInterface binds the interface on the pod network. A machine that was
// made elsewhere may name none and have KubeVirt attach one: it is written out
// once something is to be said of it, and before another interface would keep
// KubeVirt from attaching it.
func (n *Network) bindPodInterface(b binder, spec *kubevirtv1.VirtualMachineInstanceSpec, l Layout) {
	devices := &spec.Domain.Devices
	if !b.writing {
		attached := l.PodNetwork != "" || l.PodImplied
		switch {
		case b.importing && attached:
			n.PodNetwork = types.BoolNull()
		case b.importing || !n.PodNetwork.IsNull():
			n.PodNetwork = types.BoolValue(attached)
		}
		live := kubevirtv1.Interface{}
		if i := interfaceByName(devices.Interfaces, l.PodNetwork); i >= 0 {
			live = devices.Interfaces[i]
		}
		n.nic().bind(b, &live, BindingMasquerade)
		return
	}
	if n.WithoutPodNetwork() {
		if !l.PodExcluded || len(n.Interfaces) == 0 {
			attach := false
			devices.AutoattachPodInterface = &attach
		}
		return
	}
	name := l.PodNetwork
	if name == "" && (n.PodNetwork.ValueBool() || n.nic().isSet() || l.PodImplied && len(n.Interfaces) > 0) {
		name = PodNetwork
	}
	if name == "" {
		return
	}
	out := kubevirtv1.Interface{Name: name}
	n.nic().bind(b, &out, BindingMasquerade)
	devices.Interfaces = append(devices.Interfaces, out)
	spec.Networks = append(spec.Networks, kubevirtv1.Network{Name: name, NetworkSource: kubevirtv1.NetworkSource{Pod: &kubevirtv1.PodNetwork{}}})
}

// bindInterfaces binds the other interfaces, each with its network. Those that
// are not in the attribute belong to others; an import reads all.
func (n *Network) bindInterfaces(b binder, spec *kubevirtv1.VirtualMachineInstanceSpec, l Layout) {
	if b.writing {
		// The order counts at creation only.
		for _, name := range bootSequence(n.Interfaces, func(i Interface) types.Int64 { return i.BootOrder }) {
			element := n.Interfaces[name]
			nic, network := kubevirtv1.Interface{Name: name}, kubevirtv1.Network{Name: name}
			element.bind(b, &nic, &network)
			spec.Domain.Devices.Interfaces = append(spec.Domain.Devices.Interfaces, nic)
			spec.Networks = append(spec.Networks, network)
		}
		return
	}
	prior := n.Interfaces
	if prior == nil && !b.importing {
		return
	}
	out := map[string]Interface{}
	for name, was := range prior {
		if was.State.ValueString() == string(kubevirtv1.InterfaceStateAbsent) {
			out[name] = was // KubeVirt removes it from the machine once it is unplugged
		}
	}
	for _, network := range spec.Networks {
		at := interfaceByName(spec.Domain.Devices.Interfaces, network.Name)
		element, known := prior[network.Name]
		readable := network.Multus != nil && (network.Name != PodNetwork || l.PodNetwork == "")
		if at < 0 || !known && (!b.importing || !readable) {
			continue
		}
		live := spec.Domain.Devices.Interfaces[at]
		element.bind(b, &live, &network)
		out[network.Name] = element
	}
	if len(out) > 0 || prior != nil {
		n.Interfaces = out
	}
}

func (i *Interface) bind(b binder, f *kubevirtv1.Interface, network *kubevirtv1.Network) {
	i.nic().bind(b, f, BindingBridge)
	bindText(b, &i.State, &f.State)
	multus := deref(network.Multus)
	bindText(b, &i.NetworkAttachment, &multus.NetworkName)
	bindFlag(b, &i.Default, &multus.Default)
	if b.writing {
		network.Multus = &multus
	}
}

func interfaceByName(interfaces []kubevirtv1.Interface, name string) int {
	return slices.IndexFunc(interfaces, func(i kubevirtv1.Interface) bool { return i.Name == name })
}

package virtualserver

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// reservedMAC is the one of KubeVirt's own end of a masquerade interface.
const reservedMAC = "02:00:00:00:00:00"

// podAttributes are those of the interface on the pod network.
var podAttributes = []string{"binding", "model", "mac_address", "boot_order", "pci_address", "acpi_index", "tag", "dhcp_options"}

// nicAt is one interface of a configuration.
type nicAt struct {
	name string // "" is the one on the pod network
	path path.Path
	at   func(attribute string) attr.Value
}

func (n nicAt) String() string {
	if n.name == "" {
		return "the one on the pod network"
	}
	return `"` + n.name + `"`
}

func (c configuration) nics() []nicAt {
	pod := nicAt{path: networkPath, at: func(attribute string) attr.Value { return c.At("network", attribute) }}
	out := []nicAt{pod}
	for _, name := range values.Keys(c.At("network", "interfaces")) {
		out = append(out, nicAt{
			name: name, path: networkPath.AtName("interfaces").AtMapKey(name),
			at: func(attribute string) attr.Value { return c.At("network", "interfaces", name, attribute) },
		})
	}
	return out
}

// checkInterfaces holds the interfaces to KubeVirt's rules.
func (c configuration) checkInterfaces() {
	podNetwork := c.At("network", "pod_network")
	nics := c.nics()
	if values.IsOff(podNetwork) {
		for _, attribute := range podAttributes {
			if v := nics[0].at(attribute); v != nil && !values.IsEmpty(v) && !values.IsUnknown(v) {
				c.Refuse(networkPath.AtName(attribute), "No pod network", "This is an attribute of the interface on the pod network, and pod_network = false gives the server none. Remove one of the two.")
			}
		}
	} else if _, ok := values.Elements(c.At("network", "interfaces"))[convert.PodNetwork]; ok && values.Known(podNetwork) {
		c.Refuse(networkPath.AtName("interfaces").AtMapKey(convert.PodNetwork), "Reserved interface name", `The interface on the pod network has the name "default". Choose another one, or write pod_network = false.`)
	}
	for _, nic := range nics {
		c.checkBinding(nic)
		c.checkPrivateOptions(nic)
	}
	c.checkDefaults(nics[1:], podNetwork)
	c.refuseShared(nics, "mac_address", "MAC address used twice", func(v attr.Value) string { return strings.ToLower(values.Text(v)) })
	c.refuseShared(nics, "pci_address", "PCI address used twice", func(v attr.Value) string { return strings.ToLower(values.Text(v)) })
	c.refuseShared(nics, "acpi_index", "ACPI index used twice", func(v attr.Value) string {
		if values.Number(v) == 0 {
			return ""
		}
		return fmt.Sprint(values.Number(v))
	})
}

// checkBinding refuses bindings that do not fit the network, and what does not
// fit the binding.
func (c configuration) checkBinding(nic nicAt) {
	binding, state := nic.at("binding"), values.Text(nic.at("state"))
	if !values.Known(binding) {
		return
	}
	name, at := values.Text(binding), nic.path.AtName("binding")
	switch pod := nic.name == ""; {
	case name == "slirp":
		c.Refuse(at, "Unknown binding", "KubeVirt has no slirp binding since version 1.3. Write \"masquerade\" on the pod network, or the name of a network binding plugin.")
	case pod && name == convert.BindingSRIOV:
		c.Refuse(at, "Binding of another network", "The pod network has no virtual functions: write \"masquerade\" or \"bridge\", or add the interface to interfaces.")
	case !pod && (name == convert.BindingMasquerade || name == convert.BindingPasst):
		c.Refuse(at, "Binding of the pod network", "Only the interface on the pod network can have the binding \""+name+"\". Write \"bridge\", \"sriov\" or the name of a network binding plugin.")
	}
	if name == "" {
		if name = convert.BindingBridge; nic.name == "" {
			name = convert.BindingMasquerade
		}
	}
	if name == convert.BindingMasquerade && values.Text(nic.at("mac_address")) == reservedMAC {
		c.Refuse(nic.path.AtName("mac_address"), "Reserved MAC address", "KubeVirt's own end of the interface has this address. Choose another one.")
	}
	if name == convert.BindingSRIOV {
		if values.Text(nic.at("model")) != "" {
			c.Refuse(nic.path.AtName("model"), "Model without use", "The guest sees the virtual function itself, so that an interface with the binding \"sriov\" has no model. Remove it.")
		}
		if state == string(kubevirtv1.InterfaceStateLinkUp) || state == string(kubevirtv1.InterfaceStateLinkDown) {
			c.Refuse(nic.path.AtName("state"), "State without use", "KubeVirt cannot set the link of an interface with the binding \"sriov\". Remove the state.")
		}
	}
	if name != convert.BindingBridge && state == string(kubevirtv1.InterfaceStateAbsent) {
		c.Refuse(nic.path.AtName("state"), "Interface cannot be unplugged", "KubeVirt can only unplug interfaces with the binding \"bridge\". Remove the interface itself, which takes effect at the next restart.")
	}
}

// checkDefaults allows one network in the place of the pod network.
func (c configuration) checkDefaults(nics []nicAt, podNetwork attr.Value) {
	first := ""
	for _, nic := range nics {
		if !values.IsOn(nic.at("default")) {
			continue
		}
		at := nic.path.AtName("default")
		switch {
		case first != "":
			c.Refuse(at, "Two default networks", fmt.Sprintf("The interfaces %s and %s both take the place of the pod network. Only one can.", first, nic))
		case values.Known(podNetwork) && !values.IsOff(podNetwork):
			c.Refuse(at, "Two default networks", "This network takes the place of the pod network, which the server has too. Write pod_network = false.")
		case values.Text(nic.at("state")) == string(kubevirtv1.InterfaceStateAbsent):
			c.Refuse(nic.path.AtName("state"), "Interface cannot be unplugged", "This one takes the place of the pod network, which KubeVirt cannot unplug.")
		}
		first = nic.String()
	}
}

// checkPrivateOptions refuses a DHCP option that is given twice.
func (c configuration) checkPrivateOptions(nic nicAt) {
	dhcp, _ := nic.at("dhcp_options").(types.Object)
	options, _ := dhcp.Attributes()["private_options"].(types.List)
	seen := map[int64]bool{}
	for i, e := range options.Elements() {
		option, _ := e.(types.Object)
		n := values.Number(option.Attributes()["option"])
		if n != 0 && seen[n] {
			c.Refuse(nic.path.AtName("dhcp_options").AtName("private_options").AtListIndex(i).AtName("option"), "DHCP option used twice", fmt.Sprintf("The option %d stands here twice. Give each its own number.", n))
		}
		seen[n] = true
	}
}

// refuseShared refuses a value that two interfaces have.
func (c configuration) refuseShared(nics []nicAt, attribute, summary string, key func(attr.Value) string) {
	seen := map[string]nicAt{}
	for _, nic := range nics {
		k := key(nic.at(attribute))
		if k == "" {
			continue
		}
		if other, taken := seen[k]; taken {
			c.Refuse(nic.path.AtName(attribute), summary, fmt.Sprintf("The interface %s has the same value as %s. Give each its own.", nic, other))
		}
		seen[k] = nic
	}
}

package virtualserver

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
)

var servicePath = networkPath.AtName("service")

// portAt is one port of a configuration.
type portAt struct {
	name string
	path path.Path
}

// checkService holds the Service to Kubernetes' rules.
func (c configuration) checkService() {
	c.checkPorts()
	kind := c.at("network", "service", "type")
	if !known(kind) {
		return
	}
	balanced := textOf(kind) == string(corev1.ServiceTypeLoadBalancer)
	external := balanced || textOf(kind) == string(corev1.ServiceTypeNodePort)
	if external && isOn(c.at("network", "service", "headless")) {
		c.refuse(servicePath.AtName("headless"), "Headless Service with another type", "A headless Service has no address that could be reached from outside. Remove headless or type.")
	}
	needs := func(attribute, types string) {
		if v := c.at("network", "service", attribute); v != nil && !isUnknown(v) && !isEmpty(v) {
			c.refuse(servicePath.AtName(attribute), "Service of another type", "It is for Services of the type "+types+". Set type, or remove it.")
		}
	}
	if !balanced {
		needs("load_balancer_class", "LoadBalancer")
		needs("load_balancer_source_ranges", "LoadBalancer")
	}
	if !external {
		needs("external_traffic_policy", "NodePort or LoadBalancer")
		for _, name := range keysOf(c.at("network", "service", "ports")) {
			if numberOf(c.at("network", "service", "ports", name, "node_port")) != 0 {
				c.refuse(servicePath.AtName("ports").AtMapKey(name).AtName("node_port"), "Service of another type", "It is for Services of the type NodePort or LoadBalancer. Set type, or remove it.")
			}
		}
	}
	families, policy := c.at("network", "service", "ip_families"), c.at("network", "service", "ip_family_policy")
	if single := textOf(policy) == "" || textOf(policy) == string(corev1.IPFamilyPolicySingleStack); known(policy) && single && countOf(families) > 1 {
		c.refuse(servicePath.AtName("ip_families"), "Two families in one stack", `Two families need ip_family_policy = "PreferDualStack" or "RequireDualStack".`)
	}
}

// checkPorts refuses names, ports and node ports that are used twice.
func (c configuration) checkPorts() {
	names, numbers, nodePorts := map[string]bool{}, map[string]portAt{}, map[string]portAt{}
	number := func(protocol corev1.Protocol, port int64, p portAt) {
		key := fmt.Sprintf("%s %d", protocol, port)
		if other, taken := numbers[key]; taken {
			c.refuse(p.path, "Port used twice", fmt.Sprintf("The ports %q and %q are both %s. Remove one.", other.name, p.name, key))
		}
		numbers[key] = p
	}
	for _, protocol := range []corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP} {
		attribute := strings.ToLower(string(protocol))
		list, _ := c.at("network", attribute).(types.List)
		for _, port := range slices.Compact(slices.Sorted(slices.Values(convert.Int64s(list)))) {
			if name := convert.PortName(protocol, port); port != 0 {
				names[name] = true
				number(protocol, port, portAt{name, networkPath.AtName(attribute)})
			}
		}
	}
	for _, name := range keysOf(c.at("network", "service", "ports")) {
		p := portAt{name, servicePath.AtName("ports").AtMapKey(name)}
		port, protocol := c.at("network", "service", "ports", name, "port"), c.at("network", "service", "ports", name, "protocol")
		if names[name] {
			c.refuse(p.path, "Port name used twice", fmt.Sprintf("The port %q stands in tcp or udp already. Remove it there, or choose another name.", name))
			continue
		}
		if !known(port, protocol) || numberOf(port) == 0 {
			continue
		}
		transport := corev1.ProtocolTCP
		if t := textOf(protocol); t != "" {
			transport = corev1.Protocol(t)
		}
		number(transport, numberOf(port), p)
		if n := numberOf(c.at("network", "service", "ports", name, "node_port")); n != 0 {
			key := fmt.Sprintf("%s %d", transport, n)
			if other, taken := nodePorts[key]; taken {
				c.refuse(p.path.AtName("node_port"), "Node port used twice", fmt.Sprintf("The ports %q and %q have the same node port. Give each its own.", other.name, name))
			}
			nodePorts[key] = p
		}
	}
}

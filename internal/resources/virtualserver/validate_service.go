package virtualserver

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
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
	kind := c.At("network", "service", "type")
	if !values.Known(kind) {
		return
	}
	balanced := values.Text(kind) == string(corev1.ServiceTypeLoadBalancer)
	external := balanced || values.Text(kind) == string(corev1.ServiceTypeNodePort)
	if external && values.IsOn(c.At("network", "service", "headless")) {
		c.Refuse(servicePath.AtName("headless"), "Headless Service with another type", "A headless Service has no address that could be reached from outside. Remove headless or type.")
	}
	needs := func(attribute, types string) {
		if v := c.At("network", "service", attribute); v != nil && !values.IsUnknown(v) && !values.IsEmpty(v) {
			c.Refuse(servicePath.AtName(attribute), "Service of another type", "It is for Services of the type "+types+". Set type, or remove it.")
		}
	}
	if !balanced {
		needs("load_balancer_class", "LoadBalancer")
		needs("load_balancer_source_ranges", "LoadBalancer")
	}
	if !external {
		needs("external_traffic_policy", "NodePort or LoadBalancer")
		for _, name := range values.Keys(c.At("network", "service", "ports")) {
			if values.Number(c.At("network", "service", "ports", name, "node_port")) != 0 {
				c.Refuse(servicePath.AtName("ports").AtMapKey(name).AtName("node_port"), "Service of another type", "It is for Services of the type NodePort or LoadBalancer. Set type, or remove it.")
			}
		}
	}
	families, policy := c.At("network", "service", "ip_families"), c.At("network", "service", "ip_family_policy")
	if single := values.Text(policy) == "" || values.Text(policy) == string(corev1.IPFamilyPolicySingleStack); values.Known(policy) && single && values.Count(families) > 1 {
		c.Refuse(servicePath.AtName("ip_families"), "Two families in one stack", `Two families need ip_family_policy = "PreferDualStack" or "RequireDualStack".`)
	}
}

// checkPorts refuses names, ports and node ports that are used twice.
func (c configuration) checkPorts() {
	names, numbers, nodePorts := map[string]bool{}, map[string]portAt{}, map[string]portAt{}
	number := func(protocol corev1.Protocol, port int64, p portAt) {
		key := fmt.Sprintf("%s %d", protocol, port)
		if other, taken := numbers[key]; taken {
			c.Refuse(p.path, "Port used twice", fmt.Sprintf("The ports %q and %q are both %s. Remove one.", other.name, p.name, key))
		}
		numbers[key] = p
	}
	for _, protocol := range []corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP} {
		attribute := strings.ToLower(string(protocol))
		list, _ := c.At("network", attribute).(types.List)
		for _, port := range slices.Compact(slices.Sorted(slices.Values(convert.Int64s(list)))) {
			if name := convert.PortName(protocol, port); port != 0 {
				names[name] = true
				number(protocol, port, portAt{name, networkPath.AtName(attribute)})
			}
		}
	}
	for _, name := range values.Keys(c.At("network", "service", "ports")) {
		p := portAt{name, servicePath.AtName("ports").AtMapKey(name)}
		port, protocol := c.At("network", "service", "ports", name, "port"), c.At("network", "service", "ports", name, "protocol")
		if names[name] {
			c.Refuse(p.path, "Port name used twice", fmt.Sprintf("The port %q stands in tcp or udp already. Remove it there, or choose another name.", name))
			continue
		}
		if !values.Known(port, protocol) || values.Number(port) == 0 {
			continue
		}
		transport := corev1.ProtocolTCP
		if t := values.Text(protocol); t != "" {
			transport = corev1.Protocol(t)
		}
		number(transport, values.Number(port), p)
		if n := values.Number(c.At("network", "service", "ports", name, "node_port")); n != 0 {
			key := fmt.Sprintf("%s %d", transport, n)
			if other, taken := nodePorts[key]; taken {
				c.Refuse(p.path.AtName("node_port"), "Node port used twice", fmt.Sprintf("The ports %q and %q have the same node port. Give each its own.", other.name, name))
			}
			nodePorts[key] = p
		}
	}
}

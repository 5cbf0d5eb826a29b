package convert

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

var networkPart = part{
	leaves: map[string]leaf{
		"tcp": ports, "udp": ports, "pod_network": toggle, "multiqueue": toggle,
		"network.binding": text("masquerade", "bridge", "passt", "passt_binding"), "network.boot_order": number,
		"interfaces.binding": text("bridge", "sriov", "macvtap"), "interfaces.boot_order": number,
		"model": text("virtio", "e1000"), "mac_address": text("02:00:00:12:34:56"), "pci_address": text("0000:81:01.0"), "acpi_index": number, "tag": text("uplink"),
		"boot_file_name": text("pxelinux.0"), "tftp_server_name": text("boot.example.org"), "ntp_servers": texts("192.0.2.1", "192.0.2.2"),
		"private_options.option": pick("option", types.Int64Value(224), types.Int64Value(254)), "private_options.value": one("a", "b"),
		"network_attachment": one("uplink", "network/uplink"), "interfaces.default": toggle, "interfaces.state": text("up", "down", "absent"),
		"hostname": text("web"), "subdomain": text("example"), "dns_policy": text("ClusterFirst", "None"),
		"nameservers": texts("192.0.2.1", "2001:db8::1"), "searches": texts("a", "b"),
		"options.name": one("ndots", "edns0"), "options.value": text("2"),
		"service.name": text("public"), "service.labels": keys("app", "tier"), "service.annotations": keys("example.org/a", "b"),
		"ports.port": pick("port", types.Int64Value(8080), types.Int64Value(53)), "target_port": pick("target", types.Int64Null(), types.Int64Value(8080), types.Int64Value(53)),
		"ports.protocol": text("TCP", "UDP", "SCTP"), "node_port": pick("node port", types.Int64Null(), types.Int64Value(30080)), "app_protocol": text("http"),
		"service.type": text("ClusterIP", "NodePort", "LoadBalancer"), "headless": toggle, "load_balancer_class": text("example.org/lb"), "load_balancer_source_ranges": texts("192.0.2.0/24", "198.51.100.0/24"),
		"external_traffic_policy": text("Cluster", "Local"), "internal_traffic_policy": text("Cluster", "Local"), "session_affinity": text("None", "ClientIP"),
		"publish_not_ready_addresses": toggle, "ip_families": texts("IPv4", "IPv6"), "ip_family_policy": text("SingleStack", "PreferDualStack"),
	},
	fix: func(m *Server) {
		n := m.Network
		if n == nil {
			return
		}
		if n.DNSConfig != nil {
			n.DNSConfig.Options = slices.CompactFunc(n.DNSConfig.Options, func(a, b DNSOption) bool { return a.Name.Equal(b.Name) })
		}
		if n.WithoutPodNetwork() {
			*n = Network{
				TCP: n.TCP, UDP: n.UDP, Service: n.Service, PodNetwork: n.PodNetwork, Interfaces: n.Interfaces, Multiqueue: n.Multiqueue,
				Hostname: n.Hostname, Subdomain: n.Subdomain, DNSPolicy: n.DNSPolicy, DNSConfig: n.DNSConfig,
			}
		}
		if s := n.Service; s != nil && len(s.Ports) > 0 {
			n.TCP, n.UDP = int64List(nil), int64List(nil)
			for i, name := range []string{"a-ports", "b-ports"} {
				if p, ok := s.Ports[name]; ok {
					p.Port = types.Int64Value(int64(8080 + i))
					s.Ports[name] = p
				}
			}
		}
	},
}

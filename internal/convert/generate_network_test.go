package convert

import (
	"slices"
)

var networkPart = part{
	leaves: map[string]leaf{
		"tcp": ports, "udp": ports, "mac_address": text("02:00:00:12:34:56"), "dns_policy": text("ClusterFirst", "None"),
		"nameservers": texts("192.0.2.1", "2001:db8::1"), "searches": texts("a", "b"),
		"options.name": one("ndots", "edns0"), "options.value": text("2"), "service.name": text("public"),
	},
	fix: func(m *Server) {
		if n := m.Network; n != nil && n.DNSConfig != nil {
			n.DNSConfig.Options = slices.CompactFunc(n.DNSConfig.Options, func(a, b DNSOption) bool { return a.Name.Equal(b.Name) })
		}
	},
}

package virtualserver_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestValidateNetwork has one case per rule on interfaces and the Service.
func TestValidateNetwork(t *testing.T) {
	tf := newOffline(t, nil)
	nic := func(content values) values {
		content["network_attachment"] = "uplink"
		return values{"network.interfaces.nic": content}
	}
	service := func(content values) values { return values{"network.service": content} }
	port := func(content values) values { return service(values{"ports": values{"web": content}}) }
	const domain = "aaaaaaaaaa.bbbbbbbbbb.cccccccccc.dddddddddd.eeeeeeeeee"
	for name, c := range map[string]struct {
		change  values
		want    []string // "path: summary"; none: valid
		explain string   // part of the detail
	}{
		"absent spellings": {change: values{"network": values{
			"binding": "", "model": "", "mac_address": "", "pci_address": "", "tag": "", "dhcp_options": values{"private_options": []any{}, "ntp_servers": []any{}, "boot_file_name": ""},
			"hostname": "", "subdomain": "", "multiqueue": false, "interfaces": values{},
			"service": values{"type": "", "labels": values{}, "annotations": values{}, "ports": values{}, "headless": false, "load_balancer_class": "", "load_balancer_source_ranges": []any{},
				"external_traffic_policy": "", "internal_traffic_policy": "", "session_affinity": "", "publish_not_ready_addresses": false, "ip_families": []any{}, "ip_family_policy": ""},
		}}},
		"everything": {change: values{"network": values{
			"tcp": []any{22.0}, "binding": "passt", "model": "igb", "mac_address": "02:00:00:00:00:01", "pci_address": "0000:81:01.0", "tag": "a", "acpi_index": 1.0, "boot_order": 1.0,
			"dhcp_options": values{"private_options": []any{values{"option": 224.0, "value": "a"}, values{"option": 225.0, "value": "a"}}, "ntp_servers": []any{"192.0.2.1"}},
			"hostname":     "web", "subdomain": "a.b", "multiqueue": true,
			"interfaces": values{"Up_1": values{"network_attachment": "network/uplink", "state": "absent"}, "fast": values{"network_attachment": "a", "binding": "sriov"}},
			"service": values{"type": "LoadBalancer", "labels": values{"a": "b"}, "annotations": values{"a.b/c": "{}"}, "load_balancer_class": "a.b/c", "load_balancer_source_ranges": []any{"192.0.2.0/24"},
				"ports":                   values{"web": values{"port": 80.0, "node_port": 30080.0}, "dns": values{"port": 80.0, "protocol": "UDP", "node_port": 30080.0}},
				"external_traffic_policy": "Local", "internal_traffic_policy": "Local", "session_affinity": "ClientIP", "ip_families": []any{"IPv6", "IPv4"}, "ip_family_policy": "PreferDualStack"},
		}}},

		"host name":     {values{"network.hostname": "a.b"}, []string{"network.hostname: Invalid host name"}, "dots"},
		"subdomain":     {values{"network.subdomain": "a_b"}, []string{"network.subdomain: Invalid subdomain"}, "must"},
		"search domain": {values{"network.dns_config": values{"searches": []any{"A"}}}, []string{"network.dns_config.searches.0: Invalid domain"}, ""},
		"searches":      {values{"network.dns_config": values{"searches": []any{"a", "b", "c", "d", "e", "f", "g"}}}, []string{"network.dns_config.searches: Invalid Attribute Value"}, "at most 6"},
		"search length": {values{"network.dns_config": values{"searches": []any{domain, domain + "1", domain + "2", domain + "3", domain + "4"}}}, []string{"network.dns_config.searches: Search domains too long"}, "256"},
		"dns option":    {values{"network.dns_config": values{"options": []any{values{"name": ""}}}}, []string{"network.dns_config.options.0.name: Invalid Attribute Value Length"}, ""},

		"model":               {values{"network.model": "e100"}, []string{"network.model: Invalid Attribute Value Match"}, "e1000e"},
		"boot order":          {values{"network.boot_order": 0.0}, []string{"network.boot_order: Invalid Attribute Value"}, ""},
		"pci address":         {values{"network.pci_address": "81:01.0"}, []string{"network.pci_address: Invalid PCI address"}, "0000:81:01.0"},
		"acpi index":          {values{"network.acpi_index": 16384.0}, []string{"network.acpi_index: Invalid Attribute Value"}, "16383"},
		"time server":         {values{"network.dhcp_options": values{"ntp_servers": []any{"2001:db8::1"}}}, []string{"network.dhcp_options.ntp_servers.0: Invalid address"}, "IPv4"},
		"DHCP option":         {values{"network.dhcp_options": values{"private_options": []any{values{"option": 223.0, "value": "a"}}}}, []string{"network.dhcp_options.private_options.0.option: Invalid Attribute Value"}, "224"},
		"DHCP option twice":   {values{"network.dhcp_options": values{"private_options": []any{values{"option": 224.0, "value": "a"}, values{"option": 224.0, "value": "b"}}}}, []string{"network.dhcp_options.private_options.1.option: DHCP option used twice"}, "224"},
		"binding slirp":       {values{"network.binding": "slirp"}, []string{"network.binding: Unknown binding"}, "masquerade"},
		"binding sriov":       {values{"network.binding": "sriov"}, []string{"network.binding: Binding of another network"}, "interfaces"},
		"MAC reserved":        {values{"network.mac_address": "02:00:00:00:00:00"}, []string{"network.mac_address: Reserved MAC address"}, "another"},
		"MAC of a bridge":     {change: values{"network.mac_address": "02:00:00:00:00:00", "network.binding": "bridge"}},
		"no pod network":      {change: values{"network.pod_network": false, "network.tcp": []any{22.0}}},
		"no pod network, MAC": {values{"network.pod_network": false, "network.mac_address": "02:00:00:00:00:01"}, []string{"network.mac_address: No pod network"}, "pod_network = false"},
		"no pod network, order": {values{"network.pod_network": false, "network.boot_order": 1.0}, []string{"network.boot_order: No pod network"},
			"pod_network = false"},

		"interface":                  {change: nic(values{})},
		"interface name":             {values{"network.interfaces": values{"a.b": values{"network_attachment": "a"}}}, []string{"network.interfaces.a.b: Invalid interface name"}, "letters"},
		"interface named default":    {values{"network.interfaces": values{"default": values{"network_attachment": "a"}}}, []string{"network.interfaces.default: Reserved interface name"}, "pod_network = false"},
		"default without pod":        {change: values{"network.pod_network": false, "network.interfaces": values{"default": values{"network_attachment": "a"}}}},
		"interface without network":  {values{"network.interfaces": values{"nic": values{}}}, []string{"network.interfaces.nic.network_attachment: Missing network_attachment"}, ""},
		"network attachment":         {values{"network.interfaces": values{"nic": values{"network_attachment": "a/b/c"}}}, []string{"network.interfaces.nic.network_attachment: Invalid network"}, ""},
		"network attachment empty":   {values{"network.interfaces": values{"nic": values{"network_attachment": ""}}}, []string{"network.interfaces.nic.network_attachment: Invalid Attribute Value Length"}, ""},
		"interface masquerade":       {nic(values{"binding": "masquerade"}), []string{"network.interfaces.nic.binding: Binding of the pod network"}, "bridge"},
		"interface passt":            {nic(values{"binding": "passt_binding"}), []string{"network.interfaces.nic.binding: Binding of the pod network"}, "plugin"},
		"interface slirp":            {nic(values{"binding": "slirp"}), []string{"network.interfaces.nic.binding: Unknown binding"}, "1.3"},
		"sriov with a model":         {nic(values{"binding": "sriov", "model": "virtio"}), []string{"network.interfaces.nic.model: Model without use"}, "Remove it"},
		"sriov with a state":         {nic(values{"binding": "sriov", "state": "down"}), []string{"network.interfaces.nic.state: State without use"}, "Remove"},
		"sriov absent":               {nic(values{"binding": "sriov", "state": "absent"}), []string{"network.interfaces.nic.state: Interface cannot be unplugged"}, "bridge"},
		"plugin absent":              {nic(values{"binding": "macvtap", "state": "absent"}), []string{"network.interfaces.nic.state: Interface cannot be unplugged"}, "bridge"},
		"state":                      {nic(values{"state": "off"}), []string{"network.interfaces.nic.state: Invalid Attribute Value Match"}, "absent"},
		"default":                    {change: with(nic(values{"default": true}), values{}), want: []string{"network.interfaces.nic.default: Two default networks"}, explain: "pod_network = false"},
		"default in place of pod":    {change: values{"network.pod_network": false, "network.interfaces": values{"nic": values{"network_attachment": "a", "default": true}}}},
		"default absent":             {values{"network.pod_network": false, "network.interfaces": values{"nic": values{"network_attachment": "a", "default": true, "state": "absent"}}}, []string{"network.interfaces.nic.state: Interface cannot be unplugged"}, "pod network"},
		"two defaults":               {values{"network.pod_network": false, "network.interfaces": values{"a": values{"network_attachment": "a", "default": true}, "b": values{"network_attachment": "a", "default": true}}}, []string{"network.interfaces.b.default: Two default networks"}, `"a" and "b"`},
		"MAC twice":                  {values{"network.mac_address": "02:00:00:00:00:aa", "network.interfaces": values{"a": values{"network_attachment": "a", "mac_address": "02:00:00:00:00:AA"}}}, []string{"network.interfaces.a.mac_address: MAC address used twice"}, "pod network"},
		"PCI address twice":          {values{"network.interfaces": values{"a": values{"network_attachment": "a", "pci_address": "0000:0a:01.0"}, "b": values{"network_attachment": "a", "pci_address": "0000:0A:01.0"}}}, []string{"network.interfaces.b.pci_address: PCI address used twice"}, `"a"`},
		"ACPI index twice":           {values{"network.acpi_index": 1.0, "network.interfaces": values{"a": values{"network_attachment": "a", "acpi_index": 1.0}}}, []string{"network.interfaces.a.acpi_index: ACPI index used twice"}, "its own"},
		"service type":               {service(values{"type": "ExternalName"}), []string{"network.service.type: Invalid Attribute Value Match"}, "NodePort"},
		"service label":              {service(values{"labels": values{"a": "b c"}}), []string{"network.service.labels.a: Invalid label value"}, ""},
		"service annotation":         {service(values{"annotations": values{"a b": "c"}}), []string{"network.service.annotations.a b: Invalid key"}, ""},
		"port name":                  {service(values{"ports": values{"Web": values{"port": 80.0}}}), []string{"network.service.ports.Web: Invalid port name"}, ""},
		"port name long":             {change: service(values{"ports": values{"a-name-longer-than-fifteen-characters": values{"port": 80.0}}})},
		"port missing":               {port(values{}), []string{"network.service.ports.web.port: Missing port"}, ""},
		"port number":                {port(values{"port": 65536.0}), []string{"network.service.ports.web.port: Invalid Attribute Value"}, ""},
		"target port":                {port(values{"port": 80.0, "target_port": 0.0}), []string{"network.service.ports.web.target_port: Invalid Attribute Value"}, ""},
		"protocol":                   {port(values{"port": 80.0, "protocol": "tcp"}), []string{"network.service.ports.web.protocol: Invalid Attribute Value Match"}, "SCTP"},
		"app protocol":               {port(values{"port": 80.0, "app_protocol": "a b"}), []string{"network.service.ports.web.app_protocol: Invalid protocol"}, ""},
		"node port of a ClusterIP":   {port(values{"port": 80.0, "node_port": 30080.0}), []string{"network.service.ports.web.node_port: Service of another type"}, "NodePort or LoadBalancer"},
		"node port twice":            {service(values{"type": "NodePort", "ports": values{"a": values{"port": 80.0, "node_port": 30080.0}, "b": values{"port": 81.0, "node_port": 30080.0}}}), []string{"network.service.ports.b.node_port: Node port used twice"}, `"a" and "b"`},
		"port in tcp and ports":      {values{"network.tcp": []any{80.0}, "network.service": values{"ports": values{"web": values{"port": 80.0}}}}, []string{"network.service.ports.web: Port used twice"}, `"tcp-80" and "web"`},
		"port in udp and ports":      {change: values{"network.udp": []any{80.0}, "network.service": values{"ports": values{"web": values{"port": 80.0}}}}},
		"port of two names":          {service(values{"ports": values{"a": values{"port": 80.0}, "b": values{"port": 80.0, "protocol": "TCP"}}}), []string{"network.service.ports.b: Port used twice"}, "TCP 80"},
		"port name in tcp":           {values{"network.tcp": []any{80.0}, "network.service": values{"ports": values{"tcp-80": values{"port": 8080.0}}}}, []string{"network.service.ports.tcp-80: Port name used twice"}, "tcp or udp"},
		"headless load balancer":     {service(values{"type": "LoadBalancer", "headless": true}), []string{"network.service.headless: Headless Service with another type"}, "outside"},
		"class of a ClusterIP":       {service(values{"load_balancer_class": "a"}), []string{"network.service.load_balancer_class: Service of another type"}, "LoadBalancer"},
		"class":                      {service(values{"type": "LoadBalancer", "load_balancer_class": "a b"}), []string{"network.service.load_balancer_class: Invalid load balancer class"}, ""},
		"ranges of a NodePort":       {service(values{"type": "NodePort", "load_balancer_source_ranges": []any{"192.0.2.0/24"}}), []string{"network.service.load_balancer_source_ranges: Service of another type"}, "LoadBalancer"},
		"range":                      {service(values{"type": "LoadBalancer", "load_balancer_source_ranges": []any{"192.0.2.1"}}), []string{"network.service.load_balancer_source_ranges.0: Invalid network"}, "192.0.2.0/24"},
		"external policy":            {service(values{"type": "NodePort", "external_traffic_policy": "local"}), []string{"network.service.external_traffic_policy: Invalid Attribute Value Match"}, ""},
		"external of a ClusterIP":    {service(values{"external_traffic_policy": "Local"}), []string{"network.service.external_traffic_policy: Service of another type"}, "NodePort"},
		"internal policy":            {service(values{"internal_traffic_policy": "local"}), []string{"network.service.internal_traffic_policy: Invalid Attribute Value Match"}, ""},
		"session affinity":           {service(values{"session_affinity": "Cookie"}), []string{"network.service.session_affinity: Invalid Attribute Value Match"}, ""},
		"family":                     {service(values{"ip_families": []any{"ipv4"}}), []string{"network.service.ip_families.0: Invalid Attribute Value Match"}, ""},
		"family twice":               {service(values{"ip_families": []any{"IPv4", "IPv4"}, "ip_family_policy": "RequireDualStack"}), []string{"network.service.ip_families: Duplicate List Value"}, ""},
		"two families in one stack":  {service(values{"ip_families": []any{"IPv4", "IPv6"}}), []string{"network.service.ip_families: Two families in one stack"}, "PreferDualStack"},
		"family policy":              {service(values{"ip_family_policy": "DualStack"}), []string{"network.service.ip_family_policy: Invalid Attribute Value Match"}, ""},
		"ports that no Service name": {values{"name": "1a", "network.service": values{"ports": values{"web": values{"port": 80.0}}}}, []string{"network: Invalid Service name"}, "network = { service"},
	} {
		t.Run(name, func(t *testing.T) {
			diagnostics := tf.validate(with(parse(t, small), c.change))
			if diff := cmp.Diff(c.want, acctest.Said(diagnostics)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, d := range diagnostics {
				if !strings.Contains(strings.Join(strings.Fields(d.Detail), " "), c.explain) {
					t.Errorf("%q does not say %q", d.Detail, c.explain)
				}
			}
		})
	}
}

// TestValidateUnknownNetwork: a rule waits until what it needs is known.
func TestValidateUnknownNetwork(t *testing.T) {
	tf := newOffline(t, nil)
	for name, change := range map[string]values{
		"network":     {"network": unknown},
		"interfaces":  {"network.interfaces": unknown},
		"ports":       {"network.service": values{"ports": unknown}},
		"options":     {"network.dhcp_options": values{"private_options": unknown}},
		"binding":     {"network.mac_address": "02:00:00:00:00:00", "network.binding": unknown},
		"state":       {"network.interfaces": values{"nic": values{"network_attachment": "a", "binding": unknown, "state": "absent", "model": "virtio"}}},
		"pod network": {"network.pod_network": unknown, "network.mac_address": "02:00:00:00:00:01", "network.interfaces": values{"default": values{"network_attachment": unknown, "default": true}}},
		"type": {"network.service": values{"type": unknown, "headless": true, "load_balancer_class": "a", "external_traffic_policy": "Local",
			"ports": values{"web": values{"port": 80.0, "node_port": 30080.0}}}},
		"numbers": {"network.tcp": []any{80.0, unknown}, "network.service": values{"ports": values{"a": values{"port": unknown}, "b": values{"port": 80.0, "protocol": unknown}}}},
		"policy":  {"network.service": values{"ip_families": []any{"IPv4", "IPv6"}, "ip_family_policy": unknown}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, d := range tf.validate(with(parse(t, small), change)) {
				if d.Severity == tfprotov6.DiagnosticSeverityError {
					t.Errorf("%s: %s", d.Summary, d.Detail)
				}
			}
		})
	}
}

package virtualserver_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPlanNetwork: which computed values a change of the network leaves known.
func TestPlanNetwork(t *testing.T) {
	tf := newOffline(t, values{})
	service := func(content values) values {
		content["name"] = "web"
		return values{"network.service": content}
	}
	port := values{"web": values{"port": 8080.0}}
	for name, c := range map[string]struct {
		was, change values
		want        []string
	}{
		"port":                   {nil, service(values{"ports": port}), []string{"network"}},
		"only named ports":       {nil, values{"network.tcp": nil, "network.udp": nil, "network.service": values{"name": "web", "ports": port}}, []string{"network"}},
		"node ports":             {nil, service(values{"type": "NodePort"}), []string{"network"}},
		"annotation":             {nil, service(values{"annotations": values{"a": "b"}}), []string{"network"}},
		"default type":           {nil, service(values{"type": "ClusterIP"}), []string{"network"}},
		"load balancer":          {nil, service(values{"type": "LoadBalancer"}), []string{"network", "status?"}},
		"class":                  {service(values{"type": "LoadBalancer"}), service(values{"type": "LoadBalancer", "load_balancer_class": "a"}), []string{"cluster_ip?", "network", "status?"}},
		"headless":               {nil, service(values{"headless": true}), []string{"cluster_ip", "network"}},
		"not headless":           {service(values{"headless": true}), service(values{"headless": false}), []string{"cluster_ip?", "network"}},
		"not headless, unsaid":   {nil, service(values{"headless": false}), []string{"network"}},
		"families":               {service(values{"ip_families": []any{"IPv4"}}), service(values{"ip_families": []any{"IPv6"}}), []string{"cluster_ip?", "network"}},
		"families unsaid":        {service(values{"ip_families": []any{"IPv4"}}), service(values{}), []string{"network"}},
		"service without a port": {values{"network": nil}, values{"network": values{"service": values{"type": "LoadBalancer", "headless": false}}}, []string{"network"}},
		"interface":              {nil, values{"network.interfaces": values{"nic": values{"network_attachment": "a"}}}, []string{"network", "status?"}},
		"no interface":           {nil, values{"network.interfaces": values{}}, []string{"network"}},
		"host name":              {nil, values{"network.hostname": "web"}, []string{"network", "status?"}},
		"default binding":        {nil, values{"network.binding": "masquerade"}, []string{"network"}},
		"pod network":            {nil, values{"network.pod_network": true}, []string{"network"}},
		"no pod network":         {nil, values{"network.pod_network": false, "network.mac_address": nil}, []string{"network", "status?"}},
		"absent DHCP options":    {nil, values{"network.dhcp_options": values{"ntp_servers": []any{}}}, []string{"network"}},
	} {
		t.Run(name, func(t *testing.T) {
			tf := tf
			tf.t = t
			base := with(parse(t, large), c.was)
			prior := tf.created(base)
			if base["network"] != nil {
				prior = prior.set(t, values{"service_name": "web"})
			}
			p := tf.plan(prior, with(base, c.change))
			if len(p.errors)+len(p.replace)+len(p.warnings) > 0 {
				t.Error(p.errors, p.replace, p.warnings)
			}
			if diff := cmp.Diff(c.want, changed(t, prior, p)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

package convert

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// TestReplacesService: only what differs from the live Service and was changed
// here makes a new one.
func TestReplacesService(t *testing.T) {
	service := func(change func(*corev1.ServiceSpec)) *corev1.Service {
		s := &corev1.Service{}
		change(&s.Spec)
		return s
	}
	plain := service(func(*corev1.ServiceSpec) {})
	addressed := service(func(s *corev1.ServiceSpec) { s.ClusterIP = "10.0.0.1" })
	headless := service(func(s *corev1.ServiceSpec) { s.ClusterIP = corev1.ClusterIPNone })
	balanced := func(class string) *corev1.Service {
		return service(func(s *corev1.ServiceSpec) {
			s.Type = corev1.ServiceTypeLoadBalancer
			if class != "" {
				s.LoadBalancerClass = &class
			}
		})
	}
	families := func(families ...corev1.IPFamily) *corev1.Service {
		return service(func(s *corev1.ServiceSpec) { s.IPFamilies = families })
	}
	v4, v6 := corev1.IPv4Protocol, corev1.IPv6Protocol
	for name, c := range map[string]struct {
		live, base, want *corev1.Service
		replaces         bool
	}{
		"nothing":                       {addressed, plain, plain, false},
		"headless":                      {addressed, plain, headless, true},
		"headless, no state":            {addressed, nil, headless, true},
		"headless already":              {headless, plain, headless, false},
		"headless of others":            {headless, plain, plain, false},
		"not headless":                  {headless, headless, plain, true},
		"load balancer":                 {addressed, plain, balanced("a"), false},
		"class":                         {balanced(""), balanced(""), balanced("a"), true},
		"class gone":                    {balanced("a"), balanced("a"), balanced(""), true},
		"class of others":               {balanced("a"), balanced(""), balanced(""), false},
		"class and load balancer gone":  {balanced("a"), balanced("a"), plain, false},
		"family":                        {families(v4), plain, families(v6), true},
		"family that it has":            {families(v4), plain, families(v4, v6), false},
		"family gone":                   {families(v4), families(v4), plain, false},
		"second family":                 {families(v4, v6), families(v4, v6), families(v4), false},
		"families in another order":     {families(v4, v6), families(v4, v6), families(v6, v4), true},
		"family that others have taken": {families(v6), families(v4), families(v4), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ReplacesService(c.live, c.base, c.want); got != c.replaces {
				t.Errorf("got %v", got)
			}
		})
	}
}

// TestImportedPorts: what a number says is read into tcp and udp, the rest
// keeps its name.
func TestImportedPorts(t *testing.T) {
	o := fromYAML(t, []byte(`
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: web, namespace: default}
spec: {template: {spec: {domain: {}}}}
---
apiVersion: v1
kind: Service
metadata:
  name: other
  annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}", example.org/a: b}
spec:
  type: NodePort
  clusterIP: 10.0.0.1
  externalTrafficPolicy: Cluster
  internalTrafficPolicy: Cluster
  sessionAffinity: None
  ipFamilies: [IPv4]
  ipFamilyPolicy: SingleStack
  ports:
  - {name: tcp-22, port: 22, targetPort: 22, protocol: TCP, nodePort: 30022}
  - {name: udp-53, port: 53, targetPort: 53, protocol: UDP}
  - {name: tcp-80, port: 80, targetPort: 8080, protocol: TCP}
  - {name: tcp-81, port: 81, targetPort: 81, protocol: TCP, appProtocol: http}
  - {name: ssh, port: 2222, targetPort: ssh}
  - {name: sctp-9, port: 9, targetPort: 9, protocol: SCTP}
`))
	m := FromObjects(o, nil)
	wantEqual(t, "the import", any(map[string]any{
		"tcp": []any{int64(22)}, "udp": []any{int64(53)},
		"service": map[string]any{"name": "other", "type": "NodePort", "annotations": map[string]any{"example.org/a": "b"}, "ports": map[string]any{
			"tcp-80": map[string]any{"port": int64(80), "target_port": int64(8080)}, "tcp-81": map[string]any{"port": int64(81), "app_protocol": "http"},
			"ssh": map[string]any{"port": int64(2222)}, "sctp-9": map[string]any{"port": int64(9), "protocol": "SCTP"},
		}},
	}), attributes(m)["network"])
	wantEqual(t, "reading again changes the model", attributes(m), attributes(FromObjects(o, &m)))
	o.Service = nil
	gone := FromObjects(o, &m)
	if gone.Network.HasPorts() || gone.Network.Service.Type.ValueString() != "NodePort" {
		t.Errorf("a missing Service reads as %v", attributes(gone)["network"])
	}

	o = fromYAML(t, []byte(`
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: web, namespace: default}
spec: {template: {spec: {domain: {}}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 22}]}
`))
	m = FromObjects(o, nil)
	wantEqual(t, "a port without a name", any(map[string]any{"tcp": []any{int64(22)}}), attributes(m)["network"])
	wantEqual(t, "reading it again changes the model", attributes(m), attributes(FromObjects(o, &m)))
}

// TestAbsentInterface: KubeVirt takes it out of the machine, and that is what
// was asked for; any other that is gone is drift.
func TestAbsentInterface(t *testing.T) {
	m := modelFromYAML(t, []byte(`{name: vs, namespace: default, run_strategy: Halted, network: {interfaces: {a: {network_attachment: net, state: absent}, b: {network_attachment: net}}}}`))
	bare := m
	bare.Network = nil
	read := FromObjects(render(bare, ""), &m)
	if _, ok := read.Network.Interfaces["a"]; !ok || len(read.Network.Interfaces) != 1 {
		t.Errorf("read %v", attributes(read)["network"])
	}
}

package virtualserver_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// sameUID remembers an object's uid at its first call, and checks at the others
// that it is the same, or another one.
func sameUID(n *acctest.Namespace, kind, name string) (same, other resource.TestCheckFunc) {
	var last any
	check := func(want bool) resource.TestCheckFunc {
		return n.Check(func() error {
			now := acctest.Field(n.Get(kind, name), "metadata.uid")
			was := last
			last = now
			if was != nil && (was == now) != want {
				return fmt.Errorf("the %s %s had the uid %v and has %v", kind, name, was, now)
			}
			return nil
		})
	}
	return check(true), check(false)
}

// TestAccServiceTypes: a Service changes its type, ports and settings in place;
// what Kubernetes chose and what others added stays.
func TestAccServiceTypes(t *testing.T) {
	n := acctest.Start(t)
	const name, public = "types", "public"
	config := func(service string) string {
		return server(n, name, memory, containerDisk, halted, fmt.Sprintf("network = { tcp = [22], service = {\n name = %q\n %s\n} }", public, service))
	}
	same, _ := sameUID(n, "service", public)
	var nodePort any
	keptNodePort := n.Check(func() error {
		now := acctest.Field(n.Get("service", public), "spec.ports[tcp-22].nodePort")
		if was := nodePort; was != nil && was != now || now == nil {
			return fmt.Errorf("the node port was %v and is %v", was, now)
		}
		nodePort = now
		return nil
	})
	const foreign = "metadata.annotations[example.com/cloud]"
	n.Run(acctest.Case{
		Steps: []resource.TestStep{
			apply(config(`type = "NodePort"
  labels = { app = "web", tier = "front" }
  annotations = { "example.com/pool" = "one", "example.com/old" = "" }
  ports = { http = { port = 80, target_port = 8080, app_protocol = "http" }, dns = { port = 53, protocol = "UDP" } }`),
				same, keptNodePort, attribute("service_name", public), n.Lacks("service", name),
				n.Has("service", public, acctest.Fields{
					"spec.type": "NodePort", "spec.ports[http].targetPort": 8080, "spec.ports[http].appProtocol": "http", "spec.ports[http].protocol": "TCP",
					"spec.ports[dns].protocol": "UDP", "spec.ports[dns].targetPort": 53, "spec.ports[tcp-22].port": 22,
					"metadata.labels": map[string]any{"app": "web", "tier": "front"},
				})),
			before(func() {
				n.Patch("service", public, `{"metadata": {"annotations": {"example.com/cloud": "theirs"}, "labels": {"theirs": "x"}}}`)
			}, inPlace(apply(config(`type = "NodePort"
  labels = { app = "web" }
  annotations = { "example.com/pool" = "two" }
  session_affinity = "ClientIP"
  publish_not_ready_addresses = true
  internal_traffic_policy = "Local"
  external_traffic_policy = "Local"
  ip_family_policy = "PreferDualStack"
  ports = { web = { port = 80 }, dns = { port = 53, protocol = "UDP", node_port = 30053 } }`),
				same, keptNodePort,
				n.Has("service", public, acctest.Fields{
					"metadata.labels": map[string]any{"app": "web", "theirs": "x"}, foreign: "theirs",
					"metadata.annotations[example.com/pool]": "two", "metadata.annotations[example.com/old]": nil,
					"spec.ports[http]": nil, "spec.ports[web].targetPort": 80, "spec.ports[web].appProtocol": nil, "spec.ports[dns].nodePort": 30053,
					"spec.sessionAffinity": "ClientIP", "spec.publishNotReadyAddresses": true, "spec.internalTrafficPolicy": "Local", "spec.externalTrafficPolicy": "Local",
					"spec.ipFamilyPolicy": "PreferDualStack",
				})))),
			inPlace(apply(config(`type = "LoadBalancer"
  load_balancer_class = "example.com/lb"
  load_balancer_source_ranges = ["192.0.2.0/24"]
  external_traffic_policy = "Local"
  ports = { web = { port = 80 } }`),
				same, keptNodePort, attribute("status.load_balancer_ingress.#", "0"),
				n.Has("service", public, acctest.Fields{
					"spec.type": "LoadBalancer", "spec.loadBalancerClass": "example.com/lb", "spec.loadBalancerSourceRanges": []any{"192.0.2.0/24"},
					"spec.sessionAffinity": "None", "spec.sessionAffinityConfig": nil, "spec.publishNotReadyAddresses": nil, "spec.internalTrafficPolicy": "Cluster",
					"spec.ports[dns]": nil, foreign: "theirs", "metadata.labels": map[string]any{"theirs": "x"},
				}))),
			before(func() {
				n.PatchStatus("service", public, `{"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.7"}, {"hostname": "lb.example.com"}]}}}`)
			}, resource.TestStep{RefreshState: true, Check: resource.ComposeAggregateTestCheckFunc(
				attribute("status.load_balancer_ingress.0", "192.0.2.7"), attribute("status.load_balancer_ingress.1", "lb.example.com"))}),
			inPlace(apply(config(`ports = { web = { port = 80 } }`), same, attribute("status.load_balancer_ingress.#", "0"),
				n.Has("service", public, acctest.Fields{
					"spec.type": "ClusterIP", "spec.loadBalancerClass": nil, "spec.loadBalancerSourceRanges": nil, "spec.externalTrafficPolicy": nil,
					"spec.ports[web].nodePort": nil, "spec.ports[tcp-22].nodePort": nil, foreign: "theirs",
				}))),
			before(func() { n.Delete("service", public) }, inPlace(apply(config(`ports = { web = { port = 80 } }`),
				n.Has("service", public, acctest.Fields{"spec.ports[web].port": 80, "spec.ports[tcp-22].port": 22})))),
			inPlace(apply(config(`type = "ClusterIP"
  session_affinity = "None"
  ports = {}`), n.Has("service", public, acctest.Fields{"spec.ports[web]": nil, "spec.ports[tcp-22].port": 22}))),
		},
		Unverified: map[string]string{
			"network.service.ports.%":          "written as {}, which the cluster has as nothing",
			"network.service.type":             "the default written out, which an import leaves out",
			"network.service.session_affinity": "the default written out, which an import leaves out",
		},
	})
}

// TestAccServiceReplaced: what Kubernetes does not change makes a new Service,
// and nothing else does.
func TestAccServiceReplaced(t *testing.T) {
	n := acctest.Start(t)
	const name = "replaced"
	config := func(service string) string {
		return server(n, name, memory, containerDisk, fmt.Sprintf("network = {\n tcp = [22]\n %s\n}", service))
	}
	same, other := sameUID(n, "service", name)
	noAddress := resource.TestCheckNoResourceAttr(acctest.Address, "cluster_ip")
	address := resource.TestCheckResourceAttrSet(acctest.Address, "cluster_ip")
	leads := exposes(n, name, "TCP 22")
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(``), same, address, leads),
		inPlace(apply(config(`service = { headless = true, ports = { web = { port = 80 } } }`), other, noAddress,
			exposes(n, name, "TCP 22", "TCP 80"), n.Has("service", name, acctest.Fields{"spec.clusterIP": "None"}))),
		inPlace(apply(config(`service = { headless = true }`), same, noAddress, leads)),
		inPlace(apply(config(`service = { headless = false }`), other, address, leads)),
		inPlace(apply(config(`service = { type = "LoadBalancer" }`), same, address)),
		inPlace(apply(config(`service = { type = "LoadBalancer", load_balancer_class = "example.com/one" }`), other, address)),
		inPlace(apply(config(`service = { type = "LoadBalancer", load_balancer_class = "example.com/two" }`), other, address)),
		inPlace(apply(config(`service = { ip_families = ["IPv4"] }`), same, address, n.Has("service", name, acctest.Fields{"spec.type": "ClusterIP"}))),
		inPlace(apply(config(``), same, address, leads)),
	}})
}

// TestAccServiceOfForeignMachine: a machine that others made is reached through
// the Service that it gets here, although its pod has none of our labels.
func TestAccServiceOfForeignMachine(t *testing.T) {
	n := acctest.Start(t)
	const name = "theirs"
	n.Create(`
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: theirs}
spec:
  runStrategy: Always
  template:
    spec:
      domain:
        memory: {guest: 128Mi}
        devices: {disks: [{name: system, disk: {bus: virtio}}]}
      volumes: [{name: system, containerDisk: {image: quay.io/kubevirt/cirros-container-disk-demo}}]
`)
	n.Disown("vm", name)
	n.Wait("vm", name, "to run", func(o acctest.Object) bool { return acctest.Text(o, "status.printableStatus") == "Running" })
	n.Wait("vm", name, "to be known to KubeVirt", known)
	const machine = `
  resources = { memory = "128Mi" }
  storage   = { root = { name = "system", source = { container_disk = { image = "quay.io/kubevirt/cirros-container-disk-demo" } } } }
`
	var was acctest.Object
	plain := server(n, name, machine)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		{Config: plain, ResourceName: acctest.Address, ImportState: true, ImportStatePersist: true, ImportStateId: n.Name + "/" + name},
		{Config: plain, PlanOnly: true},
		before(func() { was = n.Get("vm", name) }, inPlace(apply(server(n, name, machine, `network = { tcp = [22, 80] }`), exposes(n, name, "TCP 22", "TCP 80"),
			n.Check(func() error {
				if changed := acctest.Changed(was, n.Get("vm", name)); len(changed) > 0 {
					return fmt.Errorf("the machine changed at %v", changed)
				}
				return nil
			})))),
	}})
}

// TestAccServiceTaken: a Service of the wanted name is never taken over, and one
// of another name is found by an import only when it is the server's.
func TestAccServiceTaken(t *testing.T) {
	n := acctest.Start(t)
	const name = "owner"
	n.Create(`
apiVersion: v1
kind: Service
metadata: {name: a-foreign}
spec: {ports: [{port: 1}]}
`)
	config := func(service string) string {
		return server(n, name, memory, containerDisk, halted, fmt.Sprintf("network = { service = { name = %q, ports = { web = { port = 80, target_port = 8080 } } } }", service))
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("mine"), attribute("service_name", "mine")),
		{Config: config("a-foreign"), ExpectError: messages("exists already and does not belong to this server", "network.service.name")},
		planning(plancheck.ResourceActionNoop, apply(config("mine"), n.Check(func() error {
			return errors.Join(
				acctest.Match(n.Get("service", "a-foreign"), acctest.Fields{"metadata.ownerReferences": nil, "spec.ports[0].port": 1}),
				acctest.Match(n.Get("service", "mine"), acctest.Fields{"spec.ports[web].targetPort": 8080}))
		}))),
	}})
}

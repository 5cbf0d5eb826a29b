package virtualserver_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// interfaceOrder checks the order of interfaces and networks.
func interfaceOrder(n *acctest.Namespace, name string, want ...string) resource.TestCheckFunc {
	return n.Check(func() error {
		vm := n.Get("vm", name)
		for _, list := range []string{devices + "interfaces", "spec.template.spec.networks"} {
			if now := acctest.Names(vm, list); !slices.Equal(now, want) {
				return fmt.Errorf("%s are %v, not %v", list, now, want)
			}
		}
		return nil
	})
}

// TestAccInterfaces: several interfaces with all their settings, which boot in an
// order; what is added is appended, and what is removed goes.
func TestAccInterfaces(t *testing.T) {
	n := acctest.Start(t)
	const name = "interfaces"
	config := func(network string) string { return server(n, name, memory, containerDisk, halted, network) }
	const nics = devices + "interfaces"
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(`network = {
    hostname   = "router"
    subdomain  = "example"
    multiqueue = true
    model = "e1000e"
    mac_address = "02:00:00:12:34:56"
    boot_order = 2
    pci_address = "0000:81:01.0"
    acpi_index = 7
    tag = "management"
    dhcp_options = {
      boot_file_name = "pxelinux.0"
      tftp_server_name = "boot.example.com"
      ntp_servers = ["192.0.2.123"]
      private_options = [{ option = 224, value = "a" }, { option = 254, value = "b" }]
    }
    interfaces = {
      alpha  = { network_attachment = "uplink" }
      pxe    = { network_attachment = "network/boot", boot_order = 1, model = "virtio", tag = "boot" }
      sriov  = { network_attachment = "fast", binding = "sriov", mac_address = "02:00:00:12:34:57" }
      tap    = { network_attachment = "tap", binding = "macvtap" }
    }
  }`),
			interfaceOrder(n, name, "default", "pxe", "alpha", "sriov", "tap"),
			n.Has("vm", name, acctest.Fields{
				"spec.template.spec.hostname": "router", "spec.template.spec.subdomain": "example", devices + "networkInterfaceMultiqueue": true,
				nics + "[default]": map[string]any{
					"name": "default", "masquerade": map[string]any{}, "model": "e1000e", "macAddress": "02:00:00:12:34:56", "bootOrder": 2, "pciAddress": "0000:81:01.0",
					"acpiIndex": 7, "tag": "management", "dhcpOptions": map[string]any{
						"bootFileName": "pxelinux.0", "tftpServerName": "boot.example.com", "ntpServers": []any{"192.0.2.123"},
						"privateOptions": []any{map[string]any{"option": 224, "value": "a"}, map[string]any{"option": 254, "value": "b"}},
					},
				},
				nics + "[pxe]":                         map[string]any{"name": "pxe", "bridge": map[string]any{}, "bootOrder": 1, "model": "virtio", "tag": "boot"},
				nics + "[sriov].sriov":                 map[string]any{},
				nics + "[tap].binding.name":            "macvtap",
				"spec.template.spec.networks[pxe]":     map[string]any{"name": "pxe", "multus": map[string]any{"networkName": "network/boot"}},
				"spec.template.spec.networks[default]": map[string]any{"name": "default", "pod": map[string]any{}},
			})),
		before(func() {
			n.PatchJSON("vm", name, `[
      {"op": "add", "path": "/spec/template/spec/networks/0", "value": {"name": "theirs", "multus": {"networkName": "theirs"}}},
      {"op": "add", "path": "/spec/template/spec/domain/devices/interfaces/0", "value": {"name": "theirs", "bridge": {}}},
      {"op": "add", "path": "/spec/template/spec/domain/devices/interfaces/1/ports", "value": [{"port": 22}]}
    ]`)
		}, inPlace(apply(config(`network = {
    binding    = "passt"
    boot_order = 3
    interfaces = {
      added = { network_attachment = "added", boot_order = 1 }
      alpha = { network_attachment = "other", state = "down" }
      sriov = { network_attachment = "fast" }
    }
  }`),
			interfaceOrder(n, name, "theirs", "default", "alpha", "sriov", "added"),
			n.Has("vm", name, acctest.Fields{
				"spec.template.spec.hostname": nil, "spec.template.spec.subdomain": nil, devices + "networkInterfaceMultiqueue": nil,
				nics + "[default]": map[string]any{"name": "default", "binding": map[string]any{"name": "passt"}, "bootOrder": 3, "ports": []any{map[string]any{"port": 22}}},
				nics + "[alpha]":   map[string]any{"name": "alpha", "bridge": map[string]any{}, "state": "down"},
				nics + "[sriov]":   map[string]any{"name": "sriov", "bridge": map[string]any{}},
				"spec.template.spec.networks[alpha].multus.networkName": "other",
			})))),
		{Config: config(`network = { binding = "passt", boot_order = 3, interfaces = { theirs = { network_attachment = "mine" } } }`),
			ExpectError: messages("The server has an interface", "theirs", "belongs to somebody else")},
		inPlace(apply(config(``), interfaceOrder(n, name, "theirs", "default"),
			n.Has("vm", name, acctest.Fields{nics + "[default]": map[string]any{"name": "default", "masquerade": map[string]any{}, "ports": []any{map[string]any{"port": 22}}}}))),
	}, Unverified: map[string]string{"network": "an import reads the interface that somebody else added"}})
}

// TestAccPodNetwork: a server without a network, which gets one, and loses it
// for a network that takes its place.
func TestAccPodNetwork(t *testing.T) {
	n := acctest.Start(t)
	const name = "podless"
	config := func(parts ...string) string { return server(n, name, append(parts, memory, containerDisk)...) }
	const attach = devices + "autoattachPodInterface"
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(`network = { pod_network = false }`), running(n, name), interfaceOrder(n, name),
			n.Has("vm", name, acctest.Fields{attach: false}), n.Has("vmi", name, acctest.Fields{"spec.networks": nil})),
		inPlace(apply(config(halted), interfaceOrder(n, name, "default"), n.Has("vm", name, acctest.Fields{attach: nil}))),
		inPlace(apply(config(halted, `network = { pod_network = false, interfaces = { default = { network_attachment = "uplink", default = true } } }`),
			interfaceOrder(n, name, "default"),
			n.Has("vm", name, acctest.Fields{attach: false, "spec.template.spec.networks[default]": map[string]any{"name": "default", "multus": map[string]any{"networkName": "uplink", "default": true}}}))),
		inPlace(apply(config(halted, `network = { pod_network = true, interfaces = { uplink = { network_attachment = "uplink" } } }`),
			n.Has("vm", name, acctest.Fields{
				attach: nil, "spec.template.spec.networks[default]": map[string]any{"name": "default", "pod": map[string]any{}},
				devices + "interfaces[default].masquerade": map[string]any{}, devices + "interfaces[uplink].bridge": map[string]any{},
			}))),
	}, Unverified: map[string]string{"network.pod_network": "the default written out, which an import leaves out"}})
}

// TestAccPodNetworkOfImported: machines that name no network, or others only.
func TestAccPodNetworkOfImported(t *testing.T) {
	const manifest = `
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: theirs}
spec:
  runStrategy: Halted
  template:
    spec:
      domain:
        memory: {guest: 128Mi}
        devices: {disks: [{name: system, disk: {bus: virtio}}], interfaces: [%s]}
      networks: [%s]
      volumes: [{name: system, containerDisk: {image: quay.io/kubevirt/cirros-container-disk-demo}}]
`
	const machine = `
  run_strategy = "Halted"
  resources = { memory = "128Mi" }
  storage   = { root = { name = "system", source = { container_disk = { image = "quay.io/kubevirt/cirros-container-disk-demo" } } } }
`
	const uplink = `uplink = { network_attachment = "uplink" }`
	for name, c := range map[string]struct {
		interfaces, networks string
		network, next        string
		then                 []string // interfaces after the change
	}{
		"implicit, another one is added": {next: `network = { interfaces = { ` + uplink + ` } }`, then: []string{"default", "uplink"}},
		"implicit, it goes":              {next: `network = { pod_network = false }`},
		"others only, it is added": {
			`{name: uplink, bridge: {}}`, `{name: uplink, multus: {networkName: uplink}}`,
			`network = { pod_network = false, interfaces = { ` + uplink + ` } }`, `network = { interfaces = { ` + uplink + ` } }`, []string{"uplink", "default"},
		},
		"others only, they go": {
			`{name: uplink, bridge: {}}`, `{name: uplink, multus: {networkName: uplink}}`,
			`network = { pod_network = false, interfaces = { ` + uplink + ` } }`, `network = { pod_network = false }`, nil,
		},
		"under another name": {
			`{name: red, bridge: {}}, {name: default, bridge: {}}`, `{name: red, pod: {}}, {name: default, multus: {networkName: uplink}}`,
			`network = { binding = "bridge" }`, ``, []string{"red", "default"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.Start(t)
			n.Create(fmt.Sprintf(manifest, c.interfaces, c.networks))
			n.Disown("vm", "theirs")
			n.Wait("vm", "theirs", "to be known to KubeVirt", known)
			config := server(n, "theirs", machine, c.network)
			n.Run(acctest.Case{Steps: []resource.TestStep{
				{Config: config, ResourceName: acctest.Address, ImportState: true, ImportStatePersist: true, ImportStateId: n.Name + "/theirs"},
				{Config: config, PlanOnly: true},
				inPlace(apply(server(n, "theirs", machine, c.next), interfaceOrder(n, "theirs", c.then...))),
			}})
		})
	}
}

// TestAccInterfaceUnplugged: KubeVirt takes an absent interface out of the
// machine, which is no drift.
func TestAccInterfaceUnplugged(t *testing.T) {
	n := acctest.Start(t)
	const name = "unplugged"
	config := func(interfaces string) string {
		return server(n, name, memory, containerDisk, halted, fmt.Sprintf("network = { interfaces = { stays = { network_attachment = \"a\" }, %s } }", interfaces))
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(`goes = { network_attachment = "b", mac_address = "02:00:00:12:34:56" }`), interfaceOrder(n, name, "default", "goes", "stays")),
		inPlace(apply(config(`goes = { network_attachment = "b", mac_address = "02:00:00:12:34:56", state = "absent" }`), n.Check(func() error {
			n.Wait("vm", name, "to lose its interface", func(vm acctest.Object) bool {
				return slices.Equal(acctest.Names(vm, devices+"interfaces"), []string{"default", "stays"})
			})
			return nil
		}))),
		inPlace(apply(config(``), interfaceOrder(n, name, "default", "stays"))),
	}})
}

// TestAccMissingNetwork: KubeVirt looks a network up when it makes the pod; that
// it is missing is said.
func TestAccMissingNetwork(t *testing.T) {
	n := acctest.Start(t)
	n.Run(acctest.Case{Steps: []resource.TestStep{{
		Config: server(n, "lost", memory, containerDisk, `wait = { failure_grace = "1s" }`,
			`network = { interfaces = { uplink = { network_attachment = "nowhere" } } }`),
		ExpectError: messages("Unable to create virtual server", "network attachment definition", "nowhere"),
	}}, NoImport: "the server never gets ready"})
}

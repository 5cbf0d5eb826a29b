package virtualserver_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccPorts: the Service follows the ports: it changes in place, goes with
// the last port, comes back with the next, and moves to another name.
func TestAccPorts(t *testing.T) {
	n := acctest.Start(t)
	const name = "ports"
	config := func(network string) string { return server(n, name, memory, containerDisk, network) }
	address := ""
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(`network = { tcp = [80], udp = [53] }`), exposes(n, name, "TCP 80", "UDP 53"), n.Check(func() error {
			address = acctest.Text(n.Get("service", name), "spec.clusterIP")
			return nil
		})),
		inPlace(apply(config(`network = { tcp = [443, 80] }`), exposesInAnyOrder(n, name, "TCP 443", "TCP 80"), n.Check(func() error {
			return acctest.Match(n.Get("service", name), acctest.Fields{"spec.clusterIP": address})
		}))),
		inPlace(apply(config(`network = { tcp = [] }`), n.Lacks("service", name), resource.TestCheckNoResourceAttr(acctest.Address, "service_name"))),
		inPlace(apply(config(`network = { tcp = [22] }`), exposes(n, name, "TCP 22"), attribute("service_name", name))),
		inPlace(apply(config(`network = { tcp = [22], service = { name = "ssh" } }`), n.Lacks("service", name), attribute("service_name", "ssh"),
			n.Has("service", "ssh", acctest.Fields{"spec.ports[tcp-22].port": 22}))),
		inPlace(apply(config(``), n.Lacks("service", name), n.Lacks("service", "ssh"))),
	}})
}

// exposesInAnyOrder checks the ports of a Service, in any order.
func exposesInAnyOrder(n *acctest.Namespace, name string, ports ...string) resource.TestCheckFunc {
	return n.Check(func() error {
		want := acctest.Fields{}
		for _, port := range ports {
			protocol, number, _ := strings.Cut(port, " ")
			want[fmt.Sprintf("spec.ports[%s-%s].protocol", strings.ToLower(protocol), number)] = protocol
		}
		service := n.Get("service", name)
		if names := acctest.Names(service, "spec.ports"); len(names) != len(ports) {
			return fmt.Errorf("the ports are %v", names)
		}
		return acctest.Match(service, want)
	})
}

// TestAccNetwork: MAC address and resolver configuration reach the guest.
func TestAccNetwork(t *testing.T) {
	n := acctest.Start(t)
	const name = "network"
	config := func(network string) string { return server(n, name, memory, containerDisk, network) }
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(`network = {
    mac_address = "02:00:00:12:34:56"
    dns_policy  = "None"
    dns_config = {
      nameservers = ["192.0.2.1"]
      searches    = ["example.com"]
      options     = [{ name = "ndots", value = "2" }, { name = "rotate" }]
    }
  }`),
			n.Has("vmi", name, acctest.Fields{"status.interfaces[default].mac": "02:00:00:12:34:56"}),
			n.Has("vm", name, acctest.Fields{
				devices + "interfaces[default].macAddress": "02:00:00:12:34:56",
				"spec.template.spec.dnsPolicy":             "None",
				"spec.template.spec.dnsConfig": map[string]any{
					"nameservers": []any{"192.0.2.1"},
					"searches":    []any{"example.com"},
					"options":     []any{map[string]any{"name": "ndots", "value": "2"}, map[string]any{"name": "rotate"}},
				},
			})),
		inPlace(apply(config(`network = { dns_policy = "Default" }`), n.Has("vm", name, acctest.Fields{
			devices + "interfaces[default].macAddress": nil,
			devices + "interfaces[default].masquerade": map[string]any{},
			"spec.template.spec.dnsPolicy":             "Default",
			"spec.template.spec.dnsConfig":             nil,
		}))),
	}})
}

// userData checks the content of the server's cloud-init Secret, and that the
// VirtualMachine refers to it and holds nothing of it.
func userData(n *acctest.Namespace, name, want string) resource.TestCheckFunc {
	return n.Check(func() error {
		vm := n.Get("vm", name)
		if first, _, _ := strings.Cut(want, "\n"); strings.Contains(acctest.JSON(vm), first) {
			return fmt.Errorf("the VirtualMachine holds user data")
		}
		if err := acctest.Match(vm, acctest.Fields{
			"spec.template.spec.volumes[cloudinit].cloudInitNoCloud": map[string]any{"secretRef": map[string]any{"name": name + "-cloudinit"}},
		}); err != nil {
			return err
		}
		return acctest.Match(n.Get("secret", name+"-cloudinit"), acctest.Fields{
			"data": map[string]any{"userdata": base64.StdEncoding.EncodeToString([]byte(want))},
		})
	})
}

// TestAccCloudInit: user data of any size is kept in the server's Secret, which
// follows the configuration.
func TestAccCloudInit(t *testing.T) {
	n := acctest.Start(t)
	const name = "cloud-init"
	config := func(part string) string { return server(n, name, memory, containerDisk, part) }
	large := "#cloud-config\n# " + strings.Repeat("large ", 2000)
	n.Run(acctest.Case{
		Steps: []resource.TestStep{
			apply(config(`cloud_init = "#cloud-config one"`), userData(n, name, "#cloud-config one"), running(n, name)),
			inPlace(apply(config(fmt.Sprintf("cloud_init = %q", large)), userData(n, name, large))),
			inPlace(apply(config(``), n.Lacks("secret", name+"-cloudinit"),
				n.Has("vm", name, acctest.Fields{"spec.template.spec.volumes[cloudinit]": nil, devices + "disks[cloudinit]": nil}))),
			inPlace(apply(config("cloud_init_type = \"configdrive\"\n  cloud_init = \"#cloud-config two\""),
				n.Has("vm", name, acctest.Fields{"spec.template.spec.volumes[cloudinit].cloudInitConfigDrive.secretRef.name": name + "-cloudinit"}))),
		},
	})
}

// TestAccCloudInitWriteOnly: write-only user data reaches the Secret and nothing
// else, and is written again when its version changes.
func TestAccCloudInitWriteOnly(t *testing.T) {
	n := acctest.Start(t)
	const name = "write-only"
	config := func(text string, version int) string {
		return server(n, name, memory, containerDisk, fmt.Sprintf("cloud_init_wo = %q\n  cloud_init_wo_version = %d", text, version))
	}
	n.Run(acctest.Case{
		Needs: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)},
		Steps: []resource.TestStep{
			apply(config("#cloud-config one", 1), userData(n, name, "#cloud-config one"), resource.TestCheckNoResourceAttr(acctest.Address, "cloud_init")),
			apply(config("#cloud-config unwritten", 1), userData(n, name, "#cloud-config one")),
			inPlace(apply(config("#cloud-config two", 2), userData(n, name, "#cloud-config two"), resource.TestCheckNoResourceAttr(acctest.Address, "cloud_init_wo"))),
		},
		Unverified: map[string]string{"cloud_init": "write-only user data is not in the state, but an import reads it from the Secret"},
	})
}

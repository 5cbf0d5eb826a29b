package virtualserver_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccChangesPendOthers: the rest of what a guest is made of waits for a restart,
// with and without KubeVirt saying so, and waits no more once it is taken back.
func TestAccChangesPendOthers(t *testing.T) {
	acctest.Played(t, "declarative hotplug")
	n := acctest.Start(t)
	n.Create(claims + `
---
apiVersion: v1
kind: ConfigMap
metadata: {name: app-config}
data: {a: b}
`)
	const name = "others"
	config := func(disk, filesystems string, parts ...string) string {
		return server(n, name, append(parts, soon, "storage = {\n    "+containerRoot+"\n    additional_disks = { data = { persistent_volume_claim = { claim_name = \"pvc-as-disk\" }, hotpluggable = true, bus = \"scsi\""+disk+" } }\n    filesystems = {"+filesystems+"}\n  }")...)
	}
	const filesystem = `conf = { config_map = { name = "app-config" } }`
	const clock, grace = `clock = { timezone = "Europe/Berlin" }`, `termination_grace_period_seconds = 45`
	const ignition = `ignition = "{\"ignition\":{\"version\":\"3.4.0\"}}"`
	const roomier = `resources = { memory = "1Gi", max_memory = "8Gi" }`
	const gpu = `resources = { memory = "1Gi", gpu = { type = "nvidia.com/GA100_A100_PCIE_40GB", count = 1 } }`
	same := sameGuest(n, name)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("", "", memory), running(n, name), same, pending()),
		inPlace(apply(config("", filesystem, memory), same, waits(n, name, "storage.filesystems.conf"), pending("storage.filesystems.conf"), flagged(n, name, true))),
		inPlace(apply(config("", "", memory, clock, grace), same, waits(n, name, "clock.timezone", "termination_grace_period_seconds"), pending("clock.timezone", "termination_grace_period_seconds"), flagged(n, name, true))),
		inPlace(apply(config("", "", roomier), same, waits(n, name, "resources.max_memory"), pending("resources.max_memory"), flagged(n, name, true))),
		inPlace(apply(config("", "", gpu), same, waits(n, name, "resources.gpu"), pending("resources.gpu"), flagged(n, name, true))),
		// KubeVirt says nothing of these.
		inPlace(apply(config("", "", memory, ignition), same, waits(n, name, "ignition"), pending("ignition"), flagged(n, name, false))),
		inPlace(apply(config(`, serial = "D1"`, "", memory), same, waits(n, name, "storage.additional_disks.data"), pending("storage.additional_disks.data.serial"), flagged(n, name, false))),
		inPlace(apply(config("", "", memory), same, pending(), flagged(n, name, false))),
	}})
}

// TestAccChangesLandInterfaceState: a running guest's link goes down and up again.
func TestAccChangesLandInterfaceState(t *testing.T) {
	acctest.Played(t, "interfaces of networks without multus")
	n := acctest.Start(t)
	n.Create(bridgeNetwork("uplink") + bridgeNetwork("backup"))
	const name = "links"
	config := func(network, state string) string {
		return server(n, name, memory, containerDisk, soon, `network = { interfaces = { first = { network_attachment = "`+network+`"`+state+` } } }`)
	}
	same := sameGuest(n, name)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("uplink", ""), running(n, name), same, pending()),
		inPlace(apply(config("uplink", `, state = "down"`), same, landing(n, name, "network.interfaces.first.state: live"), pending(), flagged(n, name, false),
			n.Has("vmi", name, acctest.Fields{"spec.domain.devices.interfaces[first].state": "down"}))),
		// Without the feature gate LiveUpdateNADRef, and before KubeVirt 1.9.
		inPlace(apply(config("backup", `, state = "down"`), same, waits(n, name, "network.interfaces.first.network_attachment"), pending("network.interfaces.first.network_attachment"), flagged(n, name, true))),
		inPlace(apply(config("uplink", ""), same, pending(), flagged(n, name, false))),
	}})
}

// TestAccInterfaceUnpluggedByMigration: where no dynamic networks controller runs, an
// interface leaves the guest's pod by a live migration, which the apply waits for.
func TestAccInterfaceUnpluggedByMigration(t *testing.T) {
	acctest.Played(t, "Multus' report of a pod")
	n := acctest.Start(t)
	n.Create(bridgeNetwork("uplink"))
	const name = "unplugs"
	config := func(interfaces string) string {
		return server(n, name, memory, containerDisk, soon, `template_annotations = { "localcluster/multus" = "" }`, "network = { interfaces = {"+interfaces+"} }")
	}
	const first = `first = { network_attachment = "uplink" }`
	const how = "live; at once where Multus' dynamic networks controller runs, else by a live migration"
	known := func() {
		n.Wait("vmi", name, "to know the pod's networks", func(vmi acctest.Object) bool {
			return acctest.Text(vmi, "status.interfaces[first].podInterfaceName") != ""
		})
	}
	same := sameGuest(n, name)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(first), running(n, name), same, pending()),
		before(known, inPlace(apply(config(""), same, landing(n, name, "network.interfaces.first: "+how), pending(), flagged(n, name, false), migrated(n, 1),
			interfaceOrder(n, name, "default"), n.Has("vmi", name, acctest.Fields{"spec.domain.devices.interfaces[first]": nil, "status.interfaces[first]": nil})))),
		inPlace(apply(config(first), same, landing(n, name, "network.interfaces.first: "+how), pending(), flagged(n, name, false), migrated(n, 2),
			interfaceOrder(n, name, "default", "first"))),
	}})
}

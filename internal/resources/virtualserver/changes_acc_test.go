package virtualserver_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// pending checks the attributes that wait for a restart.
func pending(want ...string) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		count, _ := strconv.Atoi(stateOf(state, "status.pending_changes.#"))
		var now []string
		for i := range count {
			now = append(now, stateOf(state, fmt.Sprintf("status.pending_changes.%d", i)))
		}
		if !slices.Equal(now, want) {
			return fmt.Errorf("pending are %v, not %v", now, want)
		}
		return nil
	}
}

// flagged checks whether KubeVirt says that a restart is due.
func flagged(n *acctest.Namespace, name string, want bool) resource.TestCheckFunc {
	return resource.ComposeAggregateTestCheckFunc(attribute("status.restart_required", strconv.FormatBool(want)), n.Check(func() error {
		if now := requiresRestart(n.Get("vm", name)); now != want {
			return fmt.Errorf("RestartRequired is %v", now)
		}
		return nil
	}))
}

// sameGuest remembers the instance's uid at its first call, and checks it at the
// others.
func sameGuest(n *acctest.Namespace, name string) resource.TestCheckFunc {
	first := ""
	return n.Check(func() error {
		now := acctest.Text(n.Get("vmi", name), "metadata.uid")
		if first == "" {
			first = now
		}
		if now != first {
			return errors.New("the guest was restarted")
		}
		return nil
	})
}

// landing checks that the plan said how attributes reach the running guest.
func landing(n *acctest.Namespace, name string, attributes ...string) resource.TestCheckFunc {
	return warnedOf(n, []string{"Changes that take effect while servers run", name}, attributes)
}

// waits checks that the plan said which attributes wait for a restart.
func waits(n *acctest.Namespace, name string, attributes ...string) resource.TestCheckFunc {
	return warnedOf(n, []string{"Updating virtual server", name, "for a restart"}, attributes)
}

func warnedOf(n *acctest.Namespace, words, attributes []string) resource.TestCheckFunc {
	var checks []resource.TestCheckFunc
	for _, attribute := range attributes {
		checks = append(checks, n.Warned(append(slices.Clone(words), "- "+attribute)...))
	}
	return resource.ComposeAggregateTestCheckFunc(checks...)
}

// migrated checks how often the instance was migrated, and that the last time went
// well.
func migrated(n *acctest.Namespace, times int) resource.TestCheckFunc {
	return n.Check(func() error {
		list := n.List("vmim")
		if len(list) != times {
			return fmt.Errorf("there are %d migrations, not %d: %s", len(list), times, acctest.JSON(list))
		}
		return nil
	})
}

// TestAccChangesLandCompute: more CPUs and memory reach the running guest by live
// migrations, placement at once, labels without any of it; the apply waits until
// they are there. Beyond what the guest has room for, or below what it was started
// with, they wait for a restart.
func TestAccChangesLandCompute(t *testing.T) {
	acctest.Played(t, "live migrations")
	n := acctest.Start(t)
	const name = "compute"
	config := func(count int, memory string, parts ...string) string {
		return server(n, name, append(parts, containerDisk, soon, fmt.Sprintf("resources = { memory = %q, cpu = { count = %d } }", memory, count))...)
	}
	const placed = `scheduling = {
    node_selector = { "kubernetes.io/os" = "linux" }
    tolerations   = [{ key = "gpu", operator = "Exists" }]
    affinity      = { pod_anti_affinity = { preferred_during_scheduling_ignored_during_execution = [{ weight = 1, pod_affinity_term = { topology_key = "kubernetes.io/hostname" } }] } }
  }`
	const labels = `labels = { app = "web" }`
	same, machine := sameGuest(n, name), sameMachine(n, name)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(1, "1Gi"), running(n, name), same, machine, pending()),
		inPlace(apply(config(2, "1Gi"), same, machine, landing(n, name, "resources.cpu.count: by a live migration"), pending(), flagged(n, name, false), migrated(n, 1),
			n.Has("vmi", name, acctest.Fields{"spec.domain.cpu.sockets": 2, "status.currentCPUTopology.sockets": 2}))),
		inPlace(apply(config(2, "2Gi", labels), same, landing(n, name, "resources.memory: by a live migration"), pending(), flagged(n, name, false), migrated(n, 2),
			n.Has("vm", name, acctest.Fields{"metadata.labels.app": "web"}),
			n.Has("vmi", name, acctest.Fields{"spec.domain.memory.guest": "2Gi", "status.memory.guestCurrent": "2Gi"}))),
		inPlace(apply(config(2, "2Gi", placed), same, landing(n, name, "scheduling.node_selector: live", "scheduling.tolerations: live", "scheduling.affinity: live"), pending(), flagged(n, name, false), migrated(n, 2),
			n.Has("vmi", name, acctest.Fields{
				"spec.nodeSelector[kubernetes.io/os]": "linux", "spec.tolerations[0].key": "gpu",
				"spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight": 1,
			}))),
		inPlace(apply(config(3, "3Gi", placed), same, pending(), flagged(n, name, false), migrated(n, 3),
			n.Has("vmi", name, acctest.Fields{"status.currentCPUTopology.sockets": 3, "status.memory.guestCurrent": "3Gi"}))),
		inPlace(apply(config(2, "512Mi", placed), same, waits(n, name, "resources.cpu.count", "resources.memory"), pending("resources.cpu.count", "resources.memory"), flagged(n, name, true), migrated(n, 3),
			n.Has("vmi", name, acctest.Fields{"status.currentCPUTopology.sockets": 3, "status.memory.guestCurrent": "3Gi"}))),
		inPlace(apply(config(5, "3Gi", placed), same, machine, waits(n, name, "resources.cpu.count: the guest was started with room for 4 sockets"), pending("resources.cpu.count"), flagged(n, name, true))),
		inPlace(apply(config(3, "3Gi", placed), same, machine, pending(), flagged(n, name, false), migrated(n, 3))),
	}})
}

// TestAccChangesPend: what needs a restart waits, and what could land live waits
// with it. The list of what is pending follows, also where KubeVirt says nothing,
// and is empty after a restart.
func TestAccChangesPend(t *testing.T) {
	n := acctest.Start(t)
	const name = "pends"
	config := func(cores int, parts ...string) string {
		return server(n, name, append(parts, containerDisk, soon, fmt.Sprintf(`resources = { memory = "1Gi", cpu = { sockets = 1, cores = %d } }`, cores))...)
	}
	const placed, hostname = `scheduling = { node_selector = { "kubernetes.io/os" = "linux" } }`, `network = { hostname = "other" }`
	const labels, annotations = `template_labels = { tier = "db" }`, `template_annotations = { "example.com/a" = "b" }`
	const users, data = `cloud_init = "#cloud-config\nhostname: a\n"`, `cloud_init = "#cloud-config\nhostname: b\n"`
	const networkData = `network_data = "version: 2"`
	same := sameGuest(n, name)
	refreshed := func(want ...string) resource.TestStep {
		return resource.TestStep{RefreshState: true, Check: pending(want...)}
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(1, users, networkData), running(n, name), same, pending()),
		inPlace(apply(config(2, users, networkData), same, waits(n, name, "resources.cpu.cores"), pending("resources.cpu.cores"), flagged(n, name, true))),
		inPlace(apply(config(2, users, networkData, placed), same, waits(n, name, "scheduling.node_selector"), pending("resources.cpu.cores", "scheduling.node_selector"), flagged(n, name, true),
			n.Has("vmi", name, acctest.Fields{"spec.nodeSelector": nil}))),
		refreshed("resources.cpu.cores", "scheduling.node_selector"),
		inPlace(apply(config(1, users, networkData, placed), same, pending(), flagged(n, name, false),
			n.Has("vmi", name, acctest.Fields{"spec.nodeSelector[kubernetes.io/os]": "linux"}))),
		inPlace(apply(config(1, users, networkData, placed, labels, annotations), same, waits(n, name, "template_annotations", "template_labels"), pending("template_annotations", "template_labels"), flagged(n, name, false))),
		inPlace(apply(config(1, data, networkData, placed, labels), same, waits(n, name, "cloud_init"), pending("cloud_init", "template_labels"), flagged(n, name, false))),
		refreshed("cloud_init", "template_labels"),
		inPlace(apply(config(1, data, `network_data = "version: 1"`, placed, hostname), same, waits(n, name, "network.hostname", "network_data"), pending("cloud_init", "network.hostname", "network_data"), flagged(n, name, true))),
		before(func() {
			uid := acctest.Text(n.Get("vmi", name), "metadata.uid")
			n.Delete("vmi", name)
			n.Wait("vm", name, "to run again", func(vm acctest.Object) bool {
				vmi := n.Find("vmi", name)
				return acctest.Field(vm, "status.ready") == true && vmi != nil && acctest.Text(vmi, "metadata.uid") != uid && acctest.Text(vmi, "status.virtualMachineRevisionName") != ""
			})
		}, refreshed()),
	}})
}

// TestAccChangesLandDisks: hotpluggable disks come and go while the guest runs,
// others with a restart.
func TestAccChangesLandDisks(t *testing.T) {
	acctest.Played(t, "declarative hotplug")
	n := acctest.Start(t)
	n.Create(claims)
	const name = "plugged"
	config := func(disks string) string {
		return server(n, name, memory, soon, "storage = {\n    "+containerRoot+"\n    additional_disks = {"+disks+"}\n  }")
	}
	const plugged = `data = { persistent_volume_claim = { claim_name = "pvc-as-disk" }, hotpluggable = true, bus = "scsi" }`
	const plain = `plain = { persistent_volume_claim = { claim_name = "pvc-as-fs" } }`
	same := sameGuest(n, name)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(""), running(n, name), same),
		inPlace(apply(config(plugged), same, landing(n, name, "storage.additional_disks.data: live"), pending(), flagged(n, name, false),
			n.Has("vmi", name, acctest.Fields{"status.volumeStatus[data].phase": "Ready"}))),
		inPlace(apply(config(plugged+"\n"+plain), same, waits(n, name, "storage.additional_disks.plain"), pending("storage.additional_disks.plain"), flagged(n, name, true),
			n.Has("vmi", name, acctest.Fields{"spec.volumes[plain]": nil}))),
		inPlace(apply(config(plain), same, landing(n, name, "storage.additional_disks.data: live"), pending("storage.additional_disks.plain"), flagged(n, name, true),
			n.Has("vmi", name, acctest.Fields{"spec.volumes[data]": nil, "status.volumeStatus[data]": nil}))),
		inPlace(apply(config(""), same, pending(), flagged(n, name, false))),
	}})
}

// bridgeNetwork is a network that interfaces can be attached to.
func bridgeNetwork(name string) string {
	return fmt.Sprintf(`
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: {name: %[1]s}
spec: {config: '{"cniVersion": "0.3.1", "name": "%[1]s", "type": "bridge"}'}
---`, name)
}

// TestAccChangesLandInterfaces: an interface is plugged into the running guest and
// leaves it again; one that cannot be plugged waits.
func TestAccChangesLandInterfaces(t *testing.T) {
	acctest.Played(t, "interfaces of networks without multus")
	n := acctest.Start(t)
	n.Create(bridgeNetwork("uplink"))
	const name = "nics"
	config := func(interfaces string) string {
		return server(n, name, memory, containerDisk, soon, "network = { interfaces = {"+interfaces+"} }")
	}
	const first, second = `first = { network_attachment = "uplink" }`, `second = { network_attachment = "uplink", mac_address = "02:00:00:12:34:56" }`
	same := sameGuest(n, name)
	nics := func(want ...string) resource.TestCheckFunc {
		return n.Check(func() error {
			vmi := n.Get("vmi", name)
			for _, list := range []string{"spec.domain.devices.interfaces", "spec.networks", "status.interfaces"} {
				if now := acctest.Names(vmi, list); !slices.Equal(now, want) {
					return fmt.Errorf("%s of the instance are %v, not %v", list, now, want)
				}
			}
			return nil
		})
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(first), running(n, name), same, nics("default", "first")),
		inPlace(apply(config(first+"\n"+second), same, landing(n, name, "network.interfaces.second: live"), pending(), flagged(n, name, false), nics("default", "first", "second"), migrated(n, 1), interfaceOrder(n, name, "default", "first", "second"))),
		inPlace(apply(config(second), same, landing(n, name, "network.interfaces.first"), pending(), flagged(n, name, false), nics("default", "second"), interfaceOrder(n, name, "default", "second"))),
		inPlace(apply(config(strings.Replace(second, "56", "57", 1)), same, waits(n, name, "network.interfaces.second.mac_address"), pending("network.interfaces.second.mac_address"), flagged(n, name, true))),
		inPlace(apply(server(n, name, memory, containerDisk, soon), same, pending(), flagged(n, name, false), nics("default"), interfaceOrder(n, name, "default"))),
	}})
}

// createSharedClaims makes the claims that a disk is moved between: one that is not bound
// yet would keep the guest from starting for a moment.
func createSharedClaims(n *acctest.Namespace) {
	n.Create(strings.ReplaceAll(claims, "ReadWriteOnce", "ReadWriteMany"))
	for _, claim := range []string{"pvc-as-disk", "pvc-as-fs"} {
		n.Wait("pvc", claim, "to be bound", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Bound" })
	}
}

// TestAccDiskMoved: with the update strategy Migration, a disk of a running guest
// moves to another claim by a live migration.
func TestAccDiskMoved(t *testing.T) {
	acctest.Played(t, "live migrations")
	n := acctest.Start(t)
	createSharedClaims(n)
	const name = "moved"
	config := func(claim, strategy string) string {
		return server(n, name, memory, soon, "storage = {\n    "+containerRoot+"\n    "+strategy+"\n    additional_disks = { data = { persistent_volume_claim = { claim_name = \""+claim+"\" } } }\n  }")
	}
	const move = `update_volumes_strategy = "Migration"`
	same := sameGuest(n, name)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("pvc-as-disk", ""), running(n, name), same),
		inPlace(apply(config("pvc-as-fs", move), same, landing(n, name, "storage.additional_disks.data"), pending(), flagged(n, name, false), migrated(n, 1),
			n.Has("vmi", name, acctest.Fields{"spec.volumes[data].persistentVolumeClaim.claimName": "pvc-as-fs", "status.migratedVolumes": nil}))),
		inPlace(apply(config("pvc-as-disk", ""), same, pending("storage.additional_disks.data"), flagged(n, name, false), migrated(n, 1))),
	}})
}

// TestAccMigrationFails: a change that a live migration cannot bring is written and
// pends; that is a warning.
func TestAccMigrationFails(t *testing.T) {
	acctest.Played(t, "migrations that fail")
	n := acctest.Start(t)
	const name = "fail-migration"
	config := func(memory string) string {
		return server(n, name, containerDisk, soon, fmt.Sprintf("resources = { memory = %q }", memory))
	}
	same := sameGuest(n, name)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("1Gi"), running(n, name), same),
		inPlace(apply(config("2Gi"), same,
			n.Warned("Virtual server", name, "does not have the new resources.memory yet: its live migration failed", "The change is written", "client socket is closed", "Live migration", "Failed", "KubeVirt tries again"),
			pending("resources.memory"), flagged(n, name, false),
			n.Has("vmi", name, acctest.Fields{"spec.domain.memory.guest": "2Gi", "status.memory.guestCurrent": "1Gi"}),
			n.Check(func() error {
				return n.TryWait("vmim", acctest.Text(n.List("vmim")[0], "metadata.name"), func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Failed" })
			}))),
	}})
}

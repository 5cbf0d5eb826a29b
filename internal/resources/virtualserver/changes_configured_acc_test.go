package virtualserver_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccConfigured are the tests of what a cluster's configuration decides.
func TestAccConfigured(t *testing.T) {
	patched := func(patch string, test func(t *testing.T, n *acctest.Namespace)) acctest.Configured {
		return acctest.Configured{Configuration: acctest.Configuration{Patch: patch}, Test: test}
	}
	acctest.RunConfigured(t, map[string]acctest.Configured{
		"ChangesStaged":            patched(`configuration: {vmRolloutStrategy: Stage}`, changesStaged),
		"DiskMovedStaged":          patched(`configuration: {vmRolloutStrategy: Stage}`, diskMovedStaged),
		"ChangesUnmigrated":        patched(`workloadUpdateStrategy: {workloadUpdateMethods: []}`, changesUnmigrated),
		"ChangesEvicted":           patched(`workloadUpdateStrategy: {workloadUpdateMethods: [Evict], batchEvictionInterval: 1s}`, changesEvicted),
		"ChangesInterfaceBindings": patched(`configuration: {network: {binding: {macvtap: {domainAttachmentType: tap}}}}`, changesInterfaceBindings),
		"ChangesRoom":              patched(`configuration: {liveUpdateConfiguration: {maxHotplugRatio: 2, maxCpuSockets: 3}}`, changesRoom),
		"ChangesUnplugged":         {Configuration: acctest.Configuration{Gates: "-DeclarativeHotplugVolumes"}, Test: changesUnplugged},
		"ChangesLandNetwork":       {Configuration: acctest.Configuration{Gates: "LiveUpdateNADRef"}, Test: changesLandNetwork},
	})
}

// changesStaged: where the cluster rolls changes out at a restart, CPU, memory
// and placement wait for one; disks and interfaces are plugged in all the same.
func changesStaged(t *testing.T, n *acctest.Namespace) {
	n.Create(claims + "\n---" + bridgeNetwork("uplink"))
	const name = "staged"
	const staged = "the cluster rolls changes out at a restart (vmRolloutStrategy is Stage)"
	config := func(count int, memory, storage string, parts ...string) string {
		return server(n, name, append(parts, soon, fmt.Sprintf("resources = { memory = %q, cpu = { count = %d } }", memory, count), "storage = {\n    "+containerRoot+"\n    "+storage+"\n  }")...)
	}
	const placed = `scheduling = {
    node_selector = { "kubernetes.io/os" = "linux" }
    tolerations   = [{ key = "gpu", operator = "Exists" }]
    affinity      = { pod_anti_affinity = { preferred_during_scheduling_ignored_during_execution = [{ weight = 1, pod_affinity_term = { topology_key = "kubernetes.io/hostname" } }] } }
  }`
	const plugged = `additional_disks = { data = { persistent_volume_claim = { claim_name = "pvc-as-disk" }, hotpluggable = true, bus = "scsi" } }`
	const nic = `network = { interfaces = { first = { network_attachment = "uplink" } } }`
	same := sameGuest(n, name)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(1, "1Gi", ""), running(n, name), same, pending(), flagged(n, name, false)),
		inPlace(apply(config(2, "1Gi", ""), same, waits(n, name, "resources.cpu.count: "+staged), pending("resources.cpu.count"), flagged(n, name, true),
			n.Has("vmi", name, acctest.Fields{"spec.domain.cpu.sockets": 1}))),
		inPlace(apply(config(2, "2Gi", "", placed), same, waits(n, name, "resources.memory: "+staged, "scheduling.affinity: "+staged, "scheduling.node_selector: "+staged, "scheduling.tolerations: "+staged),
			pending("resources.cpu.count", "resources.memory", "scheduling.affinity", "scheduling.node_selector", "scheduling.tolerations"), flagged(n, name, true),
			n.Has("vmi", name, acctest.Fields{"spec.domain.cpu.sockets": 1, "spec.domain.memory.guest": "1Gi", "spec.nodeSelector": nil}))),
		inPlace(apply(config(2, "1Gi", plugged, nic), same, landing(n, name, "storage.additional_disks.data: live", "network.interfaces.first: live"), pending("resources.cpu.count"), flagged(n, name, true), migrated(n, 1),
			n.Has("vmi", name, acctest.Fields{"status.volumeStatus[data].phase": "Ready", "spec.domain.cpu.sockets": 1}))),
		inPlace(apply(config(1, "1Gi", ""), same, pending(), flagged(n, name, false), migrated(n, 1))),
		// A guest that was started there has no room for more.
		before(func() { n.Configure(acctest.Configuration{}) },
			inPlace(apply(config(2, "2Gi", "", placed), same, waits(n, name, "resources.cpu.count: the guest was started without room for more CPUs", "resources.memory: the guest was started without room for more"),
				landing(n, name, "scheduling.affinity: live", "scheduling.node_selector: live", "scheduling.tolerations: live"), pending("resources.cpu.count", "resources.memory"), flagged(n, name, true), migrated(n, 1)))),
	}})
}

// diskMovedStaged: nor is a disk moved while its guest runs, and KubeVirt does
// not say that it waits.
func diskMovedStaged(t *testing.T, n *acctest.Namespace) {
	createSharedClaims(n)
	const name = "moved"
	config := func(claim string) string {
		return server(n, name, memory, soon, "storage = {\n    "+containerRoot+"\n    update_volumes_strategy = \"Migration\"\n    additional_disks = { data = { persistent_volume_claim = { claim_name = \""+claim+"\" } } }\n  }")
	}
	same := sameGuest(n, name)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("pvc-as-disk"), running(n, name), same),
		inPlace(apply(config("pvc-as-fs"), same, waits(n, name, "storage.additional_disks.data: the cluster rolls changes out at a restart (vmRolloutStrategy is Stage)"),
			pending("storage.additional_disks.data"), flagged(n, name, false), migrated(n, 0),
			n.Has("vmi", name, acctest.Fields{"spec.volumes[data].persistentVolumeClaim.claimName": "pvc-as-disk"}))),
		inPlace(apply(config("pvc-as-disk"), same, pending(), flagged(n, name, false), migrated(n, 0))),
	}})
}

// changesUnmigrated: where KubeVirt migrates nothing for a change, CPU, memory
// and interfaces wait until somebody migrates the server; the apply waits for none of
// it and says so.
func changesUnmigrated(t *testing.T, n *acctest.Namespace) {
	n.Create(bridgeNetwork("uplink"))
	const name = "unmigrated"
	const somebody = "by a live migration; somebody must migrate the server, the cluster does not do so by itself (workloadUpdateMethods lacks LiveMigrate)"
	config := func(count int, memory string, parts ...string) string {
		return server(n, name, append(parts, containerDisk, soon, fmt.Sprintf("resources = { memory = %q, cpu = { count = %d } }", memory, count))...)
	}
	const nic = `network = { interfaces = { first = { network_attachment = "uplink" } } }`
	const migrate = `migration_triggers = { round = "1" }`
	same := sameGuest(n, name)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(1, "1Gi"), running(n, name), same, pending()),
		inPlace(apply(config(2, "2Gi"), same, landing(n, name, "resources.cpu.count: "+somebody, "resources.memory: "+somebody),
			pending("resources.cpu.count", "resources.memory"), flagged(n, name, false), migrated(n, 0),
			n.Has("vmi", name, acctest.Fields{"spec.domain.cpu.sockets": 2, "status.currentCPUTopology.sockets": 1, "spec.domain.memory.guest": "2Gi", "status.memory.guestCurrent": "1Gi"}))),
		inPlace(apply(config(2, "2Gi", nic), same, landing(n, name, "network.interfaces.first: live; at once where Multus' dynamic networks controller runs, else by a live migration"),
			pending("network.interfaces.first", "resources.cpu.count", "resources.memory"), flagged(n, name, false), migrated(n, 0))),
		inPlace(apply(config(2, "2Gi", nic, migrate), same, n.Warned("Updating virtual server", name, "migrates it"), pending(), flagged(n, name, false), migrated(n, 1),
			n.Has("vmi", name, acctest.Fields{"status.currentCPUTopology.sockets": 2, "status.memory.guestCurrent": "2Gi"}))),
	}})
}

// changesEvicted: with Evict alone KubeVirt shuts the server down for a change
// that it would migrate it for; its run strategy starts it again.
func changesEvicted(t *testing.T, n *acctest.Namespace) {
	const name = "evicted"
	config := func(count int) string {
		return server(n, name, containerDisk, soon, fmt.Sprintf("resources = { memory = \"1Gi\", cpu = { count = %d } }", count))
	}
	first := ""
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(1), running(n, name), pending(), n.Check(func() error {
			first = acctest.Text(n.Get("vmi", name), "metadata.uid")
			return nil
		})),
		inPlace(apply(config(2), waits(n, name, "resources.cpu.count: the cluster shuts down what it does not migrate for a change (workloadUpdateMethods has Evict)"), migrated(n, 0))),
		before(func() {
			n.Wait("vm", name, "to run again with the change", func(vm acctest.Object) bool {
				vmi := n.Find("vmi", name)
				return acctest.Field(vm, "status.ready") == true && vmi != nil && acctest.Text(vmi, "metadata.uid") != first && acctest.Text(vmi, "status.virtualMachineRevisionName") != ""
			})
		}, resource.TestStep{RefreshState: true, Check: resource.ComposeAggregateTestCheckFunc(pending(), flagged(n, name, false), n.Has("vmi", name, acctest.Fields{"status.currentCPUTopology.sockets": 2}))}),
	}})
}

// changesUnplugged: where the cluster does not hot-plug what the machine says, a
// hotpluggable disk that is added, changed or removed waits for a restart, and KubeVirt
// says nothing.
func changesUnplugged(t *testing.T, n *acctest.Namespace) {
	n.Create(claims)
	const name = "unplugged"
	const none, others = "the cluster hot-plugs no disks (KubeVirt before 1.9 needs the feature gate DeclarativeHotplugVolumes)", "the cluster hot-plugs by addvolume and removevolume only (feature gate HotplugVolumes)"
	config := func(disks string) string {
		return server(n, name, memory, soon, "storage = {\n    "+containerRoot+"\n    additional_disks = {"+disks+"}\n  }")
	}
	const first = `first = { persistent_volume_claim = { claim_name = "pvc-as-disk" }, hotpluggable = true, bus = "scsi" }`
	const second = `second = { persistent_volume_claim = { claim_name = "pvc-as-fs" }, hotpluggable = true, bus = "scsi" }`
	has := func(volumes ...string) resource.TestCheckFunc {
		return n.Check(func() error {
			var now []string
			for _, volume := range acctest.Names(n.Get("vmi", name), "spec.volumes") {
				if volume == "first" || volume == "second" {
					now = append(now, volume)
				}
			}
			if !slices.Equal(now, volumes) {
				return fmt.Errorf("the instance has the volumes %v, not %v", now, volumes)
			}
			return nil
		})
	}
	same := sameGuest(n, name)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(first), running(n, name), same, pending(), has("first")),
		inPlace(apply(config(first+"\n"+second), same, waits(n, name, "storage.additional_disks.second: "+none), pending("storage.additional_disks.second"), flagged(n, name, false), has("first"))),
		inPlace(apply(config(""), same, waits(n, name, "storage.additional_disks.first: "+none), pending("storage.additional_disks.first"), flagged(n, name, false), has("first"))),
		inPlace(apply(config(first), same, pending(), flagged(n, name, false), has("first"))),
		before(func() { n.Configure(acctest.Configuration{Gates: "HotplugVolumes"}) },
			inPlace(apply(config(first+"\n"+second), same, waits(n, name, "storage.additional_disks.second: "+others), pending("storage.additional_disks.second"), flagged(n, name, false), has("first")))),
		inPlace(apply(config(first), same, pending(), flagged(n, name, false), has("first"))),
		before(func() { n.Configure(acctest.Configuration{}) },
			inPlace(apply(config(second), same, landing(n, name, "storage.additional_disks.first: live", "storage.additional_disks.second: live"), pending(), flagged(n, name, false), has("second")))),
	}})
}

// changesLandNetwork: with the gate LiveUpdateNADRef a running interface moves
// to another network by a live migration, which the apply waits for.
func changesLandNetwork(t *testing.T, n *acctest.Namespace) {
	n.Create(bridgeNetwork("uplink") + bridgeNetwork("backup"))
	const name = "links"
	config := func(network string, parts ...string) string {
		return server(n, name, append(parts, memory, containerDisk, soon, `template_annotations = { "localcluster/multus" = "" }`, `network = { interfaces = { first = { network_attachment = "`+network+`" } } }`)...)
	}
	connected := func(network string) resource.TestCheckFunc {
		return n.Check(func() error {
			for _, pod := range n.List("pod", "kubevirt.io=virt-launcher") {
				if acctest.Text(pod, "status.phase") != "Running" {
					continue
				}
				if now := acctest.Text(pod, "metadata.annotations[k8s.v1.cni.cncf.io/network-status]"); !strings.Contains(now, n.Name+"/"+network) {
					return fmt.Errorf("the guest's pod is connected to %s", now)
				}
				return nil
			}
			return errors.New("there is no pod")
		})
	}
	known := func() {
		n.Wait("vmi", name, "to know the pod's networks", func(vmi acctest.Object) bool {
			return acctest.Text(vmi, "status.interfaces[first].podInterfaceName") != ""
		})
	}
	same := sameGuest(n, name)
	const attachment = "network.interfaces.first.network_attachment"
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("uplink"), running(n, name), same, pending()),
		before(known, inPlace(apply(config("backup"), same, landing(n, name, attachment+": by a live migration; KubeVirt starts it by itself"),
			pending(), flagged(n, name, false), migrated(n, 1), connected("backup"),
			n.Has("vmi", name, acctest.Fields{"spec.networks[first].multus.networkName": "backup"})))),
		before(func() {
			n.Configure(acctest.Configuration{Gates: "LiveUpdateNADRef", Patch: `workloadUpdateStrategy: {workloadUpdateMethods: []}`})
		}, inPlace(apply(config("uplink"), same, landing(n, name, attachment+": by a live migration; somebody must migrate the server"),
			pending(attachment), flagged(n, name, false), migrated(n, 1), connected("backup")))),
		before(func() {
			n.Wait("vmi", name, "to need a migration", func(vmi acctest.Object) bool {
				conditions, _ := acctest.Field(vmi, "status.conditions").([]any)
				return slices.ContainsFunc(conditions, func(c any) bool {
					m, _ := c.(map[string]any)
					return m["type"] == "MigrationRequired" && m["status"] == "True"
				})
			})
		}, resource.TestStep{RefreshState: true, Check: pending(attachment)}),
		inPlace(apply(config("backup"), same, pending(), flagged(n, name, false), migrated(n, 1), connected("backup"))),
	}})
}

// changesInterfaceBindings: an SR-IOV interface is added by a live migration;
// one of a binding plugin waits for a restart, of which KubeVirt says nothing; and so
// does the removal of either, of which it does.
func changesInterfaceBindings(t *testing.T, n *acctest.Namespace) {
	n.Create(bridgeNetwork("uplink"))
	const name = "bindings"
	config := func(interfaces string) string {
		return server(n, name, memory, containerDisk, soon, "network = { interfaces = {"+interfaces+"} }")
	}
	const function, plugin = `fast = { network_attachment = "uplink", binding = "sriov" }`, `plain = { network_attachment = "uplink", binding = "macvtap" }`
	has := func(want ...string) resource.TestCheckFunc {
		return n.Check(func() error {
			if now := acctest.Names(n.Get("vmi", name), "spec.domain.devices.interfaces"); !slices.Equal(now, want) {
				return fmt.Errorf("the instance has the interfaces %v, not %v", now, want)
			}
			return nil
		})
	}
	same := sameGuest(n, name)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(""), running(n, name), same, pending()),
		inPlace(apply(config(function), same, landing(n, name, "network.interfaces.fast: by a live migration; KubeVirt starts it by itself"), pending(), flagged(n, name, false), migrated(n, 1), has("default", "fast"))),
		inPlace(apply(config(function+"\n"+plugin), same, waits(n, name, "network.interfaces.plain: only bridge and SR-IOV interfaces are plugged in while a guest runs"),
			pending("network.interfaces.plain"), flagged(n, name, false), migrated(n, 1), has("default", "fast"))),
		inPlace(apply(config(plugin), same, waits(n, name, "network.interfaces.fast"), pending("network.interfaces.fast", "network.interfaces.plain"), flagged(n, name, true), has("default", "fast"))),
		inPlace(apply(config(function), same, pending(), flagged(n, name, false), migrated(n, 1), has("default", "fast"))),
	}})
}

// changesRoom: how much room for more a guest is started with is the cluster's
// to say.
func changesRoom(t *testing.T, n *acctest.Namespace) {
	const name = "room"
	config := func(count int, memory string) string {
		return server(n, name, containerDisk, soon, fmt.Sprintf("resources = { memory = %q, cpu = { count = %d } }", memory, count))
	}
	same := sameGuest(n, name)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(1, "1Gi"), running(n, name), same, n.Has("vmi", name, acctest.Fields{"spec.domain.cpu.maxSockets": 3, "spec.domain.memory.maxGuest": "2Gi"})),
		inPlace(apply(config(4, "3Gi"), same, waits(n, name, "resources.cpu.count: the guest was started with room for 3 sockets", "resources.memory: the guest was started with room for 2Gi"),
			pending("resources.cpu.count", "resources.memory"), flagged(n, name, true), migrated(n, 0))),
		inPlace(apply(config(3, "2Gi"), same, landing(n, name, "resources.cpu.count: by a live migration", "resources.memory: by a live migration"), pending(), flagged(n, name, false), migrated(n, 1))),
	}})
}

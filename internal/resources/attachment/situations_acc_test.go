package attachment_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccConfigured are the tests of clusters that plug disks in by addvolume, or not at
// all.
func TestAccConfigured(t *testing.T) {
	bySubresource := func(test func(t *testing.T, n *acctest.Namespace)) acctest.Configured {
		return acctest.Configured{Configuration: acctest.Configuration{Gates: "HotplugVolumes"}, Test: test}
	}
	acctest.RunConfigured(t, map[string]acctest.Configured{
		"Subresource":              bySubresource(subresource),
		"InterruptedBySubresource": bySubresource(interrupted),
		"RenamedBySubresource":     bySubresource(renamedBySubresource),
		"CreatedBySubresource":     bySubresource(createdBySubresource),
		"DetachedFromDeleted":      bySubresource(detachedFromDeleted),
		"DetachedFromPending":      bySubresource(detachedFromPending),
		"RightsBySubresource":      bySubresource(rightsBySubresource),
		"TenDisksBySubresource":    bySubresource(tenDisksBySubresource),
		"NoHotplug":                {Configuration: acctest.Configuration{Gates: "-DeclarativeHotplugVolumes"}, Test: noHotplug},
	})
}

// foreseen holds a step's plan to its warnings.
func foreseen(step resource.TestStep, checks ...plancheck.PlanCheck) resource.TestStep {
	step.ConfigPlanChecks.PreApply = append(step.ConfigPlanChecks.PreApply, checks...)
	return step
}

// subresource: where disks come and go by addvolume and removevolume only, they
// are plugged in and out while the server runs, stay over a restart, and an apply plugs
// in again what somebody plugged out of the guest alone.
func subresource(t *testing.T, n *acctest.Namespace) {
	const name = "web"
	base := server(n, name) + disk(n, "data") + disk(n, "logs")
	both := attached("test", "data", "data", `serial = "D1"`) + attached("logs", "logs", "logs", `bus = "virtio"`)
	n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{
		foreseen(apply(base+both, marked(n, name, "data", "disk"), inGuest(n, name, "data", true), inGuest(n, name, "logs", true), attribute(ofDisk, "status.attached", "true"),
			n.Has("vm", name, acctest.Fields{"status.volumeRequests": nil, volumes + "[data].dataVolume.hotpluggable": true, devices + "disks[data].serial": "D1"}),
			n.Has("vmi", name, acctest.Fields{"metadata.annotations[kubevirt.io/ephemeral-hotplug-volumes]": nil})), n.PlanNotWarned()),
		acctest.Planning(ofDisk, plancheck.ResourceActionReplace, apply(base+attached("test", "data", "data", `serial = "D2"`), inGuest(n, name, "data", true), inGuest(n, name, "logs", false),
			n.Has("vmi", name, acctest.Fields{"spec.domain.devices.disks[data].serial": "D2"}))),
		before(func() {
			uid := acctest.Text(n.Get("vmi", name), "metadata.uid")
			n.Operate("virtualmachines", name, "restart")
			n.Wait("vmi", name, "to run again with its disk", func(o acctest.Object) bool {
				return o != nil && acctest.Text(o, "metadata.uid") != uid && acctest.Text(o, "status.phase") == "Running" && acctest.Text(o, "status.volumeStatus[data].phase") == "Ready"
			})
		}, acctest.Planning(ofDisk, plancheck.ResourceActionNoop, apply(base+attached("test", "data", "data", `serial = "D2"`)))),
		before(func() {
			n.OperateWith("virtualmachineinstances", name, "removevolume", `{"name": "data"}`)
			n.Wait("vmi", name, "to let the disk go", func(o acctest.Object) bool { return acctest.Field(o, "status.volumeStatus[data]") == nil })
		}, acctest.Planning(ofDisk, plancheck.ResourceActionUpdate, apply(base+attached("test", "data", "data", `serial = "D2"`), inGuest(n, name, "data", true)))),
		apply(server(n, name, halted) + disk(n, "data") + attached("test", "data", "data", `serial = "D2"`)),
		apply(server(n, name, halted)+disk(n, "data")+attached("test", "data", "data", `serial = "D3"`), n.Has("vm", name, acctest.Fields{devices + "disks[data].serial": "D3"})),
		apply(server(n, name)+disk(n, "data"), marked(n, name, "data", ""), inGuest(n, name, "data", false)),
		apply(base+both, inGuest(n, name, "data", true), inGuest(n, name, "logs", true)),
	}})
}

// tenDisksBySubresource: ten at once, though KubeVirt tests its own patches
// against what the others change meanwhile.
func tenDisksBySubresource(t *testing.T, n *acctest.Namespace) {
	base, more, checks := tenDisks(n, "web")
	n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{apply(base), apply(base+more, checks...), apply(base), apply(base+more, checks...)}})
}

// noHotplug: where nothing is plugged in, a disk waits for the next start and
// goes with the next, which the plan says, and the state shows; the server's own
// resource does not tell of it.
func noHotplug(t *testing.T, n *acctest.Namespace) {
	const name = "web"
	base, plain := server(n, name)+disk(n, "data"), attached("test", "data", "data")
	restart := func(volumes int) func() {
		return func() {
			uid := acctest.Text(n.Get("vmi", name), "metadata.uid")
			n.Operate("virtualmachines", name, "restart")
			n.Wait("vmi", name, "to be another one", func(o acctest.Object) bool {
				return o != nil && acctest.Text(o, "metadata.uid") != uid && acctest.Text(o, "status.phase") == "Running" && len(acctest.Names(o, "status.volumeStatus")) == volumes
			})
			n.Wait("vmi", name, "to be ready", func(o acctest.Object) bool {
				return volumes == 1 || acctest.Text(o, "status.volumeStatus[data].phase") == "Ready"
			})
		}
	}
	quiet := resource.ComposeTestCheckFunc(attribute("virtualserver.test", "status.pending_changes.#", "0"), attribute("virtualserver.test", "status.restart_required", "false"))
	title := func(what string) string { return fmt.Sprintf(what, fmt.Sprintf("%q", n.Name+"/"+name)) }
	n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{
		apply(base),
		foreseen(apply(base+plain, marked(n, name, "data", "disk"), attribute(ofDisk, "status.attached", "false"), attribute(ofDisk, "status.pending", "true"),
			n.Has("vmi", name, acctest.Fields{"spec.volumes[data]": nil})),
			n.PlanWarned(title(`Attaching disk "data" to virtual server %s waits for a restart`), "DeclarativeHotplugVolumes")),
		{RefreshState: true, Check: quiet},
		before(restart(2), apply(base+plain, quiet, attribute(ofDisk, "status.attached", "true"), attribute(ofDisk, "status.pending", "false"))),
		foreseen(apply(base, n.Warned(title(`Virtual server %s keeps disk "data" until it restarts`))),
			n.PlanWarned(title(`Detaching disk "data" from virtual server %s waits for a restart`))),
		{RefreshState: true, Check: resource.ComposeTestCheckFunc(quiet, n.Has("vmi", name, acctest.Fields{"spec.volumes[data].dataVolume.name": "data"}))},
		before(restart(1), apply(base, quiet, n.Has("vmi", name, acctest.Fields{"spec.volumes[data]": nil}))),
		apply(base + plain),
		before(restart(2), apply(base+plain)), // what is destroyed at once is in use until the server is gone
	}})
}

// TestAccMigrationStrategy: a server whose disks are copied when their claims change has
// nothing plugged in, and the plan says why.
func TestAccMigrationStrategy(t *testing.T) {
	n := acctest.Start(t)
	moving := fmt.Sprintf("resource \"virtualserver\" \"test\" {\n  name      = \"web\"\n  namespace = %q\n  resources = { memory = \"1Gi\" }\n  %s\n  storage = { update_volumes_strategy = \"Migration\", %s\n}\n", n.Name, soon, root[len("storage = { "):])
	n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{
		apply(moving + disk(n, "data")),
		foreseen(apply(moving+disk(n, "data")+attached("test", "data", "data"), attribute(ofDisk, "status.pending", "true")), n.PlanWarned("waits for a restart", `update_volumes_strategy = "Migration"`)),
	}})
}

// TestAccDisableHotplug: a guest without controllers to plug disks into gets none while it
// runs, and the plan says why.
func TestAccDisableHotplug(t *testing.T) {
	n := acctest.Start(t)
	base := server(n, "web", `devices = { disable_hotplug = true }`) + disk(n, "data")
	n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{
		apply(base),
		foreseen(apply(base+attached("test", "data", "data"), marked(n, "web", "data", "disk")), n.PlanWarned("waits for a restart", "disable_hotplug")),
	}})
}

// TestAccChangePends: a disk of the next start that changes waits for a restart, which the
// state shows, and is there after it.
func TestAccChangePends(t *testing.T) {
	n := acctest.Start(t)
	const name = "web"
	config := func(serial string) string {
		return server(n, name) + disk(n, "data") + attached("test", "data", "data", "hotpluggable = false", fmt.Sprintf("serial = %q", serial))
	}
	restart := func() {
		uid := acctest.Text(n.Get("vmi", name), "metadata.uid")
		n.Operate("virtualmachines", name, "restart")
		n.Wait("vmi", name, "to be another one that runs", func(o acctest.Object) bool {
			return o != nil && acctest.Text(o, "metadata.uid") != uid && acctest.Text(o, "status.phase") == "Running"
		})
	}
	landed := resource.ComposeTestCheckFunc(attribute(ofDisk, "status.attached", "true"), attribute(ofDisk, "status.pending", "false"))
	pends := resource.ComposeTestCheckFunc(attribute(ofDisk, "status.attached", "false"), attribute(ofDisk, "status.pending", "true"))
	n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{
		apply(server(n, name) + disk(n, "data")),
		apply(config("D1"), pends),
		before(restart, apply(config("D1"), landed)),
		apply(config("D2"), pends),
		{RefreshState: true, Check: pends},
		before(restart, apply(config("D2"), landed)),
	}})
}

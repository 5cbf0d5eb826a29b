package disk_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

func updated(step resource.TestStep) resource.TestStep {
	return planning(plancheck.ResourceActionUpdate, step)
}

func sized(size string) string { return fmt.Sprintf("storage = { size = %q }", size) }

// machine is a server that runs with the disk of its name in it.
func machine(name string) string {
	return fmt.Sprintf(`
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: %[1]s}
spec:
  runStrategy: Always
  template:
    spec:
      domain:
        memory: {guest: 1Gi}
        devices: {disks: [{name: data, disk: {bus: virtio}}]}
      volumes: [{name: data, dataVolume: {name: %[1]s}}]
`, name)
}

func running(vm acctest.Object) bool { return acctest.Field(vm, "status.ready") == true }

// TestAccGrow: a disk grows in place, also while a server uses it, and the apply waits
// until its volume is as large; shrinking is refused at plan time.
func TestAccGrow(t *testing.T) {
	acctest.Grows(t)
	n := acctest.Start(t)
	const name = "grown"
	before := ""
	unchanged := n.Check(func() error { return acctest.Match(n.Get("dv", name), acctest.Fields{"metadata.uid": before}) })
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(disk(n, name, sized("1Gi")), n.Check(func() error { before = acctest.Text(n.Get("dv", name), "metadata.uid"); return nil })),
		planning(plancheck.ResourceActionNoop, acctest.Apply(disk(n, name, sized("1024Mi")))),
		updated(acctest.Apply(disk(n, name, sized("2Gi")), unchanged, n.NotWarned(), attribute("status.capacity", "2Gi"))),
		{Config: disk(n, name, sized("1Gi")), ExpectError: acctest.Messages(fmt.Sprintf("Unable to shrink disk %q", n.Name+"/"+name), "storage.size", "has 2Gi and cannot shrink to 1Gi")},
		acctest.Before(func() {
			n.Create(machine(name))
			n.Wait("vm", name, "to run", running)
		}, updated(acctest.Apply(disk(n, name, sized("3Gi")), unchanged, attribute("status.capacity", "3Gi")))),
		// Somebody else's growth is no difference.
		acctest.Before(func() {
			n.Patch("pvc", name, `{"spec": {"resources": {"requests": {"storage": "4Gi"}}}}`)
			n.Delete("vm", name)
			n.Wait("vm", name, "to be gone", func(o acctest.Object) bool { return o == nil })
		}, planning(plancheck.ResourceActionNoop, acctest.Apply(disk(n, name, sized("3Gi"))))),
	}, Unverified: map[string]string{"storage.size": "somebody else made the disk larger"}})
}

// TestAccGrowFilesystem: of a volume whose file system grows with the next start of a
// server, the apply does not wait for that, and the status tells.
func TestAccGrowFilesystem(t *testing.T) {
	acctest.Played(t, "file systems that wait")
	n := acctest.Start(t)
	const name = "pending"
	config := func(size string) string {
		return disk(n, name, fmt.Sprintf(`pvc = { size = %q, access_modes = ["ReadWriteOnce"] }`, size), `annotations = { "localcluster/hold-resize" = "true" }`)
	}
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(config("1Gi")),
		updated(acctest.Apply(config("2Gi"), n.Has("pvc", name, acctest.Fields{"spec.resources.requests.storage": "2Gi", "status.capacity.storage": "1Gi"}),
			attribute("status.capacity", "1Gi"), resource.TestMatchResourceAttr(address, "status.resize", acctest.Messages("FileSystemResizePending: Waiting for user to (re-)start a pod")))),
		acctest.Before(func() {
			n.Patch("pvc", name, `{"metadata": {"annotations": {"localcluster/hold-resize": null}}}`)
			n.Wait("pvc", name, "to be larger", func(o acctest.Object) bool { return acctest.Text(o, "status.capacity.storage") == "2Gi" })
		}, acctest.Apply(config("2Gi"), attribute("status.capacity", "2Gi"), resource.TestCheckNoResourceAttr(address, "status.resize"))),
	}})
}

// TestAccGrowRefused: where the storage class cannot expand the plan says so, and so
// does the apply; where the storage has no room, the apply does not wait for ever, and
// the size can be set back or to another one.
func TestAccGrowRefused(t *testing.T) {
	acctest.Played(t, "storage that refuses")
	n := acctest.Start(t)
	class := n.Name + "-fixed"
	n.Create(`
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: ` + class + `}
provisioner: csi.localcluster
volumeBindingMode: Immediate
`)
	const name = "refused"
	fixed := func(size string) string {
		return disk(n, name, fmt.Sprintf(`pvc = { size = %q, access_modes = ["ReadWriteOnce"], storage_class_name = %q }`, size, class))
	}
	full := func(size string) string {
		return disk(n, name, fmt.Sprintf(`pvc = { size = %q, access_modes = ["ReadWriteOnce"], storage_class_name = "standard" }`, size), `annotations = { "localcluster/fail-resize" = "true" }`)
	}
	refusal := resource.TestStep{Config: fixed("2Gi"), ExpectError: acctest.Messages(fmt.Sprintf("Unable to update disk %q", n.Name+"/"+name), "Attribute pvc.size", "cannot grow", "allowVolumeExpansion: true")}
	refusal.ConfigPlanChecks.PreApply = append(refusal.ConfigPlanChecks.PreApply, n.PlanWarned(fmt.Sprintf("Disk %q cannot grow as things are now", n.Name+"/"+name), "allowVolumeExpansion: true"))
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(fixed("1Gi")),
		refusal,
		planning(plancheck.ResourceActionNoop, acctest.Apply(fixed("1Gi"))),
		replaced(acctest.Apply(full("1Gi"))),
		{Config: full("4Gi"), ExpectError: acctest.Messages("Unable to update disk", "Attribute pvc.size", "cannot grow from 1Gi to 4Gi: its storage refuses", "the pool is full", "Write a size that the storage has room for, above the 1Gi")},
		planning(plancheck.ResourceActionNoop, acctest.Apply(full("1Gi"))),
		{Config: full("2Gi"), ExpectError: acctest.Messages("Unable to update disk", "cannot grow from 1Gi to 2Gi")},
		acctest.Before(func() { n.Patch("pvc", name, `{"metadata": {"annotations": {"localcluster/fail-resize": null}}}`) },
			updated(acctest.Apply(full("2Gi"), attribute("status.capacity", "2Gi")))),
	}, Unverified: map[string]string{"annotations": "the claim's and the disk's own are not compared", "pvc.size": "the claim may be larger than was asked for"}})
}

// TestAccGrowWhileFilled: a disk grows once its content is there, which the apply
// waits for.
func TestAccGrowWhileFilled(t *testing.T) {
	acctest.Played(t, "imports that take a given time")
	n := acctest.Start(t)
	const name = "filling"
	config := func(size string) string {
		return disk(n, name, sized(size), played("slow-import-4"), `wait = { until = "created" }`)
	}
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(config("1Gi"), attribute("status.ready", "false")),
		updated(acctest.Apply(config("2Gi"), attribute("status.capacity", "2Gi"), attribute("status.ready", "true"))),
	}})
}

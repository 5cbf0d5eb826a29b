package attachment_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// machine is a server that somebody made, with a claim of its own.
func machine(name string) string {
	return fmt.Sprintf(`
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: %[1]s-data}
spec: {accessModes: [ReadWriteMany], storageClassName: cephfs-hdd, resources: {requests: {storage: 1Gi}}}
---
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: %[1]s}
spec:
  runStrategy: Always
  template:
    spec:
      terminationGracePeriodSeconds: 1
      domain: {memory: {guest: 1Gi}, devices: {disks: [{name: root, disk: {bus: virtio}}]}}
      volumes: [{name: root, containerDisk: {image: quay.io/kubevirt/cirros-container-disk-demo}}]
`, name)
}

func prepare(n *acctest.Namespace, name string) {
	n.Create(machine(name))
	n.Wait("vmi", name, "to run", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Running" })
}

const claimed = "{namespace: NAMESPACE, server: NAME, name: data, persistent_volume_claim: {claim_name: NAME-data}"

// attachedOnce is the end of every apply that attaches the disk.
func attachedOnce(n *acctest.Namespace, name string) error {
	return errors.Join(marked(n, name, "data", "disk")(nil), inGuest(n, name, "data", true)(nil), sameVolumes(n, name, "root", "data"))
}

// detached is that of every one that detaches it; KubeVirt goes on with what it was told.
func detached(n *acctest.Namespace, name string) error {
	n.Wait("vmi", name, "to have let the disk go", func(o acctest.Object) bool { return acctest.Field(o, "status.volumeStatus[data]") == nil })
	return errors.Join(marked(n, name, "data", "")(nil), sameVolumes(n, name, "root"))
}

func sameVolumes(n *acctest.Namespace, name string, want ...string) error {
	if have := acctest.Names(n.Get("vm", name), volumes); fmt.Sprint(have) != fmt.Sprint(want) {
		return fmt.Errorf("the machine has the volumes %v, not %v", have, want)
	}
	return nil
}

// interrupted are the operations that may be cut off anywhere.
func interrupted(t *testing.T, n *acctest.Namespace) {
	t.Helper()
	for what, op := range map[string]acctest.Operation{
		"attach":  {Config: claimed + "}", Next: acctest.SameConfig, Check: attachedOnce},
		"detach":  {Before: claimed + "}", Config: "", Next: "", Check: detached},
		"back":    {Before: claimed + "}", Config: "", Next: claimed + "}", Check: attachedOnce},
		"replace": {Before: claimed + "}", Config: claimed + ", serial: D2}", Next: acctest.SameConfig, Check: attachedOnce},
	} {
		op.Prepare = prepare
		t.Run(what, func(t *testing.T) { n.For(t).Another().Of("virtualserver_disk_attachment").Interrupt(nil, op) })
	}
}

// TestAccAttachmentInterrupted: interrupted at any request or wait, the next apply
// converges, where disks are plugged in by the machine's template. TestAccConfigured has
// it where they are by addvolume.
func TestAccAttachmentInterrupted(t *testing.T) { interrupted(t, acctest.Start(t)) }

// TestAccFilesystemInterrupted: and so where the guest is restarted.
func TestAccFilesystemInterrupted(t *testing.T) {
	n := acctest.Start(t)
	const config = claimed + ", restart: true}"
	n.Of("virtualserver_filesystem_attachment").Interrupt(nil, acctest.Operation{
		Config: config, Next: acctest.SameConfig, Prepare: prepare, Restarts: true,
		Check: func(n *acctest.Namespace, name string) error {
			return errors.Join(marked(n, name, "data", "filesystem")(nil), mounted(n, name, "data")(nil), sameVolumes(n, name, "root", "data"))
		},
	})
}

package virtualserver_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// Servers whose operations are interrupted, in YAML: NAME and NAMESPACE are
// theirs.
const (
	interruptedServer = `
name: NAME
namespace: NAMESPACE
resources: {memory: 1Gi}
`
	interruptedImport = interruptedServer + `
storage: {root: {pvc: {size: 1Gi, access_modes: [ReadWriteOnce]}, source: {http: {url: "https://images.invalid/fedora.qcow2"}}}}
`
	interruptedEphemeral = interruptedServer + `
storage: {root: {ephemeral: true, pvc: {size: 1Gi, access_modes: [ReadWriteOnce]}, source: {blank: {}}}}
`
	interruptedContainer = interruptedServer + `
storage: {root: {source: {container_disk: {image: "quay.io/containerdisks/fedora:42"}}}}
`
	interruptedGuest = `
cloud_init: "#cloud-config"
network: {tcp: [22]}
`
)

// interruptedUpdate changes what an update can write in one go.
var interruptedUpdate = strings.NewReplacer("memory: 1Gi", "memory: 2Gi", "storage: {", "storage: {additional_disks: {data: {empty_disk: {capacity: 1Gi}}}, ").
	Replace(interruptedContainer) + `
cloud_init: "#cloud-config new"
network: {tcp: [22, 80]}
labels: {app: web}
`

// interrupted are the operations that may end anywhere.
var interrupted = map[string]acctest.Operation{
	"create": {
		Config: interruptedImport + interruptedGuest, Next: acctest.SameConfig,
		Check:  whole(acctest.Fields{"status.ready": true, "spec.runStrategy": "Always"}, "#cloud-config", 22),
		Expect: importAfter,
	},
	"create-ephemeral": {
		Config: interruptedEphemeral + "cloud_init: \"#cloud-config\"\n", Next: acctest.SameConfig,
		Check:  whole(acctest.Fields{"status.ready": true, "spec.runStrategy": "Always"}, "#cloud-config"),
		Expect: importAfter,
	},
	"update": {
		Before: interruptedContainer + interruptedGuest, Config: interruptedUpdate, Next: acctest.SameConfig,
		Check: whole(acctest.Fields{
			"metadata.labels.app":                                         "web",
			"spec.template.spec.domain.memory.guest":                      "2Gi",
			"spec.template.spec.volumes[data].emptyDisk.capacity":         "1Gi",
			"spec.template.spec.domain.devices.disks[data].disk.bus":      "virtio",
			"spec.template.spec.domain.devices.disks[cloudinit].disk.bus": "virtio",
		}, "#cloud-config new", 22, 80),
	},
	"stop": {
		Before: interruptedContainer, Config: interruptedContainer + "run_strategy: Halted\n", Next: acctest.SameConfig,
		Check: whole(acctest.Fields{"spec.runStrategy": "Halted", "status.created": nil}, ""),
	},
	"start": {
		Before: interruptedContainer + "run_strategy: Halted\n", Config: interruptedContainer, Next: acctest.SameConfig,
		Check: whole(acctest.Fields{"spec.runStrategy": "Always", "status.ready": true}, ""),
	},
	"restart": {
		Before: interruptedContainer + "restart_triggers: {key: one}\n", Config: interruptedContainer + "restart_triggers: {key: two}\n", Next: acctest.SameConfig,
		Restarts: true,
		Check:    whole(acctest.Fields{"status.ready": true}, ""),
	},
	"restart-automatically": {
		Before: interruptedContainer + interruptedGuest + "restart_policy: automatic\n", Config: interruptedUpdate + "restart_policy: automatic\n", Next: acctest.SameConfig,
		Restarts: true,
		Check:    whole(acctest.Fields{"status.ready": true, "spec.template.spec.domain.memory.guest": "2Gi"}, "#cloud-config new", 22, 80),
	},
	"pause": {
		Before: interruptedContainer, Config: interruptedContainer + "power_state: paused\n", Next: acctest.SameConfig,
		Check: whole(acctest.Fields{"status.printableStatus": "Paused"}, ""),
	},
	"create-paused": {
		Config: interruptedContainer + "power_state: paused\n", Next: acctest.SameConfig,
		Check:  whole(acctest.Fields{"status.printableStatus": "Paused"}, ""),
		Expect: importAfter,
	},
	"delete": {
		Before: interruptedImport + interruptedGuest,
	},
	"delete-and-make-again": {
		Before: interruptedImport + interruptedGuest, Next: interruptedImport + interruptedGuest,
		Check: whole(acctest.Fields{"status.ready": true}, "#cloud-config", 22),
	},
	"delete-retaining": {
		Before: interruptedRetained, Destroyed: retainedDisks(1),
	},
	"delete-retaining-and-make-again": {
		Before: interruptedRetained, Next: interruptedRetained, Destroyed: retainedDisks(2),
	},
}

var interruptedRetained = strings.Replace(interruptedImport, "root: {", "root: {on_destroy: retain, ", 1)

// TestAccInterrupted: wherever an operation is interrupted, the next apply goes on
// to what its configuration says, and a destroy leaves nothing.
func TestAccInterrupted(t *testing.T) {
	acctest.Played(t, "imports that take no time")
	for name, operation := range interrupted {
		t.Run(name, func(t *testing.T) { acctest.Start(t).Interrupt(hasty, operation) })
	}
}

// TestAccBeingDeleted: a protected server that is being deleted nevertheless is
// left alone until it is gone, and then made anew.
func TestAccBeingDeleted(t *testing.T) {
	n := acctest.Start(t)
	const name = "going"
	config := addressed(n, name, interruptedContainer+"run_strategy: Halted\n")
	protected := config + "deletion_protection: true\n"
	d := n.Drive(nil)
	if _, err := d.Converge(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	before := d.State
	if _, err := d.Converge(t.Context(), protected); err != nil {
		t.Fatal(err)
	}
	release := hold(t, n, name)
	n.Kill(nil, before, "", acctest.Point{Request: "delete virtualmachines", Number: 1, After: true})
	p, err := d.Plan(t.Context(), protected)
	if err != nil || p.Action != acctest.ActionNone || len(d.Warnings) != 1 || !strings.Contains(d.Warnings[0], "is being deleted") {
		t.Errorf("the plan is to %s, %q: %v", p.Action, d.Warnings, err)
	}
	uid := acctest.Text(n.Get("vm", name), "metadata.uid")
	release()
	n.Wait("vm", name, "to be gone", func(o acctest.Object) bool { return o == nil })
	if action, err := d.Converge(t.Context(), config); err != nil || action != acctest.ActionCreate {
		t.Error(action, err)
	}
	if acctest.Text(n.Get("vm", name), "metadata.uid") == uid {
		t.Error("it is the same machine")
	}
}

// importAfter is the one moment of a create that no later one can go on from: the
// server is whole and has lost its mark, but Terraform has not heard of it.
func importAfter(n *acctest.Namespace, name string, at acctest.Point) string {
	// A patch that met a conflict has changed nothing.
	if at.Request == "patch virtualmachines" && at.After && acctest.Field(n.Get("vm", name), "metadata.annotations[virtualserver.io/creating]") == nil {
		return "exists already. It is never adopted.\n\nTo manage it with Terraform, import it"
	}
	return ""
}

// whole checks the machine, its user data, and the ports of its Service.
func whole(machine acctest.Fields, data string, ports ...int) func(n *acctest.Namespace, name string) error {
	return func(n *acctest.Namespace, name string) error {
		// The apply before may have left nothing to do, and to wait for, to the next.
		n.Wait("vm", name, "to be as it was configured", func(vm acctest.Object) bool { return vm != nil && acctest.Match(vm, machine) == nil })
		vm := n.Get("vm", name)
		errs := []error{acctest.Match(vm, acctest.Fields{"metadata.deletionTimestamp": nil, "metadata.annotations[virtualserver.io/creating]": nil})}
		if data != "" {
			errs = append(errs, acctest.Match(n.Get("secret", name+"-cloudinit"), acctest.Fields{
				"data.userdata": base64.StdEncoding.EncodeToString([]byte(data)), "metadata.ownerReferences[0].uid": acctest.Field(vm, "metadata.uid"),
			}))
		}
		if len(ports) > 0 {
			var have []string
			service := n.Get("service", name)
			list, _ := acctest.Field(service, "spec.ports").([]any)
			for _, p := range list {
				have = append(have, fmt.Sprint(p.(map[string]any)["port"]))
			}
			slices.Sort(have)
			if want := strings.Fields(strings.Trim(fmt.Sprint(ports), "[]")); !slices.Equal(have, want) {
				errs = append(errs, fmt.Errorf("the Service has the ports %v, not %v", have, want))
			}
			errs = append(errs, acctest.Match(service, acctest.Fields{"metadata.ownerReferences[0].uid": acctest.Field(vm, "metadata.uid")}))
		}
		return errors.Join(errs...)
	}
}

// retainedDisks are a server's root disks that outlive it, nobody's and whole.
func retainedDisks(most int) func(t *testing.T, n *acctest.Namespace, name string) []string {
	return func(t *testing.T, n *acctest.Namespace, name string) (left []string) {
		t.Helper()
		for _, dv := range n.List("dv") {
			disk := acctest.Text(dv, "metadata.name")
			if !strings.HasPrefix(disk, name+"-") {
				continue
			}
			if err := acctest.Match(dv, acctest.Fields{"metadata.ownerReferences": nil, "metadata.deletionTimestamp": nil, "status.phase": "Succeeded"}); err != nil {
				t.Error(err)
			}
			left = append(left, "dv "+disk, "pvc "+disk)
		}
		if len(left) == 0 || len(left) > 2*most {
			t.Errorf("left are %v", left)
		}
		return left
	}
}

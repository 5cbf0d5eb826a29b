package provider_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// quickStart is the example with other values of its variables, old and new in turn.
func quickStart(t *testing.T, n *acctest.Namespace, values ...string) string {
	t.Helper()
	text, err := os.ReadFile("../../examples/quick-start/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	_, config, found := strings.Cut(string(text), "\n}\n") // the block terraform, which names a registry
	if !found {
		t.Fatal("the example has no block terraform")
	}
	for i := 0; i < len(values); i += 2 {
		if !strings.Contains(config, "default     = "+values[i]) {
			t.Fatalf("the example has no variable with the default %s", values[i])
		}
		config = strings.Replace(config, "default     = "+values[i], "default     = "+values[i+1], 1)
	}
	return strings.Replace(config, `provider "virtualserver" {}`, fmt.Sprintf("provider \"virtualserver\" {\n  namespace = %q\n}", n.Name), 1)
}

// TestAccSmokeQuickStart: the example of the quick start, and each command of its
// README: image, disk, server, attached disk; a larger disk, a restart, a detached disk.
func TestAccSmokeQuickStart(t *testing.T) {
	acctest.Played(t, "the image that the example names")
	n := acctest.Start(t)
	const name = "linux-vm"
	guest := ""
	same := func(want bool) resource.TestCheckFunc {
		return n.Check(func() error {
			now, was := acctest.Text(n.Get("vmi", name), "metadata.uid"), guest
			if guest = now; was != "" && (now == was) != want {
				return fmt.Errorf("the guest was %s and is %s", was, now)
			}
			return nil
		})
	}
	running := acctest.Fields{"status.printableStatus": "Running", "status.ready": true}
	plugged := n.Becomes("vmi", name, acctest.Fields{"status.volumeStatus[data].phase": "Ready", "spec.domain.devices.disks[data].serial": "DATA"})
	larger := []string{`"1Gi"`, `"2Gi"`}
	restarted := []string{`"1Gi"`, `"2Gi"`, `"first"`, `"second"`}
	whole := quickStart(t, n, restarted...)
	before, after, found := strings.Cut(whole, `resource "virtualserver_disk_attachment"`)
	_, outputs, ended := strings.Cut(after, "\n}\n")
	if !found || !ended {
		t.Fatal("the example has no attachment")
	}
	n.Run(acctest.Case{Address: "virtualserver.linux", Unverified: map[string]string{"resources": "an import reads the fraction as the request that it is"}, Steps: []resource.TestStep{
		acctest.Apply(quickStart(t, n), same(true), plugged, n.Has("vm", name, running),
			n.Has("dv", "linux-disk", acctest.Fields{"status.phase": "Succeeded", "spec.sourceRef.name": "ubuntu"}),
			n.Has("datasource", "ubuntu", acctest.Fields{"spec.source.pvc.name": "ubuntu"})),
		acctest.Apply(quickStart(t, n, larger...), same(true), plugged, n.Check(func() error {
			if size := acctest.Text(n.Get("pvc", "vd-blank"), "status.capacity.storage"); !strings.HasPrefix(size, "2") {
				return fmt.Errorf("the disk has %s", size)
			}
			return nil
		})),
		acctest.Apply(whole, same(false), plugged, n.Has("vm", name, running)),
		acctest.Apply(before+outputs, same(true), n.Has("vmi", name, acctest.Fields{"spec.volumes[data]": nil}), n.Has("pvc", "vd-blank", acctest.Fields{"status.phase": "Bound"})),
		acctest.Apply(whole, same(true), plugged),
	}})
}

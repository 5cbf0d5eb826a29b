package virtualserver_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
	realprovider "github.com/virtualserver/terraform-provider-virtualserver/internal/provider"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/resources/virtualserver"
)

const creating = "virtualserver.io/creating"

// timed is the provider with other times for a create to renew its mark, and to be
// given up as dead.
type timed struct {
	provider.Provider
	renewal, abandoned time.Duration
}

func (p timed) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return virtualserver.NewHastyResource(p.renewal, p.abandoned) }}
}

func withTimes(renewal, abandoned time.Duration) func() provider.Provider {
	return func() provider.Provider { return timed{realprovider.New("acctest")(), renewal, abandoned} }
}

// hasty soon gives up a create that no longer shows up.
var hasty = withTimes(10*time.Second, time.Second)

// addressed is a configuration for a server in the test's namespace.
func addressed(n *acctest.Namespace, name, config string) string {
	return strings.NewReplacer("NAMESPACE", n.Name, "NAME", name).Replace(config)
}

// slowly is an import that takes some seconds.
func slowly(seconds int) string {
	return strings.Replace(interruptedImport, "fedora", fmt.Sprintf("slow-import-%d", seconds), 1)
}

// afterSecret is the moment when a server lacks its Service.
var afterSecret = acctest.Point{Request: "create secrets", Number: 1, After: true}

// TestAccTakenOver: what a killed create left becomes the server of another
// configuration as far as that changes nothing that is kept for good.
func TestAccTakenOver(t *testing.T) {
	acctest.Played(t, "imports that take no time")
	n := acctest.Start(t)
	const name = "taken-over"
	first := addressed(n, name, interruptedImport+interruptedGuest)
	n.Kill(hasty, acctest.State{}, first, afterSecret)
	before := n.Get("vm", name)
	same := func() {
		t.Helper()
		if err := acctest.Match(n.Get("vm", name), acctest.Fields{
			"metadata.uid": acctest.Field(before, "metadata.uid"), "metadata.generation": acctest.Field(before, "metadata.generation"),
			"metadata.annotations[" + creating + "]": acctest.Field(before, "metadata.annotations["+creating+"]"),
		}); err != nil {
			t.Error("the machine changed: ", err)
		}
	}
	refused := func(config string, words ...string) {
		t.Helper()
		d := n.Drive(hasty)
		_, err := d.Converge(t.Context(), config)
		if err == nil || !messages(words...).MatchString(err.Error()) || d.State.Exists() {
			t.Errorf("the apply does not say %q: %v", words, err)
		}
	}
	refused(strings.Replace(first, "fedora.qcow2", "ubuntu.qcow2", 1), "An apply that was cut off has left it", "storage.root.source", "kubectl delete virtualmachine", "import it")
	same()

	next := strings.NewReplacer("memory: 1Gi", "memory: 2Gi", "#cloud-config", "#cloud-config new", "[22]", "[80]",
		"storage: {", "storage: {additional_disks: {data: {empty_disk: {capacity: 1Gi}}}, ").Replace(first) + "\nlabels: {app: web}\n"
	d := n.Drive(hasty)
	action, err := d.Converge(t.Context(), next)
	if err != nil || action != acctest.ActionCreate {
		t.Fatal(action, err)
	}
	if err := errors.Join(acctest.Match(n.Get("vm", name), acctest.Fields{"metadata.uid": acctest.Field(before, "metadata.uid"), "metadata.labels.app": "web",
		"spec.template.spec.domain.memory.guest": "2Gi", "spec.template.spec.volumes[data].emptyDisk.capacity": "1Gi"}),
		whole(acctest.Fields{"status.ready": true}, "#cloud-config new", 80)(n, name)); err != nil {
		t.Error(err)
	}
	if len(d.Warnings) == 0 || !strings.Contains(d.Warnings[0], "goes on") {
		t.Errorf("the user hears nothing of it: %q", d.Warnings)
	}
	if _, err := d.Converge(t.Context(), ""); err != nil {
		t.Error(err)
	}
	if err := n.CheckGone(); err != nil {
		t.Error(err)
	}
}

// TestAccTakenOverDevice: a machine that somebody has given a device meanwhile is
// not taken over, which would remove it.
func TestAccTakenOverDevice(t *testing.T) {
	n := acctest.Start(t)
	const name = "device"
	config := addressed(n, name, interruptedContainer+interruptedGuest)
	n.Kill(hasty, acctest.State{}, config, afterSecret)
	n.PatchJSON("vm", name, `[
      {"op": "add", "path": "/spec/template/spec/volumes/-", "value": {"name": "others", "emptyDisk": {"capacity": "1Gi"}}},
      {"op": "add", "path": "/spec/template/spec/domain/devices/disks/-", "value": {"name": "others", "disk": {"bus": "sata"}}}
    ]`)
	_, err := n.Drive(hasty).Converge(t.Context(), config)
	if err == nil || !strings.Contains(err.Error(), `the volume "others"`) {
		t.Error(err)
	}
	// Import goes on from there, and the next update takes the mark away.
	d := n.Drive(hasty)
	if err := d.Import(t.Context(), n.Name+"/"+name); err != nil {
		t.Fatal(err)
	}
	if action, err := d.Converge(t.Context(), config); err != nil || action != acctest.ActionUpdate {
		t.Error(action, err)
	}
	if err := whole(acctest.Fields{"status.ready": true}, "#cloud-config", 22)(n, name); err != nil {
		t.Error(err)
	}
}

// TestAccTakenOverOnce: of several applies that find what a killed one left, one
// takes it over.
func TestAccTakenOverOnce(t *testing.T) {
	n := acctest.Start(t)
	const name, takers = "contested", 4
	config := addressed(n, name, interruptedContainer+interruptedGuest)
	n.Kill(hasty, acctest.State{}, config, afterSecret)
	answers := make(chan error)
	for range takers {
		d := n.Drive(withTimes(200*time.Millisecond, 3*time.Second))
		go func() {
			_, err := d.Converge(t.Context(), config)
			if err != nil && (d.State.Exists() || !strings.Contains(err.Error(), "exists already")) {
				t.Errorf("one that was late: %v", err)
			}
			answers <- err
		}()
	}
	won := 0
	for range takers {
		if <-answers == nil {
			won++
		}
	}
	if won != 1 {
		t.Errorf("%d of %d took the server over", won, takers)
	}
	if err := whole(acctest.Fields{"status.ready": true}, "#cloud-config", 22)(n, name); err != nil {
		t.Error(err)
	}
}

// converging applies a configuration meanwhile.
func converging(t *testing.T, d *acctest.Driver, config string) <-chan error {
	t.Helper()
	answer := make(chan error, 1)
	go func() {
		_, err := d.Converge(t.Context(), config)
		answer <- err
	}()
	return answer
}

// TestAccNotTakenOver: a create that goes on renews its mark, and is left alone
// however long it takes.
func TestAccNotTakenOver(t *testing.T) {
	acctest.Played(t, "imports that take a given time")
	n := acctest.Start(t)
	const name = "alive"
	config := addressed(n, name, slowly(8)+interruptedGuest)
	alive := n.Drive(withTimes(300*time.Millisecond, time.Hour))
	answer := converging(t, alive, config)
	n.Wait("vm", name, "to be renewed", func(vm acctest.Object) bool {
		return strings.HasSuffix(acctest.Text(vm, "metadata.annotations["+creating+"]"), "/2")
	})
	_, err := n.Drive(withTimes(time.Hour, 4*time.Second)).Converge(t.Context(), config)
	if err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("it was taken over: %v", err)
	}
	if err := errors.Join(<-answer, whole(acctest.Fields{"status.ready": true}, "#cloud-config", 22)(n, name)); err != nil {
		t.Error(err)
	}
}

// TestAccTakenAway: a create that slept too long finds its server taken over, and
// leaves it alone.
func TestAccTakenAway(t *testing.T) {
	acctest.Played(t, "imports that take a given time")
	n := acctest.Start(t)
	const name = "asleep"
	config := addressed(n, name, slowly(20)+interruptedGuest)
	asleep := n.Drive(withTimes(8*time.Second, time.Hour))
	answer := converging(t, asleep, config)
	n.Wait("vm", name, "to be renewed, which it is not for a while then", func(vm acctest.Object) bool {
		return strings.HasSuffix(acctest.Text(vm, "metadata.annotations["+creating+"]"), "/1")
	})
	if _, err := n.Drive(hasty).Converge(t.Context(), config); err != nil {
		t.Error(err)
	}
	if err := <-answer; err == nil || !strings.Contains(err.Error(), "Another apply has taken over the creation") || asleep.State.Exists() {
		t.Errorf("the one that slept: %v", err)
	}
	if err := whole(acctest.Fields{"status.ready": true}, "#cloud-config", 22)(n, name); err != nil {
		t.Error(err)
	}
}

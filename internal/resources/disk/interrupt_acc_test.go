package disk_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	tfresource "github.com/hashicorp/terraform-plugin-framework/resource"

	quantity "k8s.io/apimachinery/pkg/api/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
	realprovider "github.com/virtualserver/terraform-provider-virtualserver/internal/provider"
	resourcedisk "github.com/virtualserver/terraform-provider-virtualserver/internal/resources/disk"
)

// timed is the provider with other times for a create to renew its mark, and to be
// given up as dead.
type timed struct {
	provider.Provider
	renewal, abandoned time.Duration
}

func (p timed) Resources(context.Context) []func() tfresource.Resource {
	return []func() tfresource.Resource{func() tfresource.Resource { return resourcedisk.NewHastyResource(p.renewal, p.abandoned) }}
}

func withTimes(renewal, abandoned time.Duration) func() provider.Provider {
	return func() provider.Provider { return timed{realprovider.New("acctest")(), renewal, abandoned} }
}

// hasty soon gives up a create that no longer shows up.
var hasty = withTimes(10*time.Second, time.Second)

// Disks whose operations are interrupted, in YAML.
const (
	interruptedDisk = `
name: NAME
namespace: NAMESPACE
source: {http: {url: "https://images.invalid/fedora.qcow2"}}
storage: {size: 1Gi}
`
	interruptedWaiting = `
name: NAME
namespace: NAMESPACE
storage: {size: 1Gi, storage_class_name: wffc, access_modes: [ReadWriteOnce]}
`
	creating = "metadata.annotations[virtualserver.io/creating]"
)

var interruptedLarger = strings.Replace(interruptedDisk, "1Gi", "2Gi", 1) + "labels: {app: web}\nannotations: {example.com/a: b}\n"

var interrupted = map[string]acctest.Operation{
	"create":                {Config: interruptedDisk, Next: acctest.SameConfig, Check: whole("1Gi", ""), Expect: importAfter},
	"update":                {Before: interruptedDisk, Config: interruptedLarger, Next: acctest.SameConfig, Check: whole("2Gi", "web")},
	"bind":                  {Before: interruptedWaiting, Config: interruptedWaiting + "bind_immediately: true\n", Next: acctest.SameConfig, Check: whole("1Gi", "")},
	"delete":                {Before: interruptedDisk},
	"delete-and-make-again": {Before: interruptedDisk, Next: interruptedDisk, Check: whole("1Gi", "")},
	"replace":               {Before: interruptedDisk, Config: strings.Replace(interruptedDisk, "fedora", "ubuntu", 1), Next: acctest.SameConfig, Check: whole("1Gi", ""), Expect: importAfter},
}

// importAfter is the one moment of a create that no later one can go on from: the disk
// is whole and has lost its mark, but Terraform has not heard of it.
func importAfter(n *acctest.Namespace, name string, at acctest.Point) string {
	// A patch that met a conflict has changed nothing.
	if at.Request == "patch datavolumes" && at.After && acctest.Field(n.Get("dv", name), creating) == nil {
		return "exists already. It is never adopted.\n\nTo manage it with Terraform, import it"
	}
	return ""
}

// whole checks that the disk holds its content, has its size and carries no mark.
func whole(size, app string) func(n *acctest.Namespace, name string) error {
	return func(n *acctest.Namespace, name string) error {
		n.Wait("dv", name, "to be filled", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Succeeded" })
		label := any(app)
		if app == "" {
			label = nil
		}
		claim := n.Get("pvc", name)
		has, err := quantity.ParseQuantity(acctest.Text(claim, "status.capacity.storage"))
		if want := quantity.MustParse(size); err == nil && has.Cmp(want) < 0 {
			err = fmt.Errorf("the volume has %s, not %s", has.String(), want.String())
		}
		return errors.Join(err,
			acctest.Match(n.Get("dv", name), acctest.Fields{creating: nil, "metadata.deletionTimestamp": nil, "metadata.labels.app": label}),
			acctest.Match(claim, acctest.Fields{"status.phase": "Bound"}))
	}
}

// TestAccInterrupted: wherever an operation is interrupted, the next apply goes on to
// what its configuration says, and a destroy leaves nothing.
func TestAccInterrupted(t *testing.T) {
	acctest.Played(t, "imports that take no time")
	for name, operation := range interrupted {
		t.Run(name, func(t *testing.T) { acctest.Start(t).Of("virtualserver_disk").Interrupt(hasty, operation) })
	}
}

// TestAccNotTakenOver: a create that goes on is left alone however long it takes, and
// what a killed one left is taken over only where it is the disk of the configuration.
func TestAccNotTakenOver(t *testing.T) {
	acctest.Played(t, "imports that take a given time")
	n := acctest.Start(t).Of("virtualserver_disk")
	in := func(name, config string) string {
		return strings.NewReplacer("NAMESPACE", n.Name, "NAME", name).Replace(config)
	}
	alive := n.Drive(withTimes(300*time.Millisecond, time.Hour))
	slow := in("alive", strings.Replace(interruptedDisk, "fedora", "slow-import-8", 1))
	answer := make(chan error, 1)
	go func() {
		_, err := alive.Converge(t.Context(), slow)
		answer <- err
	}()
	n.Wait("dv", "alive", "to be renewed", func(o acctest.Object) bool { return strings.HasSuffix(acctest.Text(o, creating), "/2") })
	if _, err := n.Drive(withTimes(time.Hour, 4*time.Second)).Converge(t.Context(), slow); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("it was taken over: %v", err)
	}
	if err := errors.Join(<-answer, whole("1Gi", "")(n, "alive")); err != nil {
		t.Error(err)
	}

	left := in("left", interruptedDisk)
	n.Kill(hasty, acctest.State{}, left, acctest.Point{Request: "create datavolumes", Number: 1, After: true})
	uid := acctest.Text(n.Get("dv", "left"), "metadata.uid")
	for _, other := range []struct{ from, to, word string }{{"fedora", "ubuntu", "source"}, {"1Gi", "2Gi", "storage.size"}} {
		d := n.Drive(hasty)
		if _, err := d.Converge(t.Context(), strings.Replace(left, other.from, other.to, 1)); err == nil || d.State.Exists() ||
			!acctest.Messages("An apply that was cut off has left it", "differs", other.word, "kubectl delete datavolume", "import it").MatchString(err.Error()) {
			t.Errorf("%s: %v", other.word, err)
		}
	}
	d := n.Drive(hasty)
	if action, err := d.Converge(t.Context(), left+"labels: {app: web}\n"); err != nil || action != acctest.ActionCreate {
		t.Error(action, err)
	}
	if err := whole("1Gi", "web")(n, "left"); err != nil || acctest.Text(n.Get("dv", "left"), "metadata.uid") != uid {
		t.Error("not the disk that was left: ", err)
	}
	if len(d.Warnings) == 0 || !strings.Contains(d.Warnings[0], "goes on") {
		t.Errorf("the user hears nothing of it: %q", d.Warnings)
	}
}

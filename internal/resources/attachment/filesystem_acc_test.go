package attachment_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// shared are objects that filesystems are made of.
const shared = `
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data: {a: b}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: other}
data: {a: c}
---
apiVersion: v1
kind: Secret
metadata: {name: app}
stringData: {a: b}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: app}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: files}
spec: {accessModes: [ReadWriteMany], storageClassName: cephfs-hdd, resources: {requests: {storage: 1Gi}}}
`

const (
	ofConfigMap = `config_map = { name = "app" }`
	ofClaim     = `persistent_volume_claim = { claim_name = "files" }`
	restarts    = `restart = true`
)

func filesystem(label, name string, parts ...string) string {
	return attachment("filesystem", label, name, parts...)
}

// guestOf notes the guest that runs, and tells whether another one does.
func guestOf(n *acctest.Namespace, name string) (note func(), same, another resource.TestCheckFunc) {
	uid := ""
	now := func() string { return acctest.Text(n.Get("vmi", name), "metadata.uid") }
	check := func(want bool) resource.TestCheckFunc {
		return n.Check(func() error {
			if is := now() == uid; is != want {
				return fmt.Errorf("the same guest: %v", is)
			}
			return nil
		})
	}
	return func() { uid = now() }, check(true), check(false)
}

// mounted checks the filesystems of the guest that runs.
func mounted(n *acctest.Namespace, name string, want ...string) resource.TestCheckFunc {
	return n.Check(func() error {
		if have := acctest.Names(n.Get("vmi", name), "spec.domain.devices.filesystems"); strings.Join(have, " ") != strings.Join(want, " ") {
			return fmt.Errorf("the guest has the filesystems %v, not %v", have, want)
		}
		return nil
	})
}

// starts checks how often the guest was started, which events tell a moment later.
func starts(n *acctest.Namespace, name string, want int) resource.TestCheckFunc {
	count := func() (count int) {
		for _, event := range n.List("event") {
			if acctest.Text(event, "involvedObject.name") == name && acctest.Text(event, "involvedObject.kind") == "VirtualMachine" && acctest.Text(event, "reason") == "SuccessfulCreate" {
				times, _ := acctest.Field(event, "count").(int64)
				count += int(max(times, 1))
			}
		}
		return count
	}
	return n.Check(func() error {
		if err := n.Eventually(func() bool { return count() >= want }); err != nil || count() != want {
			return fmt.Errorf("the guest was started %d times, not %d", count(), want)
		}
		return nil
	})
}

// TestAccSmokeFilesystemAttachment: a filesystem waits for a restart, which the plan
// says and the state shows, changes in place, and goes with a restart.
func TestAccSmokeFilesystemAttachment(t *testing.T) {
	n := acctest.Start(t)
	n.Create(shared)
	const name = "web"
	base := server(n, name)
	note, same, another := guestOf(n, name)
	who := fmt.Sprintf("virtual server %q", n.Name+"/"+name)
	quiet := resource.ComposeTestCheckFunc(attribute("virtualserver.test", "status.pending_changes.#", "0"))
	n.Run(acctest.Case{Address: ofFilesystem, Unverified: map[string]string{"restart": "only the provider reads it"}, Steps: []resource.TestStep{
		apply(base),
		before(note, foreseen(apply(base+filesystem("test", "app", ofConfigMap), same, mounted(n, name), marked(n, name, "app", "filesystem"),
			attribute(ofFilesystem, "status.attached", "false"), attribute(ofFilesystem, "status.pending", "true"),
			n.Has("vm", name, acctest.Fields{devices + "filesystems[app]": map[string]any{"name": "app", "virtiofs": map[string]any{}}, volumes + "[app].configMap": map[string]any{"name": "app"}})),
			n.PlanWarned("Attaching filesystem \"app\" to "+who+" waits for a restart"))),
		{RefreshState: true, Check: quiet},
		foreseen(acctest.Planning(ofFilesystem, plancheck.ResourceActionUpdate, apply(base+filesystem("test", "app", ofConfigMap, restarts), another, mounted(n, name, "app"),
			attribute(ofFilesystem, "status.attached", "true"), attribute(ofFilesystem, "status.pending", "false"))), n.PlanWarned("Changing filesystem \"app\" of "+who+" restarts it")),
		before(note, acctest.Planning(ofFilesystem, plancheck.ResourceActionUpdate, apply(base+filesystem("test", "app", `config_map = { name = "other", optional = true }`, restarts), another,
			n.Has("vmi", name, acctest.Fields{"spec.volumes[app].configMap": map[string]any{"name": "other", "optional": true}})))),
		before(note, acctest.Planning(ofFilesystem, plancheck.ResourceActionUpdate, apply(base+filesystem("test", "app", ofClaim), same,
			attribute(ofFilesystem, "status.attached", "false"), attribute(ofFilesystem, "status.pending", "true"), n.Has("vm", name, acctest.Fields{volumes + "[app]": map[string]any{"name": "app", "persistentVolumeClaim": map[string]any{"claimName": "files"}}})))),
		acctest.Planning(ofFilesystem, plancheck.ResourceActionReplace, apply(base+filesystem("test", "files", ofClaim, restarts), another, mounted(n, name, "files"))),
		before(note, foreseen(apply(base, another, mounted(n, name), marked(n, name, "files", "")), n.PlanWarned("Detaching filesystem \"files\" from "+who+" restarts it"))),
		apply(base + filesystem("test", "app", ofConfigMap)),
	}})
}

// TestAccFilesystemKinds: every source is attached, and shares one restart with the
// others; and so do those that are detached at once.
func TestAccFilesystemKinds(t *testing.T) {
	n := acctest.Start(t)
	n.Create(shared)
	const name = "web"
	base := server(n, name)
	kinds := map[string]string{"test": ofConfigMap, "files": ofClaim, "keys": `secret = { secret_name = "app", optional = false }`, "account": `service_account = { service_account_name = "app" }`}
	more := ""
	for label, source := range kinds {
		more += filesystem(label, label, source, restarts)
	}
	note, same, another := guestOf(n, name)
	all := n.Check(func() error {
		vmi, problems := n.Get("vmi", name), []error{}
		for label := range kinds {
			if acctest.Field(vmi, "spec.domain.devices.filesystems["+label+"]") == nil || acctest.Field(vmi, "spec.volumes["+label+"]") == nil {
				problems = append(problems, fmt.Errorf("the guest has no %s", label))
			}
		}
		return errors.Join(problems...)
	})
	n.Run(acctest.Case{Address: ofFilesystem, Unverified: map[string]string{"restart": "only the provider reads it"}, Steps: []resource.TestStep{
		apply(base, starts(n, name, 1)),
		before(note, apply(base+more, another, all, starts(n, name, 2))),
		before(note, apply(base+filesystem("test", "test", ofConfigMap, restarts), another, mounted(n, name, "test"), starts(n, name, 3))),
		before(note, apply(strings.Replace(base, "resources", "labels = { a = \"b\" }\n  resources", 1)+filesystem("test", "test", ofConfigMap, restarts), same)),
		apply(server(n, name, halted) + filesystem("test", "test", ofConfigMap, restarts)),
		apply(server(n, name, halted)+more, n.Lacks("vmi", name)),
	}})
}

// TestAccFilesystemLate: one whose create waits for the cluster's answers longer than a
// restart waits for others shares the restart all the same.
func TestAccFilesystemLate(t *testing.T) {
	n := acctest.Start(t).Of("virtualserver_filesystem_attachment")
	n.Create(shared)
	prepare(n, "web")
	held, release := make(chan struct{}), make(chan struct{})
	var hold atomic.Bool
	first := n.DriveThrough(nil, func(r *http.Request) {
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/virtualmachines/web") && hold.CompareAndSwap(true, false) {
			close(held)
			<-release
		}
	})
	late := first.Beside()
	plan := func(d *acctest.Driver, name string) acctest.Planned {
		plan, err := d.Plan(t.Context(), fmt.Sprintf("{namespace: %s, server: web, name: %s, config_map: {name: app}, restart: true}", n.Name, name))
		if err != nil {
			t.Fatal(err)
		}
		return plan
	}
	done := make(chan error)
	apply := func(d *acctest.Driver, plan acctest.Planned) { done <- d.Apply(t.Context(), plan) }
	plans := []acctest.Planned{plan(first, "first"), plan(late, "late")}
	hold.Store(true)
	go apply(late, plans[1])
	<-held
	go apply(first, plans[0])
	<-time.After(4 * time.Second) // a restart waits 2 s for others
	close(release)
	if err := errors.Join(<-done, <-done, mounted(n, "web", "first", "late")(nil), starts(n, "web", 2)(nil)); err != nil {
		t.Error(err)
	}
	for _, d := range []*acctest.Driver{first, late} {
		if _, err := d.Converge(t.Context(), ""); err != nil {
			t.Error(err)
		}
	}
}

// TestAccFilesystemOnce: a server that runs once is not restarted, which is an error for
// what is attached and a warning for what is detached.
func TestAccFilesystemOnce(t *testing.T) {
	n := acctest.Start(t)
	n.Create(shared)
	base := server(n, "web", `run_strategy = "Once"`)
	note, same, _ := guestOf(n, "web")
	n.Run(acctest.Case{Address: ofFilesystem, NoImport: "what was attached is taken away again", Steps: []resource.TestStep{
		apply(server(n, "web", halted) + filesystem("test", "app", ofConfigMap, restarts)),
		apply(base+filesystem("test", "app", ofConfigMap, restarts), mounted(n, "web", "app")),
		before(note, resource.TestStep{Config: base + filesystem("test", "app", ofClaim, restarts), ExpectError: messages("Unable to update filesystem attachment", `run strategy "Once"`)}),
		apply(base, same, n.Warned("keeps filesystem \"app\" until it restarts", `run strategy "Once"`)),
	}})
}

// TestAccFilesystemToServer: the server takes over the name of a filesystem that its guest
// keeps until it restarts: what waits then is a change of its own.
func TestAccFilesystemToServer(t *testing.T) {
	n := acctest.Start(t)
	n.Create(shared)
	const name = "web"
	own := strings.Replace(server(n, name), "storage = { ", "storage = {\n    filesystems = { data = { config_map = { name = \"other\" } } }\n    ", 1)
	n.Run(acctest.Case{NoImport: "what waits for a restart is not imported", Steps: []resource.TestStep{
		apply(server(n, name)),
		apply(server(n, name)+filesystem("test", "data", ofConfigMap, restarts), mounted(n, name, "data")),
		apply(server(n, name)+filesystem("test", "data", ofConfigMap), mounted(n, name, "data")),
		apply(server(n, name), mounted(n, name, "data"), n.Warned("keeps filesystem \"data\"")),
		apply(own),
		{RefreshState: true, Check: resource.ComposeTestCheckFunc(mounted(n, name, "data"), attribute("virtualserver.test", "status.pending_changes.#", "1"))},
	}})
}

// TestAccFilesystemKeepsFromStarting: a guest that was restarted for a filesystem and does
// not start again is told of, and why that is.
func TestAccFilesystemKeepsFromStarting(t *testing.T) {
	n := acctest.Start(t)
	n.Create(shared)
	const name = "web"
	quota := func() {
		n.Create("\napiVersion: v1\nkind: ResourceQuota\nmetadata: {name: small}\nspec: {hard: {requests.memory: 64Mi}}\n")
		n.Wait("resourcequota", "small", "to count", func(o acctest.Object) bool { return acctest.Field(o, "status.hard") != nil })
	}
	n.Run(acctest.Case{Address: ofFilesystem, NoImport: "the server does not run", Steps: []resource.TestStep{
		apply(server(n, name)),
		before(quota, apply(server(n, name)+filesystem("test", "app", ofConfigMap, restarts, `timeouts = { create = "15s" }`),
			n.Warned("Filesystem attachment", "is not in the guest yet", "The server is not running", "exceeded quota: small", "keeps it from starting"))),
		before(func() { n.Delete("resourcequota", "small") }, apply(server(n, name))),
	}})
}

// TestAccFilesystemCorrected: a filesystem that keeps the guest from starting is corrected,
// or taken away, by the next apply.
func TestAccFilesystemCorrected(t *testing.T) {
	n := acctest.Start(t)
	n.Create(shared)
	const name = "web"
	missing := filesystem("test", "app", `persistent_volume_claim = { claim_name = "nowhere" }`, restarts, `timeouts = { create = "12s", update = "12s" }`)
	late := n.Warned("Filesystem attachment", "is not in the guest yet", "The server is not running")
	n.Run(acctest.Case{Address: ofFilesystem, NoImport: "the server does not run at the end", Steps: []resource.TestStep{
		apply(server(n, name)),
		apply(server(n, name)+missing, late),
		apply(server(n, name)+filesystem("test", "app", ofConfigMap, restarts), mounted(n, name, "app"), attribute(ofFilesystem, "status.attached", "true")),
		apply(server(n, name)+missing, late),
		apply(server(n, name), mounted(n, name)),
	}})
}

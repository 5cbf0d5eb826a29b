package attachment_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"k8s.io/apimachinery/pkg/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccMissingClaim: a claim that does not exist is an error once it has lasted, which
// says what to do; the next apply attaches what is there by then.
func TestAccMissingClaim(t *testing.T) {
	n := acctest.Start(t)
	prepare(n, "web")
	config := loose(n, "disk", "web", "data", `persistent_volume_claim = { claim_name = "nowhere" }`, `wait = { failure_grace = "1s" }`)
	n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{
		{Config: config, ExpectError: messages("Unable to create disk attachment", `there is no claim "nowhere"`, "tainted")},
		before(func() {
			n.Create(strings.Split(strings.ReplaceAll(machine("nowhere"), "nowhere-data", "nowhere"), "---")[0])
		},
			apply(config, inGuest(n, "web", "data", true))),
	}})
}

// TestAccAttachmentBackAtOnce: a disk that is attached again when it is out of the guest,
// and its attachment pod is there still, comes back: KubeVirt's node agent goes by what
// the guest has, whatever the phase was.
func TestAccAttachmentBackAtOnce(t *testing.T) {
	acctest.Played(t, "hotplug")
	n := acctest.Start(t).Of("virtualserver_disk_attachment")
	prepare(n, "web")
	config := strings.NewReplacer("NAMESPACE", n.Name, "NAME", "web").Replace(claimed + "}")
	d := n.Drive(nil)
	if _, err := d.Converge(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	status, _ := json.Marshal(acctest.Field(n.Get("vmi", "web"), "status.volumeStatus"))
	n.PatchGuest("web", `{"status":{"volumeStatus":`+strings.ReplaceAll(string(status), `"Ready"`, `"UnMountedFromNode"`)+`}}`)
	n.Wait("vmi", "web", "to have the disk again", func(o acctest.Object) bool { return acctest.Text(o, "status.volumeStatus[data].phase") == "Ready" })
	if _, err := d.Converge(t.Context(), ""); err != nil {
		t.Error(err)
	}
}

// TestAccDetachedFromPending: a guest that no node can run does not let a disk go, and its
// destroy is not to wait for that, or the server's would not begin either.
func TestAccDetachedFromPending(t *testing.T) { detachedFromPending(t, acctest.Start(t)) }

func detachedFromPending(t *testing.T, n *acctest.Namespace) {
	t.Helper()
	pending := func(parts ...string) string {
		return server(n, "web", append(parts, `wait = { until = "created" }`, `scheduling = { node_selector = { "kubernetes.io/hostname" = "no-such-node" } }`)...) + disk(n, "data")
	}
	data := attached("test", "data", "data", `wait = { failure_grace = "1s" }`, `timeouts = { delete = "30s" }`)
	n.Run(acctest.Case{Address: ofDisk, NoImport: "it is detached", Steps: []resource.TestStep{
		apply(pending(halted)+data, marked(n, "web", "data", "disk")),
		apply(pending()+data, n.Check(func() error {
			return n.TryWait("vmi", "web", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Scheduling" })
		})),
		apply(pending(), marked(n, "web", "data", ""), n.Warned("keeps disk \"data\" for now", "does not run")),
	}})
}

// TestAccDetachedWhileStuck: KubeVirt ends no hotplug while the DataVolume of another disk
// of the guest is missing, as that of one that goes with the next restart is in the same
// destroy. What the guest has let go does not wait for it.
func TestAccDetachedWhileStuck(t *testing.T) {
	n := acctest.Start(t)
	n.Create("apiVersion: cdi.kubevirt.io/v1beta1\nkind: DataVolume\nmetadata: {name: boot}\nspec: {source: {blank: {}}, storage: {resources: {requests: {storage: 1Gi}}}}\n")
	base := server(n, "web", halted) + disk(n, "data")
	boot := attachment("disk", "boot", "boot", "hotpluggable = false", `data_volume = { name = "boot" }`)
	data := attached("test", "data", "data", `wait = { failure_grace = "1s" }`, `timeouts = { delete = "30s" }`)
	running := strings.Replace(base, halted, "", 1)
	n.Run(acctest.Case{Address: ofDisk, NoImport: "it is detached", Steps: []resource.TestStep{
		apply(base + boot),
		apply(running+boot+data, inGuest(n, "web", "data", true)),
		before(func() { n.Delete("dv", "boot") },
			apply(running+boot, marked(n, "web", "data", ""), n.Warned("keeps disk \"data\" for now", "another volume of the server is missing"))),
	}})
}

// TestAccSlowAttachment: a disk that takes long is a warning, and an error where that is
// wanted; it is attached by itself later.
func TestAccSlowAttachment(t *testing.T) {
	acctest.Played(t, "imports that are held")
	n := acctest.Start(t)
	held := strings.Replace(disk(n, "data"), "storage   =", "source = { http = { url = \"https://images.invalid/held-import.qcow2\" } }\n  wait = { until = \"created\" }\n  storage   =", 1)
	config := func(parts ...string) string {
		return server(n, "web") + held + attached("test", "data", "data", append(parts, `timeouts = { create = "8s" }`)...)
	}
	n.Run(acctest.Case{Address: ofDisk, Unverified: map[string]string{"timeouts": "only the provider reads them"}, Steps: []resource.TestStep{
		apply(server(n, "web")),
		{Config: config(`wait = { on_timeout = "fail" }`), ExpectError: messages("Unable to create disk attachment", "time is up", "tainted")},
		apply(config(), n.Warned(fmt.Sprintf("Disk attachment %q is not in the guest yet", n.Name+"/web/data")), attribute(ofDisk, "status.attached", "false"), attribute(ofDisk, "status.pending", "true")),
	}})
}

// TestAccExpandAttached: a disk grows while it is attached to a server that runs.
func TestAccExpandAttached(t *testing.T) {
	acctest.Grows(t)
	n := acctest.Start(t)
	config := func(size string) string {
		return server(n, "web") + strings.Replace(disk(n, "data"), "1Gi", size, 1) + attached("test", "data", "data")
	}
	note, same, _ := guestOf(n, "web")
	n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{
		apply(config("1Gi"), inGuest(n, "web", "data", true)),
		before(note, apply(config("2Gi"), same, inGuest(n, "web", "data", true))),
	}})
}

// TestAccBesideOthers: ten disks are attached while somebody else writes the machine all
// the time, and nobody loses anything.
func TestAccBesideOthers(t *testing.T) {
	n := acctest.Start(t)
	base, more, checks := tenDisks(n, "web")
	var others sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	patched := 0
	begin := func() {
		others.Go(func() {
			ticker := time.NewTicker(50 * time.Millisecond)
			defer ticker.Stop()
			for ctx.Err() == nil {
				patched++
				if err := n.TryPatch(t.Context(), "vm", "web", types.MergePatchType, fmt.Sprintf(`{"metadata": {"annotations": {"example.org/theirs": "%d"}}, "spec": {"template": {"metadata": {"labels": {"theirs": "%[1]d"}}}}}`, patched)); err != nil {
					t.Error("a patch: ", err)
				}
				<-ticker.C
			}
		})
	}
	n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{
		apply(base),
		before(begin, apply(base+more, append(checks, n.Check(func() error {
			stop()
			others.Wait()
			return acctest.Match(n.Get("vm", "web"), acctest.Fields{"metadata.annotations[example.org/theirs]": fmt.Sprint(patched), "spec.template.metadata.labels.theirs": fmt.Sprint(patched)})
		}))...)),
	}})
}

// TestAccAttachmentExamples: the examples of the documentation apply, and are destroyed
// at once.
func TestAccAttachmentExamples(t *testing.T) {
	for _, kind := range []string{"disk", "filesystem"} {
		t.Run(kind, func(t *testing.T) {
			n := acctest.Start(t)
			n.Create(strings.ReplaceAll(shared, "metadata: {name: other}", "metadata: {name: app-config}"))
			text, err := os.ReadFile("../../../examples/resources/virtualserver_" + kind + "_attachment/resource.tf")
			if err != nil {
				t.Fatal(err)
			}
			n.Run(acctest.Case{NoImport: "imports have tests of their own", Steps: []resource.TestStep{
				apply(strings.ReplaceAll(string(text), `"default"`, fmt.Sprintf("%q", n.Name))),
			}})
		})
	}
}

// TestAccDiskReplaced: a disk that is replaced is detached before and attached again
// after, in one apply.
func TestAccDiskReplaced(t *testing.T) {
	n := acctest.Start(t)
	again := attached("test", "data", "data", "lifecycle {\n    replace_triggered_by = [virtualserver_disk.data.uid]\n  }")
	n.Run(acctest.Case{Address: ofDisk, Steps: []resource.TestStep{
		apply(server(n, "web")+disk(n, "data")+again, inGuest(n, "web", "data", true)),
		apply(server(n, "web")+strings.Replace(disk(n, "data"), `size = "1Gi"`, `size = "1Gi", storage_class_name = "cephfs-hdd"`, 1)+again, inGuest(n, "web", "data", true), n.Has("pvc", "data", acctest.Fields{"spec.storageClassName": "cephfs-hdd"})),
	}})
}

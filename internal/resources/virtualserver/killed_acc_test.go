package virtualserver_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccKilled: with the real Terraform and the real program of the provider, a
// create during which the provider is killed, or Terraform interrupted, is gone on
// with by the next apply. After a kill that takes as long as it takes to be sure
// that nobody else creates the server.
func TestAccKilled(t *testing.T) {
	acctest.Played(t, "imports that take a given time")
	for name, hit := range map[string]struct {
		how   func(c *acctest.Command)
		words []string // of the apply that was hit
		next  []string // of the one after
		same  bool     // the machine is gone on with
	}{
		"killed": {
			how:   (*acctest.Command).KillProvider,
			words: []string{"(*GRPCProvider).ApplyResourceChange"},
			next:  []string{"The creation of virtual server", "goes on", "1 added, 0 changed, 0 destroyed"},
			same:  true,
		},
		"interrupted": {
			how:   (*acctest.Command).Interrupt,
			words: []string{"Unable to create virtual server", "The operation was interrupted", "terraform untaint"},
			next:  []string{"is tainted", "1 added, 0 changed, 1 destroyed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.Start(t)
			tf := n.CLI(server(n, name, memory, playedDisk("slow-import-5"), `cloud_init = "#cloud-config"`, `network = { tcp = [22] }`))
			command := tf.Start("apply", "-auto-approve")
			n.Wait("service", name, "to be made", func(o acctest.Object) bool { return o != nil })
			before := n.Get("vm", name)
			hit.how(command)
			if out, code := command.Wait(); code == 0 || !messages(hit.words...).MatchString(out) {
				t.Fatalf("the apply ended with %d: %s", code, out)
			}
			out, code := tf.Start("apply", "-auto-approve").Wait()
			if code != 0 || !messages(hit.next...).MatchString(out) {
				t.Errorf("the next apply ended with %d: %s", code, out)
			}
			if out, code := tf.Start("plan", "-detailed-exitcode").Wait(); code != 0 {
				t.Errorf("the plan after it ended with %d: %s", code, out)
			}
			if err := whole(acctest.Fields{"status.ready": true}, "#cloud-config", 22)(n, name); err != nil {
				t.Error(err)
			}
			if same := acctest.Text(n.Get("vm", name), "metadata.uid") == acctest.Text(before, "metadata.uid"); same != hit.same {
				t.Errorf("the same machine: %v", same)
			}
			if out, code := tf.Start("destroy", "-auto-approve").Wait(); code != 0 || !strings.Contains(out, "1 destroyed") {
				t.Errorf("the destroy ended with %d: %s", code, out)
			}
			if err := n.CheckGone(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAccKilledDestroy: a server whose destroy was cut off is replaced when it is
// wanted again, though it is still there when that is planned.
func TestAccKilledDestroy(t *testing.T) {
	n := acctest.Start(t)
	const name = "going"
	tf := n.CLI(server(n, name, memory, containerDisk, halted))
	run := func(words []string, args ...string) {
		t.Helper()
		if out, code := tf.Start(args...).Wait(); code != 0 || !messages(words...).MatchString(out) {
			t.Fatalf("terraform %v ended with %d: %s", args, code, out)
		}
	}
	run([]string{"1 added"}, "apply", "-auto-approve")
	release := hold(t, n, name)
	destroy := tf.Start("destroy", "-auto-approve")
	n.Wait("vm", name, "to be deleted", func(vm acctest.Object) bool { return acctest.Field(vm, "metadata.deletionTimestamp") != nil })
	destroy.KillProvider()
	if out, code := destroy.Wait(); code == 0 {
		t.Fatal(out)
	}
	run([]string{"must be replaced", "1 to add, 0 to change, 1 to destroy", "is being deleted"}, "plan", "-out=next")
	release()
	run([]string{"1 added, 0 changed, 1 destroyed"}, "apply", "next")
	run([]string{"No changes"}, "plan", "-detailed-exitcode")
	run([]string{"1 destroyed"}, "destroy", "-auto-approve")
	if err := n.CheckGone(); err != nil {
		t.Error(err)
	}
}

// hold keeps a machine that is deleted in place until the result is called, or the
// test ends.
func hold(t *testing.T, n *acctest.Namespace, name string) (release func()) {
	t.Helper()
	const finalizer = "example.com/hold"
	n.PatchJSON("vm", name, `[{"op": "add", "path": "/metadata/finalizers/-", "value": "`+finalizer+`"}]`)
	release = func() {
		err := n.TryModify(context.Background(), "vm", name, func(vm acctest.Object) {
			all, _ := acctest.Field(vm, "metadata.finalizers").([]any)
			vm["metadata"].(map[string]any)["finalizers"] = slices.DeleteFunc(all, func(f any) bool { return f == finalizer })
		})
		if err != nil && !apierrors.IsNotFound(err) {
			t.Error(err)
		}
	}
	t.Cleanup(release)
	return release
}

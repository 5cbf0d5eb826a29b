package disk_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccDataSource: a disk of this configuration, one of others, and a plain claim;
// one that does not exist is an error.
func TestAccDataSource(t *testing.T) {
	acctest.Played(t, "imports from anywhere")
	n := acctest.Start(t)
	n.Create(foreign)
	n.Wait("dv", "theirs", "to be filled", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Succeeded" })
	n.Wait("pvc", "plain", "to be bound", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Bound" })
	data := func(label, name string) string {
		return fmt.Sprintf("data \"virtualserver_disk\" %q {\n  name = %s\n  namespace = %q\n}\n", label, name, n.Name)
	}
	at := func(label, path, value string) resource.TestCheckFunc {
		return resource.TestCheckResourceAttr("data.virtualserver_disk."+label, path, value)
	}
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(disk(n, "ours", small)+data("ours", "virtualserver_disk.test.name")+data("theirs", `"theirs"`)+data("plain", `"plain"`),
			at("ours", "status.phase", "Succeeded"), at("ours", "storage.size", "1Gi"), at("ours", "id", n.Name+"/ours"),
			at("theirs", "source.http.url", "https://images.invalid/fedora.qcow2"), at("theirs", "labels.theirs", "yes"), at("theirs", "status.ready", "true"),
			at("plain", "pvc.size", "1Gi"), at("plain", "pvc.access_modes.0", "ReadWriteOnce"), at("plain", "status.claim_phase", "Bound")),
		{Config: disk(n, "ours", small) + data("none", `"none"`), ExpectError: acctest.Messages(fmt.Sprintf("Unable to read disk %q", n.Name+"/none"), "It does not exist", "kubectl get datavolume,pvc")},
		acctest.Apply(disk(n, "ours", small)),
	}})
}

// TestAccListDataSource: disks are found by their labels, in one namespace or in all.
func TestAccListDataSource(t *testing.T) {
	n := acctest.Start(t)
	config := disk(n, "a", small, `labels = { app = "`+n.Name+`", tier = "db" }`) + diskAt("b", n.Name, "b", small, `labels = { app = "`+n.Name+`" }`) + diskAt("c", n.Name, "c", small)
	const all = "depends_on = [virtualserver_disk.test, virtualserver_disk.b, virtualserver_disk.c]"
	data := func(label, parts string) string {
		return fmt.Sprintf("data \"virtualserver_disks\" %q {\n  %s\n  %s\n}\n", label, parts, all)
	}
	in := fmt.Sprintf("namespace = %q\n", n.Name)
	at := func(label, path, value string) resource.TestCheckFunc {
		return resource.TestCheckResourceAttr("data.virtualserver_disks."+label, path, value)
	}
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(config+data("here", in)+data("labelled", fmt.Sprintf("all_namespaces = true\n  labels = { app = %q }", n.Name))+data("both", in+fmt.Sprintf("labels = { app = %q, tier = \"db\" }", n.Name))+data("none", in+`labels = { app = "nothing" }`),
			at("here", "disks.#", "3"), at("here", "disks.0.name", "a"), at("here", "disks.2.name", "c"), at("here", "disks.0.size", "1Gi"), at("here", "disks.0.ready", "true"), at("here", "disks.0.phase", "Succeeded"),
			at("labelled", "disks.#", "2"), at("labelled", "disks.1.id", n.Name+"/b"), at("both", "disks.#", "1"), at("none", "disks.#", "0")),
		{Config: config + data("wrong", in+"all_namespaces = true"), ExpectError: acctest.Messages("One namespace and all")},
		acctest.Apply(config),
	}})
}

package image_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

const address = "virtualserver_image.test"

// config is an image of the test's namespace.
func config(n *acctest.Namespace, name string, parts ...string) string {
	return fmt.Sprintf("resource \"virtualserver_image\" \"test\" {\n  name      = %q\n  namespace = %q\n  %s\n}\n", name, n.Name, strings.Join(parts, "\n  "))
}

func planning(action plancheck.ResourceActionType, step resource.TestStep) resource.TestStep {
	return acctest.Planning(address, action, step)
}

func attribute(name, value string) resource.TestCheckFunc {
	return resource.TestCheckResourceAttr(address, name, value)
}

// http imports from a URL.
func http(url string) string { return fmt.Sprintf("source = { http = { url = %q } }", url) }

const (
	small  = `storage = { size = "1Gi" }`
	larger = `storage = { size = "2Gi" }`
)

// ready is an image that disks can be cloned from.
func ready(n *acctest.Namespace, name string) resource.TestCheckFunc {
	return resource.ComposeAggregateTestCheckFunc(
		attribute("status.ready", "true"), attribute("status.phase", "Succeeded"), attribute("data_source", name),
		n.Has("datasource", name, acctest.Fields{"spec.source.pvc.name": name, "spec.source.pvc.namespace": n.Name, "status.conditions[0].status": "True"}),
		n.Has("dv", name, acctest.Fields{"status.phase": "Succeeded"}),
	)
}

// TestAccSmokeImage: an image is imported from a URL, changed in place, replaced and
// removed.
func TestAccSmokeImage(t *testing.T) {
	n := acctest.Start(t)
	defaults := `default_instance_type = { name = "small" }
  default_preference    = { name = "linux", kind = "VirtualMachinePreference" }`
	labels := func(instanceType, preference, kind any) acctest.Fields {
		return acctest.Fields{
			"metadata.labels[instancetype.kubevirt.io/default-instancetype]":    instanceType,
			"metadata.labels[instancetype.kubevirt.io/default-preference]":      preference,
			"metadata.labels[instancetype.kubevirt.io/default-preference-kind]": kind,
		}
	}
	everywhere := func(want acctest.Fields) resource.TestCheckFunc {
		return resource.ComposeAggregateTestCheckFunc(n.Has("dv", "ubuntu", want), n.Has("pvc", "ubuntu", want), n.Has("datasource", "ubuntu", want))
	}
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(config(n, "ubuntu", http(n.ImageURL()), small, `labels = { os = "ubuntu" }`, defaults),
			ready(n, "ubuntu"), attribute("id", n.Name+"/ubuntu"), attribute("status.claim_name", "ubuntu"),
			n.Has("dv", "ubuntu", acctest.Fields{"metadata.labels.os": "ubuntu", "spec.source.http.url": n.ImageURL()}),
			everywhere(labels("small", "linux", "VirtualMachinePreference"))),
		planning(plancheck.ResourceActionNoop, acctest.Apply(config(n, "ubuntu", http(n.ImageURL()), `storage = { size = "1024Mi" }`, `labels = { os = "ubuntu" }`, defaults))),
		planning(plancheck.ResourceActionUpdate, acctest.Apply(config(n, "ubuntu", http(n.ImageURL()), larger, `default_instance_type = { name = "large" }`),
			ready(n, "ubuntu"), everywhere(labels("large", nil, nil)), n.Has("dv", "ubuntu", acctest.Fields{"metadata.labels.os": nil}))),
		planning(plancheck.ResourceActionUpdate, acctest.Apply(config(n, "ubuntu", http(n.ImageURL()), larger), everywhere(labels(nil, nil, nil)))),
		planning(plancheck.ResourceActionReplace, acctest.Apply(config(n, "ubuntu", http(n.ImageURL()+"?newer"), larger), ready(n, "ubuntu"))),
		{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
	}})
}

// TestAccImageSources: images of registries, disks, snapshots and other images.
func TestAccImageSources(t *testing.T) {
	acctest.Played(t, "imports of any URL")
	for name, source := range map[string]string{
		"registry": `source = { registry = { url = "docker://quay.io/containerdisks/fedora:41" } }
  storage = { size = "1Gi" }`,
		"s3": `source = { s3 = { url = "https://s3.invalid/images/fedora.qcow2", secret_ref = "keys" } }
  storage = { size = "1Gi" }`,
		"gcs": `source = { gcs = { url = "gs://images/fedora.qcow2" } }
  storage = { size = "1Gi" }`,
		"disk": `source = { pvc = { name = virtualserver_disk.of.name } }
  storage = {}`,
		"snapshot": `source = { snapshot = { name = "snap" } }
  storage = {}`,
		"image": `source = { image = { name = virtualserver_image.of.name } }
  storage = {}`,
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.Start(t)
			more := ""
			switch name {
			case "disk":
				more = fmt.Sprintf("resource \"virtualserver_disk\" \"of\" {\n  name = \"d\"\n  namespace = %q\n  storage = { size = \"1Gi\" }\n}\n", n.Name)
			case "image":
				more = strings.Replace(config(n, "base", http(n.ImageURL()), small), `"test"`, `"of"`, 1)
			case "snapshot":
				snapshot(n)
			case "s3":
				n.Create("apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData: {accessKeyId: a, secretKey: b}\n")
			}
			n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
				acctest.Apply(more+config(n, "copy", source), ready(n, "copy")),
				planning(plancheck.ResourceActionNoop, acctest.Apply(more+config(n, "copy", source))),
			}})
		})
	}
}

// snapshot makes a snapshot "snap" of a claim.
func snapshot(n *acctest.Namespace) {
	n.Create(`
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], storageClassName: standard, resources: {requests: {storage: 1Gi}}}
---
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshot
metadata: {name: snap}
spec: {volumeSnapshotClassName: standard, source: {persistentVolumeClaimName: data}}
`)
}

// TestAccImageToServer: a disk and a server are made of an image, and the server takes
// its instance type from it; the image can be replaced under them.
func TestAccImageToServer(t *testing.T) {
	n := acctest.Start(t)
	n.Create(`
apiVersion: instancetype.kubevirt.io/v1beta1
kind: VirtualMachineInstancetype
metadata: {name: tiny}
spec: {cpu: {guest: 1}, memory: {guest: 1Gi}}
`)
	users := fmt.Sprintf(`
resource "virtualserver_disk" "of" {
  name      = "of-image"
  namespace = %[1]q
  source    = { image = { name = virtualserver_image.test.data_source } }
  storage   = { size = "2Gi" }
}
resource "virtualserver" "direct" {
  name          = "direct"
  namespace     = %[1]q
  instance_type = { infer_from_volume = "root" }
  storage = { root = {
    source  = { image = { name = virtualserver_image.test.data_source } }
    storage = { size = "2Gi" }
  } }
}
resource "virtualserver" "of_disk" {
  name          = "of-disk"
  namespace     = %[1]q
  instance_type = { infer_from_volume = "root" }
  storage = { root = { source = { claim = { name = virtualserver_disk.of.name, kind = "DataVolume" } } } }
}
`, n.Name)
	infers := func(server string) resource.TestCheckFunc {
		return n.Has("vm", server, acctest.Fields{"spec.instancetype.name": "tiny", "spec.instancetype.kind": "VirtualMachineInstancetype"})
	}
	image := func(url string) string {
		return config(n, "ubuntu", http(url), small, `default_instance_type = { name = "tiny", kind = "VirtualMachineInstancetype" }`)
	}
	var disk string
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(image(n.ImageURL())+users, infers("direct"), infers("of-disk"), n.NotWarned("are not checked"), n.NotWarned("as things are now"),
			n.Check(func() error { disk = acctest.Text(n.Get("dv", "of-image"), "metadata.uid"); return nil })),
		planning(plancheck.ResourceActionReplace, acctest.Apply(image(n.ImageURL()+"?newer")+users,
			n.Check(func() error {
				if now := acctest.Text(n.Get("dv", "of-image"), "metadata.uid"); now != disk {
					return fmt.Errorf("the disk was replaced too")
				}
				return nil
			}))),
	}})
}

// TestAccImageCDROM: an ISO image says so, and a server has it in a drive.
func TestAccImageCDROM(t *testing.T) {
	n := acctest.Start(t)
	server := fmt.Sprintf(`
resource "virtualserver" "s" {
  name         = "s"
  namespace    = %q
  run_strategy = "Halted"
  resources    = { memory = "1Gi" }
  storage = {
    root             = { source = { container_disk = { image = "quay.io/containerdisks/fedora:41" } } }
    additional_disks = { iso = { persistent_volume_claim = { claim_name = virtualserver_image.test.status.claim_name }, cdrom = true } }
  }
}
`, n.Name)
	iso := config(n, "installer", http(n.ImageURL()), `storage = { size = "1Gi", access_modes = ["ReadOnlyMany"] }`)
	marked := strings.Replace(iso, "storage", "cdrom = true\n  storage", 1)
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(marked+server, n.Has("dv", "installer", acctest.Fields{"metadata.annotations[virtualserver.io/cdrom]": "true"}),
			n.Has("datasource", "installer", acctest.Fields{"metadata.annotations[virtualserver.io/cdrom]": "true"}),
			n.Has("vm", "s", acctest.Fields{"spec.template.spec.volumes[iso].persistentVolumeClaim.claimName": "installer"})),
		planning(plancheck.ResourceActionUpdate, acctest.Apply(iso+server, n.Has("datasource", "installer", acctest.Fields{"metadata.annotations[virtualserver.io/cdrom]": nil}))),
		planning(plancheck.ResourceActionUpdate, acctest.Apply(marked+server)),
	}})
}

// TestAccImageTaken: nothing that exists is adopted, and wrong ids are refused.
func TestAccImageTaken(t *testing.T) {
	n := acctest.Start(t)
	n.Create(strings.ReplaceAll(`
apiVersion: cdi.kubevirt.io/v1beta1
kind: DataVolume
metadata: {name: volume}
spec: {source: {blank: {}}, storage: {resources: {requests: {storage: 1Gi}}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: claim}
spec: {accessModes: [ReadWriteOnce], storageClassName: standard, resources: {requests: {storage: 1Gi}}}
---
apiVersion: cdi.kubevirt.io/v1beta1
kind: DataSource
metadata: {name: source}
spec: {source: {pvc: {name: claim, namespace: NAMESPACE}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: ours-image-clone}
rules: []
`, "NAMESPACE", n.Name))
	refused := func(config, kind, name string) resource.TestStep {
		return resource.TestStep{Config: config, ExpectError: acctest.Messages(`Unable to create image "`+n.Name+`/`+name+`"`, kind, "exists already. It is never adopted")}
	}
	n.Wait("pvc", "volume", "to be there", func(o acctest.Object) bool { return o != nil })
	scheduled := `source = { registry = { url = "docker://quay.io/containerdisks/fedora:41" } }
  schedule = { cron = "@yearly" }`
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		refused(config(n, "volume", http(n.ImageURL()), small), "DataVolume", "volume"),
		refused(config(n, "claim", http(n.ImageURL()), small), "PersistentVolumeClaim", "claim"),
		refused(config(n, "source", http(n.ImageURL()), small), "DataSource", "source"),
		refused(config(n, "source", scheduled, small), "DataSource", "source"),
		refused(config(n, "ours", http(n.ImageURL()), small, `shared_with = { users = ["a"] }`), "Role or RoleBinding", "ours"),
		acctest.Apply(config(n, "fine", http(n.ImageURL()), small), ready(n, "fine"), n.Lacks("datasource", "ours")),
		{ResourceName: address, ImportState: true, ImportStateId: "a/b/c", ExpectError: acctest.Messages("Unable to import image", "<namespace>/<name>")},
		{ResourceName: address, ImportState: true, ImportStateId: n.Name + "/nowhere", ExpectError: acctest.Messages("Cannot import non-existent remote object")},
	}})
}

// TestAccImageFails: an import that keeps failing ends the apply with what the importer
// says, after the chosen number of restarts; the next apply replaces the image.
func TestAccImageFails(t *testing.T) {
	acctest.Played(t, "failing imports")
	n := acctest.Start(t)
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		{
			Config: config(n, "bad", http("https://images.invalid/fail-import-999.qcow2"), small, `wait = { import_restarts = 1 }`),
			ExpectError: acctest.Messages(`Unable to create image "`+n.Name+`/bad"`, "cannot be imported", "expected status code 200, got 404",
				"Last known phase: ImportInProgress", "Correct source", "tainted", "terraform untaint"),
		},
		planning(plancheck.ResourceActionReplace, acctest.Apply(config(n, "bad", http(n.ImageURL()), small), ready(n, "bad"))),
		planning(plancheck.ResourceActionReplace, acctest.Apply(config(n, "bad", http("https://images.invalid/fail-import-1.qcow2"), small), ready(n, "bad"))),
	}})
}

// TestAccImageSlow: an image that is not ready in time is kept, with a warning, and
// one that may fail is an error.
func TestAccImageSlow(t *testing.T) {
	acctest.Played(t, "slow imports")
	n := acctest.Start(t)
	held := config(n, "slow", http("https://images.invalid/held-import.qcow2"), small, `timeouts = { create = "5s", update = "5s" }`)
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		{
			Config:      strings.Replace(held, "timeouts", "wait = { on_timeout = \"fail\" }\n  timeouts", 1),
			ExpectError: acctest.Messages("Unable to create image", "time is up", "Last known phase", "timeouts"),
		},
		planning(plancheck.ResourceActionReplace, acctest.Apply(held, attribute("status.ready", "false"), attribute("data_source", "slow"))),
		acctest.Before(func() { n.Delete("datasource", "slow") }, planning(plancheck.ResourceActionUpdate, acctest.Apply(held, n.Warned(fmt.Sprintf("Image %q is not ready yet", n.Name+"/slow")), attribute("data_source", "slow")))),
		{Config: strings.Replace(held, "1Gi", "2Gi", 1), ExpectError: acctest.Messages("Unable to update image", "Attribute storage.size", "cannot grow while its content is made", "timeouts.update")},
		acctest.Apply(strings.Replace(held, "timeouts", "wait = { until = \"created\" }\n  timeouts", 1), attribute("status.ready", "false")),
	}})
}

// TestAccImageOfOthers: what others write stays, and a DataSource or an image that
// somebody deleted comes back.
func TestAccImageOfOthers(t *testing.T) {
	n := acctest.Start(t)
	ours := config(n, "i", http(n.ImageURL()), small, `labels = { ours = "x" }`)
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(ours),
		acctest.Before(func() {
			n.Patch("dv", "i", `{"metadata": {"labels": {"theirs": "a"}}}`)
			n.Patch("datasource", "i", `{"metadata": {"labels": {"theirs": "b"}}}`)
		}, planning(plancheck.ResourceActionNoop, acctest.Apply(ours))),
		planning(plancheck.ResourceActionUpdate, acctest.Apply(strings.Replace(ours, `"x"`, `"y"`, 1),
			n.Has("dv", "i", acctest.Fields{"metadata.labels.ours": "y", "metadata.labels.theirs": "a"}),
			n.Has("datasource", "i", acctest.Fields{"metadata.labels.theirs": "b"}))),
		acctest.Before(func() { n.Delete("datasource", "i") }, planning(plancheck.ResourceActionUpdate, acctest.Apply(ours, ready(n, "i")))),
		acctest.Before(func() { n.Patch("datasource", "i", `{"spec": {"source": {"pvc": {"name": "other"}}}}`) },
			planning(plancheck.ResourceActionUpdate, acctest.Apply(ours, ready(n, "i")))),
		acctest.Before(func() {
			n.Delete("dv", "i")
			n.Wait("pvc", "i", "to be gone", func(o acctest.Object) bool { return o == nil })
		}, planning(plancheck.ResourceActionCreate, acctest.Apply(ours, ready(n, "i")))),
	}})
}

// TestAccImageIdentity: an image is imported by identity too.
func TestAccImageIdentity(t *testing.T) {
	n := acctest.Start(t)
	n.Run(acctest.Case{
		Address: address,
		Needs:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			acctest.Apply(config(n, "known", http(n.ImageURL()), small)),
			{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// TestAccImageProtected: destroy and replacement are refused; what is retained can be
// imported again.
func TestAccImageProtected(t *testing.T) {
	n := acctest.Start(t)
	image := config(n, "kept", http(n.ImageURL()), small, `on_destroy = "retain"`)
	protected := strings.Replace(image, "on_destroy", "deletion_protection = true\n  on_destroy", 1)
	n.Run(acctest.Case{
		Address: address,
		Steps: []resource.TestStep{
			acctest.Apply(protected, ready(n, "kept")),
			{Config: "locals { nothing = true }\n", ExpectError: acctest.Messages("Unable to destroy image", "protected from deletion")},
			{Config: strings.Replace(protected, `url = "`, `url = "https://images.invalid/other?`, 1), ExpectError: acctest.Messages("Unable to replace image", "protected")},
			acctest.Apply(image),
			{
				Config: "locals { nothing = true }\n",
				Check: resource.ComposeAggregateTestCheckFunc(n.Has("dv", "kept", acctest.Fields{"status.phase": "Succeeded"}), n.Has("datasource", "kept", acctest.Fields{"spec.source.pvc.name": "kept"}),
					n.Check(func() error { n.Own("dv", "kept"); n.Own("datasource", "kept"); return nil })),
			},
			{Config: strings.Replace(image, `on_destroy = "retain"`, "", 1), ExpectError: acctest.Messages("exists already", "terraform import")},
			{
				Config:       strings.Replace(image, `on_destroy = "retain"`, "", 1),
				ResourceName: address, ImportState: true, ImportStateId: n.Name + "/kept", ImportStatePersist: true,
			},
			{
				PreConfig: func() { n.Disown("dv", "kept"); n.Disown("datasource", "kept") },
				Config:    strings.Replace(image, `on_destroy = "retain"`, "", 1), Check: ready(n, "kept"),
			},
		},
	})
}

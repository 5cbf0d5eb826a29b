package virtualserver_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	resourceapi "k8s.io/apimachinery/pkg/api/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

func root(text string) string { return "storage = { root = { " + text + " } }" }

// imported checks that the root disk is imported from the source, by a
// DataVolume of the machine's own.
func imported(n *acctest.Namespace, name string, source map[string]any) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		claim := stateOf(state, "root_claim")
		return errors.Join(
			n.Has("dv", claim, acctest.Fields{"spec.source": source, "status.phase": "Succeeded", "metadata.ownerReferences[0].name": name})(state),
			n.Has("pvc", claim, acctest.Fields{"status.phase": "Bound"})(state),
			n.Has("vm", name, acctest.Fields{"spec.template.spec.volumes[root].dataVolume.name": claim})(state),
			running(n, name)(state),
		)
	}
}

// TestAccRootSources: a changed source of the root disk replaces the server, and
// each kind of source is imported; a larger disk grows in place, and a smaller
// one is refused.
func TestAccRootSources(t *testing.T) {
	acctest.Grows(t)
	n := acctest.Start(t)
	n.Create(claims)
	const name = "root-sources"
	config := func(text string) string { return server(n, name, memory, root(text)) }
	replaced := func(step resource.TestStep) resource.TestStep { return planning(plancheck.ResourceActionReplace, step) }
	const registry = `storage = { size = %q }, source = { registry = { url = "docker://` + smallImage + `", pull_method = "node" } }`
	first := ""
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(fmt.Sprintf(registry, "1Gi")),
			imported(n, name, map[string]any{"registry": map[string]any{"url": "docker://" + smallImage, "pullMethod": "node"}}),
			func(state *terraform.State) error { first = stateOf(state, "root_claim"); return nil }),
		inPlace(apply(config(fmt.Sprintf(registry, "2Gi")), func(state *terraform.State) error {
			if claim := stateOf(state, "root_claim"); claim != first {
				return fmt.Errorf("the root disk is another one: %s", claim)
			}
			return errors.Join(
				n.Has("pvc", first, acctest.Fields{"spec.resources.requests.storage": "2Gi", "status.capacity.storage": "2Gi"})(state),
				n.Has("vm", name, acctest.Fields{"spec.dataVolumeTemplates[0].spec.storage.resources.requests.storage": "2Gi"})(state),
			)
		})),
		{Config: config(fmt.Sprintf(registry, "1Gi")), ExpectError: regexp.MustCompile(`(?s)Unable to shrink the root disk.*cannot\s+shrink\s+to\s+1Gi`)},
		replaced(apply(config(`pvc = { size = "1Gi", access_modes = ["ReadWriteOnce"] }, source = { blank = {} }`),
			imported(n, name, map[string]any{"blank": map[string]any{}}),
			func(state *terraform.State) error { return n.Lacks("pvc", first)(state) })),
		replaced(apply(config(`storage = {}, source = { pvc = { name = "pvc-as-disk" } }`),
			imported(n, name, map[string]any{"pvc": map[string]any{"name": "pvc-as-disk", "namespace": n.Name}}))),
	}})
}

// TestAccRootSize: what counts is the claim. A template that says more than the
// claim has is drift, and the claim grows.
func TestAccRootSize(t *testing.T) {
	acctest.Grows(t)
	for _, name := range []string{"pvc", "storage"} {
		t.Run(name, func(t *testing.T) {
			n := acctest.Start(t)
			config := func(size string) string {
				return server(n, "root-size", memory, root(fmt.Sprintf("%s = { size = %q, access_modes = [\"ReadWriteOnce\"], volume_mode = \"Filesystem\" }, source = { blank = {} }", name, size)), `run_strategy = "Halted"`)
			}
			larger := func() {
				n.PatchJSON("vm", "root-size", `[{"op": "replace", "path": "/spec/dataVolumeTemplates/0/spec/`+name+`/resources/requests/storage", "value": "2Gi"}]`)
			}
			grown := func(state *terraform.State) error {
				claim := n.Get("pvc", stateOf(state, "root_claim"))
				request := resourceapi.MustParse(acctest.Text(claim, "spec.resources.requests.storage"))
				if request.Cmp(resourceapi.MustParse("2Gi")) < 0 {
					return fmt.Errorf("the claim has %s", request.String())
				}
				return nil
			}
			n.Run(acctest.Case{Steps: []resource.TestStep{
				apply(config("1Gi"), func(state *terraform.State) error {
					n.Wait("pvc", stateOf(state, "root_claim"), "is made", func(o acctest.Object) bool { return o != nil })
					return nil
				}),
				{PreConfig: larger, Config: config("1Gi"), PlanOnly: true},
				inPlace(apply(config("2Gi"), grown)),
			}})
		})
	}
}

// TestAccRootInUse: a root disk that exists already is used and not deleted.
func TestAccRootInUse(t *testing.T) {
	n := acctest.Start(t)
	n.Create(sources)
	const name = "root-in-use"
	config := func(text string) string { return server(n, name, memory, root(text)) }
	volume := func(source map[string]any) resource.TestCheckFunc {
		source["name"] = "root"
		return n.Has("vm", name, acctest.Fields{"spec.template.spec.volumes[root]": source, "spec.dataVolumeTemplates": nil})
	}
	claim := map[string]any{"claimName": "pvc-as-disk"}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(`source = { claim = { name = "pvc-as-disk" } }`), running(n, name), volume(map[string]any{"persistentVolumeClaim": claim}), attribute("root_claim", "pvc-as-disk")),
		apply(config(`ephemeral = true, source = { claim = { name = "pvc-as-disk" } }`), running(n, name), volume(map[string]any{"ephemeral": map[string]any{"persistentVolumeClaim": claim}})),
		apply(config(`source = { claim = { name = "dv-as-disk", kind = "DataVolume" } }, bus = "sata", serial = "ROOT", boot_order = 1`),
			running(n, name), volume(map[string]any{"dataVolume": map[string]any{"name": "dv-as-disk"}}),
			n.Has("vm", name, acctest.Fields{devices + "disks[root]": map[string]any{"name": "root", "serial": "ROOT", "bootOrder": 1, "disk": map[string]any{"bus": "sata"}}})),
	}})
	n.Get("pvc", "pvc-as-disk")
	n.Get("dv", "dv-as-disk")
}

// TestAccEphemeralRoot: the image is imported before the server starts, and goes
// with the server.
func TestAccEphemeralRoot(t *testing.T) {
	n := acctest.Start(t)
	const name = "ephemeral"
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(server(n, name, memory, root(`
      ephemeral = true
      pvc       = { size = "1Gi", access_modes = ["ReadWriteOnce"], storage_class_name = "`+n.StorageClass()+`" }
      source    = { http = { url = "`+n.ImageURL()+`" } }`)),
			running(n, name),
			func(state *terraform.State) error {
				claim := stateOf(state, "root_claim")
				return errors.Join(
					n.Has("dv", claim, acctest.Fields{
						"status.phase":                     "Succeeded",
						"metadata.ownerReferences[0].name": name,
						"spec.source.http.url":             n.ImageURL(),
					})(state),
					n.Has("vm", name, acctest.Fields{
						"spec.runStrategy":                 "Always",
						"spec.dataVolumeTemplates":         nil,
						"spec.template.spec.volumes[root]": map[string]any{"name": "root", "ephemeral": map[string]any{"persistentVolumeClaim": map[string]any{"claimName": claim}}},
					})(state),
				)
			}),
	}})
}

// TestAccEphemeralRootLate: an update that starts the server before its image is
// there writes all else, and the next one starts it.
func TestAccEphemeralRootLate(t *testing.T) {
	acctest.Played(t, "imports that are held")
	n := acctest.Start(t)
	const name = "late"
	config := func(serial string, parts ...string) string {
		return server(n, name, append(parts, memory, root(`
      ephemeral = true
      serial    = "`+serial+`"
      storage   = { size = "1Gi" }
      source    = { http = { url = "https://images.invalid/held-import.qcow2" } }`))...)
	}
	serial := devices + "disks[root].serial"
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("A", halted), n.Has("vm", name, acctest.Fields{serial: "A"})),
		{Config: config("B", `wait = { on_timeout = "fail" }`, `timeouts = { update = "8s" }`), ExpectError: messages("has no imported root disk yet")},
		before(func() {
			vm := n.Get("vm", name)
			if acctest.Text(vm, serial) != "B" || acctest.Text(vm, "spec.runStrategy") != "Halted" {
				t.Errorf("the late update left %v, %v", acctest.Field(vm, serial), acctest.Field(vm, "spec.runStrategy"))
			}
			var importers []acctest.Object
			if err := n.Eventually(func() bool { importers = n.List("pod", "cdi.kubevirt.io=importer"); return len(importers) > 0 }); err != nil {
				t.Fatal("nothing imports the image: ", err)
			}
			for _, importer := range importers {
				n.Patch("pod", acctest.Text(importer, "metadata.name"), `{"metadata": {"annotations": {"localcluster/release": ""}}}`)
			}
		}, apply(config("B"), running(n, name))),
	}})
}

// TestAccRootLeftOut: what a configuration no longer says of a disk that cannot
// change stays as it is, and the server too; to say it again is no change either, and
// to say another replaces the server.
func TestAccRootLeftOut(t *testing.T) {
	n := acctest.Start(t)
	const name = "left-out"
	config := func(root string) string {
		return server(n, name, memory, halted, "storage = { root = {\n"+root+"\n  } }")
	}
	template := "spec.dataVolumeTemplates[0].spec."
	written := acctest.Fields{
		template + "pvc.storageClassName": n.StorageClass(), template + "pvc.volumeMode": "Filesystem", template + "preallocation": true,
		template + "source.http.certConfigMap": "authorities",
	}
	whole := config(fmt.Sprintf(`    pvc = { size = "1Gi", access_modes = ["ReadWriteOnce"], storage_class_name = %q, volume_mode = "Filesystem" }
    preallocation = true
    source = { http = { url = %q, cert_config_map = "authorities" } }`, n.StorageClass(), n.ImageURL()))
	short := config(fmt.Sprintf(`    pvc = { size = "1Gi", access_modes = ["ReadWriteOnce"] }
    source = { http = { url = %q } }`, n.ImageURL()))
	n.Run(acctest.Case{
		Unverified: map[string]string{"storage": "an import reads what the configuration leaves out"},
		Steps: []resource.TestStep{
			apply(whole, n.Has("vm", name, written)),
			inPlace(apply(short, n.Has("vm", name, written))),
			inPlace(apply(whole, n.Has("vm", name, written))),
			inPlace(apply(short, n.Has("vm", name, written))),
			{
				// Only planned: the plan is what is looked at, and it is to replace.
				Config: strings.Replace(whole, `"authorities"`, `"others"`, 1), PlanOnly: true, ExpectNonEmptyPlan: true,
				ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPreRefresh: []plancheck.PlanCheck{plancheck.ExpectResourceAction(acctest.Address, plancheck.ResourceActionReplace)}},
			},
		},
	})
}

// TestAccUnknownField: what the cluster's KubeVirt would drop silently is
// refused, at plan time and without it.
func TestAccUnknownField(t *testing.T) {
	acctest.Played(t, "a version of KubeVirt without checksums")
	n := acctest.Start(t)
	config := func(validation string) string {
		return fmt.Sprintf("provider \"virtualserver\" {\n  plan_validation = %q\n}\n", validation) + server(n, "unknown-field", memory, halted, fmt.Sprintf(`storage = { root = {
    storage = { size = "1Gi" }
    source  = { http = { url = %q, checksum = "md5:00000000000000000000000000000000" } }
  } }`, n.ImageURL()))
	}
	refused := messages("storage.root.source.http.checksum", "does not know the field", "upgrade KubeVirt")
	n.Run(acctest.Case{
		NoImport: "there is no server to import",
		Steps: []resource.TestStep{
			{Config: config("server"), PlanOnly: true, ExpectError: refused},
			{Config: config("offline"), ExpectError: refused},
		},
	})
}

package virtualserver_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccTemplateKeys: labels and annotations of the template come and go with
// the configuration, and only those.
func TestAccTemplateKeys(t *testing.T) {
	n := acctest.Start(t)
	const name = "template"
	const labels, annotations = "spec.template.metadata.labels", "spec.template.metadata.annotations"
	with := func(parts ...string) string {
		return server(n, name, append(parts, memory, containerDisk, halted)...)
	}
	const unmanaged = "an import reads every key, the state holds those that the configuration manages"
	n.Run(acctest.Case{
		Unverified: map[string]string{"template_labels": unmanaged},
		Steps: []resource.TestStep{
			apply(with(`template_labels = { "kubevirt.io/domain" = "a", tier = "web", old = "x" }`, `template_annotations = { "sidecar.istio.io/inject" = "false" }`),
				n.Has("vm", name, acctest.Fields{
					labels: map[string]any{"kubevirt.io/domain": "a", "tier": "web", "old": "x"},
					annotations + "[sidecar.istio.io/inject]": "false", annotations + "[kubevirt.io/pci-topology-version]": "v3",
				})),
			before(func() {
				n.Patch("vm", name, `{"spec": {"template": {"metadata": {"labels": {"theirs": "x"}}}}}`)
			}, inPlace(apply(with(`template_labels = { "kubevirt.io/domain" = "b", tier = "web" }`),
				n.Has("vm", name, acctest.Fields{
					labels: map[string]any{"kubevirt.io/domain": "b", "tier": "web", "theirs": "x"},
					annotations + "[sidecar.istio.io/inject]": nil, annotations + "[kubevirt.io/pci-topology-version]": "v3",
				})))),
			inPlace(apply(with(), n.Has("vm", name, acctest.Fields{labels: map[string]any{"theirs": "x"}}))),
		},
	})
}

// TestAccTemplateKeysImported: after an import the keys that the configuration
// does not mention are nobody's.
func TestAccTemplateKeysImported(t *testing.T) {
	n := acctest.Start(t)
	const name = "template"
	n.Create(`
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: template}
spec:
  runStrategy: Halted
  template:
    metadata: {labels: {kubevirt.io/domain: template, kubevirt.io/size: small, tier: web}}
    spec:
      domain: {memory: {guest: 1Gi}, devices: {disks: [{name: root, disk: {bus: virtio}}], interfaces: [{name: default, masquerade: {}}]}}
      networks: [{name: default, pod: {}}]
      volumes: [{name: root, containerDisk: {image: "quay.io/containerdisks/fedora:42"}}]
`)
	n.Disown("vm", name)
	with := func(keys string) string {
		return server(n, name, memory, containerDisk, halted, "template_labels = "+keys)
	}
	const unmanaged = "an import reads every key, the state holds those that the configuration manages"
	n.Run(acctest.Case{
		Unverified: map[string]string{"template_labels": unmanaged},
		Steps: []resource.TestStep{
			{ResourceName: acctest.Address, ImportState: true, ImportStatePersist: true, ImportStateId: n.Name + "/" + name, Config: with(`{ tier = "web" }`)},
			planning(plancheck.ResourceActionNoop, apply(with(`{ tier = "web" }`))),
			inPlace(apply(with(`{ tier = "db", "kubevirt.io/size" = "large" }`), n.Has("vm", name, acctest.Fields{
				"spec.template.metadata.labels": map[string]any{"kubevirt.io/domain": "template", "kubevirt.io/size": "large", "tier": "db"},
			}))),
			inPlace(apply(with(`{ "kubevirt.io/size" = "large" }`), n.Has("vm", name, acctest.Fields{
				"spec.template.metadata.labels": map[string]any{"kubevirt.io/domain": "template", "kubevirt.io/size": "large"},
			}))),
		},
	})
}

// TestAccTemplateKeysPend: the running instance keeps the labels that it
// started with.
func TestAccTemplateKeysPend(t *testing.T) {
	n := acctest.Start(t)
	const name = "pending"
	with := func(tier, selector string) string {
		return server(n, name, memory, containerDisk, soon, fmt.Sprintf("template_labels = { tier = %q }", tier), fmt.Sprintf("scheduling = { node_selector = %s }", selector))
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(with("web", "null"), running(n, name), n.Has("vmi", name, acctest.Fields{"metadata.labels.tier": "web"})),
		inPlace(apply(with("db", `{ "kubernetes.io/os" = "linux" }`), n.Check(func() error {
			n.Wait("vmi", name, "to take over the node selector of the same update", func(vmi acctest.Object) bool {
				return acctest.Field(vmi, "spec.nodeSelector[kubernetes.io/os]") == "linux"
			})
			return acctest.Match(n.Get("vmi", name), acctest.Fields{"metadata.labels.tier": "web"})
		}), n.Has("vm", name, acctest.Fields{"spec.template.metadata.labels.tier": "db"}), attribute("status.restart_required", "false"))),
	}})
}

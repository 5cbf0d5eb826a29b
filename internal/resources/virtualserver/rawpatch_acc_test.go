package virtualserver_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccRawPatch: fields without an attribute are written, changed and
// removed; others' fields beside them stay; drift shows on the fragment alone.
func TestAccRawPatch(t *testing.T) {
	n := acctest.Start(t)
	const (
		name  = "raw-patch"
		ports = devices + "interfaces[default].ports"
		pod   = "spec.template.spec.networks[default].pod"
	)
	config := func(patch string) string {
		return server(n, name, memory, "storage = {\n    "+containerRoot+"\n  }\n  run_strategy = \"Halted\"", patch)
	}
	first := config(`raw_patch = yamlencode({
    metadata = { annotations = { "example.org/raw" = "x" } }
    spec = { template = { spec = {
      domain   = { devices = { disks = [{ name = "extra", disk = {} }], interfaces = [{ name = "default", ports = [{ name = "ssh", port = 22 }] }] } }
      networks = [{ name = "default", pod = { vmNetworkCIDR = "10.0.3.0/24" } }]
      volumes = [{ name = "extra", emptyDisk = { capacity = "1024Mi" } }]
    } } }
  })`)
	n.Run(acctest.Case{
		Unverified: map[string]string{"raw_patch": "an import reads attributes, not what has none", "storage": "the import finds the disk of the fragment too", "network": "the import finds what others wrote too"},
		Steps: []resource.TestStep{
			apply(first, n.Has("vm", name, acctest.Fields{
				ports: []any{map[string]any{"name": "ssh", "port": 22}}, pod: map[string]any{"vmNetworkCIDR": "10.0.3.0/24"},
				"spec.template.spec.volumes[extra].emptyDisk.capacity": "1Gi",
				"metadata.annotations[example.org/raw]":                "x",
			})),
			{
				PreConfig: func() {
					n.Patch("vm", name, `{"spec":{"template":{"spec":{"subdomain":"theirs"}}}}`)
				},
				Config: first, PlanOnly: true,
			},
			{
				// The same in other words.
				Config:           config(`raw_patch = jsonencode({ spec = { template = { spec = { volumes = [{ name = "extra", emptyDisk = { capacity = "1Gi" } }], networks = [{ pod = { vmNetworkCIDR = "10.0.3.0/24" }, name = "default" }], domain = { devices = { interfaces = [{ ports = [{ port = 22, name = "ssh" }], name = "default" }], disks = [{ disk = {}, name = "extra" }] } } } } }, metadata = { annotations = { "example.org/raw" = "x" } } })`),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(acctest.Address, plancheck.ResourceActionNoop)}},
			},
			apply(config(`raw_patch = jsonencode({ spec = { template = { spec = { domain = { devices = { interfaces = [{ name = "default", ports = [{ name = "web", port = 80 }] }] } } } } } })`),
				n.Has("vm", name, acctest.Fields{ports: []any{map[string]any{"name": "web", "port": 80}}, pod: map[string]any{}, "spec.template.spec.subdomain": "theirs"}),
				n.Check(func() error {
					if volumes := acctest.Names(n.Get("vm", name), "spec.template.spec.volumes"); len(volumes) != 1 {
						return fmt.Errorf("the volumes are %v", volumes)
					}
					return nil
				})),
			apply(config(""), n.Has("vm", name, acctest.Fields{ports: nil, "spec.template.spec.subdomain": "theirs"})),
			{
				Config:      config(`raw_patch = "spec: {template: {spec: {networks: [{name: b, pod: {}}]}}}"`), // without its interface
				ExpectError: regexp.MustCompile(`(?s)Unable to update virtual server`),
			},
		},
	})
}

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
		name   = "raw-patch"
		domain = "spec.template.spec.domain."
	)
	config := func(patch string) string {
		return server(n, name, memory, "storage = {\n    "+containerRoot+"\n  }\n  run_strategy = \"Halted\"", patch)
	}
	first := config(`raw_patch = yamlencode({
    metadata = { annotations = { "example.org/raw" = "x" } }
    spec = { template = { spec = {
      domain  = { chassis = { asset = "a1", sku = "s1" }, devices = { disks = [{ name = "extra", disk = {} }] } }
      volumes = [{ name = "extra", emptyDisk = { capacity = "1024Mi" } }]
    } } }
  })`)
	n.Run(acctest.Case{
		Unverified: map[string]string{"raw_patch": "an import reads attributes, not what has none", "storage": "the import finds the disk of the fragment too"},
		Steps: []resource.TestStep{
			apply(first, n.Has("vm", name, acctest.Fields{
				domain + "chassis": map[string]any{"asset": "a1", "sku": "s1"},
				"spec.template.spec.volumes[extra].emptyDisk.capacity": "1Gi",
				"metadata.annotations[example.org/raw]":                "x",
			})),
			{
				PreConfig: func() {
					n.Patch("vm", name, `{"spec":{"template":{"spec":{"domain":{"chassis":{"serial":"theirs"}}}}}}`)
				},
				Config: first, PlanOnly: true,
			},
			{
				// The same in other words.
				Config:           config(`raw_patch = jsonencode({ spec = { template = { spec = { volumes = [{ name = "extra", emptyDisk = { capacity = "1Gi" } }], domain = { devices = { disks = [{ disk = {}, name = "extra" }] }, chassis = { sku = "s1", asset = "a1" } } } } }, metadata = { annotations = { "example.org/raw" = "x" } } })`),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(acctest.Address, plancheck.ResourceActionNoop)}},
			},
			apply(config(`raw_patch = jsonencode({ spec = { template = { spec = { domain = { chassis = { asset = "a2" } } } } } })`),
				n.Has("vm", name, acctest.Fields{domain + "chassis": map[string]any{"asset": "a2", "serial": "theirs"}}),
				n.Check(func() error {
					if volumes := acctest.Names(n.Get("vm", name), "spec.template.spec.volumes"); len(volumes) != 1 {
						return fmt.Errorf("the volumes are %v", volumes)
					}
					return nil
				})),
			apply(config(""), n.Has("vm", name, acctest.Fields{domain + "chassis": map[string]any{"serial": "theirs"}})),
			{
				Config:      config(`raw_patch = "spec: {template: {spec: {networks: [{name: a, pod: {}}]}}}"`), // without its interface
				ExpectError: regexp.MustCompile(`(?s)Unable to update virtual server`),
			},
		},
	})
}

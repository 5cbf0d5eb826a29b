package virtualserver_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// other is a configuration of the server once more, which Terraform applies at
// the same time.
func other(config string) string {
	return config + strings.Replace(config, `"test"`, `"other"`, 1)
}

// TestAccCreatedTogether: of two creates of one server one is refused, and leaves
// the other's objects alone.
func TestAccCreatedTogether(t *testing.T) {
	n := acctest.Start(t)
	const name = "together"
	config := server(n, name, memory, containerDisk, `cloud_init = "#cloud-config"`, `network = { tcp = [22] }`)
	n.Run(acctest.Case{
		Steps: []resource.TestStep{
			{Config: other(config), ExpectError: messages("Unable to create virtual server", "exists already")},
			before(func() {
				whole := resource.ComposeAggregateTestCheckFunc(n.Has("vm", name, acctest.Fields{"status.ready": true}),
					exposes(n, name, "TCP 22"), userData(n, name, "#cloud-config"))
				if err := whole(nil); err != nil {
					t.Error(err)
				}
				// Two addresses claim one server: the one that has none plans to create it.
			}, resource.TestStep{Config: other(config), PlanOnly: true, ExpectNonEmptyPlan: true}),
		},
		NoImport: "either of the two has the server",
	})
}

// TestAccUpdatedTogether: two updates of one server, at the same time, both
// succeed, and so do two destroys.
func TestAccUpdatedTogether(t *testing.T) {
	n := acctest.Start(t)
	const name = "together"
	config := func(amount string, port int) string {
		return server(n, name, containerDisk, fmt.Sprintf("resources = { memory = %q }", amount), `run_strategy = "Halted"`,
			`cloud_init = "#cloud-config `+amount+`"`, fmt.Sprintf("network = { tcp = [%d] }", port))
	}
	imported := fmt.Sprintf("import {\n  to = virtualserver.other\n  id = %q\n}\n", n.Name+"/"+name)
	n.Run(acctest.Case{
		Needs: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_5_0)},
		Steps: []resource.TestStep{
			apply(config("1Gi", 22)),
			apply(imported + other(config("1Gi", 22))),
			inPlace(apply(other(config("2Gi", 80)),
				n.Has("vm", name, acctest.Fields{"spec.template.spec.domain.memory.guest": "2Gi"}),
				userData(n, name, "#cloud-config 2Gi"),
				exposesInAnyOrder(n, name, "TCP 80"))),
		},
	})
}

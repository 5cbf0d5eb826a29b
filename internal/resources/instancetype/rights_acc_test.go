package instancetype_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccClassesRights: the guide's manifest is enough to manage instance types
// and preferences, and so it is without list and watch.
func TestAccClassesRights(t *testing.T) {
	for name, without := range map[string][]string{"all": nil, "without watch": {", list, watch"}} {
		t.Run(name, func(t *testing.T) {
			n := acctest.Start(t)
			as := n.User(acctest.Rights(t, "classes.yaml", without...)).Block
			preferences := func(machine string) string {
				return fmt.Sprintf(`
resource "virtualserver_preference" "here" {
  name      = "p"
  namespace = %[1]q
  machine   = { preferred_machine_type = %[2]q }
}
resource "virtualserver_preference" "everywhere" {
  name         = "%[1]s-p"
  cluster_wide = true
  machine      = { preferred_machine_type = %[2]q }
}
`, n.Name, machine)
			}
			larger := strings.Replace(small, "1 ", "2 ", 1)
			n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
				acctest.Apply(as + config(n, "a", small) + preferences("q35")),
				acctest.Apply(as + config(n, "a", larger) + preferences("pc")),
				acctest.Apply(as + clusterWide(n.Name+"-a", small) + preferences("pc")),
				acctest.Apply(as + clusterWide(n.Name+"-a", larger) + preferences("pc")),
			}})
		})
	}
}

// TestAccClassesForbidden: a missing right is named.
func TestAccClassesForbidden(t *testing.T) {
	n := acctest.Start(t)
	user := n.User(acctest.Rights(t, "classes.yaml", ", create"))
	n.Run(acctest.Case{NoImport: "nothing is created here", Steps: []resource.TestStep{{
		Config:      user.Block + config(n, "a", small),
		ExpectError: acctest.Messages("Unable to create instance type", "User", user.Name, `cannot create resource "virtualmachineinstancetypes"`, "Give the provider's user this permission"),
	}}})
}

// TestAccClassesExamples: the cluster accepts the examples of the documentation.
func TestAccClassesExamples(t *testing.T) {
	for _, kind := range []string{"instance_type", "preference"} {
		t.Run(kind, func(t *testing.T) {
			example, err := os.ReadFile("../../../examples/resources/virtualserver_" + kind + "/resource.tf")
			if err != nil {
				t.Fatal(err)
			}
			acctest.Start(t).Run(acctest.Case{NoImport: "examples are only planned", Steps: []resource.TestStep{
				{Config: string(example), PlanOnly: true, ExpectNonEmptyPlan: true}, // it plans to create
			}})
		})
	}
}

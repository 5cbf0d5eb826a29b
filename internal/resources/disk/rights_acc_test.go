package disk_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccRights: the guide's manifest is enough to manage disks, also without list and
// watch, and to see storage classes.
func TestAccRights(t *testing.T) {
	acctest.Grows(t)
	for name, without := range map[string][]string{"all": nil, "without watch": {", list, watch"}} {
		t.Run(name, func(t *testing.T) {
			n := acctest.Start(t)
			as := n.User(acctest.Rights(t, "disks.yaml", without...)).Block
			classes := ""
			if without == nil {
				classes = "data \"virtualserver_storage_classes\" \"all\" {}\n"
			}
			n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
				acctest.Apply(as + classes + disk(n, "a", sized("1Gi"))),
				updated(acctest.Apply(as + classes + disk(n, "a", sized("2Gi"), `labels = { app = "web" }`))),
				replaced(acctest.Apply(as + classes + disk(n, "a", literal))),
			}})
		})
	}
}

// TestAccForbidden: a missing right is named.
func TestAccForbidden(t *testing.T) {
	n := acctest.Start(t)
	user := n.User(acctest.Rights(t, "disks.yaml", ", create"))
	n.Run(acctest.Case{NoImport: "nothing is created here", Steps: []resource.TestStep{{
		Config:      user.Block + disk(n, "a", small),
		ExpectError: acctest.Messages("Unable to create disk", "User", user.Name, `cannot create resource "datavolumes"`, "Give the provider's user this permission"),
	}}})
}

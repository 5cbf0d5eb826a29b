package image_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccImageRights: the guide's manifest is enough to manage images, also without list
// and watch: imports, schedules, sharing, uploads.
func TestAccImageRights(t *testing.T) {
	acctest.Grows(t)
	acctest.Played(t, "polls of registries, and upload servers")
	for name, without := range map[string][]string{"all": nil, "without watch": {", list, watch"}} {
		t.Run(name, func(t *testing.T) {
			n := acctest.Start(t)
			as := n.User(acctest.Rights(t, "images.yaml", without...)).Block
			shared := `shared_with = { users = ["a"] }`
			n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
				acctest.Apply(as+config(n, "i", http(n.ImageURL()), small, shared), ready(n, "i")),
				planning(plancheck.ResourceActionUpdate, acctest.Apply(as+config(n, "i", http(n.ImageURL()), larger, `labels = { app = "web" }`), n.Lacks("role", "i-image-clone"))),
				planning(plancheck.ResourceActionReplace, acctest.Apply(as+config(n, "i", fedora, small, yearly), scheduled(n, "i"))),
				planning(plancheck.ResourceActionReplace, acctest.Apply(as+newFile(t).uploaded(n, "i", ""), ready(n, "i"))),
			}})
		})
	}
}

// TestAccImageForbidden: a missing right is named.
func TestAccImageForbidden(t *testing.T) {
	n := acctest.Start(t)
	user := n.User(acctest.Rights(t, "images.yaml", ", create"))
	n.Run(acctest.Case{NoImport: "nothing is created here", Steps: []resource.TestStep{{
		Config:      user.Block + config(n, "i", http(n.ImageURL()), small),
		ExpectError: acctest.Messages("Unable to create image", "User", user.Name, `cannot create resource "datavolumes"`, "Give the provider's user this permission"),
	}}})
}

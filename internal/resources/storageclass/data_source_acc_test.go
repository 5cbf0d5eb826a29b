package storageclass_test

import (
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccStorageClasses: the classes of the cluster, with their profiles.
func TestAccStorageClasses(t *testing.T) {
	acctest.Played(t, "the storage class wffc")
	n := acctest.Start(t)
	const address = "data.virtualserver_storage_classes.all"
	class := func(name string, want map[string]string) resource.TestCheckFunc {
		return func(state *terraform.State) error {
			var checks []resource.TestCheckFunc
			attributes := state.RootModule().Resources[address].Primary.Attributes
			at := ""
			for i := 0; at == "" && attributes["classes."+strconv.Itoa(i)+".name"] != ""; i++ {
				if attributes["classes."+strconv.Itoa(i)+".name"] == name {
					at = "classes." + strconv.Itoa(i) + "."
				}
			}
			for path, value := range want {
				checks = append(checks, resource.TestCheckResourceAttr(address, at+path, value))
			}
			return resource.ComposeAggregateTestCheckFunc(checks...)(state)
		}
	}
	n.Run(acctest.Case{NoImport: "a data source has no state", Steps: []resource.TestStep{
		acctest.Apply(`data "virtualserver_storage_classes" "all" {}`,
			resource.TestCheckResourceAttr(address, "default", n.StorageClass()),
			class("standard", map[string]string{"is_default": "true", "is_default_virtualization": "true", "provisioner": "csi.localcluster", "reclaim_policy": "Delete", "volume_binding_mode": "Immediate", "allow_volume_expansion": "true",
				"profile.clone_strategy": "csi-clone", "profile.claim_property_sets.0.access_modes.0": "ReadWriteMany", "profile.claim_property_sets.0.volume_mode": "Block"}),
			class("wffc", map[string]string{"is_default": "false", "volume_binding_mode": "WaitForFirstConsumer"}),
			class("never-binds", map[string]string{"allow_volume_expansion": "false", "provisioner": "nobody.localcluster"}),
		),
	}})
}

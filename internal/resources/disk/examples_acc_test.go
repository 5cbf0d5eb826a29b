package disk_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccExamples: the examples of the documentation apply, and the plan after each is
// empty.
func TestAccExamples(t *testing.T) {
	acctest.Played(t, "images from anywhere")
	for _, file := range []string{
		"resources/virtualserver_disk/resource.tf",
		"data-sources/virtualserver_disk/data-source.tf",
		"data-sources/virtualserver_disks/data-source.tf",
		"data-sources/virtualserver_storage_classes/data-source.tf",
	} {
		t.Run(file, func(t *testing.T) {
			text, err := os.ReadFile("../../../examples/" + file)
			if err != nil {
				t.Fatal(err)
			}
			n := acctest.Start(t)
			if strings.Contains(string(text), "golden") {
				withGolden(n)
			}
			config := fmt.Sprintf("provider \"virtualserver\" {\n  namespace = %q\n}\n%s", n.Name, text)
			passing := strings.NewReplacer("deletion_protection = true", "deletion_protection = false", `"retain"`, `"delete"`).Replace(config)
			n.Run(acctest.Case{NoImport: "imports have tests of their own", Steps: []resource.TestStep{acctest.Apply(config), acctest.Apply(passing)}})
		})
	}
}

package attachment_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// user makes a user of the test's namespace who has the rights of the guide's manifest,
// but for some, and returns the provider block that makes Terraform that user.
func user(t *testing.T, n *acctest.Namespace, name string, without ...string) string {
	t.Helper()
	manifest, err := os.ReadFile("../../../examples/permissions/attachments.yaml")
	if err != nil {
		t.Fatal(err)
	}
	role := strings.NewReplacer("name: virtualserver-attachments", "name: "+name, "namespace: web", "namespace: "+n.Name).Replace(string(manifest))
	for _, text := range without {
		if !strings.Contains(role, text) {
			t.Fatalf("the manifest does not have %q", text)
		}
		role = strings.ReplaceAll(role, text, "")
	}
	n.Create(role + fmt.Sprintf(`
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: %[1]s}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: %[1]s}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: %[2]s-%[1]s}]
`, name, n.Name))
	return fmt.Sprintf("provider \"virtualserver\" {\n  impersonate = { user = \"%s-%s\" }\n}\n", n.Name, name)
}

// loose attaches something to a server that is not of this configuration.
func loose(n *acctest.Namespace, kind, server, name string, parts ...string) string {
	return fmt.Sprintf("resource \"virtualserver_%s_attachment\" \"test\" {\n  namespace = %q\n  server    = %q\n  name      = %q\n  %s\n}\n", kind, n.Name, server, name, strings.Join(parts, "\n  "))
}

// TestAccAttachmentRights: the rights of the guide are enough, and so they are without
// list and watch; without patch the error says what is missing.
func TestAccAttachmentRights(t *testing.T) {
	n := acctest.Start(t)
	n.Create(shared)
	prepare(n, "web")
	least, blind, reader := user(t, n, "least"), user(t, n, "blind", ", list, watch"), user(t, n, "reader", ", patch")
	both := loose(n, "disk", "web", "data", `persistent_volume_claim = { claim_name = "web-data" }`) + loose(n, "filesystem", "web", "app", ofConfigMap, restarts)
	n.Run(acctest.Case{Address: ofDisk, Unverified: map[string]string{"restart": "only the provider reads it"}, Steps: []resource.TestStep{
		apply(least+both, inGuest(n, "web", "data", true), mounted(n, "web", "app")),
		apply(blind+"locals { nothing = true }\n", inGuest(n, "web", "data", false), mounted(n, "web")),
		{Config: reader + both, ExpectError: messages("attachment", "cannot patch resource \"virtualmachines\"", "Permissions")},
		apply(blind+both, inGuest(n, "web", "data", true), mounted(n, "web", "app")),
	}})
}

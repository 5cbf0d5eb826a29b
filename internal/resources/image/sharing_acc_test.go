package image_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// restricted makes a user who may do anything with disks and servers in a namespace of
// their own, and nothing elsewhere; it returns the provider block that makes Terraform
// that user.
func restricted(t *testing.T, n *acctest.Namespace, rules ...rbacv1.PolicyRule) (name, block string) {
	t.Helper()
	config, err := acctest.RESTConfig()
	if err != nil {
		t.Fatal(err)
	}
	api, err := client.New(config, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	name = n.Name + "-user"
	meta := metav1.ObjectMeta{Name: "user", Namespace: n.Name}
	rules = append(rules, rbacv1.PolicyRule{
		APIGroups: []string{"", "cdi.kubevirt.io", "kubevirt.io"}, Verbs: []string{"*"},
		Resources: []string{"datavolumes", "datasources", "dataimportcrons", "persistentvolumeclaims", "virtualmachines", "virtualmachineinstances", "events", "secrets", "services"},
	})
	for _, o := range []client.Object{
		&rbacv1.Role{ObjectMeta: meta, Rules: rules},
		&rbacv1.RoleBinding{
			ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: meta.Name},
			Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: name}},
		},
	} {
		if err := api.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			// The test's own context has ended.
			if err := client.IgnoreNotFound(api.Delete(context.Background(), o)); err != nil {
				t.Error(err)
			}
		})
	}
	n.Own("role", "user")
	n.Own("rolebinding", "user")
	return name, fmt.Sprintf("provider \"virtualserver\" {\n  alias       = \"team\"\n  impersonate = { user = %q }\n}\n", name)
}

// TestAccImageShared: CDI lets a user of another namespace clone the image once it is
// shared, and not before; neither anything else of its namespace, nor after.
func TestAccImageShared(t *testing.T) {
	n := acctest.Start(t)
	theirs := n.Another()
	user, team := restricted(t, theirs)
	disk := func(of string) string {
		return team + fmt.Sprintf(`
resource "virtualserver_disk" "clone" {
  provider   = virtualserver.team
  name       = "clone"
  namespace  = %q
  source     = { image = { name = %q, namespace = %q } }
  storage    = {}
  depends_on = [virtualserver_image.test]
}
`, theirs.Name, of, n.Name)
	}
	server := fmt.Sprintf(`
resource "virtualserver" "clone" {
  name         = "clone"
  namespace    = %q
  run_strategy = "Halted"
  resources    = { memory = "1Gi" }
  storage      = { root = { source = { image = { name = "ubuntu", namespace = %q } }, storage = {} } }
  depends_on   = [virtualserver_image.test]
}
`, theirs.Name, n.Name)
	other := strings.Replace(config(n, "other", http(n.ImageURL()), small), `"test"`, `"other"`, 1)
	image := func(parts ...string) string {
		return other + config(n, "ubuntu", append([]string{http(n.ImageURL()), small}, parts...)...)
	}
	shared := fmt.Sprintf(`shared_with = { users = [%q], namespaces = [%q] }`, user, theirs.Name)
	refused := acctest.Messages("insufficient permissions in clone source namespace")
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(image()),
		{Config: image() + disk("ubuntu"), ExpectError: refused},
		{Config: image() + server, ExpectError: refused},
		planning(plancheck.ResourceActionUpdate, acctest.Apply(image(shared),
			n.Has("role", "ubuntu-image-clone", acctest.Fields{
				"rules": []any{map[string]any{"apiGroups": []any{"cdi.kubevirt.io"}, "resources": []any{"datavolumes/source"}, "verbs": []any{"create"}, "resourceNames": []any{"ubuntu"}}},
			}),
			n.Has("rolebinding", "ubuntu-image-clone", acctest.Fields{"subjects[0].name": "system:serviceaccounts:" + theirs.Name, "subjects[1].name": user}))),
		acctest.Apply(image(shared)+disk("ubuntu")+server,
			resource.TestCheckResourceAttr("virtualserver_disk.clone", "status.phase", "Succeeded"), theirs.Has("vm", "clone", acctest.Fields{})),
		acctest.Apply(image(shared)),
		{Config: image(shared) + disk("other"), ExpectError: refused},
		// Somebody takes it back.
		acctest.Before(func() { n.Delete("rolebinding", "ubuntu-image-clone") },
			planning(plancheck.ResourceActionUpdate, acctest.Apply(image(shared), n.Has("rolebinding", "ubuntu-image-clone", acctest.Fields{"subjects[1].name": user})))),
		planning(plancheck.ResourceActionUpdate, acctest.Apply(image(`shared_with = { groups = ["system:authenticated"] }`), n.Has("rolebinding", "ubuntu-image-clone", acctest.Fields{"subjects[0].name": "system:authenticated"}))),
		{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
		planning(plancheck.ResourceActionUpdate, acctest.Apply(image(), n.Lacks("role", "ubuntu-image-clone"), n.Lacks("rolebinding", "ubuntu-image-clone"))),
		{Config: image() + disk("ubuntu"), ExpectError: refused},
		planning(plancheck.ResourceActionUpdate, acctest.Apply(image(shared))), // destroyed with it
	}})
}

// TestAccImageSharedSchedule: the claims of a schedule get new names, so that all of the
// namespace is shared; the user must say so.
func TestAccImageSharedSchedule(t *testing.T) {
	acctest.Played(t, "polls of registries")
	n := acctest.Start(t)
	with := func(sharing string) string {
		return config(n, "fedora", fedora, small, yearly, "shared_with = { groups = [\"images\"] "+sharing+" }")
	}
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		{Config: with(""), ExpectError: acctest.Messages("Sharing an image with a schedule", "every claim of its namespace", "entire_namespace = true")},
		acctest.Apply(with(", entire_namespace = true"), scheduled(n, "fedora"),
			n.Has("role", "fedora-image-clone", acctest.Fields{"rules[0].resourceNames": nil, "metadata.ownerReferences[fedora].kind": "DataImportCron"})),
		planning(plancheck.ResourceActionReplace, acctest.Apply(strings.Replace(with(""), yearly, "", 1),
			n.Has("role", "fedora-image-clone", acctest.Fields{"rules": []any{map[string]any{"apiGroups": []any{"cdi.kubevirt.io"}, "resources": []any{"datavolumes/source"}, "verbs": []any{"create"}, "resourceNames": []any{"fedora"}}}}))),
	}})
}

// TestAccImageSharedForbidden: a user who may not give the right away learns what is
// missing.
func TestAccImageSharedForbidden(t *testing.T) {
	n := acctest.Start(t)
	_, team := restricted(t, n, rbacv1.PolicyRule{APIGroups: []string{"rbac.authorization.k8s.io"}, Resources: []string{"roles", "rolebindings"}, Verbs: []string{"*"}})
	as := strings.Replace(team, "alias       = \"team\"", "", 1)
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		{
			Config:      as + config(n, "ubuntu", http(n.ImageURL()), small, `shared_with = { users = ["a"] }`),
			ExpectError: acctest.Messages("Unable to create image", "attempting to grant RBAC permissions not currently held", "create on datavolumes/source", "remove shared_with"),
		},
		planning(plancheck.ResourceActionReplace, acctest.Apply(as+config(n, "ubuntu", http(n.ImageURL()), small), ready(n, "ubuntu"))),
	}})
}

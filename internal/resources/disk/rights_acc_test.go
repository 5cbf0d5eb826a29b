package disk_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// user makes a user of the test who has the rights of the guide's manifest, but for the
// verbs, and returns the provider block that makes Terraform that user, and what gives
// the right to clone from another namespace.
func user(t *testing.T, n *acctest.Namespace, without ...string) (as string, mayClone func(from string)) {
	t.Helper()
	manifest, err := os.ReadFile("../../../examples/permissions/disks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	role, clusterRole := &rbacv1.Role{}, &rbacv1.ClusterRole{}
	for document := range bytes.SplitSeq(manifest, []byte("---\n")) {
		text := string(document)
		for _, verb := range without {
			text = strings.ReplaceAll(text, verb+", ", "")
		}
		into := any(role)
		if strings.Contains(text, "kind: ClusterRole\n") {
			into = clusterRole
		}
		if err := yaml.UnmarshalStrict([]byte(text), into); err != nil {
			t.Fatal(err)
		}
	}
	api, err := client.New(n.RESTConfig(), client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	name := n.Name + "-disks"
	subjects := []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: name}}
	create := func(objects ...client.Object) {
		t.Helper()
		for _, o := range objects {
			if err := api.Create(t.Context(), o); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := client.IgnoreNotFound(api.Delete(context.Background(), o)); err != nil { // the test's own context has ended
					t.Error(err)
				}
			})
		}
	}
	bind := func(namespace string, role *rbacv1.Role) {
		t.Helper()
		role.Name, role.Namespace = name, namespace
		create(role, &rbacv1.RoleBinding{ObjectMeta: role.ObjectMeta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name}, Subjects: subjects})
	}
	bind(n.Name, role)
	clusterRole.Name = name
	create(clusterRole, &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: name}, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name}, Subjects: subjects})
	return fmt.Sprintf("provider \"virtualserver\" {\n  impersonate = { user = %q }\n}\n", name), func(from string) {
		t.Helper()
		bind(from, &rbacv1.Role{Rules: []rbacv1.PolicyRule{{APIGroups: []string{"cdi.kubevirt.io"}, Resources: []string{"datavolumes/source"}, Verbs: []string{"create"}}}})
	}
}

// TestAccRights: the guide's manifest is enough to manage disks, also without list and
// watch, and to see storage classes.
func TestAccRights(t *testing.T) {
	acctest.Grows(t)
	for name, without := range map[string][]string{"all": nil, "without watch": {"list", "watch"}} {
		t.Run(name, func(t *testing.T) {
			n := acctest.Start(t)
			as, _ := user(t, n, without...)
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
	as, _ := user(t, n, "create")
	n.Run(acctest.Case{NoImport: "nothing is created here", Steps: []resource.TestStep{{
		Config:      as + disk(n, "a", small),
		ExpectError: acctest.Messages("Unable to create disk", "User", n.Name+"-disks", `cannot create resource "datavolumes"`, "Give the provider's user this permission"),
	}}})
}

package instancetype_test

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

// user makes a user of the test who has the rights of the guide's manifest, but
// for the verbs, and returns the provider block that makes Terraform that user.
func user(t *testing.T, n *acctest.Namespace, without ...string) string {
	t.Helper()
	manifest, err := os.ReadFile("../../../examples/permissions/classes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	name := n.Name + "-classes"
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
	role.Name, role.Namespace, clusterRole.Name = name, n.Name, name
	subjects := []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: name}}
	meta := metav1.ObjectMeta{Name: name, Namespace: n.Name}
	api, err := client.New(n.RESTConfig(), client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []client.Object{
		role, &rbacv1.RoleBinding{ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name}, Subjects: subjects},
		clusterRole, &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: name}, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name}, Subjects: subjects},
	} {
		if err := api.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := client.IgnoreNotFound(api.Delete(context.Background(), o)); err != nil { // the test's own context has ended
				t.Error(err)
			}
		})
	}
	return fmt.Sprintf("provider \"virtualserver\" {\n  impersonate = { user = %q }\n}\n", name)
}

// TestAccClassesRights: the guide's manifest is enough to manage instance types
// and preferences, and so it is without list and watch.
func TestAccClassesRights(t *testing.T) {
	for name, without := range map[string][]string{"all": nil, "without watch": {"list", "watch"}} {
		t.Run(name, func(t *testing.T) {
			n := acctest.Start(t)
			as := user(t, n, without...)
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
	n.Run(acctest.Case{NoImport: "nothing is created here", Steps: []resource.TestStep{{
		Config:      user(t, n, "create") + config(n, "a", small),
		ExpectError: acctest.Messages("Unable to create instance type", "User", n.Name+"-classes", `cannot create resource "virtualmachineinstancetypes"`, "Give the provider's user this permission"),
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

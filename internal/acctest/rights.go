package acctest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// Rights are those of a manifest of the guide, without some of its texts, such as
// ", patch". Each must be there.
func Rights(t *testing.T, manifest string, without ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "examples", "permissions", manifest))
	if err != nil {
		t.Fatal(err)
	}
	rights := string(text)
	for _, part := range without {
		if !strings.Contains(rights, part) {
			t.Fatalf("%s does not have %q", manifest, part)
		}
		rights = strings.ReplaceAll(rights, part, "")
	}
	return rights
}

// users numbers them.
var users atomic.Int64

// User makes a user who has the rights of Roles, in the namespace, and of ClusterRoles,
// in YAML, and nothing else.
func (n *Namespace) User(rights ...string) User {
	n.t.Helper()
	u := User{Name: fmt.Sprintf("%s-user-%d", n.Name, users.Add(1))}
	for _, text := range rights {
		u.Grant(n, text)
	}
	u.Block = fmt.Sprintf("provider \"virtualserver\" {\n  %simpersonate = { user = %q }\n}\n", n.configPath(), u.Name)
	return u
}

// User is a user of the cluster.
type User struct {
	Name  string
	Block string // the provider's, which makes Terraform that user
}

// Grant gives the user rights, those of Roles in the namespace.
func (u User) Grant(n *Namespace, rights string) {
	n.t.Helper()
	subjects := []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: u.Name}}
	meta := metav1.ObjectMeta{GenerateName: u.Name + "-"}
	for document := range bytes.SplitSeq([]byte(rights), []byte("---\n")) {
		var kind metav1.TypeMeta
		if err := yaml.Unmarshal(document, &kind); err != nil {
			n.t.Fatal(err)
		}
		if kind.Kind == "ClusterRole" {
			role := &rbacv1.ClusterRole{}
			n.grant(document, role, meta)
			n.grant(nil, &rbacv1.ClusterRoleBinding{RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: kind.Kind, Name: role.Name}, Subjects: subjects}, meta)
			u.await(n, "", role.Rules)
			continue
		}
		meta.Namespace = n.Name
		role := &rbacv1.Role{}
		n.grant(document, role, meta)
		n.grant(nil, &rbacv1.RoleBinding{RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: role.Name}, Subjects: subjects}, meta)
		meta.Namespace = ""
		u.await(n, n.Name, role.Rules)
	}
}

// await waits until the API server goes by new rules, which it hears of a moment later: by
// the last of them.
func (u User) await(n *Namespace, namespace string, rules []rbacv1.PolicyRule) {
	n.t.Helper()
	if len(rules) == 0 {
		return
	}
	rule := rules[len(rules)-1]
	asked := &authorizationv1.ResourceAttributes{Namespace: namespace, Verb: rule.Verbs[0], Group: rule.APIGroups[0]}
	asked.Resource, asked.Subresource, _ = strings.Cut(rule.Resources[0], "/")
	if len(rule.ResourceNames) > 0 {
		asked.Name = rule.ResourceNames[0]
	}
	if err := n.Eventually(func() bool {
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{User: u.Name, ResourceAttributes: asked}}
		return n.client.Create(n.t.Context(), review) == nil && review.Status.Allowed
	}); err != nil {
		n.t.Fatalf("the user %s may not %s %s: %v", u.Name, asked.Verb, rule.Resources[0], err)
	}
}

// grant makes an object of a document, under a name of its own, for as long as the test
// lasts.
func (n *Namespace) grant(document []byte, obj client.Object, meta metav1.ObjectMeta) {
	n.t.Helper()
	if err := yaml.UnmarshalStrict(document, obj); err != nil {
		n.t.Fatal(err)
	}
	obj.SetName("")
	obj.SetGenerateName(meta.GenerateName)
	obj.SetNamespace(meta.Namespace)
	if err := n.client.Create(n.t.Context(), obj); err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() {
		if err := client.IgnoreNotFound(n.client.Delete(context.Background(), obj)); err != nil { // the test's own context has ended
			n.t.Error(err)
		}
	})
}

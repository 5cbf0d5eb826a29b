package image_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// disksAndServers is anything with disks and images.
const disksAndServers = `
kind: Role
rules: [{apiGroups: ["", cdi.kubevirt.io], verbs: ["*"], resources: [datavolumes, datasources, dataimportcrons, persistentvolumeclaims, events]}]
`

// apiOf is the cluster as a user sees it; "" is its administrator.
func apiOf(t *testing.T, n *acctest.Namespace, user string) client.Client {
	t.Helper()
	config := n.RESTConfig()
	config.Impersonate.UserName = user
	scheme, err := kube.NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	api, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

// TestAccImageShared: CDI lets a user and the servers of another namespace clone the
// image once it is shared, and not before; neither anything else of its namespace, nor
// after.
func TestAccImageShared(t *testing.T) {
	n := acctest.Start(t)
	theirs := n.Another()
	user := theirs.User(disksAndServers).Name
	api := apiOf(t, n, user)
	// clones has the user clone an image.
	clones := func(image, name string, allowed bool) resource.TestCheckFunc {
		return n.Check(func() error {
			dv := &cdiv1.DataVolume{ObjectMeta: metav1.ObjectMeta{Namespace: theirs.Name, Name: name}}
			dv.Spec.SourceRef = &cdiv1.DataVolumeSourceRef{Kind: "DataSource", Namespace: &n.Name, Name: image}
			dv.Spec.Storage = &cdiv1.StorageSpec{}
			err := api.Create(t.Context(), dv)
			switch {
			case !allowed && (err == nil || !strings.Contains(err.Error(), "insufficient permissions in clone source namespace")):
				return fmt.Errorf("the user is not refused to clone %s: %w", image, err)
			case !allowed:
				return nil
			case err != nil:
				return err
			}
			theirs.Own("dv", name)
			return theirs.TryWait("dv", name, func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Succeeded" })
		})
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
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(image(), clones("ubuntu", "a", false)),
		// KubeVirt asks for the right of the namespace's service account.
		acctest.Apply(image()+server, n.Check(func() error {
			return theirs.TryWait("vm", "clone", func(o acctest.Object) bool {
				return strings.Contains(acctest.JSON(acctest.Field(o, "status.conditions")), "insufficient permissions in clone source namespace")
			})
		})),
		planning(plancheck.ResourceActionUpdate, acctest.Apply(image(shared),
			n.Has("role", "ubuntu-image-clone", acctest.Fields{"rules": []any{map[string]any{
				"apiGroups": []any{"cdi.kubevirt.io"}, "resources": []any{"datavolumes/source"}, "verbs": []any{"create"}, "resourceNames": []any{"ubuntu"},
			}}}),
			n.Has("rolebinding", "ubuntu-image-clone", acctest.Fields{"subjects[0].name": "system:serviceaccounts:" + theirs.Name, "subjects[1].name": user}),
			clones("ubuntu", "a", true), clones("other", "b", false))),
		acctest.Apply(image(shared)+server, n.Check(func() error {
			root := acctest.Text(theirs.Get("vm", "clone"), "spec.dataVolumeTemplates[0].metadata.name")
			return theirs.TryWait("dv", root, func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Succeeded" })
		})),
		acctest.Apply(image(shared)),
		// Somebody takes it back.
		acctest.Before(func() { n.Delete("rolebinding", "ubuntu-image-clone") },
			planning(plancheck.ResourceActionUpdate, acctest.Apply(image(shared), n.Has("rolebinding", "ubuntu-image-clone", acctest.Fields{"subjects[1].name": user})))),
		planning(plancheck.ResourceActionUpdate, acctest.Apply(image(`shared_with = { groups = ["system:authenticated"] }`),
			n.Has("rolebinding", "ubuntu-image-clone", acctest.Fields{"subjects[0].name": "system:authenticated"}), clones("ubuntu", "c", true))),
		{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
		planning(plancheck.ResourceActionUpdate, acctest.Apply(image(), n.Lacks("role", "ubuntu-image-clone"), n.Lacks("rolebinding", "ubuntu-image-clone"),
			clones("ubuntu", "d", false))),
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
	as := n.User(acctest.Rights(t, "images.yaml", "- apiGroups: [cdi.kubevirt.io]\n  resources: [datavolumes/source]\n  verbs: [create]\n")).Block
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		{
			Config:      as + config(n, "ubuntu", http(n.ImageURL()), small, `shared_with = { users = ["a"] }`),
			ExpectError: acctest.Messages("Unable to create image", "attempting to grant RBAC permissions not currently held", "create on datavolumes/source", "remove shared_with"),
		},
		planning(plancheck.ResourceActionReplace, acctest.Apply(as+config(n, "ubuntu", http(n.ImageURL()), small), ready(n, "ubuntu"))),
	}})
}

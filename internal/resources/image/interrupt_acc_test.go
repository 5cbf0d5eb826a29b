package image_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	tfresource "github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
	realprovider "github.com/virtualserver/terraform-provider-virtualserver/internal/provider"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/resources/image"
)

// hastyProvider soon gives up a create that no longer shows up.
type hastyProvider struct{ provider.Provider }

func (hastyProvider) Resources(context.Context) []func() tfresource.Resource {
	return []func() tfresource.Resource{func() tfresource.Resource { return image.NewHastyResource(10*time.Second, time.Second) }}
}

func hasty() provider.Provider { return hastyProvider{realprovider.New("acctest")()} }

// Images whose operations are interrupted, in YAML.
const (
	interruptedImage = `
name: NAME
namespace: NAMESPACE
source: {http: {url: "https://images.invalid/fedora.qcow2"}}
storage: {size: 1Gi}
shared_with: {users: [a]}
`
	interruptedSchedule = `
name: NAME
namespace: NAMESPACE
source: {registry: {url: "docker://quay.io/containerdisks/fedora:41"}}
storage: {size: 1Gi}
schedule: {cron: "@yearly"}
`
	creating = "metadata.annotations[virtualserver.io/creating]"
)

// whole checks that disks can be cloned from the image, and that it carries no mark.
func whole(kind, user string) func(n *acctest.Namespace, name string) error {
	return func(n *acctest.Namespace, name string) error {
		n.Wait("datasource", name, "to be ready", func(o acctest.Object) bool { return acctest.Text(o, "status.conditions[0].status") == "True" })
		err := acctest.Match(n.Get(kind, name), acctest.Fields{creating: nil, "metadata.deletionTimestamp": nil})
		if user == "" {
			return err
		}
		return errors.Join(err, acctest.Match(n.Get("rolebinding", name+"-image-clone"), acctest.Fields{"subjects[0].name": user}))
	}
}

// importAfter is the one moment of a create that no later one can go on from: the image
// is whole and has lost its mark, but Terraform has not heard of it.
func importAfter(kind string) func(n *acctest.Namespace, name string, at acctest.Point) string {
	return func(n *acctest.Namespace, name string, at acctest.Point) string {
		// A patch that met a conflict has changed nothing.
		if at.After && strings.HasPrefix(at.Request, "patch ") && acctest.Field(n.Get(kind, name), creating) == nil {
			return "exists already. It is never adopted.\n\nTo manage it with Terraform, import it"
		}
		return ""
	}
}

// TestAccImageInterrupted: wherever an operation is interrupted, the next apply goes on
// to what its configuration says, and a destroy leaves nothing.
func TestAccImageInterrupted(t *testing.T) {
	acctest.Played(t, "imports that take no time")
	for name, operation := range map[string]acctest.Operation{
		"create":   {Config: interruptedImage, Next: acctest.SameConfig, Check: whole("dv", "a"), Expect: importAfter("dv")},
		"schedule": {Config: interruptedSchedule, Next: acctest.SameConfig, Check: whole("dataimportcron", ""), Expect: importAfter("dataimportcron")},
		"update": {
			Before: interruptedImage, Config: strings.NewReplacer("1Gi", "2Gi", "[a]", "[b]").Replace(interruptedImage) + "labels: {app: web}\n", Next: acctest.SameConfig,
			Check: func(n *acctest.Namespace, name string) error {
				return errors.Join(whole("dv", "b")(n, name), acctest.Match(n.Get("dv", name), acctest.Fields{"metadata.labels.app": "web"}))
			},
		},
		"delete":  {Before: interruptedImage},
		"replace": {Before: interruptedImage, Config: interruptedSchedule, Next: acctest.SameConfig, Check: whole("dataimportcron", ""), Expect: importAfter("dataimportcron")},
	} {
		t.Run(name, func(t *testing.T) { acctest.Start(t).Of("virtualserver_image").Interrupt(hasty, operation) })
	}
}

// TestAccImageUploadInterrupted: an upload that was cut off with its provider goes on, or
// begins anew.
func TestAccImageUploadInterrupted(t *testing.T) {
	acctest.Played(t, "upload servers")
	n, f := acctest.Start(t), newFile(t)
	config := fmt.Sprintf(`
name: NAME
namespace: NAMESPACE
storage: {size: 1Gi}
source: {upload: {path: %q, proxy: {insecure_skip_verify: true}}}
`, f.path)
	n.Of("virtualserver_image").Interrupt(hasty, acctest.Operation{
		Config: config, Next: acctest.SameConfig,
		Expect: func(n *acctest.Namespace, name string, at acctest.Point) string {
			if at.Request == "patch datavolumes" && at.Number == 1 && !at.After {
				// All has come, and nobody noted what.
				n.Wait("dv", name, "to be filled", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Succeeded" })
				return "Somebody else has uploaded already"
			}
			return importAfter("dv")(n, name, at)
		},
		Check: func(n *acctest.Namespace, name string) error {
			return errors.Join(whole("dv", "")(n, name), equal(acctest.Text(n.Get("pvc", name), "metadata.annotations[localcluster/uploaded]"), fmt.Sprintf("%d %s", fileSize, f.hash())))
		},
	})
}

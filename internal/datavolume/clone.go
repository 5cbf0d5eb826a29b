package datavolume

import (
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
)

// cloneRefusal is how CDI's admission refuses to clone what is in another namespace.
var cloneRefusal = regexp.MustCompile(`User (\S+) has insufficient permissions in clone source namespace ([a-z0-9-]+)`)

// missingImage is how CDI's admission misses the DataSource that is to be cloned.
var missingImage = regexp.MustCompile(`datasources\.cdi\.kubevirt\.io "([^"]+)" not found`)

// ExplainClone names the image that is missing, or the right that a user lacks who
// clones from another namespace. It returns other errors as they are. at is the
// attribute of the source.
func ExplainClone(err error, at path.Path) error {
	if err == nil {
		return nil
	}
	if match := missingImage.FindStringSubmatch(err.Error()); match != nil {
		return &diagnostics.Failure{
			Cause:     fmt.Sprintf("There is no image (DataSource) %q.", match[1]),
			Advice:    "Correct its name and namespace, or create it first. An image of the same configuration comes first when the source refers to it: name = virtualserver_image.NAME.data_source.",
			Attribute: at.AtName("image"),
		}
	}
	match := cloneRefusal.FindStringSubmatch(err.Error())
	if match == nil {
		return err
	}
	user, namespace := match[1], match[2]
	return &diagnostics.Failure{
		Cause:     fmt.Sprintf("The user %s may not clone from the namespace %q.", user, namespace),
		Advice:    fmt.Sprintf("Needed there: the right create on datavolumes/source (API group cdi.kubevirt.io). A RoleBinding in the namespace %q gives it, to a Role with that rule or to the ClusterRole cdi.kubevirt.io:edit.", namespace),
		Attribute: at,
	}
}

package creation

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// Taken is the error of a create that finds a name in use.
type Taken struct{ *diagnostics.Failure }

// Unwrap returns the Failure.
func (t Taken) Unwrap() error { return t.Failure }

// IsTaken tells whether err is a Taken.
func IsTaken(err error) bool {
	var t Taken
	return errors.As(err, &t)
}

// InUse is the Taken of an object that has the name of what is created, and can be
// imported as it.
func InUse(kind string, obj client.Object) error {
	id := metadata.ID(obj.GetNamespace(), obj.GetName())
	failure := &diagnostics.Failure{
		Cause:     fmt.Sprintf("A %s %q exists already. It is never adopted.", kind, id),
		Advice:    fmt.Sprintf("To manage it with Terraform, import it: terraform import <address> %s. Otherwise choose another name.", id),
		Attribute: path.Root("name"),
	}
	if obj.GetDeletionTimestamp() != nil {
		failure.Cause, failure.Advice = fmt.Sprintf("A %s %q exists still: it is being deleted.", kind, id), "Apply again when it is gone, or choose another name."
	}
	return Taken{failure}
}

// Differs refuses to go on with what a create that was cut off has left, since it is
// not what the configuration says. differences are attributes or what else says where.
func Differs(kind string, obj client.Object, differences []string) error {
	id := metadata.ID(obj.GetNamespace(), obj.GetName())
	return &diagnostics.Failure{
		Cause: fmt.Sprintf("A %s %q exists already. An apply that was cut off has left it; it is not taken over, because it differs from the configuration in: %s.", kind, id, strings.Join(differences, ", ")),
		Advice: fmt.Sprintf("If nobody needs it, delete it (kubectl delete %s -n %s %s) and apply again. To keep it, import it: terraform import <address> %s.",
			strings.ToLower(kind), obj.GetNamespace(), obj.GetName(), id),
		Attribute: path.Root("name"),
	}
}

// Package preference is the resource `virtualserver_preference`: one
// KubeVirt VirtualMachinePreference or VirtualMachineClusterPreference.
package preference

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/plainobject"
)

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// Resource manages preferences.
type Resource struct {
	plainobject.Resource[convert.Preference]
}

// NewResource returns the resource.
func NewResource() resource.Resource {
	return &Resource{plainobject.Resource[convert.Preference]{Binding: plainobject.Binding[convert.Preference]{
		Type:  "preference",
		Thing: thing,
		New: func(clusterWide bool) (client.Object, client.ObjectList) {
			return convert.NewPreference(clusterWide)
		},
		Head:   (*convert.Preference).Head,
		Render: func(m convert.Preference) client.Object { return convert.ToPreference(m) },
		Read: func(obj client.Object, prior *convert.Preference) convert.Preference {
			return convert.FromPreference(obj, prior)
		},
		Attribute: convert.PreferenceAttribute,
	}}}
}

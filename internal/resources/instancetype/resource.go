// Package instancetype is the resource `virtualserver_instance_type`: one
// KubeVirt VirtualMachineInstancetype or VirtualMachineClusterInstancetype.
package instancetype

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

// Resource manages instance types.
type Resource struct {
	plainobject.Resource[convert.InstanceType]
}

// NewResource returns the resource.
func NewResource() resource.Resource {
	return &Resource{plainobject.Resource[convert.InstanceType]{Binding: plainobject.Binding[convert.InstanceType]{
		Type:  "instance_type",
		Thing: thing,
		New: func(clusterWide bool) (client.Object, client.ObjectList) {
			return convert.NewInstanceType(clusterWide)
		},
		Head:   (*convert.InstanceType).Head,
		Render: func(m convert.InstanceType) client.Object { return convert.ToInstanceType(m) },
		Read: func(obj client.Object, prior *convert.InstanceType) convert.InstanceType {
			return convert.FromInstanceType(obj, prior)
		},
		Attribute: convert.InstanceTypeAttribute,
	}}}
}

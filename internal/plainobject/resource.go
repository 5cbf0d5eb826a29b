// Package plainobject is the part that resources have in common of which each
// is one Kubernetes object and nothing else: what a plan asks the cluster,
// creation without adoption, updates that leave alone what others wrote,
// deletion by uid, import. Such a resource gives its schema, its rules and a
// Binding.
package plainobject

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/identity"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
)

// timeout bounds each operation: they are a few requests, and none waits for a
// controller. A deletion may wait for the finalizers of others.
const timeout = 2 * time.Minute

// Binding ties a model M to its kind of object.
type Binding[M any] struct {
	Type  string // what follows the provider's name in the resource type: "instance_type"
	Thing string // what errors call it: "instance type"

	// New returns an empty object of the kind, with its TypeMeta, and an empty list.
	New func(clusterWide bool) (client.Object, client.ObjectList)
	// Head returns the attributes of m that every object has.
	Head func(m *M) metadata.Head
	// Render returns the object of m.
	Render func(m M) client.Object
	// Read returns the model of an object; prior is its state, nil at import.
	Read func(obj client.Object, prior *M) M
	// Attribute returns the attribute that renders a field of the object.
	Attribute func(field string) path.Path
}

// Resource is such a resource, but for its schema.
type Resource[M any] struct {
	Binding[M]
	data *providerdata.Data
}

// Metadata names the resource type.
func (r *Resource[M]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.Type
}

// Configure takes over the provider's data.
func (r *Resource[M]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	data, diags := providerdata.FromRequest(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	r.data = data
}

// IdentitySchema describes what an object is imported by.
func (r *Resource[M]) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"namespace": identityschema.StringAttribute{OptionalForImport: true, Description: fmt.Sprintf("Namespace of the %s; absent for a cluster-wide one.", r.Thing)},
		"name":      identityschema.StringAttribute{RequiredForImport: true, Description: fmt.Sprintf("Name of the %s.", r.Thing)},
	}}
}

// setIdentity writes the identity of an object; a cluster-wide one has no namespace.
func setIdentity(ctx context.Context, to *tfsdk.ResourceIdentity, h metadata.Head) diag.Diagnostics {
	id := identity.Identity{Namespace: types.StringNull(), Name: *h.Name}
	if !h.IsClusterWide() {
		id.Namespace = *h.Namespace
	}
	return id.Set(ctx, to)
}

// idOf returns the id of an object that is planned or exists.
func idOf(h metadata.Head) string {
	if h.IsClusterWide() {
		return h.Name.ValueString()
	}
	return metadata.ID(h.Namespace.ValueString(), h.Name.ValueString())
}

// subject names the object in errors.
func (r *Resource[M]) subject(h metadata.Head) diagnostics.Subject {
	return diagnostics.Subject{Thing: r.Thing, Name: idOf(h)}
}

// empty returns the object without content, to be read or deleted.
func (r *Resource[M]) empty(h metadata.Head) (client.Object, client.ObjectList) {
	obj, list := r.New(h.IsClusterWide())
	obj.SetName(h.Name.ValueString())
	if !h.IsClusterWide() {
		obj.SetNamespace(h.Namespace.ValueString())
	}
	return obj, list
}

// withWarnings shows the API server's warnings with the object they are about.
func (r *Resource[M]) withWarnings(ctx context.Context, h metadata.Head, diags *diag.Diagnostics) context.Context {
	subject := r.subject(h)
	return kube.WithWarnings(ctx, func(text string) {
		diags.AddWarning(fmt.Sprintf("The cluster warns about %s %q", subject.Thing, subject.Name), text)
	})
}

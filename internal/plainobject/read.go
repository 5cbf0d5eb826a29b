package plainobject

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/identity"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

// Read refreshes the state. It removes the object only when a live read says
// that it is gone.
func (r *Resource[M]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	h := r.Head(&state)
	// Identity comes first: the framework wants it even for an object that is gone.
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, h)...)
	if !r.data.Known {
		resp.Diagnostics.AddWarning("The provider's configuration is not known yet",
			fmt.Sprintf("It depends on something that is created by this apply, so no %s was refreshed: the plan is made from the last known state.", r.Thing))
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	from, err := r.data.Client.Reader(ctx)
	if err != nil {
		resp.Diagnostics.Append(r.subject(h).Error("read", err))
		return
	}
	obj, _ := r.empty(h)
	found, err := kube.Find(ctx, from, obj.GetNamespace(), obj.GetName(), obj)
	if err != nil {
		resp.Diagnostics.Append(r.subject(h).Error("read", err))
		return
	}
	if found && !h.UID.IsNull() && string(obj.GetUID()) != h.UID.ValueString() {
		resp.Diagnostics.AddWarning(fmt.Sprintf("%s %q is gone", r.subject(h).Title(), r.subject(h).Name),
			"Another object of the same name has taken its place (its uid is another). It is not touched. To manage it, import it; otherwise delete or rename it, and apply again.")
		found = false
	}
	if !found {
		resp.State.RemoveResource(ctx)
		return
	}
	prior := &state
	if h.UID.IsNull() {
		prior = nil // being imported
	}
	m := r.Binding.Read(obj, prior)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, r.Head(&m))...)
}

// ImportState takes `<namespace>/<name>`, `<name>` for a cluster-wide object, or
// the identity. The read that follows fills in the rest.
func (r *Resource[M]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	namespace, name, ok := strings.Cut(req.ID, "/")
	if !ok {
		namespace, name = "", req.ID
	}
	if req.ID == "" {
		var id identity.Identity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &id)...)
		namespace, name = id.Namespace.ValueString(), id.Name.ValueString()
		ok = namespace != ""
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if ok && validate.DNSLabel(namespace) != "" || validate.DNSSubdomain(name) != "" {
		resp.Diagnostics.AddError(fmt.Sprintf("Unable to import %s %q", r.Thing, metadata.ID(namespace, name)),
			"The id is <namespace>/<name>, for example default/small, or <name> alone for one that is cluster-wide.")
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), name)...)
	if ok {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("namespace"), namespace)...)
	} else {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("cluster_wide"), true)...)
	}
}

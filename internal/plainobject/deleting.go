package plainobject

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// privateDeleting is the key in private state of an object that a refresh saw being
// deleted: by a destroy that was interrupted, or by somebody else. It stays in the
// state, so that a destroy waits for its end; where the configuration still wants
// it, it is replaced, since nothing brings it back.
const privateDeleting = "deleting"

// RecordDeleting notes that the object is being deleted, for good.
func RecordDeleting(ctx context.Context, private metadata.PrivateWriter, who diagnostics.Subject, obj metav1.Object) (diags diag.Diagnostics) {
	if obj.GetDeletionTimestamp() == nil {
		return nil
	}
	diags.AddWarning(fmt.Sprintf("%s %q is being deleted", who.Title(), who.Name),
		fmt.Sprintf("Its %s has been told to go, by a destroy that was interrupted or by somebody else, and cannot be brought back. While the configuration has the %s, a plan replaces it; one with deletion_protection is made anew by the plan after it is gone.", kube.KindOf(obj), who.Thing))
	return append(diags, private.SetKey(ctx, privateDeleting, []byte("true"))...)
}

// ReplaceDeleted plans to wait for the end of an object that is being deleted, and to
// make it anew. Its uid is what certainly changes. The resource has the attributes
// uid and deletion_protection.
func ReplaceDeleted(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) (replaced bool) {
	record, diags := req.Private.GetKey(ctx, privateDeleting)
	resp.Diagnostics.Append(diags...)
	var protect types.Bool
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("deletion_protection"), &protect)...)
	if len(record) == 0 || protect.ValueBool() || resp.Diagnostics.HasError() {
		return false
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("uid"), types.StringUnknown())...)
	resp.RequiresReplace = path.Paths{path.Root("uid")}
	return true
}

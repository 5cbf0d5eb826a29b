package virtualserver

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// growRoot makes the root disk's claim larger and waits until the volume is. The
// machine's template follows with the rest of the update, so that a failure here
// leaves the old size planned.
func (r *Resource) growRoot(ctx context.Context, vm *kubevirtv1.VirtualMachine, state, plan convert.Server) error {
	before, after := rootClaimSpec(state), rootClaimSpec(plan)
	if before == nil || after == nil || !after.Size.IsSet() || before.Size.Same(after.Size) || !plan.Storage.Root.Imported() {
		return nil
	}
	return datavolume.Growth{
		Client:    r.data.Client,
		Namespace: vm.Namespace, Name: convert.LayoutOf(vm, state.RootVolume()).RootClaim,
		Thing: "root disk", Replace: "server",
		Was: before.Size, Size: after.Size, Completed: plan.Storage.Root.Storage != nil,
		Attribute: values.Path("storage", "root", claimAttribute(plan), "size"),
	}.Do(ctx)
}

func claimAttribute(m convert.Server) string {
	if m.Storage.Root.Storage != nil {
		return "storage"
	}
	return "pvc"
}

// checkSizes refuses to shrink the root disk.
func checkSizes(state, plan convert.Server) diag.Diagnostics {
	var diags diag.Diagnostics
	before, after := rootClaimSpec(state), rootClaimSpec(plan)
	if before == nil || after == nil || !before.Size.IsSet() || !after.Size.IsSet() {
		return diags
	}
	was, errWas := before.Size.Amount()
	now, errNow := after.Size.Amount()
	if errWas == nil && errNow == nil && now.Cmp(was) < 0 {
		diags.Append(attribute.Error(path.Root("storage").AtName("root").AtName(claimAttribute(plan)).AtName("size"), subject(plan).Summary("shrink the root disk of"),
			fmt.Sprintf("The root disk has %s and cannot shrink to %s: Kubernetes volumes only grow.\n\nWrite at least %[1]s, or replace the server to start with a smaller disk.", before.Size.ValueString(), after.Size.ValueString())))
	}
	return diags
}

func rootClaimSpec(m convert.Server) *convert.Claim {
	if m.Storage == nil || m.Storage.Root == nil {
		return nil
	}
	if m.Storage.Root.PVC != nil {
		return m.Storage.Root.PVC
	}
	return m.Storage.Root.Storage
}

package virtualserver

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	kubevirtv1 "kubevirt.io/api/core/v1"

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
	before, after := rootClaimSpec(state), rootClaimSpec(plan)
	if before == nil || after == nil {
		return nil
	}
	return datavolume.CheckSize(before.Size, after.Size, values.Path("storage", "root", claimAttribute(plan), "size"),
		subject(plan).Summary("shrink the root disk of"), "root disk", "server")
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

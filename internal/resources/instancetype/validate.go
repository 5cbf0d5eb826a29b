package instancetype

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	k8sresource "k8s.io/apimachinery/pkg/api/resource"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/plainobject"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// ValidateConfig checks the rules that span attributes. KubeVirt checks those on
// sizes only when a server uses the instance type, and then each server fails.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	plainobject.CheckPlace(ctx, req.Config, &resp.Diagnostics)
	memory := path.Root("memory")
	pages := memory.AtName("hugepages")
	var guest, maxGuest quantity.Value
	var page types.String
	var hugepages types.Object
	var policy types.String
	var ioThreads types.Object
	var overcommit, poolThreads types.Int64
	read := func(at path.Path, target any) {
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, at, target)...)
	}
	read(memory.AtName("guest"), &guest)
	read(memory.AtName("max_guest"), &maxGuest)
	read(memory.AtName("overcommit_percent"), &overcommit)
	read(pages, &hugepages)
	read(pages.AtName("page_size"), &page)
	read(path.Root("io_threads_policy"), &policy)
	read(path.Root("io_threads"), &ioThreads)
	read(path.Root("io_threads").AtName("supplemental_pool_thread_count"), &poolThreads)
	if resp.Diagnostics.HasError() {
		return
	}
	refuse := func(at path.Path, summary, detail string) {
		resp.Diagnostics.Append(attribute.Error(at, summary, detail))
	}
	if policy.ValueString() == string(kubevirtv1.IOThreadsPolicySupplementalPool) && poolThreads.IsNull() && !ioThreads.IsUnknown() {
		refuse(path.Root("io_threads_policy"), "Missing number of threads", `The policy "supplementalPool" needs io_threads. Write io_threads = { supplemental_pool_thread_count = 2 }, for example.`)
	}
	checkDedicated(read, refuse)
	if overcommit.ValueInt64() != 0 && !hugepages.IsNull() && !hugepages.IsUnknown() {
		refuse(memory.AtName("overcommit_percent"), "Overcommitted hugepages",
			"Hugepages are reserved in full, so hugepages and overcommit_percent exclude each other. Remove one.")
	}
	size, err := guest.Amount()
	if !guest.IsSet() || err != nil {
		return
	}
	if most, err := maxGuest.Amount(); maxGuest.IsSet() && err == nil && most.Cmp(size) < 0 {
		refuse(memory.AtName("max_guest"), "Maximum memory too small",
			fmt.Sprintf("max_guest (%s) is less than guest (%s). Raise it, or remove it for the default.", maxGuest.ValueString(), guest.ValueString()))
	}
	if unit, err := k8sresource.ParseQuantity(page.ValueString()); err == nil && unit.Value() > 0 && size.Value()%unit.Value() != 0 {
		refuse(pages.AtName("page_size"), "Memory is no multiple of the page size",
			fmt.Sprintf("guest (%s) must be a multiple of page_size (%s). Change one of them.", guest.ValueString(), page.ValueString()))
	}
}

// checkDedicated refuses what needs dedicated CPUs where there are none.
func checkDedicated(read func(path.Path, any), refuse func(at path.Path, summary, detail string)) {
	cpu := path.Root("cpu")
	var dedicated, isolate types.Bool
	var numa, realtime types.Object
	read(cpu.AtName("dedicated_cpu_placement"), &dedicated)
	read(cpu.AtName("isolate_emulator_thread"), &isolate)
	read(cpu.AtName("numa"), &numa)
	read(cpu.AtName("realtime"), &realtime)
	isThere := func(v types.Object) bool { return !v.IsNull() && !v.IsUnknown() }
	if isThere(realtime) && numa.IsNull() {
		refuse(cpu.AtName("realtime"), "Needs numa", "realtime only works with numa = { guest_mapping_passthrough = {} }. Write that, or remove realtime.")
	}
	if dedicated.IsUnknown() || dedicated.ValueBool() {
		return
	}
	for _, need := range []struct {
		name    string
		written bool
	}{{"isolate_emulator_thread", isolate.ValueBool()}, {"numa", isThere(numa)}, {"realtime", isThere(realtime)}} {
		if need.written {
			refuse(cpu.AtName(need.name), "Needs dedicated CPUs", need.name+" only works with dedicated_cpu_placement = true. Write that, or remove "+need.name+".")
		}
	}
}

// pageSize checks the size of hugepages.
func pageSize(value string) string {
	if q, err := k8sresource.ParseQuantity(value); err != nil || q.Sign() <= 0 {
		return fmt.Sprintf("%q is not a size like \"2Mi\" or \"1Gi\".", value)
	}
	return ""
}

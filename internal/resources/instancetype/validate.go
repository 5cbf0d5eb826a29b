package instancetype

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	k8sresource "k8s.io/apimachinery/pkg/api/resource"

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
	var overcommit types.Int64
	var gpus, hostDevices types.Map
	read := func(at path.Path, target any) {
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, at, target)...)
	}
	read(memory.AtName("guest"), &guest)
	read(memory.AtName("max_guest"), &maxGuest)
	read(memory.AtName("overcommit_percent"), &overcommit)
	read(pages, &hugepages)
	read(path.Root("gpus"), &gpus)
	read(path.Root("host_devices"), &hostDevices)
	read(pages.AtName("page_size"), &page)
	if resp.Diagnostics.HasError() {
		return
	}
	refuse := func(at path.Path, summary, detail string) {
		resp.Diagnostics.Append(attribute.Error(at, summary, detail))
	}
	for kind, devices := range map[string]types.Map{"gpus": gpus, "host_devices": hostDevices} {
		for name, element := range devices.Elements() {
			device, _ := element.(types.Object)
			if deviceName := device.Attributes()["device_name"]; !device.IsUnknown() && (deviceName == nil || deviceName.IsNull()) {
				refuse(path.Root(kind).AtMapKey(name), "Missing device name", `Write device_name, the resource name of the device's plugin.`)
			}
		}
	}
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

// pageSize checks the size of hugepages.
func pageSize(value string) string {
	if q, err := k8sresource.ParseQuantity(value); err != nil || q.Sign() <= 0 {
		return fmt.Sprintf("%q is not a size like \"2Mi\" or \"1Gi\".", value)
	}
	return ""
}

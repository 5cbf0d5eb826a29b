package preference

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	instancetypev1 "kubevirt.io/api/instancetype/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/plainobject"
)

const (
	maxOffset  = 1<<31 - 1
	maxVendor  = 12
	minRetries = 4096
	onlyRatio  = 2
)

// ValidateConfig checks the rules that span attributes.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	plainobject.CheckPlace(ctx, req.Config, &resp.Diagnostics)
	cpu := path.Root("cpu")
	spread := cpu.AtName("spread_options")
	clock := path.Root("clock").AtName("preferred_clock_offset")
	blocks := path.Root("devices").AtName("preferred_disk_block_size")
	var topology, across, timezone types.String
	var ratio, oldRatio types.Int64
	var utc, custom types.Object
	var matchVolume, bios, biosSerial types.Bool
	firmware := path.Root("firmware")
	read := func(at path.Path, target any) {
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, at, target)...)
	}
	read(cpu.AtName("preferred_cpu_topology"), &topology)
	read(spread.AtName("across"), &across)
	read(spread.AtName("ratio"), &ratio)
	read(path.Root("prefer_spread_socket_to_core_ratio"), &oldRatio)
	read(clock.AtName("timezone"), &timezone)
	read(clock.AtName("utc"), &utc)
	read(blocks.AtName("custom"), &custom)
	read(blocks.AtName("match_volume"), &matchVolume)
	read(firmware.AtName("preferred_use_bios"), &bios)
	read(firmware.AtName("preferred_use_bios_serial"), &biosSerial)
	if resp.Diagnostics.HasError() {
		return
	}
	refuse := func(at path.Path, summary, detail string) {
		resp.Diagnostics.Append(attribute.Error(at, summary, detail))
	}
	spreads := topology.ValueString() == string(instancetypev1.Spread) || topology.ValueString() == string(instancetypev1.DeprecatedPreferSpread)
	if spreads && across.ValueString() == string(instancetypev1.SpreadAcrossCoresThreads) && !ratio.IsUnknown() {
		at, n := spread.AtName("ratio"), ratio
		if ratio.IsNull() {
			at, n = path.Root("prefer_spread_socket_to_core_ratio"), oldRatio
		}
		if !n.IsNull() && !n.IsUnknown() && n.ValueInt64() != onlyRatio {
			refuse(at, "Invalid ratio", fmt.Sprintf("CPUs are spread over cores and threads with 2 threads for each core, not %d. Write 2 or remove the ratio.", n.ValueInt64()))
		}
	}
	if timezone.ValueString() != "" && !utc.IsNull() && !utc.IsUnknown() {
		refuse(clock.AtName("timezone"), "Two clocks", "utc and timezone exclude each other: remove one.")
	}
	if biosSerial.ValueBool() && !bios.IsUnknown() && !bios.ValueBool() {
		refuse(firmware.AtName("preferred_use_bios_serial"), "Setting of another firmware",
			"preferred_use_bios_serial only works with preferred_use_bios = true. Write that, or remove preferred_use_bios_serial.")
	}
	if matchVolume.ValueBool() && !custom.IsNull() && !custom.IsUnknown() {
		refuse(blocks.AtName("match_volume"), "Two block sizes", "custom and match_volume exclude each other: remove one.")
	}
}

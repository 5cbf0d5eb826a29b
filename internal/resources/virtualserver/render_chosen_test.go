package virtualserver

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// TestRenderingsChosen: what the cluster would choose is in neither rendering
// once the configuration no longer says it, so that it is not taken away.
func TestRenderingsChosen(t *testing.T) {
	text := types.StringValue
	state := convert.Server{
		Architecture: text("amd64"), MachineType: text("q35"),
		Firmware: &convert.Firmware{UUID: text("u"), Serial: text("s"), Bootloader: text(convert.BootloaderBIOS)},
	}
	for name, plan := range map[string]convert.Server{
		"left out": {Firmware: &convert.Firmware{Bootloader: text(convert.BootloaderBIOS)}},
		"empty":    {Architecture: text(""), MachineType: text(""), Firmware: &convert.Firmware{UUID: text(""), Serial: text(""), Bootloader: text(convert.BootloaderBIOS)}},
	} {
		t.Run(name, func(t *testing.T) {
			if changeOf(state, plan, metadata.Keys{}).any() {
				t.Error("it counts as a change")
			}
			before, _ := renderings(state, plan, metadata.Keys{}, convert.NewLayout(convert.Server{Name: types.StringValue("web")}, ""))
			if spec := before.Spec.Template.Spec; spec.Architecture != "" || spec.Domain.Machine != nil || spec.Domain.Firmware.UUID != "" || spec.Domain.Firmware.Serial != "" {
				t.Errorf("the state says %+v", spec.Domain)
			}
		})
	}
	plan := convert.Server{Firmware: &convert.Firmware{UUID: text("other")}}
	before, after := renderings(state, plan, metadata.Keys{}, convert.NewLayout(convert.Server{Name: types.StringValue("web")}, ""))
	if before.Spec.Template.Spec.Domain.Firmware.UUID != "u" || after.Spec.Template.Spec.Domain.Firmware.UUID != "other" {
		t.Error("another uuid is no change")
	}
	if after.Spec.Template.Spec.Domain.Firmware.Bootloader != nil {
		t.Error("the bootloader stays")
	}
}

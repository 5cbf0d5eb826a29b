package virtualserver

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
)

// ValidateConfig checks the rules that span attributes. Values may be unknown:
// each rule applies once what it needs is known.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	t, diags := treeOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	c := configuration{tree: t, diags: &resp.Diagnostics}
	c.checkCompute()
	c.checkRoot()
	c.checkDevices()
	c.checkDNS()
	c.checkServiceName()
	c.checkInterfaces()
	c.checkService()
	c.checkGuest()
	c.checkWait()
	c.checkPower()
	c.checkInstanceType()
	c.checkFirmware()
	c.checkHardware()
	c.checkClock()
	c.checkScheduling()
	c.checkProbes()
	if !resp.Diagnostics.HasError() && req.Config.Raw.IsFullyKnown() {
		checkRawPatch(ctx, req.Config, &resp.Diagnostics)
	}
}

// configuration is what the rules read and where they report.
type configuration struct {
	tree
	diags *diag.Diagnostics
}

func (c configuration) refuse(at path.Path, summary, detail string) {
	c.diags.Append(attribute.Error(at, summary, detail))
}

// checkWait refuses to wait for what a stopped server never does.
func (c configuration) checkWait() {
	until := textOf(c.at("wait", "until"))
	if textOf(c.at("power_state")) == convert.PowerStopped && slices.Contains([]string{waitReady, waitAgent, waitAddresses}, until) {
		c.refuse(path.Root("wait").AtName("until"), "Waiting for a stopped server",
			`A server with the power state "stopped" never gets that far. Write "created" or "imported", or remove until.`)
		return
	}
	if textOf(c.at("run_strategy")) == string(kubevirtv1.RunStrategyHalted) && slices.Contains([]string{waitReady, waitAgent, waitAddresses}, until) {
		c.refuse(path.Root("wait").AtName("until"), "Waiting for a halted server",
			`A server with the run strategy "Halted" never gets that far. Write "created" or "imported", or remove until.`)
	}
}

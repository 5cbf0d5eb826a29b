package virtualserver

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// ValidateConfig checks the rules that span attributes. Values may be unknown:
// each rule applies once what it needs is known.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	t, diags := values.TreeOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	c := configuration{values.Configuration{Tree: t, Diags: &resp.Diagnostics}}
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

// configuration is a server's, with its rules.
type configuration struct{ values.Configuration }

// checkWait refuses to wait for what a stopped server never does.
func (c configuration) checkWait() {
	until := values.Text(c.At("wait", "until"))
	if values.Text(c.At("power_state")) == convert.PowerStopped && slices.Contains([]string{waitReady, waitAgent, waitAddresses}, until) {
		c.Refuse(path.Root("wait").AtName("until"), "Waiting for a stopped server",
			`A server with the power state "stopped" never gets that far. Write "created" or "imported", or remove until.`)
		return
	}
	if values.Text(c.At("run_strategy")) == string(kubevirtv1.RunStrategyHalted) && slices.Contains([]string{waitReady, waitAgent, waitAddresses}, until) {
		c.Refuse(path.Root("wait").AtName("until"), "Waiting for a halted server",
			`A server with the run strategy "Halted" never gets that far. Write "created" or "imported", or remove until.`)
	}
}

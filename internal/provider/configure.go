package provider

import (
	"context"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
)

// envNamespace fills in for the attribute namespace.
const envNamespace = "KUBE_NAMESPACE"

const defaultNamespace = "default"

// objectAsOptions is strict: it is used on values without unknowns only.
var objectAsOptions = basetypes.ObjectAsOptions{}

// Configure reaches nothing: the cluster may not be there yet, and functions,
// validation and configurations without resources need none. A wrong or missing
// cluster is the error of the first operation that needs it.
func (p *virtualServerProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	data := &providerdata.Data{
		Known:          req.Config.Raw.IsFullyKnown(),
		PlanValidation: providerdata.PlanValidationServer,
		DryRun:         &providerdata.DryRun{},
		Machines:       &machine.Shared{},
		Version:        p.version,
	}
	if isSet(m.PlanValidation) {
		data.PlanValidation = m.PlanValidation.ValueString()
	}
	if !m.Namespace.IsUnknown() {
		data.Namespace = firstNonEmpty(m.Namespace.ValueString(), os.Getenv(envNamespace), defaultNamespace)
	}

	config := kube.Config{Unknown: true}
	if data.Known {
		var diags = m.DefaultLabels.ElementsAs(ctx, &data.DefaultLabels, false)
		resp.Diagnostics.Append(diags...)
		config, diags = m.kubeConfig(ctx)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	config.Version = p.version
	// The context ends with this call, but its logger lives on.
	logs := context.WithoutCancel(ctx)
	config.Warn = func(text string) {
		tflog.Warn(logs, "the API server warns", map[string]any{"warning": text})
	}
	data.Client = kube.NewClient(config)

	resp.ResourceData = data
	resp.DataSourceData = data
	resp.ActionData = data
	resp.ListResourceData = data
	resp.EphemeralResourceData = data
}

func firstNonEmpty(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// model is the provider block. Any of its values may be unknown.
type model struct {
	ConfigPath            types.String `tfsdk:"config_path"`
	ConfigPaths           types.List   `tfsdk:"config_paths"`
	ConfigContext         types.String `tfsdk:"config_context"`
	ConfigContextCluster  types.String `tfsdk:"config_context_cluster"`
	ConfigContextAuthInfo types.String `tfsdk:"config_context_auth_info"`
	Kubeconfig            types.String `tfsdk:"kubeconfig"`

	Host                 types.String `tfsdk:"host"`
	Token                types.String `tfsdk:"token"`
	ClientCertificate    types.String `tfsdk:"client_certificate"`
	ClientKey            types.String `tfsdk:"client_key"`
	ClusterCACertificate types.String `tfsdk:"cluster_ca_certificate"`
	Insecure             types.Bool   `tfsdk:"insecure"`
	TLSServerName        types.String `tfsdk:"tls_server_name"`
	ProxyURL             types.String `tfsdk:"proxy_url"`
	Exec                 types.Object `tfsdk:"exec"`
	Impersonate          types.Object `tfsdk:"impersonate"`

	Namespace      types.String `tfsdk:"namespace"`
	DefaultLabels  types.Map    `tfsdk:"default_labels"`
	PlanValidation types.String `tfsdk:"plan_validation"`
}

type execModel struct {
	APIVersion string            `tfsdk:"api_version"`
	Command    string            `tfsdk:"command"`
	Args       []string          `tfsdk:"args"`
	Env        map[string]string `tfsdk:"env"`
}

type impersonateModel struct {
	User   string              `tfsdk:"user"`
	UID    types.String        `tfsdk:"uid"`
	Groups []string            `tfsdk:"groups"`
	Extra  map[string][]string `tfsdk:"extra"`
}

// kubeConfig translates a block without unknown values.
func (m model) kubeConfig(ctx context.Context) (kube.Config, diag.Diagnostics) {
	var diags diag.Diagnostics
	config := kube.Config{
		ConfigPath:            m.ConfigPath.ValueString(),
		ConfigContext:         m.ConfigContext.ValueString(),
		ConfigContextCluster:  m.ConfigContextCluster.ValueString(),
		ConfigContextAuthInfo: m.ConfigContextAuthInfo.ValueString(),
		Kubeconfig:            m.Kubeconfig.ValueString(),
		Host:                  m.Host.ValueString(),
		Token:                 m.Token.ValueString(),
		ClientCertificate:     m.ClientCertificate.ValueString(),
		ClientKey:             m.ClientKey.ValueString(),
		ClusterCACertificate:  m.ClusterCACertificate.ValueString(),
		Insecure:              m.Insecure.ValueBool(),
		TLSServerName:         m.TLSServerName.ValueString(),
		ProxyURL:              m.ProxyURL.ValueString(),
	}
	diags.Append(m.ConfigPaths.ElementsAs(ctx, &config.ConfigPaths, false)...)
	if isSet(m.Exec) {
		var exec execModel
		diags.Append(m.Exec.As(ctx, &exec, objectAsOptions)...)
		config.Exec = &kube.Exec{APIVersion: exec.APIVersion, Command: exec.Command, Args: exec.Args, Env: exec.Env}
	}
	if isSet(m.Impersonate) {
		var i impersonateModel
		diags.Append(m.Impersonate.As(ctx, &i, objectAsOptions)...)
		config.Impersonate = &kube.Impersonate{User: i.User, UID: i.UID.ValueString(), Groups: i.Groups, Extra: i.Extra}
	}
	return config, diags
}

// isSet says whether a known value is there. Empty means absent, as everywhere
// in this provider.
func isSet(value attr.Value) bool {
	if value.IsNull() || value.IsUnknown() {
		return false
	}
	switch v := value.(type) {
	case types.String:
		return v.ValueString() != ""
	case types.Bool:
		return v.ValueBool()
	case types.List:
		return len(v.Elements()) > 0
	case types.Map:
		return len(v.Elements()) > 0
	}
	return true
}

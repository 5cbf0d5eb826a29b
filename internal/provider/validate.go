package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// ValidateConfig finds, without a cluster, what cannot work. Unknown values are
// left for later. It is one function rather than validators at the attributes
// because empty values count as absent here, which those do not know.
func (p *virtualServerProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	diags := &resp.Diagnostics
	m.validateCombinations(diags)
	m.validateValues(diags)
	m.validateDefaultLabels(diags)
}

func (m model) validateCombinations(diags *diag.Diagnostics) {
	exclude := func(name string, value attr.Value, otherName string, other attr.Value) {
		if isSet(value) && isSet(other) {
			invalid(diags, path.Root(name), fmt.Sprintf("%s and %s exclude each other: remove one.", name, otherName))
		}
	}
	exclude("config_paths", m.ConfigPaths, "config_path", m.ConfigPath)
	exclude("kubeconfig", m.Kubeconfig, "config_path", m.ConfigPath)
	exclude("kubeconfig", m.Kubeconfig, "config_paths", m.ConfigPaths)
	exclude("insecure", m.Insecure, "cluster_ca_certificate", m.ClusterCACertificate)
	exclude("exec", m.Exec, "token", m.Token)
	exclude("exec", m.Exec, "client_certificate", m.ClientCertificate)

	// The other half of the pair may be in a variable, but a block whose half is
	// known to be absent works on some machines only.
	need := func(name string, value attr.Value, otherName string, other attr.Value) {
		if isSet(value) && !isSet(other) && !other.IsUnknown() {
			invalid(diags, path.Root(name), fmt.Sprintf("%s needs %s: set both or none.", name, otherName))
		}
	}
	need("client_certificate", m.ClientCertificate, "client_key", m.ClientKey)
	need("client_key", m.ClientKey, "client_certificate", m.ClientCertificate)
}

func (m model) validateValues(diags *diag.Diagnostics) {
	for _, c := range []struct {
		name  string
		value types.String
		check func(string) error
	}{
		{"host", m.Host, kube.CheckHost},
		{"proxy_url", m.ProxyURL, kube.CheckProxyURL},
		{"cluster_ca_certificate", m.ClusterCACertificate, kube.CheckCertificates},
		{"client_certificate", m.ClientCertificate, kube.CheckCertificates},
		{"client_key", m.ClientKey, kube.CheckPrivateKey},
		{"kubeconfig", m.Kubeconfig, kube.CheckKubeconfig},
		{"namespace", m.Namespace, checkNamespace},
	} {
		if !isSet(c.value) {
			continue
		}
		if err := c.check(c.value.ValueString()); err != nil {
			invalid(diags, path.Root(c.name), fmt.Sprintf("%s %s.", c.name, err))
		}
	}
}

func (m model) validateDefaultLabels(diags *diag.Diagnostics) {
	if !isSet(m.DefaultLabels) {
		return
	}
	for key, element := range m.DefaultLabels.Elements() {
		at := path.Root("default_labels").AtMapKey(key)
		for _, problem := range validation.IsQualifiedName(key) {
			invalid(diags, at, fmt.Sprintf("The key %q is no label key: %s.", key, problem))
		}
		value, ok := element.(types.String)
		if !ok || value.IsUnknown() {
			continue
		}
		if value.IsNull() {
			invalid(diags, at, fmt.Sprintf("The label %q has no value: leave it out, or use \"\".", key))
			continue
		}
		for _, problem := range validation.IsValidLabelValue(value.ValueString()) {
			invalid(diags, at, fmt.Sprintf("The value %q of %q is no label value: %s.", value.ValueString(), key, problem))
		}
	}
}

func checkNamespace(name string) error {
	if problems := validation.IsDNS1123Label(name); len(problems) > 0 {
		return fmt.Errorf("%q is no namespace: %s", name, strings.Join(problems, "; "))
	}
	return nil
}

func invalid(diags *diag.Diagnostics, at path.Path, detail string) {
	diags.AddAttributeError(at, "Invalid provider configuration", detail)
}

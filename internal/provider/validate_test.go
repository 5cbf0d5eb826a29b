package provider

import (
	"encoding/pem"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// caPEM is any certificate that parses.
func caPEM(t *testing.T) string {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}

func exec(apiVersion, command string) tftypes.Value {
	return tftypes.NewValue(execType, map[string]tftypes.Value{
		"api_version": str(apiVersion),
		"command":     str(command),
		"args":        strs("a"),
		"env":         strMap(map[string]string{"A": "b"}),
	})
}

var execType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
	"api_version": tftypes.String,
	"command":     tftypes.String,
	"args":        tftypes.List{ElementType: tftypes.String},
	"env":         tftypes.Map{ElementType: tftypes.String},
}}

var impersonateType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
	"user":   tftypes.String,
	"uid":    tftypes.String,
	"groups": tftypes.List{ElementType: tftypes.String},
	"extra":  tftypes.Map{ElementType: tftypes.List{ElementType: tftypes.String}},
}}

const kubeconfig = `{apiVersion: v1, kind: Config, clusters: [{name: a, cluster: {server: "https://a"}}]}`

// TestValidate expects each error at its attribute. No value called "hidden" may
// come back.
func TestValidate(t *testing.T) {
	const v1 = "client.authentication.k8s.io/v1"
	ca := caPEM(t)
	type values map[string]tftypes.Value
	for name, c := range map[string]struct {
		values values
		at     string // the path; empty if the block is valid
		detail string
	}{
		"empty": {},
		"everything empty": {values: values{"config_path": str(""), "config_paths": strs(), "kubeconfig": str(""),
			"host": str(""), "namespace": str(""), "default_labels": strMap(nil), "insecure": tftypes.NewValue(tftypes.Bool, false)}},
		"empty beside set": {values: values{"config_path": str(""), "kubeconfig": str(kubeconfig)}},
		"not insecure, with CA": {values: values{"host": str("https://a:6443"),
			"insecure": tftypes.NewValue(tftypes.Bool, false), "cluster_ca_certificate": str(ca)}},
		"labels": {values: values{"default_labels": strMap(map[string]string{"team": "", "example.com/cost-centre": "a.b_c"})}},
		"unknown": {values: values{"host": unknown(tftypes.String), "kubeconfig": unknown(tftypes.String),
			"config_path": str("a"), "config_paths": unknown(tftypes.List{ElementType: tftypes.String}),
			"client_certificate": unknown(tftypes.String), "client_key": unknown(tftypes.String),
			"exec": unknown(execType), "impersonate": unknown(impersonateType),
			"insecure": unknown(tftypes.Bool), "cluster_ca_certificate": unknown(tftypes.String),
			"default_labels": unknown(tftypes.Map{ElementType: tftypes.String}), "plan_validation": unknown(tftypes.String)}},
		"unknown half of a pair": {values: values{"client_certificate": str(ca), "client_key": unknown(tftypes.String)}},
		"unknown label": {values: values{"default_labels": tftypes.NewValue(tftypes.Map{ElementType: tftypes.String},
			map[string]tftypes.Value{"a": unknown(tftypes.String)})}},

		"config_path, config_paths": {values{"config_path": str("a"), "config_paths": strs("a")},
			`config_paths`, "config_paths and config_path exclude each other"},
		"config_path, kubeconfig": {values{"config_path": str("a"), "kubeconfig": str(kubeconfig)},
			`kubeconfig`, "exclude each other"},
		"config_paths, kubeconfig": {values{"config_paths": strs("a"), "kubeconfig": str(kubeconfig)},
			`kubeconfig`, "exclude each other"},
		"insecure, CA": {values{"insecure": tftypes.NewValue(tftypes.Bool, true), "cluster_ca_certificate": str(ca)},
			`insecure`, "exclude each other"},
		"exec, token":                    {values{"exec": exec(v1, "a"), "token": str("hidden")}, `exec`, "exclude each other"},
		"certificate without key":        {values{"client_certificate": str(ca)}, `client_certificate`, "needs client_key"},
		"key without certificate":        {values{"client_key": str("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")}, `client_key`, "needs client_certificate"},
		"CA is a path":                   {values{"cluster_ca_certificate": str("/hidden/ca.crt")}, `cluster_ca_certificate`, `file("...")`},
		"CA is broken":                   {values{"cluster_ca_certificate": str("-----BEGIN CERTIFICATE-----\naGlkZGVu\n-----END CERTIFICATE-----\n")}, `cluster_ca_certificate`, "cannot be parsed"},
		"key is no key":                  {values{"client_certificate": str(ca), "client_key": str("hidden")}, `client_key`, "holds no PEM private key"},
		"host without scheme":            {values{"host": str("a.example.com:6443")}, `host`, "https://name:port"},
		"host with password":             {values{"host": str("https://a:hidden@b")}, `host`, "must not hold a user name or password"},
		"proxy":                          {values{"proxy_url": str("ftp://a")}, `proxy_url`, "http, https and socks5"},
		"kubeconfig is no YAML":          {values{"kubeconfig": str("users:\n- token: hidden\n  *hidden")}, `kubeconfig`, "is not valid YAML (line"},
		"kubeconfig is a path":           {values{"kubeconfig": str("/hidden")}, `kubeconfig`, "is not a kubeconfig"},
		"namespace":                      {values{"namespace": str("My_Space")}, `namespace`, `"My_Space" is no namespace`},
		"label key":                      {values{"default_labels": strMap(map[string]string{"a b": "c"})}, `default_labels["a b"]`, "is no label key"},
		"label value":                    {values{"default_labels": strMap(map[string]string{"a": "b c"})}, `default_labels["a"]`, "is no label value"},
		"plan_validation":                {values{"plan_validation": str("never")}, `plan_validation`, "offline"},
		"exec version":                   {values{"exec": exec("v1", "a")}, `exec.api_version`, "client.authentication.k8s.io/v1"},
		"exec without command":           {values{"exec": exec(v1, "")}, `exec.command`, "at least 1"},
		"one label of several is broken": {values{"default_labels": strMap(map[string]string{"a": "b", "c": "-"})}, `default_labels["c"]`, "is no label value"},
	} {
		t.Run(name, func(t *testing.T) {
			resp, err := server(t).ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{
				Config: dynamic(t, block(t, c.values)),
			})
			if err != nil {
				t.Fatal(err)
			}
			if c.at == "" {
				for _, d := range resp.Diagnostics {
					t.Errorf("%s %s: %s", pathOf(d.Attribute), d.Summary, d.Detail)
				}
				return
			}
			if len(resp.Diagnostics) != 1 {
				t.Fatalf("got %d diagnostics, want 1: %v", len(resp.Diagnostics), resp.Diagnostics)
			}
			d := resp.Diagnostics[0]
			if got := pathOf(d.Attribute); got != c.at {
				t.Errorf("the error is at %s, want %s", got, c.at)
			}
			if !strings.Contains(d.Detail, c.detail) || strings.Contains(d.Detail, "hidden") {
				t.Errorf("the detail is %q, want %q in it", d.Detail, c.detail)
			}
		})
	}
}

// pathOf writes a path as in a configuration.
func pathOf(p *tftypes.AttributePath) string {
	text := ""
	for _, step := range p.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			text += "." + string(step)
		case tftypes.ElementKeyString:
			text += `["` + string(step) + `"]`
		}
	}
	return strings.TrimPrefix(text, ".")
}

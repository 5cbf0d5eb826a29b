package provider

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
)

// isolate keeps the machine's own configuration out of a test.
func isolate(t *testing.T) {
	t.Helper()
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "KUBE") {
			t.Setenv(name, "")
		}
	}
	t.Setenv("HOME", t.TempDir())
}

func configure(t *testing.T, values map[string]tftypes.Value) *providerdata.Data {
	t.Helper()
	p := New("test")()
	var schema provider.SchemaResponse
	p.Schema(t.Context(), provider.SchemaRequest{}, &schema)
	var resp provider.ConfigureResponse
	p.Configure(t.Context(), provider.ConfigureRequest{
		Config: tfsdk.Config{Raw: block(t, values), Schema: schema.Schema},
	}, &resp)
	for _, d := range resp.Diagnostics {
		t.Fatalf("%s: %s", d.Summary(), d.Detail())
	}
	data, diags := providerdata.FromRequest(resp.ResourceData)
	if diags.HasError() {
		t.Fatal(diags)
	}
	for name, other := range map[string]any{
		"data sources": resp.DataSourceData, "actions": resp.ActionData,
		"lists": resp.ListResourceData, "ephemeral resources": resp.EphemeralResourceData,
	} {
		if other != any(data) {
			t.Errorf("%s get other data than resources", name)
		}
	}
	return data
}

func TestConfigure(t *testing.T) {
	for name, c := range map[string]struct {
		env    map[string]string
		values map[string]tftypes.Value
		want   providerdata.Data
	}{
		"defaults": {want: providerdata.Data{Known: true, Namespace: "default", PlanValidation: "server"}},
		"attributes": {
			env: map[string]string{"KUBE_NAMESPACE": "variable"},
			values: map[string]tftypes.Value{"namespace": str("attribute"), "plan_validation": str("offline"),
				"default_labels": strMap(map[string]string{"a": "b"})},
			want: providerdata.Data{Known: true, Namespace: "attribute", PlanValidation: "offline",
				DefaultLabels: map[string]string{"a": "b"}},
		},
		"variable": {
			env:  map[string]string{"KUBE_NAMESPACE": "variable"},
			want: providerdata.Data{Known: true, Namespace: "variable", PlanValidation: "server"},
		},
		"unknown host": {
			values: map[string]tftypes.Value{"host": unknown(tftypes.String), "namespace": str("attribute")},
			want:   providerdata.Data{Namespace: "attribute", PlanValidation: "server"},
		},
		"unknown namespace and labels": {
			env: map[string]string{"KUBE_NAMESPACE": "variable"},
			values: map[string]tftypes.Value{"namespace": unknown(tftypes.String),
				"default_labels": unknown(tftypes.Map{ElementType: tftypes.String})},
			want: providerdata.Data{PlanValidation: "server"},
		},
		"unknown element": {
			values: map[string]tftypes.Value{"config_paths": tftypes.NewValue(
				tftypes.List{ElementType: tftypes.String}, []tftypes.Value{str("a"), unknown(tftypes.String)})},
			want: providerdata.Data{Namespace: "default", PlanValidation: "server"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			isolate(t)
			for name, value := range c.env {
				t.Setenv(name, value)
			}
			got := *configure(t, c.values)
			if got.Client == nil {
				t.Error("there is no client")
			}
			got.Client, got.DryRun, got.Machines = nil, nil, nil
			c.want.Version = "test"
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestConfigureReachesCluster has the attributes arrive at a cluster.
func TestConfigureReachesCluster(t *testing.T) {
	isolate(t)
	var header http.Header
	cluster := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header = r.Header
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"apiVersion": "v1", "kind": "Namespace"})
	}))
	t.Cleanup(cluster.Close)
	list := tftypes.List{ElementType: tftypes.String}
	data := configure(t, map[string]tftypes.Value{
		"host":     str(cluster.URL),
		"token":    str("t"),
		"insecure": tftypes.NewValue(tftypes.Bool, true),
		"impersonate": tftypes.NewValue(impersonateType, map[string]tftypes.Value{
			"user": str("jane"), "uid": tftypes.NewValue(tftypes.String, nil), "groups": strs("dev"),
			"extra": tftypes.NewValue(tftypes.Map{ElementType: list}, map[string]tftypes.Value{"a": strs("b")}),
		}),
	})
	if err := getNamespace(t, data.Client); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Authorization": "Bearer t", "Impersonate-User": "jane", "Impersonate-Group": "dev", "Impersonate-Extra-A": "b",
		"User-Agent": "terraform-provider-virtualserver/test",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// TestUnknownReachesNothing offers a cluster in every place that a fallback
// could look at.
func TestUnknownReachesNothing(t *testing.T) {
	isolate(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cluster := httptest.NewUnstartedServer(nil)
	_ = cluster.Listener.Close()
	cluster.Listener = listener
	cluster.Config.ConnState = func(net.Conn, http.ConnState) { t.Error("a cluster was dialled") }
	cluster.Start()
	t.Cleanup(cluster.Close)
	t.Setenv("KUBE_HOST", cluster.URL)

	for name, values := range map[string]map[string]tftypes.Value{
		"host":    {"host": unknown(tftypes.String)},
		"token":   {"host": str(cluster.URL), "token": unknown(tftypes.String)},
		"exec":    {"exec": unknown(execType)},
		"labels":  {"default_labels": unknown(tftypes.Map{ElementType: tftypes.String})},
		"context": {"config_context": unknown(tftypes.String)},
	} {
		t.Run(name, func(t *testing.T) {
			data := configure(t, values)
			if data.Known {
				t.Error("the configuration counts as known")
			}
			if err := getNamespace(t, data.Client); !kube.IsUnreachable(err) {
				t.Errorf("got %v, want that no cluster can be reached", err)
			}
			if _, err := data.Client.REST(t.Context()); !kube.IsUnreachable(err) {
				t.Errorf("got %v, want that no cluster can be reached", err)
			}
		})
	}
}

func getNamespace(t *testing.T, c *kube.Client) error {
	t.Helper()
	api, err := c.API(t.Context())
	if err != nil {
		return err
	}
	return api.Get(t.Context(), client.ObjectKey{Name: "default"}, &corev1.Namespace{})
}

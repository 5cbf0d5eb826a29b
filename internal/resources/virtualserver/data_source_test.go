package virtualserver_test

import (
	"encoding/json"
	"flag"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"sigs.k8s.io/yaml"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

var update = flag.Bool("update", false, "write the golden files from what the code does")

// TestDataSource has one folder per case: answers.yaml is what the cluster
// answers, state.yaml what the data source makes of it.
func TestDataSource(t *testing.T) {
	cases, err := filepath.Glob("testdata/data_source/*/answers.yaml")
	if err != nil || len(cases) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range cases {
		folder := filepath.Dir(file)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			state, problems := readDataSource(t, answersOf(t, file), values{"name": "web", "namespace": "team"})
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			got, err := yaml.Marshal(plainValue(t, state))
			if err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join(folder, "state.yaml")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil { //nolint:gosec // test data
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(read(t, golden), string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestDataSourceRefused: what may not be read is missing, and a warning says
// which right it needs; without the machine itself there is nothing to show.
func TestDataSourceRefused(t *testing.T) {
	all := answersOf(t, "testdata/data_source/running/answers.yaml")
	for name, c := range map[string]struct {
		refused string // part of the paths that are refused
		want    []string
		null    []string
	}{
		"users":       {"/userlist", []string{`"team/web" is not shown in full`, "guest.users", "virtualmachineinstances/userlist", "subresources.kubevirt.io"}, []string{"guest.users"}},
		"events":      {"/events", []string{"events", "list on events"}, []string{"events"}},
		"pods":        {"/pods", []string{"virt-launcher", "list on pods"}, nil},
		"DataVolumes": {"/datavolumes/", []string{"DataVolumes", "get on datavolumes"}, nil},
		"Service":     {"/services/", []string{"service_name", "get and list on services"}, []string{"service_name", "cluster_ip"}},
		"machine":     {"/virtualmachines/", []string{`Unable to read virtual server "team/web"`, "The cluster refused the request", "Give the provider's user this permission"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			state, problems := readDataSource(t, func(r *http.Request) any {
				if strings.Contains(r.URL.Path, c.refused) {
					return nil
				}
				return all(r)
			}, values{"name": "web", "namespace": "team"})
			for _, words := range c.want {
				if !strings.Contains(strings.Join(problems, "\n"), words) {
					t.Errorf("%q is not in %q", words, problems)
				}
			}
			shown, _ := plainValue(t, state).(values)
			if len(problems) != 1 || (shown["uid"] == nil) != (name == "machine") {
				t.Errorf("got %v with %q", shown, problems)
			}
			for _, path := range c.null {
				if got := acctest.Field(shown, path); got != nil {
					t.Errorf("%s is %v", path, got)
				}
			}
		})
	}
}

// TestDataSourceUnknownProvider: while the provider block is not known nothing is
// dialled; Terraform can put the reading off, or it is an error.
func TestDataSourceUnknownProvider(t *testing.T) {
	tf := newOffline(t, nil)
	schemas, err := tf.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tf.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		Config: dynamic(t, valueOf(t, schemas.Provider.ValueType(), values{"host": unknown})),
	}); err != nil {
		t.Fatal(err)
	}
	for deferring, want := range map[bool]string{true: "", false: "The provider's configuration is not known yet"} {
		resp, err := tf.server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
			TypeName: "virtualserver", ClientCapabilities: &tfprotov6.ReadDataSourceClientCapabilities{DeferralAllowed: deferring},
			Config: dynamic(t, valueOf(t, schemas.DataSourceSchemas["virtualserver"].ValueType(), values{"name": "web"})),
		})
		if err != nil {
			t.Fatal(err)
		}
		problems := textsOf(resp.Diagnostics)
		if (resp.Deferred != nil) != deferring || (want == "") != (len(problems) == 0) || !strings.Contains(strings.Join(problems, ""), want) {
			t.Errorf("deferral allowed %t: deferred %v, said %q", deferring, resp.Deferred, problems)
		}
	}
}

// answersOf reads what a cluster answers, by path. A list answers with the items
// that its selectors find.
func answersOf(t *testing.T, file string) func(*http.Request) any {
	t.Helper()
	answers := map[string]any{}
	if err := yaml.UnmarshalStrict([]byte(read(t, file)), &answers); err != nil {
		t.Fatal(err)
	}
	return func(r *http.Request) any {
		answer, ok := answers[r.URL.Path].(values)
		if !ok {
			return values{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": http.StatusNotFound, "details": values{"name": filepath.Base(r.URL.Path)}}
		}
		items, isList := answer["items"].([]any)
		name, named := strings.CutPrefix(r.URL.Query().Get("fieldSelector"), "involvedObject.name=")
		if !isList || !named {
			return answer
		}
		return values{"kind": "EventList", "apiVersion": "v1", "items": slices.DeleteFunc(slices.Clone(items), func(item any) bool {
			return acctest.Text(item.(values), "involvedObject.name") != name
		})}
	}
}

// readDataSource has the provider read the data source from a cluster that
// answers so; nil is a refusal.
func readDataSource(t *testing.T, answer func(*http.Request) any, config values) (state tftypes.Value, problems []string) {
	t.Helper()
	cluster := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := answer(r)
		if body == nil {
			body = values{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Forbidden", "code": http.StatusForbidden, "message": "you may not"}
		}
		w.Header().Set("Content-Type", "application/json")
		if code, ok := body.(values)["code"].(int); ok {
			w.WriteHeader(code)
		}
		if err := json.NewEncoder(w).Encode(body); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(cluster.Close)
	tf := newOffline(t, values{"host": cluster.URL, "token": nil})
	schemas, err := tf.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	ty := schemas.DataSourceSchemas["virtualserver"].ValueType()
	resp, err := tf.server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: "virtualserver", Config: dynamic(t, valueOf(t, ty, config))})
	if err != nil {
		t.Fatal(err)
	}
	if resp.State == nil {
		return tftypes.NewValue(ty, nil), textsOf(resp.Diagnostics)
	}
	if state, err = resp.State.Unmarshal(ty); err != nil {
		t.Fatal(err)
	}
	return state, textsOf(resp.Diagnostics)
}

func textsOf(diagnostics []*tfprotov6.Diagnostic) []string {
	var out []string
	for _, d := range diagnostics {
		out = append(out, d.Summary+"\n"+d.Detail)
	}
	return out
}

// plainValue is a value without its type and without what is null.
func plainValue(t *testing.T, v tftypes.Value) any {
	t.Helper()
	if v.IsNull() {
		return nil
	}
	var (
		object map[string]tftypes.Value
		list   []tftypes.Value
		text   string
		flag   bool
	)
	switch {
	case v.As(&object) == nil:
		out := values{}
		for name, value := range object {
			if plain := plainValue(t, value); plain != nil {
				out[name] = plain
			}
		}
		return out
	case v.As(&list) == nil:
		out := []any{}
		for _, value := range list {
			out = append(out, plainValue(t, value))
		}
		return out
	case v.As(&text) == nil:
		return text
	case v.As(&flag) == nil:
		return flag
	}
	return json.Number(numberText(t, v))
}

func numberText(t *testing.T, v tftypes.Value) string {
	t.Helper()
	number := new(big.Float)
	if err := v.As(&number); err != nil {
		t.Fatal(err)
	}
	return number.Text('f', -1)
}

package virtualserver_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// noCluster is a provider whose cluster does not exist.
var noCluster = values{"host": "https://192.0.2.1", "token": "none", "plan_validation": "offline", "namespace": "team"}

// TestActionTypes: Terraform finds the seven, with every attribute described.
func TestActionTypes(t *testing.T) {
	op := newOperator(t, noCluster)
	metadata, err := op.server.GetMetadata(t.Context(), &tfprotov6.GetMetadataRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range metadata.Actions {
		got = append(got, a.TypeName)
		schema := op.schemas.ActionSchemas[a.TypeName]
		var names []string
		if schema.Schema.Block.Description == "" {
			t.Errorf("%s has no description", a.TypeName)
		}
		for _, attribute := range schema.Schema.Block.Attributes {
			names = append(names, attribute.Name)
			if !strings.HasSuffix(attribute.Description, ".") || attribute.Optional && !strings.Contains(attribute.Description, "Default: ") {
				t.Errorf("%s.%s has no description that names the default: %q", a.TypeName, attribute.Name, attribute.Description)
			}
		}
		for _, shared := range []string{"name", "namespace", "timeout"} {
			if !slices.Contains(names, shared) {
				t.Errorf("%s has no %s", a.TypeName, shared)
			}
		}
	}
	slices.Sort(got)
	want := []string{
		"virtualserver_migrate", "virtualserver_pause", "virtualserver_restart", "virtualserver_soft_reboot",
		"virtualserver_start", "virtualserver_stop", "virtualserver_unpause",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the actions are %v", got)
	}
}

func TestActionValidate(t *testing.T) {
	op := newOperator(t, noCluster)
	for name, c := range map[string]struct {
		action string
		config values
		want   []string
	}{
		"least":              {"start", values{"name": "web"}, nil},
		"everything":         {"stop", values{"name": "web", "namespace": "team", "timeout": "1m30s", "wait": false, "grace_period_seconds": 0.0}, nil},
		"everything else":    {"migrate", values{"name": "web.example", "node_selector": values{"kubernetes.io/hostname": "node-1", "gpu": ""}}, nil},
		"unknown":            {"restart", values{"name": unknown, "namespace": unknown, "timeout": unknown, "wait": unknown, "force": unknown}, nil},
		"an unknown label":   {"migrate", values{"name": "web", "node_selector": values{"kubernetes.io/hostname": unknown}}, nil},
		"no name":            {"pause", values{"name": ""}, []string{"name: Invalid Attribute Value Length"}},
		"odd name":           {"unpause", values{"name": "Web"}, []string{"name: Invalid server name"}},
		"odd namespace":      {"soft_reboot", values{"name": "web", "namespace": "a.b"}, []string{"namespace: Invalid namespace"}},
		"odd timeout":        {"start", values{"name": "web", "timeout": "soon"}, []string{"timeout: Invalid duration"}},
		"no time":            {"start", values{"name": "web", "timeout": "0s"}, []string{"timeout: Invalid duration"}},
		"negative grace":     {"stop", values{"name": "web", "grace_period_seconds": -1.0}, []string{"grace_period_seconds: Invalid Attribute Value"}},
		"odd key of a node":  {"migrate", values{"name": "web", "node_selector": values{"a b": "c"}}, []string{"node_selector.a b: Invalid key"}},
		"odd label":          {"migrate", values{"name": "web", "node_selector": values{"a": "b c"}}, []string{"node_selector.a: Invalid label value"}},
		"a label without it": {"migrate", values{"name": "web", "node_selector": values{"a": nil}}, []string{"node_selector: Null Map Value"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := acctest.Said(op.validate(c.action, c.config)); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// TestActionUnknown: what is not known yet is no reason for a plan to complain,
// and reaches no cluster; nor does a plan that is to ask none.
func TestActionUnknown(t *testing.T) {
	asked := atomic.Bool{}
	cluster := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Store(true) }))
	t.Cleanup(cluster.Close)
	for name, c := range map[string]struct {
		block, config values
		refused       string
	}{
		"name":      {values{"host": cluster.URL}, values{"name": unknown}, "not known yet"},
		"namespace": {values{"host": cluster.URL}, values{"name": "web", "namespace": unknown}, "not known yet"},
		"provider":  {values{"host": unknown}, values{"name": "web"}, "configuration is not known yet"},
		"token":     {values{"host": cluster.URL, "token": unknown}, values{"name": "web"}, "configuration is not known yet"},
		"offline":   {values{"host": cluster.URL, "token": "none", "plan_validation": "offline"}, values{"name": "web"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			op := newOperator(t, c.block)
			op.warns("start", c.config)
			if c.refused != "" {
				op.refuses("start", c.config, c.refused)
			}
			if asked.Load() {
				t.Error("a cluster was asked")
			}
		})
	}
}

// TestActionUnreachable: a cluster that cannot be reached is one warning for all
// plans, and an error of the action itself.
func TestActionUnreachable(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := "https://" + listener.Addr().String()
	_ = listener.Close()
	op := newOperator(t, values{"host": host, "token": "none"})
	op.warns("stop", values{"name": "web"}, "Plans are not checked by the cluster", host+" could not be reached", "Nothing listens there", "plan_validation")
	op.warns("start", values{"name": "web"})
	messages, diagnostics := op.invoke(t.Context(), "stop", values{"name": "web", "namespace": "team"}, nil)
	if len(messages) > 0 || len(diagnostics) != 1 {
		t.Errorf("it says %v and ends with %v", messages, texts(diagnostics))
	}
	op.has("stop", diagnostics, "ERROR", `Unable to stop virtual server "team/web"`, host+" could not be reached", "Nothing listens there")
}

package virtualserver_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// BenchmarkRead refreshes a server that did not change. The API server is one
// that answers with the machine that the plan sent it to check.
func BenchmarkRead(b *testing.B) {
	var machine []byte
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.Method == http.MethodPost:
			sent, _ := io.ReadAll(r.Body)
			machine = bytes.Replace(bytes.ReplaceAll(sent, []byte("root-dry-run"), []byte("vs-root-abcde")), []byte(`"metadata":{`), []byte(`"metadata":{"uid":"uid-1",`), 1)
			_, _ = w.Write(machine)
		case path.Base(path.Dir(r.URL.Path)) == "virtualmachines":
			_, _ = w.Write(machine)
		default:
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}`))
		}
	}))
	b.Cleanup(api.Close)
	tf := newOffline(b, values{"host": api.URL, "token": nil, "plan_validation": "server"})
	config := with(parse(b, large), values{"network.tcp": nil, "network.udp": nil, "network.service": nil, "cloud_init": nil, "cloud_init_type": nil, "storage.root.name": nil})
	read := func(state *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
		resp, err := tf.server.ReadResource(b.Context(), &tfprotov6.ReadResourceRequest{TypeName: "virtualserver", CurrentState: state})
		if err != nil || len(resp.Diagnostics) > 0 || resp.NewState == nil {
			b.Fatal(err, resp.Diagnostics)
		}
		return resp.NewState
	}
	state := read(dynamic(b, tf.created(config).value)) // as the machine says
	for b.Loop() {
		read(state)
	}
}

// BenchmarkPlan plans a server that does not change, as each plan of a fleet does
// for most.
func BenchmarkPlan(b *testing.B) {
	tf := newOffline(b, values{})
	config := parse(b, large)
	state := tf.created(config)
	configured := tf.value(config)
	req := &tfprotov6.PlanResourceChangeRequest{
		TypeName:         "virtualserver",
		PriorState:       dynamic(b, state.value),
		PriorPrivate:     state.private,
		ProposedNewState: dynamic(b, tf.propose(*state, configured)),
		Config:           dynamic(b, configured),
	}
	for b.Loop() {
		resp, err := tf.server.PlanResourceChange(b.Context(), req)
		if err != nil || len(resp.Diagnostics) > 0 {
			b.Fatal(err, resp.Diagnostics)
		}
	}
}

// BenchmarkValidate validates the configuration of a server.
func BenchmarkValidate(b *testing.B) {
	tf := newOffline(b, values{})
	config := parse(b, large)
	for b.Loop() {
		if diags := tf.validate(config); len(diags) > 0 {
			b.Fatal(diags)
		}
	}
}

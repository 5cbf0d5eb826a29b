package virtualserver_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

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

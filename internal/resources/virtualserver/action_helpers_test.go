package virtualserver_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/provider"
)

type actionServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ActionServer
}

// operator runs actions over the protocol, as Terraform 1.14 does.
type operator struct {
	t       *testing.T
	server  actionServer
	schemas *tfprotov6.GetProviderSchemaResponse
	local   bool // the cluster is the local one, which is quick
}

// newOperator starts a provider with the block.
func newOperator(t *testing.T, block values) operator {
	t.Helper()
	server, ok := providerserver.NewProtocol6(provider.New("test")())().(actionServer)
	if !ok {
		t.Fatal("the provider serves no actions")
	}
	op := operator{t: t, server: server}
	var err error
	if op.schemas, err = op.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		t.Fatal(err)
	}
	resp, err := op.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		Config: dynamic(t, valueOf(t, op.schemas.Provider.ValueType(), block)),
	})
	if err != nil || len(resp.Diagnostics) > 0 {
		t.Fatal(err, resp.Diagnostics)
	}
	return op
}

func (op operator) config(name string, config values) *tfprotov6.DynamicValue {
	op.t.Helper()
	schema := op.schemas.ActionSchemas["virtualserver_"+name]
	if schema == nil {
		op.t.Fatalf("there is no action %q", name)
	}
	config = maps.Clone(config)
	if config["timeout"] == nil {
		config["timeout"] = "10m" // less than a test may take
		if op.local {
			config["timeout"] = "90s"
		}
	}
	return dynamic(op.t, valueOf(op.t, schema.Schema.ValueType(), config))
}

func (op operator) validate(name string, config values) []*tfprotov6.Diagnostic {
	op.t.Helper()
	resp, err := op.server.ValidateActionConfig(op.t.Context(), &tfprotov6.ValidateActionConfigRequest{ActionType: "virtualserver_" + name, Config: op.config(name, config)})
	if err != nil {
		op.t.Fatal(err)
	}
	return resp.Diagnostics
}

// plan returns what a plan says. An action is no reason for a plan to fail.
func (op operator) plan(name string, config values) []*tfprotov6.Diagnostic {
	op.t.Helper()
	resp, err := op.server.PlanAction(op.t.Context(), &tfprotov6.PlanActionRequest{ActionType: "virtualserver_" + name, Config: op.config(name, config)})
	if err != nil {
		op.t.Fatal(err)
	}
	for _, d := range resp.Diagnostics {
		if d.Severity != tfprotov6.DiagnosticSeverityWarning {
			op.t.Errorf("the plan of %s fails: %s\n%s", name, d.Summary, d.Detail)
		}
	}
	return resp.Diagnostics
}

// invoke runs an action to its end; said, which may be nil, is called with each
// message.
func (op operator) invoke(ctx context.Context, name string, config values, said func(string)) (messages []string, diagnostics []*tfprotov6.Diagnostic) {
	op.t.Helper()
	stream, err := op.server.InvokeAction(ctx, &tfprotov6.InvokeActionRequest{ActionType: "virtualserver_" + name, Config: op.config(name, config)})
	if err != nil {
		op.t.Fatal(err)
	}
	ended := false
	for event := range stream.Events {
		switch e := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			messages = append(messages, e.Message)
			if said != nil {
				said(e.Message)
			}
		case tfprotov6.CompletedInvokeActionEventType:
			diagnostics, ended = e.Diagnostics, true
		}
	}
	if !ended {
		op.t.Errorf("the action %s has no end", name)
	}
	return messages, diagnostics
}

// run invokes an action that is to succeed.
func (op operator) run(name string, config values) []string {
	op.t.Helper()
	messages, diagnostics := op.invoke(op.t.Context(), name, config, nil)
	for _, d := range diagnostics {
		op.t.Fatalf("%s %v: %s\n%s", name, config, d.Summary, d.Detail)
	}
	return messages
}

// refuses invokes an action that is to end with one error that has the words.
func (op operator) refuses(name string, config values, words ...string) {
	op.t.Helper()
	_, diagnostics := op.invoke(op.t.Context(), name, config, nil)
	if len(diagnostics) != 1 || diagnostics[0].Severity != tfprotov6.DiagnosticSeverityError {
		op.t.Fatalf("%s %v ends with %v", name, config, texts(diagnostics))
	}
	op.has(fmt.Sprintf("%s %v", name, config), diagnostics, words...)
}

// warns plans an action and expects one warning that has the words; none when
// there are no words.
func (op operator) warns(name string, config values, words ...string) {
	op.t.Helper()
	diagnostics := op.plan(name, config)
	if want := min(len(words), 1); len(diagnostics) != want {
		op.t.Fatalf("the plan of %s %v says %d things, want %d: %v", name, config, len(diagnostics), want, texts(diagnostics))
	}
	op.has(fmt.Sprintf("the plan of %s %v", name, config), diagnostics, words...)
}

func (op operator) has(what string, diagnostics []*tfprotov6.Diagnostic, words ...string) {
	op.t.Helper()
	text := strings.Join(texts(diagnostics), "\n")
	rest := text
	for _, w := range words {
		_, after, ok := strings.Cut(rest, w)
		if !ok {
			op.t.Errorf("%s: %q is missing, or not in its place, in: %s", what, w, text)
			return
		}
		rest = after
	}
}

func texts(diagnostics []*tfprotov6.Diagnostic) []string {
	out := make([]string, 0, len(diagnostics))
	for _, d := range diagnostics {
		out = append(out, d.Severity.String()+" "+d.Summary+"\n"+d.Detail)
	}
	return out
}

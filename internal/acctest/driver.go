package acctest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Driver plays Terraform for one resource: it refreshes, plans and applies
// through the provider's protocol, and keeps the state between. It is fast, and
// can do what the command line cannot: lose a provider at a given moment.
type Driver struct {
	Offline
	// State outlives the driver: another one may go on with it.
	State State
	// Warnings are the summaries of the warnings so far.
	Warnings []string
}

// State is what Terraform keeps of one resource. The zero value is no resource.
type State struct {
	value    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
	tainted  bool
}

// Exists tells whether the resource is in the state.
func (s State) Exists() bool { return s.value.Type() != nil && !s.value.IsNull() }

// Tainted tells whether the next plan replaces the resource.
func (s State) Tainted() bool { return s.tainted }

// Text returns a top-level string of the state, "" when there is none.
func (s State) Text(attribute string) string {
	var all map[string]tftypes.Value
	var text string
	if s.Exists() && s.value.As(&all) == nil && all[attribute].Type() != nil {
		_ = all[attribute].As(&text)
	}
	return text
}

// Actions of a plan, as Terraform names them.
const (
	ActionNone    = "no-op"
	ActionCreate  = "create"
	ActionUpdate  = "update"
	ActionReplace = "replace"
	ActionDelete  = "delete"
)

// Planned is a plan.
type Planned struct {
	Action string

	config, value tftypes.Value
	private       []byte
	identity      *tfprotov6.ResourceIdentityData
}

// Drive starts a provider of its own that reaches the cluster at host, an address
// without authentication. p is as in Factories.
func Drive(t *testing.T, p func() provider.Provider, typeName, host string) *Driver {
	t.Helper()
	server, err := Factories(p)["virtualserver"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	d := &Driver{Offline: Offline{t: t, server: server, schema: schemas.ResourceSchemas[typeName], name: typeName}}
	block := d.parse(schemas.Provider.ValueType(), fmt.Sprintf("{host: %q}", host))
	configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: d.wire(block)})
	if err != nil || len(configured.Diagnostics) > 0 {
		t.Fatal(err, Said(configured.Diagnostics))
	}
	return d
}

// Beside is another resource of the type, of the same configuration and provider.
func (d *Driver) Beside() *Driver { return &Driver{Offline: d.Offline} }

// Stop is Ctrl-C: what is under way is asked to end.
func (d *Driver) Stop() {
	_, _ = d.server.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{})
}

// Converge refreshes, plans and applies a configuration, and then plans once
// more, which must find nothing to do. It returns the first plan's action.
func (d *Driver) Converge(ctx context.Context, config string) (action string, err error) {
	p, err := d.Plan(ctx, config)
	if err != nil {
		return "", fmt.Errorf("plan: %w", err)
	}
	if err := d.Apply(ctx, p); err != nil {
		return p.Action, fmt.Errorf("%s: %w", p.Action, err)
	}
	again, err := d.Plan(ctx, config)
	if err == nil && again.Action != ActionNone {
		err = fmt.Errorf("the second plan is to %s: %s", again.Action, d.differences(again))
	}
	return p.Action, err
}

// Plan refreshes the state and plans; an empty configuration is one without the
// resource.
func (d *Driver) Plan(ctx context.Context, config string) (Planned, error) {
	if err := d.Refresh(ctx); err != nil {
		return Planned{}, err
	}
	ty := d.schema.ValueType()
	p := Planned{Action: ActionNone, config: tftypes.NewValue(ty, nil)}
	switch {
	case config == "" && !d.State.Exists():
		return p, nil
	case config == "":
		p.Action = ActionDelete
		return p, d.askPlan(ctx, d.State.value, &p, nil)
	}
	p.config = d.parse(ty, config)
	if problems := d.validate(p.config); len(problems) > 0 {
		return p, errors.New(strings.Join(problems, "\n"))
	}
	var replace []string
	switch {
	case !d.State.Exists():
		p.Action = ActionCreate
		return p, d.askPlan(ctx, tftypes.NewValue(ty, nil), &p, nil)
	case d.State.tainted:
		p.Action = ActionReplace
		return p, d.askPlan(ctx, tftypes.NewValue(ty, nil), &p, nil)
	}
	if err := d.askPlan(ctx, d.State.value, &p, &replace); err != nil {
		return p, err
	}
	switch {
	case len(replace) > 0:
		p.Action = ActionReplace
	case !p.value.Equal(d.State.value):
		p.Action = ActionUpdate
	}
	return p, nil
}

// askPlan asks the provider for a plan.
func (d *Driver) askPlan(ctx context.Context, prior tftypes.Value, p *Planned, replace *[]string) error {
	proposed := p.config
	if !p.config.IsNull() {
		proposed = d.propose(prior, p.config)
	}
	req := &tfprotov6.PlanResourceChangeRequest{TypeName: d.name, PriorState: d.wire(prior), ProposedNewState: d.wire(proposed), Config: d.wire(p.config)}
	if !prior.IsNull() {
		req.PriorPrivate, req.PriorIdentity = d.State.private, d.State.identity
	}
	resp, err := d.server.PlanResourceChange(ctx, req)
	if err == nil {
		err = d.errorsOf(resp.Diagnostics)
	}
	if err != nil {
		return err
	}
	if p.value, err = resp.PlannedState.Unmarshal(d.schema.ValueType()); err != nil {
		return err
	}
	p.private, p.identity = resp.PlannedPrivate, resp.PlannedIdentity
	if replace != nil {
		for _, path := range resp.RequiresReplace {
			*replace = append(*replace, PathText(path))
		}
	}
	return nil
}

// Refresh reads the resource.
func (d *Driver) Refresh(ctx context.Context) error {
	if !d.State.Exists() {
		return nil
	}
	resp, err := d.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: d.name, CurrentState: d.wire(d.State.value), Private: d.State.private, CurrentIdentity: d.State.identity,
	})
	if err == nil {
		err = d.errorsOf(resp.Diagnostics)
	}
	if err != nil {
		return fmt.Errorf("refresh: %w", err)
	}
	next := State{private: resp.Private, identity: resp.NewIdentity, tainted: d.State.tainted}
	if next.value, err = resp.NewState.Unmarshal(d.schema.ValueType()); err != nil {
		return err
	}
	if next.value.IsNull() {
		next = State{}
	}
	d.State = next
	return nil
}

// Import takes an object of the cluster into the state.
func (d *Driver) Import(ctx context.Context, id string) error {
	resp, err := d.server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: d.name, ID: id})
	if err == nil {
		err = d.errorsOf(resp.Diagnostics)
	}
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	imported := resp.ImportedResources[0]
	value, err := imported.State.Unmarshal(d.schema.ValueType())
	if err != nil {
		return err
	}
	d.State = State{value: value, private: imported.Private, identity: imported.Identity}
	return d.Refresh(ctx)
}

// Apply does what was planned. As in Terraform a create that fails leaves a
// tainted resource, and another operation that fails what the provider returned.
func (d *Driver) Apply(ctx context.Context, p Planned) error {
	switch p.Action {
	case ActionNone:
		return nil
	case ActionReplace:
		gone := Planned{Action: ActionDelete, config: tftypes.NewValue(d.schema.ValueType(), nil)}
		if err := d.askPlan(ctx, d.State.value, &gone, nil); err != nil {
			return err
		}
		if err := d.apply(ctx, gone); err != nil {
			return err
		}
		p.Action = ActionCreate
		if err := d.askPlan(ctx, tftypes.NewValue(d.schema.ValueType(), nil), &p, nil); err != nil {
			return err
		}
	}
	return d.apply(ctx, p)
}

func (d *Driver) apply(ctx context.Context, p Planned) error {
	prior := d.State
	if !prior.Exists() || p.Action == ActionCreate {
		prior = State{value: tftypes.NewValue(d.schema.ValueType(), nil)}
	}
	var resp *tfprotov6.ApplyResourceChangeResponse
	var err error
	req := &tfprotov6.ApplyResourceChangeRequest{
		TypeName: d.name, PriorState: d.wire(prior.value), PlannedState: d.wire(p.value), Config: d.wire(p.config),
		PlannedPrivate: p.private, PlannedIdentity: p.identity,
	}
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		resp, err = d.server.ApplyResourceChange(ctx, req)
	}()
	select {
	case <-ctx.Done():
		return ctx.Err() // killed: nobody hears the answer
	case <-answered:
	}
	if err != nil {
		return err
	}
	failed := d.errorsOf(resp.Diagnostics)
	next := State{private: resp.Private, identity: resp.NewIdentity, tainted: failed != nil && p.Action == ActionCreate}
	if next.value, err = resp.NewState.Unmarshal(d.schema.ValueType()); err != nil {
		return errors.Join(failed, err)
	}
	if next.value.IsNull() {
		next = State{}
	}
	d.State = next
	if failed != nil {
		return failed
	}
	return d.asPlanned(p)
}

// asPlanned is Terraform's own check: what was planned as known is so.
func (d *Driver) asPlanned(p Planned) error {
	if p.Action == ActionDelete {
		return nil
	}
	diffs, err := p.value.Diff(d.State.value)
	if err != nil {
		return err
	}
	for _, diff := range diffs {
		planned := diff.Value1 == nil || diff.Value1.IsFullyKnown() && (diff.Value1.IsNull() || isLeaf(*diff.Value1))
		if planned && !belowUnknown(p.value, diff.Path) {
			return fmt.Errorf("provider produced inconsistent result after apply: %s", diff)
		}
	}
	return nil
}

func isLeaf(v tftypes.Value) bool {
	return v.Type().Is(tftypes.String) || v.Type().Is(tftypes.Number) || v.Type().Is(tftypes.Bool)
}

// belowUnknown tells whether a value is part of one that was planned as unknown.
func belowUnknown(planned tftypes.Value, at *tftypes.AttributePath) bool {
	for steps := at.Steps(); len(steps) > 0; steps = steps[:len(steps)-1] {
		found, _, err := tftypes.WalkAttributePath(planned, tftypes.NewAttributePathWithSteps(steps))
		if v, ok := found.(tftypes.Value); err == nil && ok && !v.IsKnown() {
			return true
		}
	}
	return false
}

// differences tells what a plan changes.
func (d *Driver) differences(p Planned) string {
	diffs, _ := d.State.value.Diff(p.value)
	var out []string
	for _, diff := range diffs {
		if len(diff.Path.Steps()) > 0 {
			out = append(out, PathText(diff.Path))
		}
	}
	return strings.Join(out, ", ")
}

// errorsOf makes an error of what the provider says, and keeps its warnings.
func (d *Driver) errorsOf(diagnostics []*tfprotov6.Diagnostic) error {
	var all []error
	for _, diagnostic := range diagnostics {
		if diagnostic.Severity == tfprotov6.DiagnosticSeverityWarning {
			d.Warnings = append(d.Warnings, diagnostic.Summary)
			continue
		}
		all = append(all, fmt.Errorf("%s\n%s", diagnostic.Summary, diagnostic.Detail))
	}
	return errors.Join(all...)
}

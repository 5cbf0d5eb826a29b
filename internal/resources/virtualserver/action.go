package virtualserver

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apitypes "k8s.io/apimachinery/pkg/types"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
)

const defaultActionTimeout = 15 * time.Minute

var (
	_ action.ActionWithConfigure  = (*Action)(nil)
	_ action.ActionWithModifyPlan = (*Action)(nil)
)

// Action is an operation on a virtual server that Terraform runs when it is told
// to. It keeps no state.
type Action struct {
	operation
	server Resource
}

// Actions lists the operations.
func Actions() []func() action.Action {
	return []func() action.Action{
		of(startOperation), of(stopOperation), of(restartOperation),
		of(pauseOperation), of(unpauseOperation), of(softRebootOperation),
		of(migrateOperation),
	}
}

func of(op func() operation) func() action.Action {
	return func() action.Action { return &Action{operation: op()} }
}

// operation is what tells one action from another.
type operation struct {
	name  string // of its type, after "virtualserver_"
	verb  string // as in "Unable to <verb> virtual server"
	doing string // the first message: "stopping"
	text  string // for the documentation
	own   map[string]schema.Attribute

	// refuse says what speaks against the operation, nil when nothing does that
	// is known of the server.
	refuse func(o *convert.Objects, with options) *diagnostics.Failure
	// drift says what becomes of the server's run strategy that a resource which
	// manages it will see; "" when nothing does.
	drift func(o *convert.Objects, with options) string
	// prepare may wait for what has to come before; nil is nothing.
	prepare func(ctx context.Context, r *Resource, o *convert.Objects, before *former, with options, p *progress) error
	// ask tells KubeVirt.
	ask func(ctx context.Context, r *Resource, o *convert.Objects, with options) error
	// rehearses: KubeVirt has a dry run of it.
	rehearses bool
	// until says what is waited for; "" when nothing tells that it is done.
	until string
	// await waits for that.
	await func(ctx context.Context, r *Resource, o *convert.Objects, before former, with options, p *progress) error
	// goesOn says what happens when nobody waits for it any more.
	goesOn string
}

// options are how an operation is to be carried out.
type options struct {
	wait          bool
	gracePeriod   *int64
	force, paused bool
	nodeSelector  map[string]string
	dryRun        []string
}

// call is a configured action.
type call struct {
	namespace, name string
	timeout         time.Duration
	options
}

func (c call) subject() diagnostics.Subject {
	return diagnostics.Subject{Thing: "virtual server", Name: metadata.ID(c.namespace, c.name)}
}

// former is how a server was before an operation.
type former struct {
	instance   apitypes.UID
	migrations map[apitypes.UID]kubevirtv1.VirtualMachineInstanceMigration
}

// Metadata names the action's type.
func (a *Action) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + a.name
}

// Configure takes over the provider's data.
func (a *Action) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	data, diags := providerdata.FromRequest(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	a.server.data = data
}

// read reads a configuration; known is false when a part of it is not known yet.
func (a *Action) read(ctx context.Context, config tfsdk.Config) (c call, known bool, diags diag.Diagnostics) {
	if !config.Raw.IsFullyKnown() {
		return c, false, diags
	}
	attributes := a.attributes()
	get := func(name string, into any) {
		if _, ok := attributes[name]; ok {
			diags.Append(config.GetAttribute(ctx, path.Root(name), into)...)
		}
	}
	var namespace, name, timeout types.String
	var wait, force, paused types.Bool
	get("namespace", &namespace)
	get("name", &name)
	get("timeout", &timeout)
	get("wait", &wait)
	get("grace_period_seconds", &c.gracePeriod)
	get("force", &force)
	get("paused", &paused)
	get("node_selector", &c.nodeSelector)
	c.namespace, c.name = cmp.Or(namespace.ValueString(), a.server.data.Namespace), name.ValueString()
	c.timeout, c.wait = defaultActionTimeout, wait.IsNull() || wait.ValueBool()
	c.force, c.paused = force.ValueBool(), paused.ValueBool()
	if d, err := time.ParseDuration(timeout.ValueString()); err == nil && d > 0 {
		c.timeout = d
	}
	return c, true, diags
}

// ModifyPlan warns of what the cluster would refuse now, and of what a resource
// would make of it. It never fails: what the same apply does before the action
// may change all of this.
func (a *Action) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	data := a.server.data
	if data == nil || !data.Known || data.PlanValidation != providerdata.PlanValidationServer || data.DryRun.Stopped() {
		return
	}
	c, known, diags := a.read(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if !known || resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(kube.Aside(kube.WithWarnings(ctx, nil)), providerdata.DryRunTimeout)
	defer cancel()
	c.dryRun = []string{metav1.DryRunAll}
	o, refused, err := a.rehearse(ctx, c)
	switch {
	case err != nil && data.DryRun.Stop():
		resp.Diagnostics.AddWarning("Plans are not checked by the cluster",
			"The cluster could not check a planned action, and will not be asked again in this run: "+diagnostics.Explain(err)+"\n\nplan_validation = \"offline\" in the provider block turns the check off.")
	case err != nil:
	case refused != nil:
		refused.Condition = "Unless that changes before the action runs, it ends with an error."
		resp.Diagnostics.AddWarning(fmt.Sprintf("The action virtualserver_%s would fail now on virtual server %q", a.name, c.subject().Name), refused.Error())
	case o.VM != nil && a.drift != nil:
		if drift := a.drift(&o, c.options); drift != "" {
			resp.Diagnostics.AddWarning(fmt.Sprintf("The action virtualserver_%s changes the run strategy of virtual server %q", a.name, c.subject().Name), drift)
		}
	}
}

// rehearse finds out whether the operation would be refused now. A server that
// does not exist yet is none of its business.
func (a *Action) rehearse(ctx context.Context, c call) (o convert.Objects, refused *diagnostics.Failure, err error) {
	from, err := a.server.data.Client.Reader(ctx)
	if err != nil {
		return o, nil, err
	}
	if o, err = find(ctx, from, c); err != nil || o.VM == nil {
		return o, nil, err
	}
	if refused = a.refuse(&o, c.options); refused != nil || !a.rehearses || isStopping(&o) || isStarting(&o) || len(o.VM.Status.StateChangeRequests) > 0 {
		return o, refused, nil
	}
	err = a.ask(ctx, &a.server, &o, c.options)
	if refused = wordAgainst(err); refused != nil {
		return o, refused, nil
	}
	return o, nil, err
}

// Invoke runs the operation.
func (a *Action) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	c, known, diags := a.read(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !known {
		resp.Diagnostics.AddError("Unable to run the action virtualserver_"+a.name, "A part of its configuration is not known yet. Apply first what that depends on.")
		return
	}
	warn := func(text string) {
		resp.Diagnostics.AddWarning(fmt.Sprintf("The cluster warns about virtual server %q", c.subject().Name), text)
	}
	deadline, cancel := context.WithTimeout(kube.WithWarnings(ctx, warn), c.timeout)
	defer cancel()
	asked, err := a.invoke(deadline, c, newProgress(ctx, resp.SendProgress, c.name))
	if err != nil {
		resp.Diagnostics.Append(c.subject().Error(a.verb, a.ended(ctx, c, asked, err)))
	}
}

// invoke tells whether KubeVirt has been asked, which an error does not undo.
func (a *Action) invoke(ctx context.Context, c call, p *progress) (asked bool, err error) {
	api, err := a.server.data.Client.API(ctx)
	if err != nil {
		return false, err
	}
	o, err := a.settled(ctx, api, c, p)
	if err != nil {
		return false, err
	}
	refused, before := a.refuse(&o, c.options), former{}
	if refused == nil && a.prepare != nil {
		if err := a.prepare(ctx, &a.server, &o, &before, c.options, p); err != nil {
			return false, err
		}
	}
	if o.VMI != nil {
		before.instance = o.VMI.UID
	}
	if refused == nil {
		p.say(a.doing)
		err = a.ask(ctx, &a.server, &o, c.options)
		refused = wordAgainst(err)
	}
	if refused != nil {
		refused.Condition = lastKnown(a.server.evidenceOf(ctx, &o, nil))
		return false, refused
	}
	if err != nil {
		return false, err
	}
	if !c.wait || a.await == nil {
		p.say("KubeVirt has accepted it")
		return true, nil
	}
	return true, a.await(ctx, &a.server, &o, before, c.options, p)
}

// settled finds the server once what KubeVirt was told before is done: between
// the two guests of a restart it would seem to be stopped.
func (a *Action) settled(ctx context.Context, api kube.Getter, c call, p *progress) (o convert.Objects, err error) {
	for {
		if o, err = find(ctx, api, c); err != nil {
			return o, err
		}
		if o.VM == nil {
			return o, &diagnostics.Failure{
				Cause:  fmt.Sprintf("There is no VirtualMachine of this name in the namespace %q.", c.namespace),
				Advice: "Correct name or namespace, or have the action run after the server was made (depends_on).",
			}
		}
		if len(o.VM.Status.StateChangeRequests) == 0 {
			return o, nil
		}
		p.say("waits for what is under way")
		if err = a.server.awaitRequestsOf(ctx, &o); err != nil {
			return o, err
		}
	}
}

// find reads the machine, by the server's name or its own, and its instance. VM
// is nil when there is none.
func find(ctx context.Context, from kube.Getter, c call) (o convert.Objects, err error) {
	if o.VM, err = findMachine(ctx, from, c.namespace, machineNames(c.name)); err != nil || o.VM == nil {
		return convert.Objects{}, err
	}
	vmi := &kubevirtv1.VirtualMachineInstance{}
	found, err := getObject(ctx, from, o.VM.Namespace, o.VM.Name, vmi)
	if found {
		o.VMI = vmi
	}
	return o, err
}

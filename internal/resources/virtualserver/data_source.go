package virtualserver

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
)

// maxEvents is how many events the data source shows.
const maxEvents = 20

var _ datasource.DataSourceWithConfigure = (*DataSource)(nil)

// DataSource tells what a server is, and why it does not run.
type DataSource struct{ servers Resource }

// NewDataSource returns the data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata names the data source's type: the provider's own name.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName
}

// Configure takes over the provider's data.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	data, diags := providerdata.FromRequest(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	d.servers.data = data
}

// Read asks the cluster. A server that does not exist is an error; what may not be
// read of one is null, and a warning says which right is missing.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config convert.ServerInfo
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	data := d.servers.data
	if !data.Known && req.ClientCapabilities.DeferralAllowed {
		resp.Deferred = &datasource.Deferred{Reason: datasource.DeferredReasonProviderConfigUnknown}
		return
	}
	if config.Namespace.IsNull() {
		config.Namespace = types.StringValue(data.Namespace)
	}
	namespace, name := config.Namespace.ValueString(), config.Name.ValueString()
	who := diagnostics.Subject{Thing: "virtual server", Name: metadata.ID(namespace, name)}
	ctx, cancel := context.WithTimeout(ctx, defaults.Read)
	defer cancel()
	e, gaps, err := d.find(ctx, namespace, name)
	if err != nil {
		resp.Diagnostics.Append(who.Error("read", err))
		return
	}
	info, more := d.describe(ctx, e)
	info.Name, info.Namespace = config.Name, config.Namespace
	resp.Diagnostics.Append(incomplete(who, append(gaps, more...))...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &info)...)
}

// find reads the objects of the server that has a name, full or shortened.
func (d *DataSource) find(ctx context.Context, namespace, name string) (evidence, []gap, error) {
	var e evidence
	from, err := d.servers.data.Client.Reader(ctx)
	if err != nil {
		return e, nil, err
	}
	vm, err := findMachine(ctx, from, namespace, machineNames(name))
	if err != nil {
		return e, nil, err
	}
	if vm == nil {
		return e, nil, &diagnostics.Failure{
			Cause:  "It does not exist.",
			Advice: "Check its name and namespace: kubectl get vm -n " + namespace + ". One that this configuration creates is read after it with depends_on, or by referring to its attributes.",
		}
	}
	e.Objects = &convert.Objects{VM: vm}
	gaps, err := d.fetch(ctx, from, &e)
	return e, gaps, err
}

// fetch reads what belongs to the VM.
func (d *DataSource) fetch(ctx context.Context, from kube.Getter, e *evidence) ([]gap, error) {
	vm := e.VM
	if err := fetchInstance(ctx, from, e.Objects); err != nil {
		return nil, err
	}
	if err := d.servers.readPending(ctx, from, e.Objects); err != nil {
		return nil, err
	}
	var gaps []gap
	service := &corev1.Service{}
	ours, err := getOwned(ctx, from, vm, convert.DefaultServiceName(vm.Name), service)
	if ours {
		e.Service = service
	} else if err == nil {
		err = d.servers.findService(ctx, e.Objects)
	}
	if err != nil {
		gaps = append(gaps, gap{"service_name and cluster_ip", "get and list on services", err})
	}
	for _, name := range e.claims() {
		dv := &cdiv1.DataVolume{}
		found, err := getObject(ctx, from, vm.Namespace, name, dv)
		if kube.IsMissingAPI(err) {
			break // a cluster without CDI has none
		}
		if err != nil {
			gaps = append(gaps, gap{"what DataVolumes say of a problem", "get on datavolumes (API group cdi.kubevirt.io)", err})
			break
		}
		if found {
			e.disks = append(e.disks, dv)
		}
	}
	return gaps, nil
}

// describe puts the evidence into words.
func (d *DataSource) describe(ctx context.Context, e evidence) (convert.ServerInfo, []gap) {
	gaps := d.servers.investigate(ctx, &e)
	info := convert.ServerInfoOf(*e.Objects)
	guest, more := d.servers.fetchGuest(ctx, e.VMI)
	info.Guest, gaps = guest, append(gaps, more...)
	if !slices.ContainsFunc(gaps, func(g gap) bool { return g.what == eventsGap }) {
		info.Events = []convert.EventInfo{}
		for _, event := range e.events[max(0, len(e.events)-maxEvents):] {
			info.Events = append(info.Events, convert.EventInfoOf(event, kube.LastSeen(event)))
		}
	}
	if p := explain(e); p != nil {
		info.Problem = &convert.ProblemInfo{Summary: types.StringValue(p.summary), Cause: types.StringValue(p.cause), Advice: types.StringValue(p.advice)}
	}
	return info, gaps
}

// incomplete warns of what could not be read.
func incomplete(who diagnostics.Subject, gaps []gap) diag.Diagnostics {
	if len(gaps) == 0 {
		return nil
	}
	var missing strings.Builder
	for _, g := range gaps {
		fmt.Fprintf(&missing, "\n\n%s: %s\nNeeded: the right %s.", g.what, kube.Explain(g.err), g.right)
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("Virtual server %q is not shown in full", who.Name),
		"These could not be read, and are null or left out:"+missing.String())}
}

package virtualserver

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/equality"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/liveupdate"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
)

// effectsOf finds out what a plan changes of the guest; nil when none runs. It
// never fails: what cannot be read is taken for what KubeVirt's documentation
// says, and of a cluster that cannot be asked at all the state tells whether a guest
// runs.
func (r *Resource) effectsOf(ctx context.Context, state, plan convert.Server, managed metadata.Keys, p machinePatch) *effects {
	if r.asksCluster() {
		ctx, cancel := context.WithTimeout(kube.Aside(ctx), providerdata.DryRunTimeout)
		defer cancel()
		if e, err := r.liveEffects(ctx, state, plan, managed, p); err == nil {
			return e
		}
	}
	if !seemsToRun(state) {
		return nil
	}
	before, after := renderings(state, plan, managed, layoutOf(state))
	running := before.DeepCopy()
	running.Status.Created = true
	unplugInterfaces(running, before, after)
	e := &effects{changes: map[string]effect{}, guessed: "the cluster was not asked, and these are KubeVirt's own rules by default"}
	for _, c := range liveupdate.Changes(before, after, nil, liveupdate.ClusterOf(nil)) {
		e.add(plannedAttribute(attributeOf(c), state, plan), c.Landing, c.Reason)
	}
	e.addClasses(before, after)
	return e
}

// asksCluster tells whether plans may ask the cluster.
func (r *Resource) asksCluster() bool {
	return r.data != nil && r.data.Known && r.data.PlanValidation == providerdata.PlanValidationServer
}

// liveEffects compares the machine as it will be with the guest, as KubeVirt does.
func (r *Resource) liveEffects(ctx context.Context, state, plan convert.Server, managed metadata.Keys, p machinePatch) (*effects, error) {
	from, err := r.data.Client.Reader(ctx)
	if err != nil {
		return nil, err
	}
	if p.sent == nil { // there was no dry run
		if p, err = readPatch(ctx, from, state, plan, managed); err != nil {
			return nil, err
		}
	}
	o := convert.Objects{VM: p.live}
	vmi := &kubevirtv1.VirtualMachineInstance{}
	if found, err := getObject(ctx, from, p.live.Namespace, p.live.Name, vmi); err != nil {
		return nil, err
	} else if !found || !runs(vmi) {
		return nil, nil
	}
	o.VMI = vmi
	e := &effects{changes: map[string]effect{}}
	kv, err := r.data.Client.KubeVirt(ctx)
	if err != nil || kv == nil {
		e.guessed = "how KubeVirt is configured could not be read, and these are its own rules by default"
	}
	g, err := r.guestOf(ctx, from, &o)
	if err != nil || g == nil {
		g = &guest{r: r, uid: vmi.UID, started: p.live, expanded: map[string]*kubevirtv1.VirtualMachine{}}
		e.guessed = "what the guest was started with could not be read"
	}
	g.cluster = liveupdate.ClusterOf(kv)
	if err := e.compare(ctx, g, o, p, state, plan); err != nil {
		return nil, err
	}
	if g.expanded["started"] == g.started { // nobody could say what the types are
		e.addClasses(p.live, p.sent)
	}
	return e, nil
}

// compare notes what the plan changes of the guest, what has waited before, and
// what has and does not have to any more.
func (e *effects) compare(ctx context.Context, g *guest, o convert.Objects, p machinePatch, state, plan convert.Server) error {
	planned := plannedAttributes(p, state, plan)
	waited, waits := map[string]bool{}, map[string]liveupdate.Change{}
	note := func(attribute string, c liveupdate.Change) { // of several of one attribute, the one that waits
		if known, ok := waits[attribute]; !ok || known.Landing != liveupdate.Restart {
			waits[attribute] = c
		}
	}
	sent := p.sent.DeepCopy()
	sent.Generation++ // as it will be
	brought, err := g.brought(ctx, p.live, sent)
	if err != nil {
		return err
	}
	for _, vm := range []*kubevirtv1.VirtualMachine{p.live, sent} {
		o.VM = vm
		changes, err := g.changes(ctx, &o)
		if err != nil {
			return err
		}
		for _, c := range changes {
			for _, name := range g.attributes([]liveupdate.Change{c}, vm) {
				attribute := plannedAttribute(name, state, plan)
				switch {
				case vm == p.live:
					waited[attribute] = waited[attribute] || c.Landing == liveupdate.Restart
				case planned[attribute] && (!isClass(attribute) || brought[c.Field]):
					e.add(attribute, c.Landing, c.Reason)
				case isClass(attribute) && brought[c.Field] && planned["instance_type"]:
					e.add("instance_type", c.Landing, c.Reason)
				case isClass(attribute) && brought[c.Field]:
					e.add("preference", c.Landing, c.Reason)
				case isClass(attribute) && sent.Spec.Instancetype != nil && liveupdate.MayBeLive(c.Field):
					note("instance_type", c) // of another one that the guest had got live
				default:
					note(attribute, c)
				}
			}
		}
	}
	for attribute, c := range waits {
		if _, planned := e.changes[attribute]; planned {
			continue
		}
		if c.Landing == liveupdate.Restart {
			e.waiting = append(e.waiting, attribute)
		} else if waited[attribute] {
			e.add(attribute, c.Landing, c.Reason)
		}
	}
	slices.Sort(e.waiting)
	return nil
}

// brought are the fields that a plan changes with another instance type or
// preference.
func (g *guest) brought(ctx context.Context, live, sent *kubevirtv1.VirtualMachine) (map[string]bool, error) {
	if equality.Semantic.DeepEqual(live.Spec.Instancetype, sent.Spec.Instancetype) && equality.Semantic.DeepEqual(live.Spec.Preference, sent.Spec.Preference) {
		return nil, nil
	}
	before, err := g.expand(ctx, fmt.Sprint(live.Generation), live)
	if err != nil {
		return nil, err
	}
	after, err := g.expand(ctx, fmt.Sprint(sent.Generation), sent)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, c := range liveupdate.Changes(before, after, nil, liveupdate.Cluster{}) {
		out[c.Field] = true
	}
	return out, nil
}

// isClass tells of what stands for many fields.
func isClass(attribute string) bool { return attribute == "instance_type" || attribute == "preference" }

// readPatch finds out what an update makes of the machine, where no dry run did.
func readPatch(ctx context.Context, from kube.Getter, state, plan convert.Server, managed metadata.Keys) (p machinePatch, err error) {
	vm := &kubevirtv1.VirtualMachine{}
	vm.SetGroupVersionKind(kubevirtv1.VirtualMachineGroupVersionKind)
	found, err := getObject(ctx, from, state.Namespace.ValueString(), state.VMName.ValueString(), vm)
	if err != nil {
		return p, err
	}
	if !found {
		return p, machine.Another(vm)
	}
	live, err := kube.ToUnstructured(vm)
	if err != nil {
		return p, err
	}
	return patchOf(live, state, plan, managed)
}

// plannedAttributes are those that the plan changes of the machine: the guest may
// lack others already.
func plannedAttributes(p machinePatch, state, plan convert.Server) map[string]bool {
	out := map[string]bool{
		"instance_type": !equality.Semantic.DeepEqual(p.live.Spec.Instancetype, p.sent.Spec.Instancetype),
		"preference":    !equality.Semantic.DeepEqual(p.live.Spec.Preference, p.sent.Spec.Preference),
	}
	for _, c := range liveupdate.Changes(p.live, p.sent, nil, liveupdate.Cluster{}) {
		out[plannedAttribute(attributeOf(c), state, plan)] = true
	}
	return out
}

// plannedAttribute is the attribute of a field: one that has none of its own is
// written with raw_patch, and an interface that goes has the state absent first.
func plannedAttribute(name string, state, plan convert.Server) string {
	if gone, ok := strings.CutSuffix(name, ".state"); ok && strings.HasPrefix(gone, "network.interfaces.") {
		if _, stays := interfacesOf(plan)[strings.TrimPrefix(gone, "network.interfaces.")]; !stays {
			return gone
		}
	}
	if strings.HasPrefix(name, "spec.") && (plan.RawPatch.ValueString() != "" || state.RawPatch.ValueString() != "") {
		return "raw_patch"
	}
	return name
}

// addClasses adds an instance type or a preference that changes and that nobody
// could write out.
func (e *effects) addClasses(before, after *kubevirtv1.VirtualMachine) {
	const reason = "unless only sockets or memory grow with it"
	if !equality.Semantic.DeepEqual(before.Spec.Instancetype, after.Spec.Instancetype) {
		e.add("instance_type", liveupdate.Restart, reason)
	}
	if !equality.Semantic.DeepEqual(before.Spec.Preference, after.Spec.Preference) {
		e.add("preference", liveupdate.Restart, "")
	}
}

func interfacesOf(m convert.Server) map[string]convert.Interface {
	if m.Network == nil {
		return nil
	}
	return m.Network.Interfaces
}

package virtualserver

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"k8s.io/apimachinery/pkg/api/equality"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/liveupdate"
)

// readPending finds out which attributes the running guest does not have yet
// (o.Pending): their names as text, sorted; a field that no attribute writes as
// KubeVirt names it. A server that is as it was started costs no request.
func (r *Resource) readPending(ctx context.Context, from kube.Getter, o *convert.Objects) error {
	return r.readPendingSince(ctx, from, o, o.VM)
}

// readPendingSince does so after an update; was is the machine before it. KubeVirt takes
// a moment to notice what it has to do.
func (r *Resource) readPendingSince(ctx context.Context, from kube.Getter, o *convert.Objects, was *kubevirtv1.VirtualMachine) error {
	o.Pending = nil
	if !runs(o.VMI) {
		return nil
	}
	o.Pending = convert.PendingData(o.Secret, o.VMI)
	g, err := r.guestOf(ctx, from, o)
	if err != nil {
		return err
	}
	if g == nil {
		if convert.HasCondition(o.VM, kubevirtv1.VirtualMachineRestartRequired) && !isAsStarted(o.VM, o.VMI) {
			o.Pending = append(o.Pending, unreadPending)
		}
		return nil
	}
	g.reconnects = changesNetworks(was, o.VM)
	changes, err := g.changes(ctx, o)
	if err != nil {
		return err
	}
	changes = slices.DeleteFunc(changes, func(c liveupdate.Change) bool { return g.arrives(c, o, was) })
	o.Pending = sorted(append(o.Pending, g.attributes(changes, o.VM)...))
	return nil
}

// arrives tells of a disk that the guest was started with, and that KubeVirt has not plugged
// in yet: it comes when its content is there, which no restart brings sooner.
func (g *guest) arrives(c liveupdate.Change, o *convert.Objects, was *kubevirtv1.VirtualMachine) bool {
	name := convert.VolumeOfField(c.Of, c.Field)
	if name == "" || c.Removed || c.Landing != liveupdate.Live {
		return false
	}
	in := func(volumes []kubevirtv1.Volume) *kubevirtv1.Volume {
		if i := slices.IndexFunc(volumes, func(v kubevirtv1.Volume) bool { return v.Name == name }); i >= 0 {
			return &volumes[i]
		}
		return nil
	}
	is := in(o.VMI.Spec.Volumes)
	return is != nil && !slices.ContainsFunc([]*kubevirtv1.VirtualMachine{g.started, was, o.VM}, func(vm *kubevirtv1.VirtualMachine) bool {
		return !equality.Semantic.DeepEqual(in(vm.Spec.Template.Spec.Volumes), is)
	})
}

// unreadPending stands for changes that KubeVirt tells of, where what the guest was
// started from may not be read.
const unreadPending = "spec.template.spec"

func sorted(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// attributes names the attributes of changes. Those that come with another
// instance type or preference are its.
func (g *guest) attributes(changes []liveupdate.Change, want *kubevirtv1.VirtualMachine) []string {
	var own map[string]bool // fields that differ in the machines themselves
	if g.expanded["started"] != nil {
		own = map[string]bool{}
		for _, c := range liveupdate.Changes(g.started, want, nil, g.cluster) {
			own[c.Field] = true
		}
	}
	var out []string
	for _, c := range changes {
		switch was := &g.started.Spec; {
		case own == nil || own[c.Field]:
			out = append(out, attributeOf(c))
		case instanceTypeName(was) != instanceTypeName(&want.Spec):
			out = append(out, "instance_type")
		case want.Spec.Instancetype != nil && liveupdate.MayBeLive(c.Field):
			out = append(out, "instance_type") // of another one that the guest had got live
		case preferenceName(was) != preferenceName(&want.Spec):
			out = append(out, "preference")
		default:
			out = append(out, attributeOf(c))
		}
	}
	return sorted(out)
}

func instanceTypeName(spec *kubevirtv1.VirtualMachineSpec) string {
	if spec.Instancetype == nil {
		return ""
	}
	return spec.Instancetype.Kind + "/" + spec.Instancetype.Name + "/" + spec.Instancetype.RevisionName
}

func preferenceName(spec *kubevirtv1.VirtualMachineSpec) string {
	if spec.Preference == nil {
		return ""
	}
	return spec.Preference.Kind + "/" + spec.Preference.Name + "/" + spec.Preference.RevisionName
}

// attributeOf names the attribute that writes the field of a change.
func attributeOf(c liveupdate.Change) string {
	switch {
	case strings.HasSuffix(c.Field, "template.metadata.annotations") && c.Name != kubevirtv1.IgnitionAnnotation:
		return "template_annotations"
	case strings.HasSuffix(c.Field, ".cpu.sockets") && hasCores(c.Of):
		return "resources.cpu.sockets"
	case strings.Contains(c.Field, ".devices.gpus"):
		return gpuAttribute(c.Of)
	}
	at, ok := convert.AttributeOf(c.Of, convert.LayoutOf(c.Of, ""), c.Field)
	if !ok {
		return c.Field
	}
	return pathText(at)
}

// gpuAttribute is the one of the two spellings that a machine's GPUs look like.
func gpuAttribute(vm *kubevirtv1.VirtualMachine) string {
	for _, gpu := range vm.Spec.Template.Spec.Domain.Devices.GPUs {
		if !strings.HasPrefix(gpu.Name, "gpu-") {
			return "resources.gpus"
		}
	}
	return "resources.gpu"
}

// hasCores tells of a machine whose sockets are not all that it says of its CPUs.
func hasCores(vm *kubevirtv1.VirtualMachine) bool {
	cpu := vm.Spec.Template.Spec.Domain.CPU
	return cpu != nil && (cpu.Cores != 0 || cpu.Threads != 0)
}

// pathText writes a path as names and keys with dots between them.
func pathText(p path.Path) string {
	steps := make([]string, 0, len(p.Steps()))
	for _, step := range p.Steps() {
		switch s := step.(type) {
		case path.PathStepAttributeName:
			steps = append(steps, string(s))
		case path.PathStepElementKeyString:
			steps = append(steps, string(s))
		default:
			steps = append(steps, step.String())
		}
	}
	return strings.Join(steps, ".")
}

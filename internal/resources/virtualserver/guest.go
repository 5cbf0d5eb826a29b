package virtualserver

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/liveupdate"
)

// guest is a running instance and the machine that it was started from.
type guest struct {
	r       *Resource
	uid     types.UID
	started *kubevirtv1.VirtualMachine
	cluster liveupdate.Cluster
	// reconnects: interfaces change their networks, the pod tells when they have.
	reconnects bool

	expanded map[string]*kubevirtv1.VirtualMachine // by what was expanded
}

// guestOf reads what the instance was started from; nil where there is none, it
// is not known yet, or it may not be read.
func (r *Resource) guestOf(ctx context.Context, from kube.Getter, o *convert.Objects) (*guest, error) {
	if !runs(o.VMI) || o.VMI.Status.VirtualMachineRevisionName == "" {
		return nil, nil
	}
	g := &guest{r: r, uid: o.VMI.UID, cluster: liveupdate.ClusterOf(nil), expanded: map[string]*kubevirtv1.VirtualMachine{}}
	// Another type or preference leaves the templates as they are.
	if !usesClass(o.VM) && isAsStarted(o.VM, o.VMI) {
		g.started = o.VM
		return g, nil
	}
	revision := &appsv1.ControllerRevision{}
	found, err := getObject(ctx, from, o.VMI.Namespace, o.VMI.Status.VirtualMachineRevisionName, revision)
	if err != nil || !found {
		return nil, ignoreForbidden(err)
	}
	var data struct {
		Spec kubevirtv1.VirtualMachineSpec `json:"spec"`
	}
	if err := json.Unmarshal(revision.Data.Raw, &data); err != nil {
		return nil, fmt.Errorf("the ControllerRevision %s cannot be read: %w", revision.Name, err)
	}
	g.started = &kubevirtv1.VirtualMachine{ObjectMeta: *o.VM.ObjectMeta.DeepCopy(), Spec: data.Spec}
	return g, nil
}

// isAsStarted tells whether the machine's template is the one that the instance was
// started from. KubeVirt notes the machine's generation in the instance, and takes
// a new one over as long as the templates are equal.
func isAsStarted(vm *kubevirtv1.VirtualMachine, vmi *kubevirtv1.VirtualMachineInstance) bool {
	return vmi.Annotations[kubevirtv1.VirtualMachineGenerationAnnotation] == fmt.Sprint(vm.Generation)
}

// changes lists what the guest does not have of its machine, but for what attachments
// own: their resources tell of that.
func (g *guest) changes(ctx context.Context, o *convert.Objects) ([]liveupdate.Change, error) {
	started, want, vmi := g.started, o.VM, o.VMI
	if want.Spec.Template == nil || started.Spec.Template == nil {
		return nil, nil
	}
	switch {
	case !usesClass(want) && !usesClass(started):
	case g.needsExpansion(want):
		var err error
		if want, err = g.expand(ctx, fmt.Sprint(want.Generation), want); err != nil {
			return nil, err
		}
		if started, err = g.expand(ctx, "started", started); err != nil {
			return nil, err
		}
	default:
		// What the type or the preference gave the instance stands in neither machine.
		vmi = vmi.DeepCopy()
		vmi.Spec.NodeSelector, vmi.Spec.Affinity, vmi.Spec.Tolerations = want.Spec.Template.Spec.NodeSelector, want.Spec.Template.Spec.Affinity, want.Spec.Template.Spec.Tolerations
	}
	pod, err := g.pod(ctx, o.VMI)
	if err != nil {
		return nil, err
	}
	all := append(liveupdate.Changes(started, want, vmi, g.cluster), liveupdate.Underway(started, want, vmi, pod)...)
	return slices.DeleteFunc(all, func(c liveupdate.Change) bool {
		volume := convert.VolumeOfField(c.Of, c.Field)
		return volume != "" && convert.IsAttached(o.VM, o.VMI.UID, volume)
	}), nil
}

// changesNetworks tells whether an update has changed what interfaces are connected to.
func changesNetworks(was, now *kubevirtv1.VirtualMachine) bool {
	return was.Spec.Template != nil && now.Spec.Template != nil && !equality.Semantic.DeepEqual(was.Spec.Template.Spec.Networks, now.Spec.Template.Spec.Networks)
}

// pod is the one that the guest runs in, nil where nobody needs it or it may not be
// read.
func (g *guest) pod(ctx context.Context, vmi *kubevirtv1.VirtualMachineInstance) (*corev1.Pod, error) {
	if !g.reconnects && !liveupdate.Reconnects(g.started, vmi) {
		return nil, nil
	}
	pods, err := g.r.launcherPods(ctx, vmi)
	if err != nil {
		return nil, ignoreForbidden(err)
	}
	for i := range pods {
		if pods[i].Spec.NodeName == vmi.Status.NodeName && pods[i].Status.Phase == corev1.PodRunning {
			return &pods[i], nil
		}
	}
	return nil, nil
}

func usesClass(vm *kubevirtv1.VirtualMachine) bool {
	return vm.Spec.Instancetype != nil || vm.Spec.Preference != nil
}

// needsExpansion tells whether a type or a preference takes part in a change: a
// request for each machine is saved otherwise.
func (g *guest) needsExpansion(want *kubevirtv1.VirtualMachine) bool {
	was, now := &g.started.Spec, &want.Spec
	return !equality.Semantic.DeepEqual(was.Instancetype, now.Instancetype) || !equality.Semantic.DeepEqual(was.Preference, now.Preference) ||
		!maps.Equal(was.Template.Spec.NodeSelector, now.Template.Spec.NodeSelector) ||
		!equality.Semantic.DeepEqual(was.Template.Spec.Affinity, now.Template.Spec.Affinity) ||
		!equality.Semantic.DeepEqual(was.Template.Spec.Tolerations, now.Template.Spec.Tolerations)
}

// expand has KubeVirt write a machine's type and preference out. Who may not call
// it, or where the type is gone, sees the machine as it stands.
func (g *guest) expand(ctx context.Context, key string, vm *kubevirtv1.VirtualMachine) (*kubevirtv1.VirtualMachine, error) {
	if known := g.expanded[key]; known != nil {
		return known, nil
	}
	out := &kubevirtv1.VirtualMachine{}
	body := &kubevirtv1.VirtualMachine{
		TypeMeta:   metav1.TypeMeta{APIVersion: kubevirtv1.GroupVersion.String(), Kind: kubevirtv1.VirtualMachineGroupVersionKind.Kind},
		ObjectMeta: metav1.ObjectMeta{Namespace: vm.Namespace, Name: vm.Name},
		Spec:       vm.Spec,
	}
	err := g.r.data.Client.PutSubresource(ctx, kube.Subresource{Namespace: vm.Namespace, Verb: kube.ExpandSpec}, body, out)
	switch {
	case apierrors.IsForbidden(err), apierrors.IsBadRequest(err), apierrors.IsNotFound(err), apierrors.IsInternalError(err):
		out = vm
	case err != nil:
		return nil, err
	}
	out.Generation = vm.Generation
	g.expanded[key] = out
	return out, nil
}

package virtualserver

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
)

// evidence is what the cluster knows of a server. All but the VM may be missing:
// it does not exist, or may not be read.
type evidence struct {
	*convert.Objects
	disks  []*cdiv1.DataVolume // DataVolumes of its disks, the root disk's first
	pod    *corev1.Pod         // the virt-launcher pod that the guest runs in
	events []corev1.Event      // of all of these, the newest last
}

// root is the DataVolume of the root disk, nil when there is none.
func (e evidence) root() *cdiv1.DataVolume {
	claim := convert.LayoutOf(e.VM, "").RootClaim
	for _, dv := range e.disks {
		if dv.Name == claim {
			return dv
		}
	}
	return nil
}

// gap is a part of the evidence that could not be read.
type gap struct {
	what  string // what is missing of the answer
	right string // the right that reads it
	err   error
}

// eventsGap is the gap where the events would be.
const eventsGap = "events"

// investigate reads what objects and DataVolumes do not tell.
func (r *Resource) investigate(ctx context.Context, e *evidence) []gap {
	var gaps []gap
	pod, err := r.launcherPod(ctx, e.VMI)
	if err != nil {
		gaps = append(gaps, gap{"what the virt-launcher pod says of a problem", "list on pods", err})
	}
	e.pod = pod
	if e.events, err = r.eventsOf(ctx, *e); err != nil {
		gaps = append(gaps, gap{eventsGap, "list on events", err})
	}
	return gaps
}

// launcherPod reads the pod of an instance, the newest of several: a migration
// has two.
func (r *Resource) launcherPod(ctx context.Context, vmi *kubevirtv1.VirtualMachineInstance) (*corev1.Pod, error) {
	pods, err := r.launcherPods(ctx, vmi)
	if err != nil || len(pods) == 0 {
		return nil, err
	}
	return &pods[0], nil
}

// launcherPods reads the pods of an instance, the newest first.
func (r *Resource) launcherPods(ctx context.Context, vmi *kubevirtv1.VirtualMachineInstance) ([]corev1.Pod, error) {
	if vmi == nil {
		return nil, nil
	}
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return nil, err
	}
	return machine.Launchers(ctx, api, vmi)
}

// eventsOf reads the events of the server's objects. Those of an instance that is
// gone count too: they tell why it is.
func (r *Resource) eventsOf(ctx context.Context, e evidence) ([]corev1.Event, error) {
	names := append([]string{e.VM.Name}, e.claims()...)
	if e.pod != nil {
		names = append(names, e.pod.Name)
	}
	events, err := r.data.Client.EventsOf(ctx, e.VM.Namespace, names...)
	return slices.DeleteFunc(events, func(event corev1.Event) bool { return !e.concerns(event) }), err
}

// concerns tells whether an event is about the server, and not about others of
// the same names.
func (e evidence) concerns(event corev1.Event) bool {
	of := event.InvolvedObject
	switch of.Kind {
	case kubevirtv1.VirtualMachineGroupVersionKind.Kind:
		return of.UID == e.VM.UID
	case kubevirtv1.VirtualMachineInstanceGroupVersionKind.Kind:
		return of.Name == e.VM.Name && !kube.LastSeen(event).Before(e.VM.CreationTimestamp.Time)
	case "Pod":
		return e.pod != nil && of.UID == e.pod.UID
	case convert.KindDataVolume, convert.KindClaim:
		return slices.Contains(e.claims(), of.Name)
	}
	return false
}

// claims are the DataVolumes and claims whose events are of interest: the root
// disk's, and while the guest does not run those of all disks.
func (e evidence) claims() []string {
	var out []string
	if root := convert.LayoutOf(e.VM, "").RootClaim; root != "" {
		out = append(out, root)
	}
	if e.VMI != nil && e.VMI.IsRunning() {
		return out
	}
	for _, name := range convert.ClaimsOf(e.VM) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

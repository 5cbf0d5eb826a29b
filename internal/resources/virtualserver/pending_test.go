package virtualserver

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
)

// revisions answers with what a machine was started from; nil with a refusal.
type revisions struct {
	started *kubevirtv1.VirtualMachine
	asked   int
}

func (r *revisions) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	r.asked++
	if r.started == nil {
		return apierrors.NewForbidden(appsv1.Resource("controllerrevisions"), key.Name, nil)
	}
	raw, err := json.Marshal(map[string]any{"spec": r.started.Spec})
	into.(*appsv1.ControllerRevision).Data = runtime.RawExtension{Raw: raw}
	return err
}

// TestReadPending: a server that is as it was started asks for nothing.
func TestReadPending(t *testing.T) {
	machine := func(generation int64, cores uint32, tier string) *kubevirtv1.VirtualMachine {
		vm := &kubevirtv1.VirtualMachine{Spec: kubevirtv1.VirtualMachineSpec{Template: &kubevirtv1.VirtualMachineInstanceTemplateSpec{}}}
		vm.Generation = generation
		vm.Spec.Template.ObjectMeta.Labels = map[string]string{"tier": tier}
		vm.Spec.Template.Spec.Domain.CPU = &kubevirtv1.CPU{Sockets: 1, Cores: cores}
		return vm
	}
	started := machine(1, 1, "web")
	instance := func() *kubevirtv1.VirtualMachineInstance {
		vmi := &kubevirtv1.VirtualMachineInstance{Spec: started.Spec.Template.Spec}
		vmi.UID = types.UID("guest")
		vmi.Labels = map[string]string{"tier": "web"}
		vmi.Annotations = map[string]string{kubevirtv1.VirtualMachineGenerationAnnotation: "1"}
		vmi.Status.VirtualMachineRevisionName, vmi.Status.Phase = "revision", kubevirtv1.Running
		return vmi
	}
	secret := func(of string) *corev1.Secret {
		s := &corev1.Secret{}
		s.Annotations = map[string]string{convert.AnnotationChangedWhileRunning: of}
		return s
	}
	for name, c := range map[string]struct {
		vm        *kubevirtv1.VirtualMachine
		secret    *corev1.Secret
		stopped   bool
		forbidden bool
		asked     int
		want      []string
	}{
		"as started":                        {vm: started},
		"changed":                           {vm: machine(2, 2, "db"), asked: 1, want: []string{"resources.cpu.cores", "template_labels"}},
		"changed back":                      {vm: machine(3, 1, "web"), asked: 1},
		"changed, of an unknown start":      {vm: machine(2, 2, "db"), forbidden: true, asked: 1},
		"stopped":                           {vm: machine(2, 2, "db"), stopped: true},
		"data changed":                      {vm: started, secret: secret("guest/network_data,cloud_init"), want: []string{"cloud_init", "network_data"}},
		"data changed before its start":     {vm: started, secret: secret("another/cloud_init")},
		"data changed, and others as well":  {vm: machine(2, 2, "web"), secret: secret("guest/users"), asked: 1, want: []string{"resources.cpu.cores", "users"}},
		"data changed, of an unknown start": {vm: machine(2, 2, "web"), secret: secret("guest/users"), forbidden: true, asked: 1, want: []string{"users"}},
	} {
		t.Run(name, func(t *testing.T) {
			from := &revisions{started: started}
			if c.forbidden {
				from.started = nil
			}
			o := convert.Objects{VM: c.vm, VMI: instance(), Secret: c.secret}
			if c.stopped {
				o.VMI = nil
			}
			if err := (&Resource{}).readPending(t.Context(), from, &o); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(o.Pending, c.want) || from.asked != c.asked {
				t.Errorf("pending are %v, not %v, for %d requests, not %d", o.Pending, c.want, from.asked, c.asked)
			}
		})
	}
}

// TestReadPendingArriving: a disk that is plugged in as the guest starts waits for no
// restart; one that came later does, until it is there.
func TestReadPendingArriving(t *testing.T) {
	volume := kubevirtv1.Volume{Name: "data", VolumeSource: kubevirtv1.VolumeSource{DataVolume: &kubevirtv1.DataVolumeSource{Name: "data", Hotpluggable: true}}}
	root := kubevirtv1.Volume{Name: "root", VolumeSource: kubevirtv1.VolumeSource{ContainerDisk: &kubevirtv1.ContainerDiskSource{}}}
	machine := func(generation int64, volumes ...kubevirtv1.Volume) *kubevirtv1.VirtualMachine {
		vm := &kubevirtv1.VirtualMachine{Spec: kubevirtv1.VirtualMachineSpec{Template: &kubevirtv1.VirtualMachineInstanceTemplateSpec{}}}
		vm.Generation = generation
		vm.Spec.Template.Spec.Volumes = append([]kubevirtv1.Volume{root}, volumes...)
		for _, v := range vm.Spec.Template.Spec.Volumes {
			vm.Spec.Template.Spec.Domain.Devices.Disks = append(vm.Spec.Template.Spec.Domain.Devices.Disks, kubevirtv1.Disk{Name: v.Name})
		}
		return vm
	}
	with, without := machine(2, volume), machine(1)
	for name, c := range map[string]struct {
		started, was *kubevirtv1.VirtualMachine
		phase        kubevirtv1.VolumePhase
		want         []string
	}{
		"from its start": {with, with, kubevirtv1.VolumePending, nil},
		"there":          {without, with, kubevirtv1.VolumeReady, nil},
		"later":          {without, with, kubevirtv1.VolumePending, []string{"storage.additional_disks.data"}},
		"back just now":  {with, without, kubevirtv1.VolumePending, []string{"storage.additional_disks.data"}},
	} {
		t.Run(name, func(t *testing.T) {
			vmi := &kubevirtv1.VirtualMachineInstance{Spec: *with.Spec.Template.Spec.DeepCopy()}
			vmi.Status.VirtualMachineRevisionName, vmi.Status.Phase = "revision", kubevirtv1.Running
			vmi.Status.VolumeStatus = []kubevirtv1.VolumeStatus{{Name: "data", Phase: c.phase, HotplugVolume: &kubevirtv1.HotplugVolumeStatus{}}}
			o := convert.Objects{VM: with, VMI: vmi}
			if err := (&Resource{}).readPendingSince(t.Context(), &revisions{started: c.started}, &o, c.was); err != nil || !slices.Equal(o.Pending, c.want) {
				t.Errorf("pending are %v, not %v: %v", o.Pending, c.want, err)
			}
		})
	}
}

package convert

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// TestPowerStateOf: a guest that is only being started does not run.
func TestPowerStateOf(t *testing.T) {
	vmi := func(phase kubevirtv1.VirtualMachineInstancePhase, paused corev1.ConditionStatus) *kubevirtv1.VirtualMachineInstance {
		return &kubevirtv1.VirtualMachineInstance{Status: kubevirtv1.VirtualMachineInstanceStatus{Phase: phase,
			Conditions: []kubevirtv1.VirtualMachineInstanceCondition{{Type: kubevirtv1.VirtualMachineInstancePaused, Status: paused}}}}
	}
	for name, c := range map[string]struct {
		vmi  *kubevirtv1.VirtualMachineInstance
		want string
	}{
		"none":      {nil, PowerStopped},
		"scheduled": {vmi(kubevirtv1.Scheduled, corev1.ConditionFalse), PowerStopped},
		"running":   {vmi(kubevirtv1.Running, corev1.ConditionFalse), PowerRunning},
		"paused":    {vmi(kubevirtv1.Running, corev1.ConditionTrue), PowerPaused},
		"failed":    {vmi(kubevirtv1.Failed, corev1.ConditionTrue), PowerStopped},
	} {
		if got := PowerStateOf(c.vmi); got != c.want {
			t.Errorf("%s: %s, not %s", name, got, c.want)
		}
	}
}

// TestSizeInfo: what KubeVirt reports of CPUs and memory goes before what the guest
// was started with, and 0 is 1.
func TestSizeInfo(t *testing.T) {
	amount := func(s string) *resource.Quantity {
		q := resource.MustParse(s)
		return &q
	}
	requested := kubevirtv1.VirtualMachineInstance{}
	requested.Spec.Domain.Resources.Requests = corev1.ResourceList{corev1.ResourceMemory: *amount("512Mi")}
	started := *requested.DeepCopy()
	started.Spec.Domain.CPU, started.Spec.Domain.Memory = &kubevirtv1.CPU{Cores: 2}, &kubevirtv1.Memory{Guest: amount("1Gi")}
	reported := *started.DeepCopy()
	reported.Status.CurrentCPUTopology, reported.Status.Memory = &kubevirtv1.CPUTopology{Cores: 2, Sockets: 4, Threads: 2}, &kubevirtv1.MemoryStatus{GuestCurrent: amount("2Gi")}
	for name, c := range map[string]struct {
		vmi  kubevirtv1.VirtualMachineInstance
		cpus [3]int64
		mem  string
	}{
		"nothing":   {kubevirtv1.VirtualMachineInstance{}, [3]int64{1, 1, 1}, ""},
		"requested": {requested, [3]int64{1, 1, 1}, "512Mi"},
		"started":   {started, [3]int64{2, 1, 1}, "1Gi"},
		"reported":  {reported, [3]int64{2, 4, 2}, "2Gi"},
	} {
		cpu := cpuInfo(&c.vmi)
		if got := [3]int64{cpu.Cores.ValueInt64(), cpu.Sockets.ValueInt64(), cpu.Threads.ValueInt64()}; got != c.cpus {
			t.Errorf("%s: CPUs %v, not %v", name, got, c.cpus)
		}
		if got := memoryOf(&c.vmi); got != c.mem {
			t.Errorf("%s: memory %q, not %q", name, got, c.mem)
		}
	}
}

// TestSourceName names sources as the API does.
func TestSourceName(t *testing.T) {
	for want, source := range map[string]kubevirtv1.VolumeSource{
		"":                 {},
		"dataVolume":       {DataVolume: &kubevirtv1.DataVolumeSource{}},
		"cloudInitNoCloud": {CloudInitNoCloud: &kubevirtv1.CloudInitNoCloudSource{}},
		"configMap":        {ConfigMap: &kubevirtv1.ConfigMapVolumeSource{}},
	} {
		if got := sourceName(source); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

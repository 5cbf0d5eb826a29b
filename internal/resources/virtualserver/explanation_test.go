package virtualserver

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
)

// situation builds what the cluster knows of a server "web" with a root disk and
// a disk "data".
type situation struct{ evidence }

func situationOf(strategy kubevirtv1.VirtualMachineRunStrategy, status kubevirtv1.VirtualMachinePrintableStatus) situation {
	vm := &kubevirtv1.VirtualMachine{
		ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "web", UID: "vm"},
		Spec: kubevirtv1.VirtualMachineSpec{RunStrategy: &strategy, Template: &kubevirtv1.VirtualMachineInstanceTemplateSpec{Spec: kubevirtv1.VirtualMachineInstanceSpec{
			Domain:  kubevirtv1.DomainSpec{Devices: kubevirtv1.Devices{Disks: []kubevirtv1.Disk{{Name: "root"}, {Name: "data"}}}},
			Volumes: []kubevirtv1.Volume{volumeOf("root", "web-root-x"), volumeOf("data", "web-data")},
		}}},
		Status: kubevirtv1.VirtualMachineStatus{PrintableStatus: status, RunStrategy: strategy},
	}
	return situation{evidence{Objects: &convert.Objects{VM: vm}}}
}

func volumeOf(name, dv string) kubevirtv1.Volume {
	return kubevirtv1.Volume{Name: name, VolumeSource: kubevirtv1.VolumeSource{DataVolume: &kubevirtv1.DataVolumeSource{Name: dv}}}
}

func (s situation) vm(change func(*kubevirtv1.VirtualMachine)) situation {
	change(s.VM)
	return s
}

func (s situation) condition(kind kubevirtv1.VirtualMachineConditionType, status corev1.ConditionStatus, reason, message string) situation {
	s.VM.Status.Conditions = append(s.VM.Status.Conditions, kubevirtv1.VirtualMachineCondition{Type: kind, Status: status, Reason: reason, Message: message})
	return s
}

func (s situation) asking(action kubevirtv1.StateChangeRequestAction) situation {
	s.VM.Status.StateChangeRequests = append(s.VM.Status.StateChangeRequests, kubevirtv1.VirtualMachineStateChangeRequest{Action: action})
	return s
}

func (s situation) instance(phase kubevirtv1.VirtualMachineInstancePhase, conditions ...kubevirtv1.VirtualMachineInstanceCondition) situation {
	s.VMI = &kubevirtv1.VirtualMachineInstance{ObjectMeta: metav1.ObjectMeta{Name: "web", UID: "vmi"}, Status: kubevirtv1.VirtualMachineInstanceStatus{Phase: phase, NodeName: "node-1", Conditions: conditions}}
	return s
}

func (s situation) vmi(change func(*kubevirtv1.VirtualMachineInstance)) situation {
	change(s.VMI)
	return s
}

func (s situation) disk(name string, phase cdiv1.DataVolumePhase, progress cdiv1.DataVolumeProgress) situation {
	s.disks = append(s.disks, &cdiv1.DataVolume{ObjectMeta: metav1.ObjectMeta{Name: name}, Status: cdiv1.DataVolumeStatus{Phase: phase, Progress: progress}})
	return s
}

func (s situation) failing(reason, message string) situation {
	last := s.disks[len(s.disks)-1]
	last.Status.Conditions = append(last.Status.Conditions, cdiv1.DataVolumeCondition{Type: cdiv1.DataVolumeRunning, Status: corev1.ConditionFalse, Reason: reason, Message: message})
	return s
}

func (s situation) restarted(times int32) situation {
	s.disks[len(s.disks)-1].Status.RestartCount = times
	return s
}

func (s situation) launcher(status corev1.PodStatus) situation {
	s.pod = &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "virt-launcher-web-abc", UID: "pod"}, Spec: corev1.PodSpec{NodeName: "node-1"}, Status: status}
	return s
}

func (s situation) warning(kind, reason, message string) situation {
	s.events = append(s.events, corev1.Event{Type: corev1.EventTypeWarning, Reason: reason, Message: message, InvolvedObject: corev1.ObjectReference{Kind: kind}})
	return s
}

// stoppedBefore is a server that was stopped and remembers its run strategy.
func stoppedBefore(strategy kubevirtv1.VirtualMachineRunStrategy) situation {
	return situationOf(kubevirtv1.RunStrategyHalted, kubevirtv1.VirtualMachineStatusStopped).vm(func(vm *kubevirtv1.VirtualMachine) {
		vm.Annotations = map[string]string{convert.AnnotationRunStrategy: string(strategy)}
	})
}

func instanceCondition(kind kubevirtv1.VirtualMachineInstanceConditionType, status corev1.ConditionStatus, reason, message string) kubevirtv1.VirtualMachineInstanceCondition {
	return kubevirtv1.VirtualMachineInstanceCondition{Type: kind, Status: status, Reason: reason, Message: message}
}

// TestExplain: each situation has its explanation, and what is as it should be
// has none.
func TestExplain(t *testing.T) {
	const (
		always, rerun, once = kubevirtv1.RunStrategyAlways, kubevirtv1.RunStrategyRerunOnFailure, kubevirtv1.RunStrategyOnce
		manual, haltedState = kubevirtv1.RunStrategyManual, kubevirtv1.RunStrategyHalted
		isRunning           = kubevirtv1.VirtualMachineStatusRunning
		isStopped           = kubevirtv1.VirtualMachineStatusStopped
		isStarting          = kubevirtv1.VirtualMachineStatusStarting
		isProvisioning      = kubevirtv1.VirtualMachineStatusProvisioning
		isCrashing          = kubevirtv1.VirtualMachineStatusCrashLoopBackOff
	)
	paused := func(reason string) situation {
		return situationOf(always, kubevirtv1.VirtualMachineStatusPaused).instance(kubevirtv1.Running,
			instanceCondition(kubevirtv1.VirtualMachineInstancePaused, corev1.ConditionTrue, reason, "it was paused"))
	}
	waiting := func(reason, message string) corev1.PodStatus {
		return corev1.PodStatus{Phase: corev1.PodPending, ContainerStatuses: []corev1.ContainerStatus{{Name: "compute", State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}}}}
	}
	exited := corev1.PodStatus{Phase: corev1.PodFailed, ContainerStatuses: []corev1.ContainerStatus{{Name: "compute", State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 137, Reason: "OOMKilled"}}}}}
	crashing := situationOf(always, isCrashing).vm(func(vm *kubevirtv1.VirtualMachine) {
		vm.Status.StartFailure = &kubevirtv1.VirtualMachineStartFailure{ConsecutiveFailCount: 4}
	})
	unresponsive := func(vmi *kubevirtv1.VirtualMachineInstance) { vmi.Status.Reason = "NodeUnresponsive" }
	for name, c := range map[string]struct {
		situation
		summary string   // "" for no problem
		says    []string // of cause and advice
	}{
		"runs":                {situation: situationOf(always, isRunning).instance(kubevirtv1.Running)},
		"runs, disks done":    {situation: situationOf(always, isRunning).instance(kubevirtv1.Running).disk("web-root-x", cdiv1.Succeeded, "100.0%")},
		"halted":              {situation: situationOf(haltedState, isStopped)},
		"halted and stopping": {situation: stoppedBefore(always).instance(kubevirtv1.Running)},
		"halted with a disk that nobody uses yet": {situation: situationOf(haltedState, isStopped).disk("web-root-x", cdiv1.WaitForFirstConsumer, "N/A")},
		"manual, never started":                   {situation: situationOf(manual, isStopped)},
		"deleted": {situationOf(always, isRunning).vm(func(vm *kubevirtv1.VirtualMachine) {
			vm.DeletionTimestamp, vm.Finalizers = &metav1.Time{Time: time.Now()}, []string{"example.com/keep"}
		}), "The server is being deleted", []string{"example.com/keep"}},

		"stopped by power_state": {stoppedBefore(rerun), "The server was stopped", []string{"Its own run strategy is RerunOnFailure", `power_state = "running"`}},
		"start asked for":        {stoppedBefore(always).asking(kubevirtv1.StartRequest), "The server is about to start", []string{"has not done so yet"}},
		"start of a manual one":  {situationOf(manual, isStopped).asking(kubevirtv1.StartRequest), "The server is about to start", nil},
		"restored": {situationOf(always, isStopped).vm(func(vm *kubevirtv1.VirtualMachine) { vm.Status.RestoreInProgress = ptr.To("back") }),
			"The server is being restored", []string{`"back"`}},
		"not made yet": {situationOf(always, isStopped).warning("VirtualMachine", "FailedCreate", "no"), "The server has not started yet",
			[]string{`Its status is "Stopped".`, "Last warning: virtualmachine FailedCreate: no", "kubectl get kubevirt"}},
		"shutting down": {situationOf(always, kubevirtv1.VirtualMachineStatusStopping).instance(kubevirtv1.Running).vmi(func(vmi *kubevirtv1.VirtualMachineInstance) {
			vmi.DeletionTimestamp = &metav1.Time{Time: time.Now()}
		}), "The guest is shutting down", []string{"termination_grace_period_seconds"}},
		"told to shut down": {situationOf(manual, isRunning).instance(kubevirtv1.Running).asking(kubevirtv1.StopRequest), "The guest is shutting down", nil},

		"shut itself down, RerunOnFailure": {situationOf(rerun, isStopped), "The guest has ended", []string{"started again only after a failure", "virtctl start web"}},
		"RerunOnFailure, just changed to": {situationOf(rerun, isStopped).vm(func(vm *kubevirtv1.VirtualMachine) { vm.Status.RunStrategy = haltedState }),
			"The server has not started yet", nil},
		"shut itself down, Once":   {situationOf(once, isStopped).instance(kubevirtv1.Succeeded), "The guest shut itself down", []string{"With the run strategy Once it is not started again"}},
		"shut itself down, Manual": {situationOf(manual, isStopped).instance(kubevirtv1.Succeeded), "The guest shut itself down", []string{"run strategy Manual", "virtctl start web"}},
		"shut itself down, Always": {situationOf(always, isStopped).instance(kubevirtv1.Succeeded), "The guest shut itself down", []string{"KubeVirt starts it again"}},
		"failed, Once":             {situationOf(once, isStopped).instance(kubevirtv1.Failed).launcher(exited), "The guest failed", []string{`"compute"`, "exit code 137: OOMKilled", "With the run strategy Once"}},
		"failed, nobody knows why": {situationOf(manual, isStopped).instance(kubevirtv1.Failed), "The guest failed", []string{"KubeVirt gives no reason"}},
		"evicted": {situationOf(always, isStopped).instance(kubevirtv1.Failed).launcher(corev1.PodStatus{Phase: corev1.PodFailed, Reason: "Evicted", Message: "The node was low on resource: memory."}),
			"The server was evicted from its node", []string{"Node node-1", "low on resource: memory. KubeVirt starts it again"}},
		"pod lost": {situationOf(manual, isStopped).instance(kubevirtv1.Failed).launcher(corev1.PodStatus{Phase: corev1.PodFailed, Reason: "NodeLost", Message: "Node is gone"}),
			"The guest failed", []string{"The virt-launcher pod failed: NodeLost: Node is gone."}},
		"node unresponsive": {situationOf(always, isStopped).instance(kubevirtv1.Failed).vmi(unresponsive), "The server's node is gone", []string{"the node node-1", "KubeVirt starts it again"}},
		"node gone":         {situationOf(always, kubevirtv1.VirtualMachineStatusUnknown).instance(kubevirtv1.Unknown), "The server's node is gone", []string{"the node node-1", "kubectl delete node"}},

		"importing": {situationOf(always, isProvisioning).disk("web-root-x", cdiv1.ImportInProgress, "42.17%"), "The root disk is still being imported: 42 %",
			[]string{"The DataVolume web-root-x is in the phase ImportInProgress", "by itself"}},
		"importing, no progress yet": {situationOf(always, isProvisioning).disk("web-root-x", cdiv1.ImportScheduled, "N/A"), "The root disk is still being imported", nil},
		"cloning": {situationOf(always, isProvisioning).disk("web-root-x", cdiv1.Succeeded, "100.0%").disk("web-data", cdiv1.CloneInProgress, "7.5%"),
			`The disk "data" is still being cloned: 7 %`, []string{"web-data"}},
		"import of an instance": {situationOf(always, isProvisioning).instance(kubevirtv1.Pending).disk("web-root-x", cdiv1.ImportInProgress, "1.0%"), "The root disk is still being imported: 1 %", nil},
		"first consumer": {situationOf(always, kubevirtv1.VirtualMachineStatusWaitingForVolumeBinding).instance(kubevirtv1.Pending).disk("web-root-x", cdiv1.WaitForFirstConsumer, "N/A").
			warning("PersistentVolumeClaim", "ProvisioningFailed", "no room"), "The root disk waits for a node", []string{"WaitForFirstConsumer", "Last warning: persistentvolumeclaim ProvisioningFailed: no room"}},
		"unbound claim": {situationOf(always, kubevirtv1.VirtualMachineStatusWaitingForVolumeBinding).instance(kubevirtv1.Pending).warning("PersistentVolumeClaim", "ProvisioningFailed", "no class"),
			"A disk has no volume yet", []string{"no class", "kubectl describe pvc"}},
		"upload":        {situationOf(always, isProvisioning).disk("web-root-x", cdiv1.UploadReady, "N/A"), "The root disk waits for an upload", []string{"virtctl image-upload dv web-root-x"}},
		"paused import": {situationOf(always, isProvisioning).disk("web-root-x", cdiv1.Paused, "N/A"), "The import of the root disk is paused", nil},
		"import fails": {situationOf(always, kubevirtv1.VirtualMachineStatusDataVolumeError).disk("web-root-x", cdiv1.ImportInProgress, "N/A").failing("Error", "404"),
			"The root disk's image cannot be imported", []string{"404", "storage.root.source"}},
		"import tried again": {situationOf(always, isProvisioning).disk("web-root-x", cdiv1.ImportInProgress, "N/A").restarted(1), "The root disk is still being imported", []string{"Attempts that failed before: 1."}},
		"import tried again, which KubeVirt calls an error": {situationOf(always, kubevirtv1.VirtualMachineStatusDataVolumeError).disk("web-root-x", cdiv1.ImportInProgress, "N/A").restarted(1).warning("DataVolume", "Error", "404"),
			"The root disk's image cannot be imported", []string{"attempts that failed so far: 1. It is tried again. Last warning: datavolume Error: 404", "storage.root.source"}},
		"import tried again and again": {situationOf(always, isProvisioning).disk("web-root-x", cdiv1.ImportInProgress, "N/A").restarted(datavolume.ImportRestarts), "The root disk's image cannot be imported", nil},
		"import done after failures":   {situation: situationOf(always, isRunning).instance(kubevirtv1.Running).disk("web-root-x", cdiv1.Succeeded, "100.0%").restarted(9)},
		"halted while unschedulable":   {situation: situationOf(haltedState, kubevirtv1.VirtualMachineStatusUnschedulable).instance(kubevirtv1.Scheduling).condition(synchronized, corev1.ConditionFalse, "ErrImagePull", "not found")},
		"another import fails": {situationOf(haltedState, isStopped).disk("web-root-x", cdiv1.Succeeded, "100.0%").disk("web-data", cdiv1.ImportInProgress, "N/A").failing("Error", "403"),
			`The image of disk "data" cannot be imported`, []string{"403", "source of the DataVolume web-data"}},

		"unschedulable": {situationOf(always, kubevirtv1.VirtualMachineStatusUnschedulable).instance(kubevirtv1.Scheduling, instanceCondition("PodScheduled", corev1.ConditionFalse, "Unschedulable", "0/2 nodes are available")),
			"No node can run the server", []string{"0/2 nodes are available"}},
		"missing claim": {situationOf(always, kubevirtv1.VirtualMachineStatusPvcNotFound).instance(kubevirtv1.Pending).condition(synchronized, corev1.ConditionFalse, "FailedPvcNotFound", "PVC ns/x not found"),
			"A claim is missing", []string{"PVC ns/x not found"}},
		"image": {situationOf(always, kubevirtv1.VirtualMachineStatusErrImagePull).instance(kubevirtv1.Scheduling).condition(synchronized, corev1.ConditionFalse, "ErrImagePull", "not found"),
			"An image cannot be pulled", []string{"not found"}},
		"crash loop":             {crashing, "The guest keeps failing", []string{"failures in a row: 4", "virtctl console"}},
		"crash loop, pod exited": {situation{evidence{Objects: crashing.Objects}}.launcher(exited), "The guest keeps failing", []string{"exit code 137: OOMKilled"}},
		"pod refused": {situationOf(always, isStarting).instance(kubevirtv1.Pending).condition(synchronized, corev1.ConditionFalse, "FailedCreate", `pods is forbidden: exceeded quota: small`),
			"The namespace's quota is used up", []string{"exceeded quota: small", "quota raised"}},
		"instance refused": {situationOf(always, isStopped).condition(kubevirtv1.VirtualMachineFailure, corev1.ConditionTrue, "FailedCreate", "no such thing"), "KubeVirt reports a failure", []string{"FailedCreate: no such thing"}},

		"no pod yet":        {situationOf(always, isStarting).instance(kubevirtv1.Pending), "The server is starting", []string{"making its virt-launcher pod", "kubectl describe vmi web"}},
		"pod being made":    {situationOf(always, isStarting).instance(kubevirtv1.Scheduling).launcher(waiting("ContainerCreating", "")).warning("Pod", "FailedMount", "no secret"), "The server is starting", []string{"virt-launcher-web-abc", "Last warning: pod FailedMount: no secret"}},
		"container refused": {situationOf(always, isStarting).instance(kubevirtv1.Scheduling).launcher(waiting("CreateContainerConfigError", "secret not found")), "The virt-launcher pod does not start", []string{`"compute"`, "CreateContainerConfigError: secret not found"}},
		"on its node":       {situationOf(always, isStarting).instance(kubevirtv1.Scheduled).launcher(corev1.PodStatus{}), "The server is starting", []string{"Node node-1 is starting the guest"}},

		"paused by a user":      {paused("PausedByUser"), "The server is paused", []string{"PausedByUser", "virtctl unpause vm web"}},
		"paused by an error":    {paused("PausedIOError"), "The server is paused", []string{"A disk could not be read or written", "virtctl unpause vm web"}},
		"paused by a migration": {paused("PausedByMigrationMonitor"), "The server is paused", []string{"goes on when that ends"}},
		"not ready": {situationOf(always, isRunning).instance(kubevirtv1.Running, instanceCondition(kubevirtv1.VirtualMachineInstanceReady, corev1.ConditionFalse, "ContainersNotReady", "unready")),
			"The guest runs, but is not ready", []string{"ContainersNotReady: unready", "readiness_probe"}},
		"restart required": {situationOf(always, isRunning).instance(kubevirtv1.Running).condition(kubevirtv1.VirtualMachineRestartRequired, corev1.ConditionTrue, "", ""), "Changes wait for a restart", []string{"virtctl restart web"}},
		"changes pending": {func() situation {
			s := situationOf(always, isRunning).instance(kubevirtv1.Running)
			s.Pending = []string{"cloud_init", "template_labels"}
			return s
		}(), "Changes wait for a restart", []string{"cloud_init, template_labels"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := explain(c.evidence)
			if got == nil || c.summary == "" {
				if got != nil || c.summary != "" {
					t.Fatalf("got %+v, want %q", got, c.summary)
				}
				return
			}
			if got.summary != c.summary || got.cause == "" || got.advice == "" || got.kind == "" {
				t.Errorf("got %+v, want %q", got, c.summary)
			}
			for _, words := range c.says {
				if text := got.cause + "\n" + got.advice; !strings.Contains(text, words) {
					t.Errorf("%q is not in:\n%s", words, text)
				}
			}
		})
	}
}

// TestConcerns: events of others that have or had the name of the server count
// not.
func TestConcerns(t *testing.T) {
	made := time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)
	s := situationOf(kubevirtv1.RunStrategyAlways, "").launcher(corev1.PodStatus{})
	s.VM.CreationTimestamp = metav1.NewTime(made)
	event := func(kind, name string, uid types.UID, minute int) corev1.Event {
		return corev1.Event{InvolvedObject: corev1.ObjectReference{Kind: kind, Name: name, UID: uid}, LastTimestamp: metav1.NewTime(made.Add(time.Duration(minute) * time.Minute))}
	}
	for name, c := range map[string]struct {
		event corev1.Event
		want  bool
	}{
		"machine":                      {event("VirtualMachine", "web", "vm", 1), true},
		"machine before this one":      {event("VirtualMachine", "web", "old", -1), false},
		"an instance that is gone":     {event("VirtualMachineInstance", "web", "older", 1), true},
		"instance of another machine":  {event("VirtualMachineInstance", "web", "old", -1), false},
		"pod":                          {event("Pod", "virt-launcher-web-abc", "pod", 1), true},
		"another pod":                  {event("Pod", "web", "other", 1), false},
		"root disk's DataVolume":       {event("DataVolume", "web-root-x", "dv", 1), true},
		"another disk's claim":         {event("PersistentVolumeClaim", "web-data", "pvc", 1), true},
		"claim of the machine's name":  {event("PersistentVolumeClaim", "web", "pvc", 1), false},
		"Service of the machine's own": {event("Service", "web", "service", 1), false},
	} {
		if got := s.concerns(c.event); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

package virtualserver

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// explain answers why a server does not run as it should: what is wrong, else
// what it waits for, else who stopped it. nil when all is well, and when it is
// stopped as its run strategy says.
func explain(e evidence) *problem {
	if at := e.VM.DeletionTimestamp; at != nil {
		return &problem{kind: "deletion", summary: "The server is being deleted",
			cause:  fmt.Sprintf("Somebody deleted it. These finalizers hold it: %s.", orNone(strings.Join(e.VM.Finalizers, ", "))),
			advice: "It is gone once its guest has shut down and whoever set the finalizers is done."}
	}
	if convert.RunStrategyOf(e.VM) == kubevirtv1.RunStrategyHalted {
		return e.halted()
	}
	if p := e.failing(); p != nil {
		return p
	}
	switch vmi := e.VMI; {
	case vmi == nil:
		return e.withoutInstance()
	case vmi.IsFinal():
		return e.ended()
	case vmi.DeletionTimestamp != nil || e.asked(kubevirtv1.StopRequest):
		return &problem{kind: "stopping", summary: "The guest is shutting down",
			cause:  "The guest was told to shut down, for a stop or a restart, and has not ended yet.",
			advice: "It may take termination_grace_period_seconds; then it is switched off."}
	case vmi.Status.Phase == kubevirtv1.Unknown:
		return e.lostNode()
	case !vmi.IsRunning():
		return e.starting()
	}
	return e.running()
}

// failing is what fails an apply, with what is known besides.
func (e evidence) failing() *problem {
	p := trouble(e.Objects, e.root())
	if p == nil || p.kind == "datavolume" {
		if better := e.failingImport(); better != nil {
			return better
		}
	}
	if p != nil && p.kind == "crash" {
		if e.lost() {
			return e.lostNode()
		}
		if how := termination(e.pod); how != "" {
			p.cause += " " + how
		}
	}
	return p
}

// failingImport is an import that failed last, or that fails again and again and
// is just being tried once more.
func (e evidence) failingImport() *problem {
	root := e.root()
	for _, dv := range e.disks {
		image, restarts := "image of "+e.diskOf(dv), dv.Status.RestartCount
		if dv == root {
			image = rootImage
		}
		p := importTrouble(dv, image)
		again := restarts >= datavolume.ImportRestarts || restarts > 0 && e.VM.Status.PrintableStatus == kubevirtv1.VirtualMachineStatusDataVolumeError
		if p == nil && again && dv.Status.Phase != cdiv1.Succeeded {
			p = importFailure(dv, image, fmt.Sprintf("attempts that failed so far: %d. It is tried again.%s", restarts, e.warned()), restarts >= datavolume.ImportRestarts)
		}
		if p != nil && dv == root {
			p.advice = rootAdvice
		}
		if p != nil {
			return p
		}
	}
	return nil
}

// halted tells of a server that is not to run. What its instance complained of is
// over; a disk that cannot be imported stays so.
func (e evidence) halted() *problem {
	if p := e.failingImport(); p != nil {
		return p
	}
	if e.asked(kubevirtv1.StartRequest) {
		return e.startRequested()
	}
	was := convert.RememberedStrategy(e.VM)
	if was == "" || e.VMI != nil {
		return nil
	}
	return &problem{kind: "stopped", summary: "The server was stopped",
		cause:  fmt.Sprintf("It was stopped, by power_state or an action, and is %s until it is started again. Its own run strategy is %s.", kubevirtv1.RunStrategyHalted, was),
		advice: `To start it, set power_state = "running", or run the action that starts it.`}
}

// asked tells whether KubeVirt was asked to start or stop the guest, and has not
// done it yet.
func (e evidence) asked(action kubevirtv1.StateChangeRequestAction) bool {
	for _, request := range e.VM.Status.StateChangeRequests {
		if request.Action == action {
			return true
		}
	}
	return false
}

func (e evidence) startRequested() *problem {
	return &problem{kind: "start", summary: "The server is about to start",
		cause:  "KubeVirt was asked to start it, and has not done so yet." + e.warned(),
		advice: "If this lasts, look at KubeVirt itself: kubectl get kubevirt -A."}
}

// withoutInstance tells why there is no instance of a server that may run.
func (e evidence) withoutInstance() *problem {
	if restore := e.VM.Status.RestoreInProgress; restore != nil && *restore != "" {
		return &problem{kind: "restore", summary: "The server is being restored",
			cause:  fmt.Sprintf("The VirtualMachineRestore %q is at work: until it is done, KubeVirt does not start the server.", *restore),
			advice: "Look at it with kubectl describe virtualmachinerestore."}
	}
	if e.asked(kubevirtv1.StartRequest) {
		return e.startRequested()
	}
	switch strategy := convert.RunStrategyOf(e.VM); {
	case strategy == kubevirtv1.RunStrategyManual:
		return nil // it runs when told to
	case strategy == kubevirtv1.RunStrategyRerunOnFailure && e.VM.Status.RunStrategy == strategy:
		return &problem{kind: "ended", summary: "The guest has ended",
			cause:  "It shut itself down, or was stopped by KubeVirt's own operation (virtctl stop). With the run strategy RerunOnFailure it is started again only after a failure.",
			advice: "Start it with virtctl start " + e.VM.Name + ", or set run_strategy = \"Always\" if it is to run always."}
	}
	if p := e.waitingDisk(); p != nil {
		return p
	}
	return &problem{kind: "start", summary: "The server has not started yet",
		cause:  fmt.Sprintf("KubeVirt has not made an instance of it yet. Its status is %q.%s", e.VM.Status.PrintableStatus, e.warned()),
		advice: "If this lasts, look at KubeVirt itself: kubectl get kubevirt -A."}
}

// ended tells why a guest ended.
func (e evidence) ended() *problem {
	strategy := convert.RunStrategyOf(e.VM)
	again := " KubeVirt starts it again."
	advice := "If it keeps ending, look at the log of the virt-launcher pod and at the guest's console (virtctl console)."
	if strategy == kubevirtv1.RunStrategyManual || strategy == kubevirtv1.RunStrategyOnce ||
		strategy == kubevirtv1.RunStrategyRerunOnFailure && e.VMI.Status.Phase == kubevirtv1.Succeeded {
		again = fmt.Sprintf(" With the run strategy %s it is not started again.", strategy)
		advice = fmt.Sprintf("Start it with virtctl start %s, or restart it with virtctl restart %s; set run_strategy = \"Always\" if it is to run always.", e.VM.Name, e.VM.Name)
	}
	switch {
	case e.lost():
		p := e.lostNode()
		p.cause += again
		return p
	case e.VMI.Status.Phase == kubevirtv1.Succeeded:
		return &problem{kind: "ended", summary: "The guest shut itself down", cause: "The guest shut down from inside, or was told to." + again, advice: advice}
	case e.pod != nil && e.pod.Status.Reason == "Evicted":
		return &problem{kind: "evicted", summary: "The server was evicted from its node",
			cause:  fmt.Sprintf("Node %s evicted the virt-launcher pod: %s.%s", e.VMI.Status.NodeName, strings.TrimSuffix(e.pod.Status.Message, "."), again),
			advice: "The node lacked memory or disk space: give it more, or the server less."}
	}
	how := termination(e.pod)
	if how == "" {
		how = "KubeVirt gives no reason."
		if reason := e.VMI.Status.Reason; reason != "" {
			how = "KubeVirt says: " + reason + "."
		}
	}
	return &problem{kind: "failed", summary: "The guest failed", cause: "The guest ended with a failure. " + how + again, advice: advice}
}

// nodeUnresponsive is KubeVirt's reason for the failure of an instance whose node
// does not answer any more.
const nodeUnresponsive = "NodeUnresponsive"

// lost tells whether the guest's node is gone.
func (e evidence) lost() bool {
	return e.VMI != nil && (e.VMI.Status.Phase == kubevirtv1.Unknown || e.VMI.Status.Reason == nodeUnresponsive)
}

func (e evidence) lostNode() *problem {
	return &problem{kind: "node", summary: "The server's node is gone",
		cause:  fmt.Sprintf("KubeVirt has lost contact with the node %s that the guest ran on.", orNone(e.VMI.Status.NodeName)),
		advice: "Bring the node back, or delete it from the cluster (kubectl delete node): KubeVirt starts a guest elsewhere only when it is sure that it does not run any more."}
}

// starting tells what an instance waits for that does not run yet.
func (e evidence) starting() *problem {
	if p := e.waitingDisk(); p != nil {
		return p
	}
	where, advice := "KubeVirt is making its virt-launcher pod.", "If this lasts, look at the instance: kubectl describe vmi "+e.VM.Name+"."
	switch pod := e.pod; {
	case e.VMI.Status.Phase == kubevirtv1.Scheduled:
		where = fmt.Sprintf("Node %s is starting the guest.", e.VMI.Status.NodeName)
		advice = "If this lasts, look at the log of the virt-launcher pod."
	case pod != nil:
		where = fmt.Sprintf("The virt-launcher pod %s is being prepared on node %s.", pod.Name, orNone(pod.Spec.NodeName))
		advice = "If this lasts, look at the pod: kubectl describe pod " + pod.Name + "."
		if container, why := waitingContainer(pod); container != "" {
			return &problem{kind: "pod", summary: "The virt-launcher pod does not start",
				cause: fmt.Sprintf("The container %q of the virt-launcher pod %s waits: %s.%s", container, pod.Name, why, e.warned()), advice: advice}
		}
	}
	return &problem{kind: "starting", summary: "The server is starting", cause: where + e.warned(), advice: advice}
}

// running tells what is wrong with a guest that runs.
func (e evidence) running() *problem {
	if c := convert.InstanceCondition(e.VMI, kubevirtv1.VirtualMachineInstancePaused, corev1.ConditionTrue); c != nil {
		return e.paused(c.Reason, c.Message)
	}
	if c := convert.InstanceCondition(e.VMI, kubevirtv1.VirtualMachineInstanceReady, corev1.ConditionFalse); c != nil {
		return &problem{kind: "unready", summary: "The guest runs, but is not ready",
			cause:  strings.TrimSpace(fmt.Sprintf("KubeVirt reports %s: %s", c.Reason, c.Message)) + e.warned(),
			advice: "Mostly its readiness_probe does not pass: look at what it asks for in the guest."}
	}
	required := convert.HasCondition(e.VM, kubevirtv1.VirtualMachineRestartRequired)
	if !required && len(e.Pending) == 0 {
		return nil
	}
	cause := "Changes take effect when the server is restarted."
	if len(e.Pending) > 0 {
		cause = "These attributes take effect when the server is restarted: " + strings.Join(e.Pending, ", ") + "."
	}
	return &problem{kind: "restart", summary: "Changes wait for a restart", cause: cause,
		advice: "Restart the server: virtctl restart " + e.VM.Name + `, or restart_policy = "automatic" for each apply.`}
}

func (e evidence) paused(reason, message string) *problem {
	p := &problem{kind: "paused", summary: "The server is paused",
		cause:  strings.TrimSpace(fmt.Sprintf("Its CPUs stand still. KubeVirt reports %s: %s", reason, message)),
		advice: `To let it go on, set power_state = "running", or run virtctl unpause vm ` + e.VM.Name + "."}
	switch reason {
	case "PausedIOError":
		p.advice = "A disk could not be read or written: see to its storage first, which may be full. " + p.advice
	case "PausedByMigrationMonitor":
		p.advice = "A live migration stopped it for its last step: it goes on when that ends."
	}
	return p
}

// warned is what the cluster warned of last, as a sentence to append.
func (e evidence) warned() string {
	lines := kube.WarningLines(e.events, 1)
	if len(lines) == 0 {
		return ""
	}
	return " Last warning: " + lines[0]
}

// diskOf names a DataVolume by the disk that it is for.
func (e evidence) diskOf(dv *cdiv1.DataVolume) string {
	if dv.Name == convert.LayoutOf(e.VM, "").RootClaim {
		return "root disk"
	}
	if e.VM.Spec.Template != nil {
		for _, v := range e.VM.Spec.Template.Spec.Volumes {
			if v.DataVolume != nil && v.DataVolume.Name == dv.Name {
				return fmt.Sprintf("disk %q", v.Name)
			}
		}
	}
	return fmt.Sprintf("DataVolume %q", dv.Name)
}

package virtualserver

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/liveupdate"
)

const (
	synchronized     = kubevirtv1.VirtualMachineConditionType(kubevirtv1.VirtualMachineInstanceSynchronized)
	podScheduled     = kubevirtv1.VirtualMachineConditionType(corev1.PodScheduled)
	dataVolumesReady = kubevirtv1.VirtualMachineConditionType(kubevirtv1.VirtualMachineInstanceDataVolumesReady)
)

const (
	rootImage  = "root disk's image"
	rootAdvice = "Correct storage.root.source, or make the server it names answer."
)

// problem is something wrong with a server, or what it is waiting for. One that
// fails an apply counts once it has lasted for the grace, because most of them may
// pass; at once when it is final.
type problem struct {
	kind          string
	summary       string // half a sentence: "No node can run the server"
	cause, advice string
	final         bool
}

// trouble finds what keeps a server from getting ready, nil when nothing does.
func trouble(o *convert.Objects, root *cdiv1.DataVolume) *problem {
	if root != nil {
		if p := importTrouble(root, rootImage); p != nil {
			p.advice = rootAdvice
			return p
		}
	}
	vm := o.VM
	switch vm.Status.PrintableStatus {
	case kubevirtv1.VirtualMachineStatusUnschedulable:
		return &problem{kind: "unschedulable", summary: "No node can run the server",
			cause:  "No node can run the server: " + message(o, podScheduled),
			advice: "Ask for less CPU, memory or GPUs, or give the cluster a node that fits. If an autoscaler starts one, raise wait.failure_grace."}
	case kubevirtv1.VirtualMachineStatusErrImagePull, kubevirtv1.VirtualMachineStatusImagePullBackOff:
		return &problem{kind: "image", summary: "An image cannot be pulled",
			cause:  "An image cannot be pulled: " + message(o, synchronized),
			advice: "Check the name and tag of the image, and image_pull_secret if the registry needs one."}
	case kubevirtv1.VirtualMachineStatusPvcNotFound:
		return &problem{kind: "claim", summary: "A claim is missing",
			cause:  "A claim that the server uses does not exist: " + message(o, synchronized),
			advice: "Create the claim, or correct its name in the server's storage; a guest that is waiting for the wrong one must then be restarted."}
	case kubevirtv1.VirtualMachineStatusDataVolumeError:
		return &problem{kind: "datavolume", summary: "A disk's DataVolume failed",
			cause:  "A DataVolume of the server failed: " + message(o, dataVolumesReady),
			advice: "Look at it with kubectl describe datavolume, and correct the disk's source."}
	case kubevirtv1.VirtualMachineStatusCrashLoopBackOff:
		count := 0
		if f := vm.Status.StartFailure; f != nil {
			count = f.ConsecutiveFailCount
		}
		return &problem{kind: "crash", summary: "The guest keeps failing",
			cause:  fmt.Sprintf("The guest keeps failing right after its start (failures in a row: %d).", count),
			advice: "Look at the log of the virt-launcher pod and at the guest's console (virtctl console). Often the image does not fit the machine: its architecture, firmware or disk bus."}
	}
	for _, c := range vm.Status.Conditions {
		// While an instance migrates, KubeVirt puts changes off, and calls it a failure.
		putOff := o.VMI != nil && liveupdate.IsMigrating(o.VMI)
		failed := c.Type == kubevirtv1.VirtualMachineFailure && c.Status == corev1.ConditionTrue && !putOff
		// A pod that cannot even be made shows only here, as with a GPU that the
		// cluster does not permit. KubeVirt leaves it behind when the instance ends.
		unsynced := c.Type == synchronized && c.Status == corev1.ConditionFalse && o.VMI != nil
		if failed || unsynced {
			return refusal(c.Reason, c.Message)
		}
	}
	return nil
}

// refusal is what KubeVirt could not do.
func refusal(reason, message string) *problem {
	p := &problem{kind: "failure", summary: "KubeVirt reports a failure",
		cause: fmt.Sprintf("KubeVirt reports %s: %s", reason, message), advice: "Correct what it names and apply again."}
	if strings.Contains(message, "exceeded quota") {
		p.kind, p.summary = "quota", "The namespace's quota is used up"
		p.advice = "Ask for less, stop or delete what is not needed, or have the namespace's quota raised: a virt-launcher pod needs a little more than the guest."
	}
	return p
}

// importTrouble says what keeps a disk's import from succeeding. what says whose it is.
func importTrouble(dv *cdiv1.DataVolume, what string) *problem {
	message, final := datavolume.Failure(dv, datavolume.ImportRestarts)
	if message == "" {
		return nil
	}
	return importFailure(dv, what, message, final)
}

func importFailure(dv *cdiv1.DataVolume, what, why string, final bool) *problem {
	return &problem{kind: "import", summary: "The " + what + " cannot be imported",
		cause:  fmt.Sprintf("The %s cannot be imported: %s", what, why),
		advice: "Correct the source of the DataVolume " + dv.Name + ", or make the server it names answer.",
		final:  final}
}

// message returns what a condition of the VM or its instance says.
func message(o *convert.Objects, kind kubevirtv1.VirtualMachineConditionType) string {
	if c := convert.Condition(o.VM, kind); c != nil && c.Message != "" {
		return c.Message
	}
	if o.VMI != nil {
		for _, c := range o.VMI.Status.Conditions {
			if string(c.Type) == string(kind) && c.Message != "" {
				return c.Message
			}
		}
	}
	return "KubeVirt gives no reason."
}

package virtualserver

import (
	"fmt"
	"strconv"
	"strings"

	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
)

// waitingDisk tells of a disk that is not ready to be used yet.
func (e evidence) waitingDisk() *problem {
	for _, dv := range e.disks {
		if p := e.waitingFor(dv); p != nil {
			return p
		}
	}
	if e.VM.Status.PrintableStatus != kubevirtv1.VirtualMachineStatusWaitingForVolumeBinding {
		return nil
	}
	return &problem{kind: "binding", summary: "A disk has no volume yet",
		cause:  "KubeVirt waits for a claim of the server to be bound to a volume." + e.warned(),
		advice: "Look at its claims (kubectl describe pvc): their storage class may not exist, or have no room left."}
}

// waitingFor tells what a DataVolume waits for, nil when it is done.
func (e evidence) waitingFor(dv *cdiv1.DataVolume) *problem {
	disk := e.diskOf(dv)
	advice := "It goes on by itself. Look at it with kubectl describe datavolume " + dv.Name + "."
	switch dv.Status.Phase {
	case cdiv1.Succeeded:
		return nil
	case cdiv1.WaitForFirstConsumer, cdiv1.PendingPopulation:
		return &problem{kind: "binding", summary: "The " + disk + " waits for a node",
			cause:  fmt.Sprintf("Its storage class makes the volume only where a pod uses it (WaitForFirstConsumer), and the DataVolume %s waits for that.%s", dv.Name, e.warned()),
			advice: "KubeVirt starts a pod for it by itself. If this lasts, no node fits: look at the events and at the claim (kubectl describe pvc " + dv.Name + ")."}
	case cdiv1.UploadScheduled, cdiv1.UploadReady:
		return &problem{kind: "upload", summary: "The " + disk + " waits for an upload",
			cause: fmt.Sprintf("The DataVolume %s is to be filled by an upload that has not come yet.", dv.Name), advice: "Upload an image: virtctl image-upload dv " + dv.Name + " --no-create."}
	case cdiv1.Paused:
		return &problem{kind: "importing", summary: "The import of the " + disk + " is paused",
			cause: fmt.Sprintf("The DataVolume %s is between two stages of its import, and waits for the next to be asked for.", dv.Name), advice: "Add the next checkpoint to it."}
	}
	doing := "imported"
	if phase := strings.ToLower(string(dv.Status.Phase)); strings.Contains(phase, "clone") || strings.Contains(phase, "snapshot") || strings.Contains(phase, "smart") {
		doing = "cloned"
	}
	summary := fmt.Sprintf("The %s is still being %s", disk, doing)
	if progress := wholePercent(dv.Status.Progress); progress != "" {
		summary += ": " + progress
	}
	before := ""
	if dv.Status.RestartCount > 0 {
		before = fmt.Sprintf(" Attempts that failed before: %d.", dv.Status.RestartCount)
	}
	return &problem{kind: "importing", summary: summary,
		cause: fmt.Sprintf("%s. The DataVolume %s is in the phase %s.%s%s", summary, dv.Name, orNone(string(dv.Status.Phase)), before, e.warned()), advice: advice}
}

// wholePercent is CDI's progress, such as "42.17%", in whole percent; "" while it does
// not say.
func wholePercent(progress cdiv1.DataVolumeProgress) string {
	number, err := strconv.ParseFloat(strings.TrimSuffix(string(progress), "%"), 64)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d %%", int(number))
}

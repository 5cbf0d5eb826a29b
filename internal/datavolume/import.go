package datavolume

import (
	corev1 "k8s.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
)

// ImportRestarts is how often an import may fail before it counts as failed.
// CDI itself retries for ever, and its DataVolume never becomes Failed.
const ImportRestarts = 3

// Imported holds for disks that are done, and for those that are waiting for a
// server to use them.
func Imported(phase cdiv1.DataVolumePhase) bool {
	return phase == cdiv1.Succeeded || phase == cdiv1.WaitForFirstConsumer || phase == cdiv1.PendingPopulation
}

// Failure is what keeps an import or a clone from succeeding, as CDI says it; "" when
// nothing does. Of an import it shows in the Running condition and in the restart
// count alone, of a clone in the Bound condition. final tells that the import failed
// more often than restarts allows.
func Failure(dv *cdiv1.DataVolume, restarts int32) (message string, final bool) {
	if dv.Status.Phase == cdiv1.Succeeded {
		return "", false
	}
	for _, c := range dv.Status.Conditions {
		if c.Status == corev1.ConditionTrue {
			continue
		}
		switch string(c.Type) + " " + c.Reason {
		case "Running Error", "Running ImagePullFailed":
			return c.Message, dv.Status.RestartCount >= restarts
		case "Running Unschedulable": // also for a moment between two tries
			return c.Message, false
		case "Bound CloneWithoutSource", "Bound CloneValidationFailed", "Bound ErrClaimNotValid":
			return c.Message, false // somebody may make or enlarge what is missing
		}
	}
	return "", false
}

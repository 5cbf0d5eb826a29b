package virtualserver

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// waitingContainer is a container of a pod that cannot start, and why; "" when
// none says more than that it is being made.
func waitingContainer(pod *corev1.Pod) (name, why string) {
	for _, c := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		w := c.State.Waiting
		if w == nil || w.Reason == "" || w.Reason == "ContainerCreating" || w.Reason == "PodInitializing" {
			continue
		}
		why = w.Reason
		if w.Message != "" {
			why += ": " + strings.TrimSuffix(w.Message, ".")
		}
		return c.Name, why
	}
	return "", ""
}

// termination says how a pod failed, "" when it did not or nobody knows.
func termination(pod *corev1.Pod) string {
	if pod == nil {
		return ""
	}
	if pod.Status.Phase == corev1.PodFailed && (pod.Status.Reason != "" || pod.Status.Message != "") {
		return fmt.Sprintf("The virt-launcher pod failed: %s.", strings.TrimSuffix(strings.Trim(pod.Status.Reason+": "+pod.Status.Message, ": "), "."))
	}
	for _, c := range slices.Concat(pod.Status.ContainerStatuses, pod.Status.InitContainerStatuses) {
		for _, state := range []corev1.ContainerState{c.State, c.LastTerminationState} {
			if t := state.Terminated; t != nil && t.ExitCode != 0 {
				return fmt.Sprintf("The container %q of the virt-launcher pod ended with exit code %d: %s.", c.Name, t.ExitCode, strings.TrimSuffix(strings.Trim(t.Reason+": "+t.Message, ": \n"), "."))
			}
		}
	}
	return ""
}

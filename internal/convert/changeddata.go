package convert

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// ChangedData is the value of AnnotationChangedWhileRunning for a Secret whose
// data change while vmi runs: "<uid>/cloud_init,network_data". The guest has read
// the Secret at its start, and KubeVirt tells nobody that it changed.
func ChangedData(secret *corev1.Secret, vmi *kubevirtv1.VirtualMachineInstance, attributes []string) string {
	all := append(PendingData(secret, vmi), attributes...)
	slices.Sort(all)
	return string(vmi.UID) + "/" + strings.Join(slices.Compact(all), ",")
}

// PendingData are the attributes of which the instance has not seen the data in
// its Secret.
func PendingData(secret *corev1.Secret, vmi *kubevirtv1.VirtualMachineInstance) []string {
	if secret == nil || vmi == nil {
		return nil
	}
	uid, attributes, ok := strings.Cut(secret.Annotations[AnnotationChangedWhileRunning], "/")
	if !ok || uid != string(vmi.UID) || attributes == "" {
		return nil
	}
	return strings.Split(attributes, ",")
}

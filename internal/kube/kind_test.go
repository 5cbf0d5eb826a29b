package kube

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
)

// TestKindOf: a type's name is its kind.
func TestKindOf(t *testing.T) {
	for want, obj := range map[string]metav1.Object{
		"PersistentVolumeClaim": &corev1.PersistentVolumeClaim{}, "DataImportCron": &cdiv1.DataImportCron{}, "VirtualMachine": &kubevirtv1.VirtualMachine{},
	} {
		if got := KindOf(obj); got != want {
			t.Errorf("%s is %q", want, got)
		}
	}
}

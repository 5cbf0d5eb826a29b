package kube

import (
	"cmp"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ByAge orders objects by when they were made, those of one second by name.
func ByAge(a, b metav1.Object) int {
	made, other := a.GetCreationTimestamp(), b.GetCreationTimestamp()
	return cmp.Or(made.Compare(other.Time), cmp.Compare(a.GetName(), b.GetName()))
}

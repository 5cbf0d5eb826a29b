package kube

import (
	"reflect"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// KindOf is the kind of an object, which its Go type has the name of: what was read does
// not say it.
func KindOf(obj metav1.Object) string { return reflect.TypeOf(obj).Elem().Name() }

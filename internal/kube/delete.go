package kube

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Delete deletes an object by its uid, and what it owns after it: another object of its
// name stays, and one that is gone is no error. In the foreground a DataVolume would
// also wait for the claim that CDI imports through, which CDI sometimes leaves behind
// with a pod.
func Delete(ctx context.Context, api client.Writer, obj client.Object) error {
	uid := obj.GetUID()
	err := api.Delete(ctx, obj, client.PropagationPolicy(metav1.DeletePropagationBackground), client.Preconditions{UID: &uid})
	if apierrors.IsConflict(err) {
		return nil // another one has its name
	}
	return client.IgnoreNotFound(err)
}

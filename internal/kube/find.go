package kube

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Find reads one object; found is false when it does not exist.
func Find(ctx context.Context, from Getter, namespace, name string, into client.Object) (found bool, err error) {
	err = from.Get(ctx, types.NamespacedName{Namespace: namespace, Name: name}, into)
	if apierrors.IsNotFound(err) && !IsMissingAPI(err) {
		return false, nil
	}
	return err == nil, err
}

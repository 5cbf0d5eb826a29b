package datavolume

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// Find reads a DataVolume and its claim, which have one name; nil is what does not exist.
// The claim of a DataVolume that was deleted is one that is being deleted, also in the
// moments in which Kubernetes has not told it so yet.
func Find(ctx context.Context, from kube.Getter, namespace, name string) (*cdiv1.DataVolume, *corev1.PersistentVolumeClaim, error) {
	dv, claim := &cdiv1.DataVolume{}, &corev1.PersistentVolumeClaim{}
	found, err := kube.Find(ctx, from, namespace, name, dv)
	if err != nil {
		return nil, nil, err
	}
	if !found {
		dv = nil
	}
	found, err = kube.Find(ctx, from, namespace, name, claim)
	if found && dv == nil && goesWithDataVolume(claim) {
		// Releases of CDI that remove a DataVolume when it is done take the owner
		// reference away before: what is shared may not know that yet.
		found, err = kube.Find(ctx, kube.Live(from), namespace, name, claim)
	}
	if err != nil || !found {
		return dv, nil, err
	}
	if dv == nil && claim.DeletionTimestamp == nil && goesWithDataVolume(claim) {
		now := metav1.Now()
		claim.DeletionTimestamp = &now
	}
	return dv, claim, nil
}

// goesWithDataVolume tells whether a claim is deleted with the DataVolume of its name:
// nothing else owns it.
func goesWithDataVolume(claim *corev1.PersistentVolumeClaim) bool {
	others := func(owner metav1.OwnerReference) bool { return owner.Kind != "DataVolume" || owner.Name != claim.Name }
	return len(claim.OwnerReferences) > 0 && !slices.ContainsFunc(claim.OwnerReferences, others)
}

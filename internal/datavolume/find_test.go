package datavolume

import (
	"context"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// pair is a cluster that has at most one DataVolume and one claim.
type pair struct {
	dv    *cdiv1.DataVolume
	claim *corev1.PersistentVolumeClaim
}

func (p pair) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	switch into := into.(type) {
	case *cdiv1.DataVolume:
		if p.dv != nil {
			p.dv.DeepCopyInto(into)
			return nil
		}
	case *corev1.PersistentVolumeClaim:
		if p.claim != nil {
			p.claim.DeepCopyInto(into)
			return nil
		}
	}
	return apierrors.NewNotFound(schema.GroupResource{}, key.Name)
}

// TestFind: a claim is deleted with its DataVolume, though Kubernetes tells it a moment
// later.
func TestFind(t *testing.T) {
	meta := metav1.ObjectMeta{Namespace: "ns", Name: "data"}
	dv := &cdiv1.DataVolume{ObjectMeta: meta}
	bare := &corev1.PersistentVolumeClaim{ObjectMeta: meta}
	owned, others, both := bare.DeepCopy(), bare.DeepCopy(), bare.DeepCopy()
	owned.OwnerReferences = []metav1.OwnerReference{{APIVersion: "cdi.kubevirt.io/v1beta1", Kind: "DataVolume", Name: "data", UID: "1"}}
	others.OwnerReferences = []metav1.OwnerReference{{APIVersion: "kubevirt.io/v1", Kind: "VirtualMachine", Name: "data", UID: "2"}}
	both.OwnerReferences = append(both.OwnerReferences, owned.OwnerReferences[0], others.OwnerReferences[0])
	for name, c := range map[string]struct {
		pair
		deleting bool
	}{
		"neither":                 {},
		"not made yet":            {pair: pair{dv: dv}},
		"whole":                   {pair: pair{dv, owned}},
		"left by CDI":             {pair: pair{claim: bare}},
		"a server's":              {pair: pair{claim: others}},
		"of one that was deleted": {pair: pair{claim: owned}, deleting: true},
		"also another's":          {pair: pair{claim: both}},
		"not of the one that is":  {pair: pair{dv, bare}},
	} {
		t.Run(name, func(t *testing.T) {
			dv, claim, err := Find(t.Context(), c.pair, "ns", "data")
			if err != nil || (dv != nil) != (c.dv != nil) || (claim != nil) != (c.claim != nil) {
				t.Fatal(dv, claim, err)
			}
			if deleting := claim != nil && claim.DeletionTimestamp != nil; deleting != c.deleting {
				t.Errorf("it is being deleted: %t", deleting)
			}
		})
	}
}

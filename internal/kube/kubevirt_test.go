package kube

import (
	"context"
	"errors"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// answers is a cluster that answers lists of KubeVirt one after the other.
type answers struct {
	client.Reader
	next []func(*kubevirtv1.KubeVirtList) error
}

func (a *answers) List(_ context.Context, into client.ObjectList, _ ...client.ListOption) error {
	answer := a.next[0]
	a.next = a.next[1:]
	return answer(into.(*kubevirtv1.KubeVirtList))
}

func TestKubeVirt(t *testing.T) {
	forbidden := apierrors.NewForbidden(schema.GroupResource{Resource: "kubevirts"}, "", errors.New("no"))
	fails := func(err error) func(*kubevirtv1.KubeVirtList) error {
		return func(*kubevirtv1.KubeVirtList) error { return err }
	}
	there := func(list *kubevirtv1.KubeVirtList) error {
		list.Items = []kubevirtv1.KubeVirt{{Status: kubevirtv1.KubeVirtStatus{ObservedKubeVirtVersion: "v1.8.2"}}}
		return nil
	}

	k := newKubeVirt(&answers{next: []func(*kubevirtv1.KubeVirtList) error{fails(errors.New("try again")), there}})
	if _, err := k.get(t.Context()); err == nil {
		t.Error("an error is not told")
	}
	for range 2 { // a second request would panic
		if kv, err := k.get(t.Context()); err != nil || kv == nil || kv.Status.ObservedKubeVirtVersion != "v1.8.2" {
			t.Errorf("got %v, %v", kv, err)
		}
	}
	for what, answer := range map[string]func(*kubevirtv1.KubeVirtList) error{"forbidden": fails(forbidden), "none": fails(nil)} {
		k := newKubeVirt(&answers{next: []func(*kubevirtv1.KubeVirtList) error{answer}})
		for range 2 {
			if kv, err := k.get(t.Context()); kv != nil || (what == "forbidden") != apierrors.IsForbidden(err) {
				t.Errorf("%s: got %v, %v", what, kv, err)
			}
		}
	}
}

package kube

import (
	"context"
	"reflect"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
)

// clusterObjects remembers objects of the whole cluster: its configuration, which a
// process needs to read once.
type clusterObjects struct {
	api client.WithWatch

	turn chan struct{} // held while one is read
	mu   sync.Mutex
	read map[clusterKey]clusterObject
}

type clusterKey struct {
	kind schema.GroupVersionKind
	name string
}

type clusterObject struct {
	obj client.Object
	err error // it does not exist, or may not be read
}

func newClusterObjects(api client.WithWatch) *clusterObjects {
	return &clusterObjects{api: api, turn: make(chan struct{}, 1), read: map[clusterKey]clusterObject{}}
}

func (s *clusterObjects) get(ctx context.Context, name string, into client.Object) error {
	kind, err := apiutil.GVKForObject(into, s.api.Scheme())
	if err != nil {
		return err
	}
	key := clusterKey{kind, name}
	if known, ok := s.known(key); ok {
		return known.into(into)
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if known, ok := s.known(key); ok {
		return known.into(into)
	}
	err = s.api.Get(ctx, client.ObjectKey{Name: name}, into)
	if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsForbidden(err) {
		return err // the next may have more luck
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read[key] = clusterObject{obj: into.DeepCopyObject().(client.Object), err: err} //nolint:forcetypeassert // DeepCopyObject keeps the type
	return err
}

func (s *clusterObjects) known(key clusterKey) (clusterObject, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, ok := s.read[key]
	return known, ok
}

func (s clusterObject) into(obj client.Object) error {
	if s.err != nil {
		return s.err
	}
	assign(obj, s.obj)
	return nil
}

// assign copies an object; it returns false for one of another type.
func assign(to, from client.Object) bool {
	target, source := reflect.ValueOf(to).Elem(), reflect.ValueOf(from.DeepCopyObject()).Elem()
	if target.Type() != source.Type() {
		return false
	}
	target.Set(source)
	return true
}

package kube

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	// getsBeforeList is the number of objects of one kind and namespace that are
	// read one by one. A list costs as much as the namespace is large, whoever
	// owns what is in it.
	getsBeforeList = 10

	listPage    = 500
	listTimeout = 30 * time.Second

	// idleAfter ends the watch of a snapshot that nobody reads any more.
	idleAfter = time.Minute
)

// snapshot holds the objects of one kind and namespace, for as long as a watch
// keeps them current. It begins with counting what is asked for, goes on to a
// list, and begins again when its watch ends. Who may not list or watch reads
// one by one.
//
// client-go's reflector is not used, since it hides that a watch broke: here
// nothing is served that is not watched.
type snapshot struct {
	api       client.WithWatch
	key       snapshotKey
	idleAfter time.Duration

	mu      sync.Mutex
	asked   map[string]bool
	refused bool          // it cannot be listed and watched
	ready   chan struct{} // closed once objects can be used, or never will; nil while counting
	objects map[string]client.Object
	idle    *time.Timer
}

// get returns an object, nil where only a live read can tell. The caller must
// not change it.
func (s *snapshot) get(ctx context.Context, name string) (client.Object, error) {
	s.mu.Lock()
	s.asked[name] = true
	if s.ready == nil && !s.refused && len(s.asked) > getsBeforeList {
		s.ready = make(chan struct{})
		go s.run(s.ready)
	}
	ready := s.ready
	s.mu.Unlock()
	if ready == nil {
		return nil, nil
	}
	select {
	case <-ready:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.idle != nil {
		s.idle.Reset(s.idleAfter)
	}
	return s.objects[name], nil
}

// run lists and watches until the watch ends. It belongs to the process and to
// no reader, any of which may give up.
func (s *snapshot) run(ready chan struct{}) {
	ctx, cancel := context.WithCancel(Aside(context.Background())) // who reads live reports what is wrong
	defer cancel()
	unanswered := time.AfterFunc(2*listTimeout, cancel) // nobody answers the watch
	objects, watcher, err := s.open(ctx)
	unanswered.Stop()
	s.mu.Lock()
	if err == nil {
		s.objects, s.idle = objects, time.AfterFunc(s.idleAfter, cancel)
	} else {
		s.refused, s.ready = true, nil
	}
	close(ready)
	s.mu.Unlock()
	if err != nil {
		return
	}
	s.follow(ctx, watcher)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle.Stop()
	s.objects, s.ready, s.idle = nil, nil, nil
	s.asked = map[string]bool{}
}

// open lists everything and starts a watch from there.
func (s *snapshot) open(ctx context.Context) (map[string]client.Object, watch.Interface, error) {
	listCtx, cancel := context.WithTimeout(ctx, listTimeout)
	defer cancel()
	list, err := s.emptyList()
	if err != nil {
		return nil, nil, err
	}
	objects := map[string]client.Object{}
	for next := ""; ; {
		// Without a resource version a list is what a quorum says, as a GET is.
		if err := s.api.List(listCtx, list, client.InNamespace(s.key.namespace), client.Limit(listPage), client.Continue(next)); err != nil {
			return nil, nil, err
		}
		if err := meta.EachListItem(list, func(item runtime.Object) error { return keep(objects, item) }); err != nil {
			return nil, nil, err
		}
		if next = list.GetContinue(); next == "" {
			break
		}
		rest, err := s.emptyList() // the items of the last page are in use
		if err != nil {
			return nil, nil, err
		}
		list = rest
	}
	// All pages are of one resource version.
	watcher, err := s.api.Watch(ctx, list, client.InNamespace(s.key.namespace), &client.ListOptions{Raw: &metav1.ListOptions{ResourceVersion: list.GetResourceVersion()}})
	return objects, watcher, err
}

func (s *snapshot) emptyList() (client.ObjectList, error) {
	of := s.key.kind
	of.Kind += "List"
	obj, err := s.api.Scheme().New(of)
	if err != nil {
		return nil, err
	}
	list, ok := obj.(client.ObjectList)
	if !ok {
		return nil, fmt.Errorf("%s is not a list", of)
	}
	return list, nil
}

// follow takes over changes until the watch ends.
func (s *snapshot) follow(ctx context.Context, watcher watch.Interface) {
	defer watcher.Stop()
	for {
		var event watch.Event
		var open bool
		select {
		case event, open = <-watcher.ResultChan():
		case <-ctx.Done():
		}
		if !open || event.Type == watch.Error {
			return
		}
		s.mu.Lock()
		if obj, ok := event.Object.(client.Object); ok && event.Type == watch.Deleted {
			delete(s.objects, obj.GetName())
		} else if event.Type != watch.Bookmark {
			_ = keep(s.objects, event.Object)
		}
		s.mu.Unlock()
	}
}

// keep leaves out what takes much room and nobody reads.
func keep(objects map[string]client.Object, item runtime.Object) error {
	obj, ok := item.(client.Object)
	if !ok {
		return fmt.Errorf("%T is not an object", item)
	}
	obj.SetManagedFields(nil)
	objects[obj.GetName()] = obj
	return nil
}

package kube

import (
	"context"
	"sync/atomic"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// pollInterval is used only where the user may get an object but not watch it.
const pollInterval = 2 * time.Second

// Watched names one object to wait on: Object carries its kind, namespace and
// name, List is an empty list of that kind. Without List the object is polled:
// Secrets are never listed or watched.
type Watched struct {
	Object client.Object
	List   client.ObjectList
}

// Verdict is what a check says of the objects it was shown.
type Verdict struct {
	Done  bool
	Again time.Duration // check again after this long even without a change; 0 is never
}

// Await watches the objects and calls check with the current version of each,
// nil for one that does not exist, first when all are known and then after
// every change, until check is done or fails or ctx ends. It returns check's
// error, or ctx's. Without the permission to list and watch it polls.
func (c *Client) Await(ctx context.Context, watched []Watched, check func(now []client.Object) (Verdict, error)) error {
	api, err := c.API(ctx)
	if err != nil {
		return err
	}
	// The watches outlive this call for a moment, and warn in threads of their own.
	ctx, cancel := context.WithCancel(WithWarnings(ctx, nil))
	defer cancel()
	changed := make(chan struct{}, 1)
	sources := make([]*source, len(watched))
	for i, w := range watched {
		sources[i] = newSource(ctx, api, w, changed)
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		case <-timer.C:
		}
		now := make([]client.Object, len(sources))
		synced := true
		for i, s := range sources {
			obj, known, err := s.current()
			if err != nil {
				return err
			}
			now[i], synced = obj, synced && known
		}
		if !synced {
			timer.Reset(pollInterval) // an informer signals changes, not its sync
			continue
		}
		verdict, err := check(now)
		if err != nil || verdict.Done {
			return err
		}
		timer.Stop()
		if verdict.Again > 0 {
			timer.Reset(verdict.Again)
		}
	}
}

// source follows one object.
type source struct {
	failed   atomic.Pointer[error] // what no waiting cures
	key      string
	informer cache.SharedIndexInformer
	denied   atomic.Bool            // watching is forbidden: latest holds what polling saw
	latest   atomic.Pointer[polled] // nil until the first answer
}

type polled struct {
	obj client.Object
	err error // the object may not even be read
}

func newSource(ctx context.Context, api client.WithWatch, w Watched, changed chan<- struct{}) *source {
	namespace, name := w.Object.GetNamespace(), w.Object.GetName()
	signal := func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	if w.List == nil {
		s := &source{}
		s.denied.Store(true)
		go s.poll(ctx, api, w.Object, signal)
		return s
	}
	one := func(o metav1.ListOptions) *client.ListOptions {
		o.FieldSelector = fields.OneTermEqualSelector(metav1.ObjectNameField, name).String()
		return &client.ListOptions{Namespace: namespace, Raw: &o}
	}
	lw := &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
			if o.ResourceVersion == "0" {
				// That is answered from a cache, which may not know yet what was just written.
				// Kubernetes from 1.34 on is not asked so: it streams what there is.
				o.ResourceVersion = ""
			}
			list := w.List.DeepCopyObject().(client.ObjectList) //nolint:forcetypeassert // DeepCopyObject keeps the type
			return list, api.List(ctx, list, one(o))
		},
		WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
			return api.Watch(ctx, w.List.DeepCopyObject().(client.ObjectList), one(o)) //nolint:forcetypeassert // as above
		},
	}
	s := &source{
		key:      cache.NewObjectName(namespace, name).String(),
		informer: cache.NewSharedIndexInformer(lw, w.Object, 0, cache.Indexers{}),
	}
	informerCtx, stop := context.WithCancel(ctx)
	_ = s.informer.SetWatchErrorHandlerWithContext(func(_ context.Context, _ *cache.Reflector, err error) {
		if apierrors.IsUnauthorized(err) || IsMissingAPI(err) {
			s.failed.Store(&err)
			signal()
		}
		if apierrors.IsForbidden(err) && informerCtx.Err() == nil {
			stop()
			s.denied.Store(true)
			go s.poll(ctx, api, w.Object, signal)
		}
	})
	_, _ = s.informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { signal() },
		UpdateFunc: func(any, any) { signal() },
		DeleteFunc: func(any) { signal() },
	})
	go func() {
		if cache.WaitForCacheSync(informerCtx.Done(), s.informer.HasSynced) {
			signal()
		}
	}()
	go s.informer.RunWithContext(informerCtx)
	return s
}

// current returns the object, nil when it does not exist; known is false
// until the first answer.
func (s *source) current() (obj client.Object, known bool, err error) {
	if failed := s.failed.Load(); failed != nil {
		return nil, false, *failed
	}
	if s.denied.Load() {
		if latest := s.latest.Load(); latest != nil {
			return latest.obj, true, latest.err
		}
		return nil, false, nil
	}
	if !s.informer.HasSynced() {
		return nil, false, nil
	}
	item, exists, err := s.informer.GetStore().GetByKey(s.key)
	if err != nil || !exists {
		return nil, true, err
	}
	found, ok := item.(client.Object)
	return found, ok, nil
}

func (s *source) poll(ctx context.Context, api client.Client, obj client.Object, signal func()) {
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		latest := obj.DeepCopyObject().(client.Object) //nolint:forcetypeassert // DeepCopyObject keeps the type
		err := api.Get(ctx, client.ObjectKeyFromObject(obj), latest)
		switch {
		case err == nil:
			s.latest.Store(&polled{obj: latest})
			signal()
		case IsMissingAPI(err), apierrors.IsForbidden(err), apierrors.IsUnauthorized(err):
			s.latest.Store(&polled{err: err})
			signal()
		case apierrors.IsNotFound(err):
			s.latest.Store(&polled{})
			signal()
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

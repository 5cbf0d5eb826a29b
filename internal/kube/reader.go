package kube

import (
	"context"
	"net/http"
	"path"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
)

// Getter reads one object by its name.
type Getter interface {
	Get(ctx context.Context, key client.ObjectKey, into client.Object, opts ...client.GetOption) error
}

// Reader returns what reads many objects with few requests: once more than
// getsBeforeList objects of one kind and namespace were asked for, it lists and
// watches these. What it returns is never older than the process, and what it
// says is missing is missing live.
//
// It is for refreshes. What was written by this process is to be read live, with
// API: once there was a write, the reader reads everything live too. Secrets are
// never listed.
func (c *Client) Reader(ctx context.Context) (Getter, error) {
	conn, err := c.connection(ctx)
	if err != nil {
		return nil, err
	}
	return conn.reader, nil
}

// Live returns what reads what from does, live.
func Live(from Getter) Getter {
	if r, shared := from.(*reader); shared {
		return r.api
	}
	return from
}

// secretKind also covers Secrets of which only the metadata are asked for.
var secretKind = corev1.SchemeGroupVersion.WithKind("Secret")

type reader struct {
	api     client.WithWatch
	written *atomic.Bool // this process wrote something
	cluster *clusterObjects

	idleAfter time.Duration // a test shortens it
	mu        sync.Mutex
	snapshots map[snapshotKey]*snapshot
}

type snapshotKey struct {
	kind      schema.GroupVersionKind
	namespace string
}

func newReader(api client.WithWatch, written *atomic.Bool) *reader {
	return &reader{api: api, written: written, cluster: newClusterObjects(api), idleAfter: idleAfter, snapshots: map[snapshotKey]*snapshot{}}
}

func (r *reader) Get(ctx context.Context, key client.ObjectKey, into client.Object, opts ...client.GetOption) error {
	if key.Namespace == "" && !r.written.Load() {
		return r.cluster.get(ctx, key.Name, into)
	}
	found, err := r.shared(ctx, key, into)
	if err != nil || found {
		return err
	}
	return r.api.Get(ctx, key, into, opts...)
}

// shared looks the object up in the snapshot of its kind and namespace; found is
// false where only a live read can tell.
func (r *reader) shared(ctx context.Context, key client.ObjectKey, into client.Object) (found bool, err error) {
	kind, err := apiutil.GVKForObject(into, r.api.Scheme())
	if err != nil || r.written.Load() || kind == secretKind {
		return false, err
	}
	obj, err := r.snapshot(snapshotKey{kind, key.Namespace}).get(ctx, key.Name)
	if err != nil || obj == nil {
		return false, err
	}
	return assign(into, obj), nil
}

func (r *reader) snapshot(key snapshotKey) *snapshot {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.snapshots[key]
	if s == nil {
		s = &snapshot{api: r.api, key: key, idleAfter: r.idleAfter, asked: map[string]bool{}}
		r.snapshots[key] = s
	}
	return s
}

// writes notes that a request was to change something.
type writes struct {
	next http.RoundTripper
	seen *atomic.Bool
}

// questions are asked with POST or PUT, and change nothing.
var questions = []string{ExpandSpec, "uploadtokenrequests"}

func (w *writes) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet && !req.URL.Query().Has("dryRun") && !slices.Contains(questions, path.Base(req.URL.Path)) {
		w.seen.Store(true)
	}
	return w.next.RoundTrip(req)
}

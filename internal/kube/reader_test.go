package kube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	uploadv1beta1 "kubevirt.io/containerized-data-importer-api/pkg/apis/upload/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// fleet serves ConfigMaps in pages of two to lists, and to watches what is sent
// to changes.
type fleet struct {
	mu       sync.Mutex
	data     map[string]string
	requests map[string]int  // by verb
	denied   map[string]bool // by verb
	slow     chan struct{}   // lists wait for it
	changes  chan any        // closed, it ends the watch
	over     chan struct{}   // the test is over
}

func newFleet(size int) *fleet {
	f := &fleet{data: map[string]string{}, requests: map[string]int{}, denied: map[string]bool{}, changes: make(chan any), over: make(chan struct{})}
	for i := range size {
		f.data[fmt.Sprint("a", i)] = "old"
	}
	return f
}

// client returns a client; its watches end with the test.
func (f *fleet) client(t *testing.T) *Client {
	t.Helper()
	k := clientOf(t, f.serve)
	t.Cleanup(func() { close(f.over) })
	return k
}

func (f *fleet) object(name string) *corev1.ConfigMap {
	object := configMap("1", map[string]string{"state": f.data[name]})
	object.Name = name
	object.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubectl"}}
	return object
}

func (f *fleet) serve(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	verb := "get"
	switch query := r.URL.Query(); {
	case r.Method == http.MethodPost:
		verb = "create"
	case query.Get("watch") != "":
		verb = "watch"
	case name == "configmaps" || name == "secrets":
		verb = "list"
	}
	f.mu.Lock()
	f.requests[verb]++
	slow, changes := f.slow, f.changes
	f.mu.Unlock()
	if verb == "list" && slow != nil {
		<-slow
	}
	if verb == "watch" && !f.denied[verb] {
		f.watch(w, r, changes)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	_, exists := f.data[name]
	switch {
	case f.denied[verb]:
		answer(w, apierrors.NewForbidden(corev1.Resource("configmaps"), "", errors.New("no "+verb)))
	case verb == "list":
		f.list(w, r.URL.Query().Get("continue"))
	case verb == "create":
		answer(w, f.object("new"))
	case !exists:
		answer(w, apierrors.NewNotFound(corev1.Resource("configmaps"), name))
	default:
		answer(w, f.object(name))
	}
}

// list sends half of the objects, and where to go on.
func (f *fleet) list(w http.ResponseWriter, next string) {
	list := corev1.ConfigMapList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMapList"}, ListMeta: metav1.ListMeta{ResourceVersion: "1"}}
	if next == "" {
		list.Continue = "rest"
	}
	for name := range f.data {
		if (len(name)%2 == 0) == (next == "") {
			list.Items = append(list.Items, *f.object(name))
		}
	}
	answer(w, list)
}

func (f *fleet) watch(w http.ResponseWriter, r *http.Request, changes chan any) {
	if r.URL.Query().Get("resourceVersion") != "1" {
		answer(w, apierrors.NewBadRequest("the watch does not go on from the list"))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	flush := http.NewResponseController(w)
	_ = flush.Flush()
	for {
		select {
		case change, open := <-changes:
			if !open {
				return
			}
			_ = json.NewEncoder(w).Encode(change)
			_ = flush.Flush()
		case <-r.Context().Done():
			return
		case <-f.over:
			return
		}
	}
}

// took returns the requests since the last call.
func (f *fleet) took() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.requests
	f.requests = map[string]int{}
	return fmt.Sprintf("%d get, %d list, %d watch", n["get"], n["list"], n["watch"])
}

func (f *fleet) set(name, state string) *corev1.ConfigMap {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.data[name] = state
	return f.object(name)
}

// readAll reads the objects with a name below size at once, each in an operation
// of its own.
func readAll(t *testing.T, k *Client, size int) map[string]error {
	t.Helper()
	var mu sync.Mutex
	var group sync.WaitGroup
	out := map[string]error{}
	for i := range size {
		group.Go(func() {
			name := fmt.Sprint("a", i)
			got, err := read(t, k, name)
			if err == nil && (got.Name != name || got.Data["state"] != "old") {
				err = fmt.Errorf("read %v", got)
			}
			mu.Lock()
			defer mu.Unlock()
			out[name] = err
		})
	}
	group.Wait()
	return out
}

func read(t *testing.T, k *Client, name string) (*corev1.ConfigMap, error) {
	t.Helper()
	got := &corev1.ConfigMap{}
	ctx := newContext(t)
	from, err := k.Reader(ctx)
	if err != nil {
		return nil, err
	}
	return got, from.Get(ctx, client.ObjectKey{Namespace: "n", Name: name}, got)
}

func mustReadAll(t *testing.T, k *Client, size int) {
	t.Helper()
	for name, err := range readAll(t, k, size) {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func wantTook(t *testing.T, f *fleet, want string) {
	t.Helper()
	if got := f.took(); got != want {
		t.Errorf("there were %s requests, want %s", got, want)
	}
}

// TestReaderRequests: few objects are read one by one, many by one list (of two
// pages here) and a watch.
func TestReaderRequests(t *testing.T) {
	for name, c := range map[string]struct {
		read   int
		denied string
		want   string
	}{
		"one":             {1, "", "1 get, 0 list, 0 watch"},
		"few":             {getsBeforeList, "", "10 get, 0 list, 0 watch"},
		"many":            {500, "", "10 get, 2 list, 1 watch"},
		"forbidden list":  {50, "list", "50 get, 1 list, 0 watch"},
		"forbidden watch": {50, "watch", "50 get, 2 list, 1 watch"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFleet(600)
			f.denied[c.denied] = true
			k := f.client(t)
			mustReadAll(t, k, c.read)
			wantTook(t, f, c.want)
			if c.read > getsBeforeList && c.denied == "" {
				mustReadAll(t, k, 600)
				wantTook(t, f, "0 get, 0 list, 0 watch")
			}
		})
	}
}

// TestReaderGone: what the snapshot lacks is asked for live, since another could
// have made it just now.
func TestReaderGone(t *testing.T) {
	f := newFleet(20)
	k := f.client(t)
	mustReadAll(t, k, 20)
	f.took()
	if _, err := read(t, k, "gone"); !apierrors.IsNotFound(err) {
		t.Errorf("got %v, want that it is gone", err)
	}
	wantTook(t, f, "1 get, 0 list, 0 watch")
	f.set("late", "old")
	if _, err := read(t, k, "late"); err != nil {
		t.Error(err)
	}
}

// TestReaderFollows: changes arrive by the watch, and after its end everything is
// read anew.
func TestReaderFollows(t *testing.T) {
	f := newFleet(20)
	k := f.client(t)
	mustReadAll(t, k, 20)
	f.took()

	f.changes <- map[string]any{"type": "MODIFIED", "object": f.set("a1", "new")}
	eventually(t, func() bool {
		got, err := read(t, k, "a1")
		return err == nil && got.Data["state"] == "new"
	})
	wantTook(t, f, "0 get, 0 list, 0 watch")
	f.changes <- map[string]any{"type": "DELETED", "object": f.set("a2", "old")}
	eventually(t, func() bool {
		_, err := read(t, k, "a2")
		return err == nil && f.took() != "0 get, 0 list, 0 watch"
	})

	ended := f.changes
	f.mu.Lock()
	f.changes = make(chan any)
	f.mu.Unlock()
	close(ended)
	f.set("a3", "new")
	eventually(t, func() bool {
		got, err := read(t, k, "a3")
		return err == nil && got.Data["state"] == "new"
	})
	f.set("a1", "old")
	f.set("a3", "old")
	f.took()
	mustReadAll(t, k, 20)
	if got := f.took(); !strings.Contains(got, "2 list, 1 watch") {
		t.Errorf("after the end of a watch there were %s requests, want another list", got)
	}
}

// TestReaderIdle: nobody watches what nobody reads.
func TestReaderIdle(t *testing.T) {
	f := newFleet(20)
	k := f.client(t)
	conn, err := k.connection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	conn.reader.idleAfter = time.Millisecond
	mustReadAll(t, k, 20)
	f.took()
	eventually(t, func() bool {
		_, err := read(t, k, "a1")
		return err == nil && f.took() == "1 get, 0 list, 0 watch"
	})
}

// TestReaderCopies: a caller may change what it read.
func TestReaderCopies(t *testing.T) {
	f := newFleet(20)
	k := f.client(t)
	mustReadAll(t, k, 20)
	f.took()
	got, err := read(t, k, "a1")
	if err != nil {
		t.Fatal(err)
	}
	if len(got.ManagedFields) > 0 {
		t.Error("managed fields take up room")
	}
	got.Data["state"] = "changed"
	mustReadAll(t, k, 20)
	wantTook(t, f, "0 get, 0 list, 0 watch")
}

// TestReaderAfterWrite: what this process wrote is never read from before it.
func TestReaderAfterWrite(t *testing.T) {
	f := newFleet(20)
	k := f.client(t)
	mustReadAll(t, k, 20)
	api, err := k.API(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := api.Create(t.Context(), configMap("", nil), client.DryRunAll); err != nil {
		t.Fatal(err)
	}
	if err := k.PutSubresource(t.Context(), Subresource{Namespace: "n", Verb: ExpandSpec}, nil, nil); client.IgnoreNotFound(err) != nil {
		t.Fatal(err)
	}
	token := &uploadv1beta1.UploadTokenRequest{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "a"}}
	if err := api.Create(t.Context(), token); client.IgnoreNotFound(err) != nil {
		t.Fatal(err)
	}
	f.took()
	mustReadAll(t, k, 20)
	wantTook(t, f, "0 get, 0 list, 0 watch") // neither a dry run nor these questions are a write
	if err := api.Create(t.Context(), configMap("", nil)); err != nil {
		t.Fatal(err)
	}
	f.took()
	mustReadAll(t, k, 20)
	wantTook(t, f, "20 get, 0 list, 0 watch")
}

// TestReaderSecrets: Secrets are read by their names alone.
func TestReaderSecrets(t *testing.T) {
	var mu sync.Mutex
	gets := 0
	k := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		gets++
		if path.Base(r.URL.Path) == "secrets" {
			t.Errorf("there was a request of %s", r.URL)
		}
		if strings.Contains(r.Header.Get("Accept"), "PartialObjectMetadata") {
			answer(w, metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadata"}})
			return
		}
		answer(w, corev1.Secret{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"}})
	})
	from, err := k.Reader(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		var secret client.Object = &corev1.Secret{}
		if i%2 > 0 {
			secret = &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"}}
		}
		if err := from.Get(t.Context(), client.ObjectKey{Namespace: "n", Name: fmt.Sprint("a", i)}, secret); err != nil {
			t.Fatal(err)
		}
	}
	if gets != 50 {
		t.Errorf("%d Secrets were read, want 50", gets)
	}
}

// TestReaderClusterObjects: the cluster's configuration is read once, whatever the
// answer; a failure to read it is none.
func TestReaderClusterObjects(t *testing.T) {
	for name, c := range map[string]struct {
		answers []any // the last one goes on
		want    int   // requests
	}{
		"there":     {[]any{corev1.Node{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Node"}, ObjectMeta: metav1.ObjectMeta{Name: "a"}}}, 1},
		"missing":   {[]any{apierrors.NewNotFound(corev1.Resource("nodes"), "a")}, 1},
		"forbidden": {[]any{apierrors.NewForbidden(corev1.Resource("nodes"), "a", errors.New("no get"))}, 1},
		"broken":    {[]any{apierrors.NewInternalError(errors.New("once")), apierrors.NewNotFound(corev1.Resource("nodes"), "a")}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			requests := 0
			k := clientOf(t, func(w http.ResponseWriter, _ *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				requests++
				answer(w, c.answers[min(requests, len(c.answers))-1])
			})
			from, err := k.Reader(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var last error
			for range 5 {
				node := &corev1.Node{}
				if last = from.Get(t.Context(), client.ObjectKey{Name: "a"}, node); last == nil && node.Name != "a" {
					t.Errorf("read %v", node)
				}
			}
			if _, fails := c.answers[len(c.answers)-1].(*apierrors.StatusError); fails != (last != nil) {
				t.Errorf("got %v at last", last)
			}
			if requests != c.want {
				t.Errorf("there were %d requests, want %d", requests, c.want)
			}
		})
	}
}

// TestReaderGivesUp: a reader waits for a slow list no longer than it wants to,
// and the list goes on for the others.
func TestReaderGivesUp(t *testing.T) {
	f := newFleet(40)
	k := f.client(t)
	mustReadAll(t, k, getsBeforeList)
	f.slow = make(chan struct{})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	from, err := k.Reader(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := from.Get(ctx, client.ObjectKey{Namespace: "n", Name: "a20"}, &corev1.ConfigMap{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want that the deadline has passed", err)
	}
	close(f.slow)
	mustReadAll(t, k, 40)
	wantTook(t, f, "10 get, 2 list, 1 watch")
}

// TestReaderUnreachable: the one full error goes to a reader, and not to the list
// that it waits for.
func TestReaderUnreachable(t *testing.T) {
	isolate(t)
	k := NewClient(Config{Host: "https://127.0.0.1:1", Insecure: true})
	full := 0
	for _, err := range readAll(t, k, 50) {
		var connection *ConnectionError
		if !errors.As(err, &connection) {
			t.Fatalf("got %v, want a ConnectionError", err)
		}
		if !connection.Repeated {
			full++
		}
	}
	if full != 1 {
		t.Errorf("%d reads got the full error, want 1", full)
	}
	if _, err := NewClient(Config{Unknown: true}).Reader(t.Context()); !IsUnreachable(err) {
		t.Errorf("got %v, want that no cluster can be reached", err)
	}
}

// eventually polls what the API server has sent already.
func eventually(t *testing.T, done func() bool) {
	t.Helper()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for deadline := time.After(10 * time.Second); !done(); {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatal("it did not come")
		}
	}
}

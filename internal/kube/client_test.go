package kube

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestUnknownDialsNothing also covers that no fallback is read.
func TestUnknownDialsNothing(t *testing.T) {
	home := isolate(t)
	c := newCluster(t)
	writeFile(t, home+"/.kube/config", c.kubeconfig(t, "a", user("home")))
	text := connectionError(t, get(t, NewClient(Config{Unknown: true})))
	wantContains(t, text, "not known yet")
	if len(c.requests) > 0 {
		t.Error("a cluster was dialled")
	}
}

// TestNewClientReadsNothing makes the client before its kubeconfig exists, as
// happens when the same apply writes it.
func TestNewClientReadsNothing(t *testing.T) {
	home := isolate(t)
	c := newCluster(t)
	k := NewClient(Config{ConfigPath: home + "/k"})
	writeFile(t, home+"/k", c.kubeconfig(t, "a", user("t")))
	if err := get(t, k); err != nil {
		t.Fatal(err)
	}
}

// TestFailFast has many operations meet a cluster that is not there: one dial,
// one full error.
func TestFailFast(t *testing.T) {
	isolate(t)
	var dials atomic.Int32
	c := newUnstartedCluster(t)
	c.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			dials.Add(1)
		}
	}
	c.StartTLS()

	k := NewClient(Config{Host: c.URL}) // its CA is unknown
	errs := make([]error, 20)
	var group sync.WaitGroup
	for i := range errs {
		group.Go(func() { errs[i] = get(t, k) })
	}
	group.Wait()

	full := 0
	for _, err := range errs {
		var connection *ConnectionError
		if !errors.As(err, &connection) {
			t.Fatalf("got %v", err)
		}
		if !connection.Repeated {
			full++
			continue
		}
		if got, want := Explain(err), "The cluster "+c.URL+" could not be reached: see the first message about it"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if full != 1 {
		t.Errorf("%d operations got the full error, want 1", full)
	}
	if n := dials.Load(); n != 1 {
		t.Errorf("the cluster was dialled %d times, want once", n)
	}
}

func TestMissingConfigIsReportedOnce(t *testing.T) {
	isolate(t)
	k := NewClient(Config{})
	wantContains(t, connectionError(t, get(t, k)), "tried, in this order")
	if got, want := connectionError(t, get(t, k)), "No Kubernetes cluster can be reached: see the first message about it"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestFailureAfterAnswer: a cluster that went away is for the caller to retry,
// and answers of any status count.
func TestFailureAfterAnswer(t *testing.T) {
	isolate(t)
	c := newCluster(t)
	c.handler = func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusForbidden) }
	k := NewClient(Config{Host: c.URL, Insecure: true})
	if err := get(t, k); !apierrors.IsForbidden(err) || IsUnreachable(err) {
		t.Fatalf("got %v, want forbidden", err)
	}
	c.Close()
	for range 2 {
		err := get(t, k)
		var connection *ConnectionError
		if errors.As(err, &connection) || !IsUnreachable(err) {
			t.Errorf("got %v, want a plain connection failure", err)
		}
	}
}

// TestCancelledFirstRequest: a caller that gives up says nothing about the
// cluster.
func TestCancelledFirstRequest(t *testing.T) {
	isolate(t)
	c := newCluster(t)
	ctx, cancel := context.WithCancel(t.Context())
	c.handler = func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}
	k := NewClient(Config{Host: c.URL, Insecure: true})
	api, err := k.API(ctx)
	if err != nil {
		t.Fatal(err)
	}
	err = api.Get(ctx, client.ObjectKey{Name: "default"}, &corev1.Namespace{})
	if !errors.Is(err, context.Canceled) || IsUnreachable(err) {
		t.Fatalf("got %v, want cancelled", err)
	}
	c.handler = nil
	if err := get(t, k); err != nil {
		t.Fatal(err)
	}
}

func TestWarnings(t *testing.T) {
	isolate(t)
	c := newCluster(t)
	c.warnings = []string{"spec.running is deprecated", "another"}
	var general, own []string
	k := NewClient(Config{Host: c.URL, Insecure: true, Warn: func(text string) { general = append(general, text) }})
	for range 2 {
		if err := get(t, k); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(general, c.warnings) {
		t.Errorf("got the warnings %q, want each once", general)
	}

	c.warnings = append(c.warnings, "a third")
	ctx := WithWarnings(t.Context(), func(text string) { own = append(own, text) })
	api, err := k.API(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := api.Get(ctx, client.ObjectKey{Name: "default"}, &corev1.Namespace{}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(own, []string{"a third"}) || len(general) != 2 {
		t.Errorf("the context's receiver got %q", own)
	}
}

// TestNoDiscovery reads, lists and watches typed and unstructured objects, and
// expects no other requests than these.
func TestNoDiscovery(t *testing.T) {
	isolate(t)
	c := newCluster(t)
	c.handler = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		object := map[string]any{"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine", "metadata": map[string]any{"name": "a"}}
		switch {
		case r.URL.Query().Get("watch") != "":
			object = map[string]any{"type": "ADDED", "object": object}
		case strings.HasSuffix(r.URL.Path, "virtualmachines"):
			object = map[string]any{"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineList", "items": []any{object}}
		}
		_ = json.NewEncoder(w).Encode(object)
	}
	k := NewClient(Config{Host: c.URL, Insecure: true})
	api, err := k.API(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	gvk := kubevirtv1.VirtualMachineGroupVersionKind
	vm := &unstructured.Unstructured{}
	vm.SetGroupVersionKind(gvk)
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(gvk.GroupVersion().WithKind("VirtualMachineList"))
	for _, objects := range []struct {
		one  client.Object
		list client.ObjectList
	}{
		{&kubevirtv1.VirtualMachine{}, &kubevirtv1.VirtualMachineList{}},
		{vm, list},
	} {
		if err := api.Get(t.Context(), client.ObjectKey{Namespace: "n", Name: "a"}, objects.one); err != nil {
			t.Fatal(err)
		}
		if err := api.List(t.Context(), objects.list, client.InNamespace("n")); err != nil {
			t.Fatal(err)
		}
		if meta.LenList(objects.list) != 1 || objects.one.GetName() != "a" {
			t.Errorf("read %v and %v", objects.one, objects.list)
		}
		w, err := api.Watch(t.Context(), objects.list, client.InNamespace("n"))
		if err != nil {
			t.Fatal(err)
		}
		if event := <-w.ResultChan(); event.Type != watch.Added {
			t.Errorf("watched %v", event)
		}
		w.Stop()
	}

	for _, r := range c.requests {
		if !strings.HasPrefix(r.URL.Path, "/apis/kubevirt.io/v1/namespaces/n/virtualmachines") {
			t.Errorf("there was a request of %s", r.URL)
		}
	}
	if len(c.requests) != 6 {
		t.Errorf("there were %d requests, want 6", len(c.requests))
	}
}

// TestKinds holds the table of kinds against the scheme: every kind in it has a
// type and a list type, and client-go's guess of the plural agrees.
func TestKinds(t *testing.T) {
	scheme, err := NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kinds {
		for _, kind := range []string{k.kind, k.kind + "List"} {
			if !scheme.Recognizes(k.gv.WithKind(kind)) {
				t.Errorf("the scheme has no %s %s", k.gv, kind)
			}
		}
		if plural, _ := meta.UnsafeGuessKindToResource(k.gv.WithKind(k.kind)); plural.Resource != k.plural {
			t.Errorf("the plural of %s is %q, expected %q", k.kind, k.plural, plural.Resource)
		}
	}
	if _, err := NewRESTMapper().RESTMapping(schema.GroupKind{Group: "x", Kind: "Y"}); !meta.IsNoMatchError(err) {
		t.Errorf("an unknown kind gives %v", err)
	}
}

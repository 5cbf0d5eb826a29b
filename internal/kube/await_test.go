package kube

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// watchable serves one ConfigMap, nil when it does not exist, to a list, a get
// and watches, which send what changed says.
type watchable struct {
	now     atomic.Pointer[corev1.ConfigMap]
	changed chan *corev1.ConfigMap
	denied  map[string]bool // of list, watch
}

func (s *watchable) serve(w http.ResponseWriter, r *http.Request) {
	verb := "get"
	if strings.HasSuffix(r.URL.Path, "/configmaps") {
		verb = "list"
	}
	if r.URL.Query().Get("watch") != "" {
		verb = "watch"
	}
	if selector := r.URL.Query().Get("fieldSelector"); verb != "get" && selector != "metadata.name=a" {
		answer(w, apierrors.NewBadRequest("everything is read: "+selector))
		return
	}
	current := s.now.Load()
	switch {
	case verb == "list" && r.URL.Query().Get("resourceVersion") == "0":
		answer(w, apierrors.NewBadRequest("what it was a while ago would do"))
	case s.denied[verb]:
		answer(w, apierrors.NewForbidden(corev1.Resource("configmaps"), "a", errors.New("no "+verb)))
	case r.URL.Query().Get("sendInitialEvents") != "":
		answer(w, apierrors.NewBadRequest("no initial events"))
	case verb == "watch":
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusOK)
		flush := http.NewResponseController(w)
		_ = flush.Flush()
		for {
			select {
			case object := <-s.changed:
				_ = json.NewEncoder(w).Encode(map[string]any{"type": "MODIFIED", "object": object})
				_ = flush.Flush()
			case <-r.Context().Done():
				return
			}
		}
	case verb == "list":
		list := corev1.ConfigMapList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMapList"}, ListMeta: metav1.ListMeta{ResourceVersion: "1"}}
		if current != nil {
			list.Items = append(list.Items, *current)
		}
		answer(w, list)
	case current == nil:
		answer(w, apierrors.NewNotFound(corev1.Resource("configmaps"), "a"))
	default:
		answer(w, current)
	}
}

// stateOf is what the check sees: the value of "state", "" when there is no object.
func stateOf(now []client.Object) string {
	if object, ok := now[0].(*corev1.ConfigMap); ok {
		return object.Data["state"]
	}
	return ""
}

func TestAwait(t *testing.T) {
	inState := func(state string) *corev1.ConfigMap { return configMap("1", map[string]string{"state": state}) }
	for name, c := range map[string]struct {
		denied      []string
		first, next *corev1.ConfigMap // next is written once the first was seen
		until       string
	}{
		"done at once":       {first: inState("done"), until: "done"},
		"absent":             {until: ""},
		"done after":         {first: inState("new"), next: inState("done"), until: "done"},
		"made after":         {next: inState("done"), until: "done"},
		"forbidden list":     {denied: []string{"list", "watch"}, first: inState("done"), until: "done"},
		"forbidden watch":    {denied: []string{"watch"}, first: inState("new"), next: inState("done"), until: "done"},
		"forbidden, missing": {denied: []string{"list", "watch"}, until: ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := &watchable{changed: make(chan *corev1.ConfigMap, 1), denied: map[string]bool{}}
			for _, verb := range c.denied {
				s.denied[verb] = true
			}
			s.now.Store(c.first)
			k := clientOf(t, s.serve)
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			err := k.Await(ctx, []Watched{{Object: configMap("", nil), List: &corev1.ConfigMapList{}}}, func(now []client.Object) (Verdict, error) {
				if stateOf(now) == c.until {
					return Verdict{Done: true}, nil
				}
				if c.next != nil && s.now.CompareAndSwap(c.first, c.next) {
					next := c.next.DeepCopy()
					next.ResourceVersion = "2"
					s.changed <- next
				}
				return Verdict{}, nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAwaitEnds(t *testing.T) {
	s := &watchable{changed: make(chan *corev1.ConfigMap)}
	k := clientOf(t, s.serve)
	watched := []Watched{{Object: configMap("", nil), List: &corev1.ConfigMapList{}}}
	cause := errors.New("it cannot become ready")
	if err := k.Await(t.Context(), watched, func([]client.Object) (Verdict, error) { return Verdict{}, cause }); !errors.Is(err, cause) {
		t.Errorf("got %v, want the check's error", err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	checks := 0
	err := k.Await(ctx, watched, func([]client.Object) (Verdict, error) {
		if checks++; checks == 3 {
			cancel()
		}
		return Verdict{Again: time.Millisecond}, nil
	})
	if !errors.Is(err, context.Canceled) || checks < 3 {
		t.Errorf("got %v after %d checks, want cancelled", err, checks)
	}

	ctx, cancel = context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := k.Await(ctx, watched, func([]client.Object) (Verdict, error) { return Verdict{}, nil }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want that the deadline has passed", err)
	}
	if err := NewClient(Config{Unknown: true}).Await(t.Context(), watched, nil); !IsUnreachable(err) {
		t.Errorf("got %v, want that no cluster can be reached", err)
	}
}

// TestAwaitDenied: who may not even get an object hears it at once.
func TestAwaitDenied(t *testing.T) {
	for name, w := range map[string]Watched{
		"watched": {Object: configMap("", nil), List: &corev1.ConfigMapList{}},
		"polled":  {Object: configMap("", nil)},
	} {
		t.Run(name, func(t *testing.T) {
			s := &watchable{denied: map[string]bool{"get": true, "list": true, "watch": true}}
			err := clientOf(t, s.serve).Await(t.Context(), []Watched{w}, func([]client.Object) (Verdict, error) {
				return Verdict{}, errors.New("checked an object that may not be read")
			})
			if !apierrors.IsForbidden(err) {
				t.Errorf("got %v, want forbidden", err)
			}
		})
	}
}

package kube

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func configMap(version string, data map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "a", ResourceVersion: version},
		Data:       data,
	}
}

// answer sends an object, or an error of the API.
func answer(w http.ResponseWriter, object any) {
	w.Header().Set("Content-Type", "application/json")
	if status, ok := object.(*apierrors.StatusError); ok {
		w.WriteHeader(int(status.ErrStatus.Code))
		status.ErrStatus.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Status"} // else client-go takes it for no answer of an API
		object = status.ErrStatus
	}
	_ = json.NewEncoder(w).Encode(object)
}

func clientOf(t *testing.T, handler http.HandlerFunc) *Client {
	t.Helper()
	isolate(t)
	c := newUnstartedCluster(t)
	c.handler = handler
	c.StartTLS()
	return NewClient(Config{Host: c.URL, Insecure: true})
}

var (
	conflict = apierrors.NewConflict(corev1.Resource("configmaps"), "a", errors.New("somebody wrote it"))
	// What the API server answers to a patch of an element that is gone.
	inapplicable = apierrors.NewGenericServerResponse(http.StatusUnprocessableEntity, "patch", corev1.Resource("configmaps"), "a", "remove operation does not apply", 0, false)
	invalid      = apierrors.NewInvalid(corev1.SchemeGroupVersion.WithKind("ConfigMap").GroupKind(), "a", nil)
)

// TestUpdate has somebody else write the object before each of the first
// patches arrives.
func TestUpdate(t *testing.T) {
	for name, c := range map[string]struct {
		conflicts   int32
		conflict    *apierrors.StatusError // nil: a 409
		refusal     *apierrors.StatusError
		want        map[string]string // planned data; base is {ours: 1}
		wantPatches int32
		wantData    map[string]string
		wantErr     func(error) bool
	}{
		"at once":                     {want: map[string]string{"ours": "2"}, wantPatches: 1, wantData: map[string]string{"ours": "2", "theirs": "0"}},
		"after conflicts":             {conflicts: 3, want: map[string]string{"ours": "2"}, wantPatches: 4, wantData: map[string]string{"ours": "2", "theirs": "3"}},
		"after a list became shorter": {conflicts: 2, conflict: inapplicable, want: map[string]string{"ours": "2"}, wantPatches: 3, wantData: map[string]string{"ours": "2", "theirs": "2"}},
		"never applies":               {refusal: inapplicable, want: map[string]string{"ours": "2"}, wantPatches: 1, wantErr: apierrors.IsInvalid},
		"nothing to write":            {want: map[string]string{"ours": "1"}, wantData: map[string]string{"ours": "1", "theirs": "0"}},
		"refused":                     {refusal: invalid, want: map[string]string{"ours": "2"}, wantPatches: 1, wantErr: apierrors.IsInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			var patches atomic.Int32
			version := func() string { return string('a' + rune(min(patches.Load(), c.conflicts))) }
			live := func() *corev1.ConfigMap {
				return configMap(version(), map[string]string{"ours": "1", "theirs": string('0' + rune(min(patches.Load(), c.conflicts)))})
			}
			k := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet {
					answer(w, live())
					return
				}
				body, _ := io.ReadAll(r.Body)
				current, _ := json.Marshal(live())
				switch n := patches.Add(1); {
				case c.refusal != nil:
					answer(w, c.refusal)
				case n <= c.conflicts:
					answer(w, cmp.Or(c.conflict, conflict))
				default:
					patch, err := jsonpatch.DecodePatch(body)
					if err != nil {
						t.Error(err)
					}
					result, err := patch.Apply(current)
					if err != nil {
						t.Error(err)
					}
					answer(w, json.RawMessage(result))
				}
			})
			got, err := k.Update(t.Context(), configMap("", nil), func(*unstructured.Unstructured) (client.Object, client.Object, error) {
				return configMap("", map[string]string{"ours": "1"}), configMap("", c.want), nil
			})
			if c.wantErr != nil {
				if !c.wantErr(err) {
					t.Errorf("got %v", err)
				}
			} else if err != nil {
				t.Fatal(err)
			} else if data, _, _ := unstructured.NestedStringMap(got.Object, "data"); !mapsEqual(data, c.wantData) || got.GetResourceVersion() != version() {
				t.Errorf("got %v in version %s", data, got.GetResourceVersion())
			}
			if n := patches.Load(); n != c.wantPatches {
				t.Errorf("%d patches were sent, want %d", n, c.wantPatches)
			}
		})
	}
}

func mapsEqual(a, b map[string]string) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

// TestUpdateStops: neither a caller that gives up nor a change that cannot be
// made is tried again.
func TestUpdateStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	k := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			answer(w, configMap("a", nil))
			return
		}
		cancel()
		answer(w, conflict)
	})
	change := func(*unstructured.Unstructured) (client.Object, client.Object, error) {
		return configMap("", nil), configMap("", map[string]string{"a": "b"}), nil
	}
	if _, err := k.Update(ctx, configMap("", nil), change); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want cancelled", err)
	}
	cause := errors.New("no")
	calls := 0
	if _, err := k.Update(t.Context(), configMap("", nil), func(*unstructured.Unstructured) (client.Object, client.Object, error) {
		calls++
		return nil, nil, cause
	}); !errors.Is(err, cause) || calls != 1 {
		t.Errorf("got %v after %d calls", err, calls)
	}
}

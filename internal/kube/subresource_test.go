package kube

import (
	"io"
	"net/http"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// TestSubresource reaches subresources with the credentials of the client.
func TestSubresource(t *testing.T) {
	isolate(t)
	var k *Client
	for name, x := range map[string]struct {
		call         func() error
		method, path string
		body         string
	}{
		"operation": {
			func() error {
				return k.PutSubresource(t.Context(), Subresource{"virtualmachines", "n", "a", "start"}, kubevirtv1.StartOptions{Paused: true}, nil)
			},
			http.MethodPut, "virtualmachines/a/start", `{"paused":true}`,
		},
		"rehearsed": {
			func() error {
				return k.PutSubresource(t.Context(), Subresource{"virtualmachines", "n", "a", "start"}, kubevirtv1.StartOptions{DryRun: []string{metav1.DryRunAll}}, nil)
			},
			http.MethodPut, "virtualmachines/a/start?dryRun=All", `{"dryRun":["All"]}`,
		},
		"without options": {
			func() error {
				return k.PutSubresource(t.Context(), Subresource{"virtualmachineinstances", "n", "a", "softreboot"}, nil, nil)
			},
			http.MethodPut, "virtualmachineinstances/a/softreboot", "",
		},
		"of the namespace": {
			func() error {
				return k.PutSubresource(t.Context(), Subresource{Namespace: "n", Verb: "expand-vm-spec"}, kubevirtv1.VirtualMachine{}, nil)
			},
			http.MethodPut, "expand-vm-spec", `{"metadata"`,
		},
		"what the agent says": {
			func() error {
				return k.GetSubresource(t.Context(), Subresource{"virtualmachineinstances", "n", "a", "guestosinfo"}, nil)
			},
			http.MethodGet, "virtualmachineinstances/a/guestosinfo", "",
		},
	} {
		c := newCluster(t)
		var body []byte
		c.handler = func(_ http.ResponseWriter, r *http.Request) { body, _ = io.ReadAll(r.Body) }
		k = NewClient(Config{Host: c.URL, Token: "t", ClusterCACertificate: c.caPEM()})
		if err := x.call(); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		r := c.seen(t)
		if want := "/apis/subresources.kubevirt.io/v1/namespaces/n/" + x.path; r.URL.String() != want || r.Method != x.method || !strings.HasPrefix(string(body), x.body) {
			t.Errorf("%s: the request was %s %s %s", name, r.Method, r.URL, body)
		}
		if got := r.Header.Get("Authorization"); got != "Bearer t" {
			t.Errorf("%s: the credentials were %q", name, got)
		}
	}
}

// TestSubresourceRefused: what KubeVirt says reaches the caller.
func TestSubresourceRefused(t *testing.T) {
	isolate(t)
	c := newCluster(t)
	c.handler = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusConflict)
		_, _ = io.WriteString(w, `{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"VM is already running","reason":"Conflict","code":409}`)
	}
	k := NewClient(Config{Host: c.URL, Token: "t", ClusterCACertificate: c.caPEM()})
	err := k.PutSubresource(t.Context(), Subresource{"virtualmachines", "n", "a", "start"}, kubevirtv1.StartOptions{}, nil)
	if !apierrors.IsConflict(err) || err.Error() != "VM is already running" {
		t.Errorf("the error is %v", err)
	}
}

package kube

import (
	"io"
	"net/http"
	"strings"
	"testing"

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
		if want := "/apis/subresources.kubevirt.io/v1/namespaces/n/" + x.path; r.URL.Path != want || r.Method != x.method || !strings.HasPrefix(string(body), x.body) {
			t.Errorf("%s: the request was %s %s %s", name, r.Method, r.URL, body)
		}
		if got := r.Header.Get("Authorization"); got != "Bearer t" {
			t.Errorf("%s: the credentials were %q", name, got)
		}
	}
}

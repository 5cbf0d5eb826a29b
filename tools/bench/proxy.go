package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"

	"k8s.io/client-go/rest"
)

// requests counts requests by verb and resource, as in "get virtualmachines".
type requests map[string]int

// of adds up the requests with one of the verbs.
func (r requests) of(verbs ...string) int {
	sum := 0
	for key, n := range r {
		if verb, _, _ := strings.Cut(key, " "); slices.Contains(verbs, verb) {
			sum += n
		}
	}
	return sum
}

// proxy stands between the provider and the API server and counts.
type proxy struct {
	*httptest.Server
	mu     sync.Mutex
	counts requests
}

func newProxy(config *rest.Config) (*proxy, error) {
	target, err := url.Parse(config.Host)
	if err != nil {
		return nil, err
	}
	transport, err := rest.TransportFor(config)
	if err != nil {
		return nil, err
	}
	p := &proxy{counts: requests{}}
	forward := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport:     transport,
		FlushInterval: -1, // events of watches go out at once
	}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.counts[kindOf(r)]++
		p.mu.Unlock()
		forward.ServeHTTP(w, r)
	}))
	return p, nil
}

// take returns what was counted since the last call.
func (p *proxy) take() requests {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.counts
	p.counts = requests{}
	return out
}

// kindOf tells verb and resource of a request by its path:
// /api/v1/... or /apis/<group>/<version>/..., then
// namespaces/<namespace>/<resource>[/<name>] or <resource>[/<name>].
func kindOf(r *http.Request) string {
	steps := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if steps[0] == "apis" {
		steps = steps[1:]
	}
	steps = steps[min(2, len(steps)):]
	if len(steps) > 2 && steps[0] == "namespaces" {
		steps = steps[2:]
	}
	if len(steps) == 0 {
		return "discover " + r.URL.Path
	}
	verb := map[string]string{http.MethodPost: "create", http.MethodPut: "update", http.MethodPatch: "patch", http.MethodDelete: "delete"}[r.Method]
	switch query := r.URL.Query(); {
	case verb != "":
	case query.Get("watch") != "":
		verb = "watch"
	case len(steps) == 1:
		verb = "list"
	default:
		verb = "get"
	}
	return verb + " " + steps[0]
}

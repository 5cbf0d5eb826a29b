package acctest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"k8s.io/client-go/rest"
)

// Point is a moment in what a provider asks of the cluster.
type Point struct {
	Request string // "create virtualmachines", "watch datavolumes"
	Number  int    // of its kind, from 1
	After   bool   // done, though its answer was not heard; else it was not yet sent
}

func (p Point) String() string {
	when := "before"
	if p.After {
		when = "after"
	}
	return fmt.Sprintf("%s %s %d", when, p.Request, p.Number)
}

// cutter stands between a provider and the API server. At one point it cuts the
// provider off, or does what it is told. Points are requests that change
// something and watches, by which the provider waits.
type cutter struct {
	*httptest.Server
	forward *httputil.ReverseProxy

	mu      sync.Mutex
	counts  map[string]int
	points  []Point
	at      Point
	do      func()        // nil is to cut the provider off
	reached chan struct{} // closed at the point
	dead    bool
}

// newCutter starts one; at the zero point it only records.
func (n *Namespace) newCutter(at Point, do func()) *cutter {
	n.t.Helper()
	c := &cutter{counts: map[string]int{}, at: at, do: do, reached: make(chan struct{}), forward: n.forward()}
	c.Server = httptest.NewServer(c)
	n.t.Cleanup(func() {
		c.kill() // what still waits would keep it open
		c.Close()
	})
	return c
}

// forward passes requests on to the API server.
func (n *Namespace) forward() *httputil.ReverseProxy {
	n.t.Helper()
	config := n.RESTConfig()
	target, err := url.Parse(config.Host)
	if err != nil {
		n.t.Fatal(err)
	}
	transport, err := rest.TransportFor(config)
	if err != nil {
		n.t.Fatal(err)
	}
	return &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport:     transport,
		FlushInterval: -1, // events of watches go out at once
		ErrorHandler:  func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
}

// ServeHTTP implements http.Handler.
func (c *cutter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request, changes := pointOf(r)
	number, dead := c.count(request)
	if dead {
		panic(http.ErrAbortHandler)
	}
	// Only when all is read does the server see that the provider hangs up.
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if request != "" {
		c.pass(r, Point{Request: request, Number: number})
	}
	if !changes {
		c.forward.ServeHTTP(w, r)
		return
	}
	answer := httptest.NewRecorder()
	c.forward.ServeHTTP(answer, r.WithContext(context.WithoutCancel(r.Context())))
	c.pass(r, Point{Request: request, Number: number, After: true})
	for key, values := range answer.Header() {
		w.Header()[key] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

func (c *cutter) count(request string) (number int, dead bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts[request]++
	return c.counts[request], c.dead
}

// pass records a point, and aborts the request where it is the one to cut at.
func (c *cutter) pass(r *http.Request, p Point) {
	c.mu.Lock()
	c.points = append(c.points, p)
	hit, dead := p == c.at, c.dead
	c.mu.Unlock()
	switch {
	case dead:
		panic(http.ErrAbortHandler)
	case !hit:
		return
	case c.do == nil:
		c.kill()
	default:
		c.do()
	}
	close(c.reached)
	if c.do == nil || !p.After && isTakenBack(r) {
		panic(http.ErrAbortHandler)
	}
}

// isTakenBack tells whether the provider gives a request up when it is told to
// stop, as it does with most.
func isTakenBack(r *http.Request) bool {
	select {
	case <-r.Context().Done():
		return true
	case <-time.After(time.Second):
		return false
	}
}

// kill cuts the provider off.
func (c *cutter) kill() {
	c.mu.Lock()
	c.dead = true
	c.mu.Unlock()
	go c.CloseClientConnections() // it waits for the requests, of which this may be one
}

// passed are the points so far, each once and in order; watches have none after.
func (c *cutter) passed() []Point {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.points)
}

// pointOf tells what a request is; "" when no point. Dry runs change nothing.
func pointOf(r *http.Request) (request string, changes bool) {
	verb := map[string]string{http.MethodPost: "create", http.MethodPut: "update", http.MethodPatch: "patch", http.MethodDelete: "delete"}[r.Method]
	query := r.URL.Query()
	if query.Get("watch") != "" {
		verb = "watch"
	}
	if verb == "" || query.Has("dryRun") {
		return "", false
	}
	// /api/v1/... or /apis/<group>/<version>/..., then namespaces/<namespace>/<resource>[/<name>[/<subresource>]]
	steps := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if i := slices.Index(steps, "namespaces"); i >= 0 && len(steps) > i+2 {
		steps = steps[i+2:]
	}
	request = verb + " " + steps[0]
	if len(steps) > 2 {
		request += "/" + steps[2]
	}
	return request, verb != "watch"
}

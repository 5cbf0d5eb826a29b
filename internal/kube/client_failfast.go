package kube

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"

	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// failFast makes an unreachable cluster one error in place of one per resource,
// each after its own timeout. The first request of the process goes alone; if
// the connection fails before anything was ever answered, every later request
// fails at once with a short error. Once there was an answer, of whatever
// status, it only passes requests on: what fails then is for the caller to
// retry.
type failFast struct {
	next    http.RoundTripper
	explain func(error) *ConnectionError

	turnOnce sync.Once
	turn     chan struct{} // held by the request that finds out
	answered atomic.Bool
	failure  *ConnectionError // guarded by turn
	first    firstError
}

func (f *failFast) RoundTrip(req *http.Request) (*http.Response, error) {
	if f.answered.Load() {
		return f.next.RoundTrip(req)
	}
	f.turnOnce.Do(func() { f.turn = make(chan struct{}, 1) })
	ctx := req.Context()
	select {
	case f.turn <- struct{}{}:
	case <-ctx.Done():
		closeBody(req)
		return nil, ctx.Err()
	}

	if f.answered.Load() {
		<-f.turn
		return f.next.RoundTrip(req)
	}
	defer func() { <-f.turn }()
	if f.failure != nil {
		closeBody(req)
		return nil, f.first.report(ctx, f.failure)
	}
	resp, err := f.next.RoundTrip(req)
	switch {
	case err == nil:
		f.answered.Store(true)
	case ctx.Err() != nil:
		// A caller that gave up says nothing about the cluster.
	case utilnet.IsConnectionReset(err), utilnet.IsProbableEOF(err):
		// Something is there, and may be starting: client-go tries these again.
		err = f.explain(err)
	default:
		f.failure = f.explain(err)
		err = f.first.report(ctx, f.failure)
	}
	return resp, err
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}

type aside struct{}

// Aside returns a context whose requests get a ConnectionError in full and do
// not count as its first caller: for checks whose failure is only a warning.
func Aside(ctx context.Context) context.Context { return context.WithValue(ctx, aside{}, true) }

// firstError hands a ConnectionError in full to the first caller that meets it,
// and a reference to it to all others.
type firstError struct{ given atomic.Bool }

func (f *firstError) report(ctx context.Context, err error) error {
	var full *ConnectionError
	if !errors.As(err, &full) || ctx.Value(aside{}) != nil || !f.given.Swap(true) {
		return err
	}
	return full.repeated()
}

package kube

import (
	"context"
	"sync"

	"k8s.io/client-go/rest"
)

type warningsKey struct{}

// WithWarnings returns a context whose requests hand the API server's warnings
// to receive, in place of Config.Warn, so that they can be shown with the
// resource they are about.
func WithWarnings(ctx context.Context, receive func(string)) context.Context {
	return context.WithValue(ctx, warningsKey{}, receive)
}

// warnings passes each distinct warning on once: a deprecated field would
// otherwise be reported for every server of a fleet, at every request.
type warnings struct {
	warn func(string)
	seen sync.Map
}

var _ rest.WarningHandlerWithContext = (*warnings)(nil)

func newWarnings(warn func(string)) *warnings { return &warnings{warn: warn} }

func (w *warnings) HandleWarningHeaderWithContext(ctx context.Context, code int, _ string, text string) {
	// 299 is the only code that Kubernetes uses.
	if code != 299 || text == "" {
		return
	}
	receive, ok := ctx.Value(warningsKey{}).(func(string))
	if !ok {
		receive = w.warn
	}
	if receive == nil {
		return
	}
	if _, again := w.seen.LoadOrStore(text, true); !again {
		receive(text)
	}
}

package virtualserver

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"k8s.io/client-go/util/flowcontrol"
)

// progress tells Terraform how an action gets on. It is for the goroutine of
// Invoke alone: the framework takes messages until Invoke returns.
type progress struct {
	ctx    context.Context // that of the call: when it ends, nobody listens any more
	send   func(action.InvokeProgressEvent)
	server string
	last   string
	limit  flowcontrol.PassiveRateLimiter
}

// Some messages may follow each other at once, then one each second: a server
// that crashes again and again says so often.
const (
	messagesPerSecond = 1
	messagesAtOnce    = 10
)

func newProgress(ctx context.Context, send func(action.InvokeProgressEvent), server string) *progress {
	return &progress{ctx: ctx, send: send, server: server, limit: flowcontrol.NewTokenBucketPassiveRateLimiter(messagesPerSecond, messagesAtOnce)}
}

// say sends a message, unless it is the last one again.
func (p *progress) say(text string) {
	if text == "" || text == p.last || p.ctx.Err() != nil || !p.limit.TryAccept() {
		return
	}
	p.last = text
	sent := make(chan struct{})
	go func() { // which waits for ever when Terraform is gone
		p.send(action.InvokeProgressEvent{Message: p.server + ": " + text})
		close(sent)
	}()
	select {
	case <-sent:
	case <-p.ctx.Done():
	}
}

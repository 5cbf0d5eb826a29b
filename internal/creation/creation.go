// Package creation marks an object for as long as its create goes on.
//
// A provider that is killed while it creates something leaves an object that is in
// nobody's state: Terraform lost the answer. So the object carries a mark until its
// create has ended, well or not. The create renews the mark while it goes on, so
// that another one, which finds the name in use, can tell: a mark that is not
// renewed for a while belongs to nobody, and what it marks can be taken over. Clocks
// need not agree, since only the change of the mark counts, as with the leases of
// leader elections. An object without a mark is never taken over.
//
// It costs one patch at the end of each create, and one for each renewal while it
// waits. What remains is a provider that is killed between that last patch and
// Terraform's hearing of it.
package creation

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// Annotation holds the mark: <token>/<number of renewals>.
const Annotation = "virtualserver.io/creating"

// endTimeout bounds the last patch, which also an interrupted create sends.
const endTimeout = 10 * time.Second

// Times are those of the protocol.
type Times struct {
	Renewal time.Duration // how often a create renews its mark
	// Abandoned is how long a mark stays as it is before its create counts as dead.
	// Some renewals may fail meanwhile.
	Abandoned time.Duration
}

// Usual are the times that users get.
var Usual = Times{Renewal: 10 * time.Second, Abandoned: 30 * time.Second}

// ErrTakenOver is the end of a create whose object another one has taken over.
var ErrTakenOver = &diagnostics.Failure{
	Cause:  fmt.Sprintf("Another apply has taken over the creation: this one has not shown up for %s, as when its computer slept.", Usual.Abandoned),
	Advice: "What was created belongs to the other apply now, and is not in this state. To manage it here, remove it there and import it.",
}

var errAnother = &diagnostics.Failure{
	Cause:  "It has been deleted, and somebody made another one of the same name.",
	Advice: "That is not touched. Plan again.",
}

// NewToken returns the token of one create.
func NewToken() string { return rand.Text() }

// Mark is the first mark of a create.
func Mark(token string) string { return token + "/0" }

// IsOf tells whether an object carries the mark of a create.
func IsOf(obj client.Object, token string) bool {
	return isMarkOf(obj.GetAnnotations()[Annotation], token)
}

func isMarkOf(mark, token string) bool { return strings.HasPrefix(mark, token+"/") }

// Creation is a create that goes on, as others see it.
type Creation struct {
	client  *kube.Client
	obj     client.Object
	token   string
	renewal time.Duration
	ended   chan struct{}
	quiet   chan struct{} // closed when no renewal is under way any more
	lose    context.CancelCauseFunc
	ctx     context.Context //nolint:containedctx // its cause says whether the object was taken away
}

// Begin renews the mark of the object, whose kind and uid are known, until End is
// called. The context ends when the object is taken away.
func Begin(ctx context.Context, c *kube.Client, obj client.Object, token string, times Times) (context.Context, *Creation) {
	ctx, lose := context.WithCancelCause(ctx)
	n := &Creation{client: c, obj: obj, token: token, renewal: times.Renewal, ended: make(chan struct{}), quiet: make(chan struct{}), lose: lose, ctx: ctx}
	go n.renew(kube.WithWarnings(ctx, nil))
	return ctx, n
}

func (c *Creation) renew(ctx context.Context) {
	defer close(c.quiet)
	ticker := time.NewTicker(c.renewal)
	defer ticker.Stop()
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-c.ended:
			return
		case <-ticker.C:
		}
		err := Change(ctx, c.client, c.obj, func(now string) (string, error) {
			switch {
			case now == "": // somebody imported it
				return "", nil
			case !isMarkOf(now, c.token):
				return "", ErrTakenOver
			}
			return fmt.Sprintf("%s/%d", c.token, n), nil
		})
		if errors.Is(err, ErrTakenOver) {
			c.lose(ErrTakenOver)
			return
		}
	}
}

// End removes the mark, whatever the create came to. Its error is ErrTakenOver, or
// why the mark stays.
func (c *Creation) End() error {
	close(c.ended)
	<-c.quiet
	taken := errors.Is(context.Cause(c.ctx), ErrTakenOver)
	c.lose(nil)
	if taken {
		return ErrTakenOver
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.ctx), endTimeout)
	defer cancel()
	err := Change(ctx, c.client, c.obj, func(now string) (string, error) {
		if now != "" && !isMarkOf(now, c.token) {
			return "", ErrTakenOver
		}
		return "", nil
	})
	return client.IgnoreNotFound(err)
}

// TakeOver makes a marked object of an abandoned create the one of the token: of
// several that try one succeeds. It is false where somebody was faster, or the
// create goes on.
func TakeOver(ctx context.Context, c *kube.Client, obj client.Object, token string) (bool, error) {
	errFaster := errors.New("somebody was faster")
	seen := obj.GetAnnotations()[Annotation]
	err := Change(ctx, c, obj, func(now string) (string, error) {
		if now != seen {
			return "", errFaster
		}
		return Mark(token), nil
	})
	if errors.Is(err, errFaster) {
		return false, nil
	}
	return err == nil, err
}

// AwaitAbandoned watches a marked object until its mark changes, or has not for so
// long that its create is dead: then the object as it is now is the answer, else
// nil.
func AwaitAbandoned(ctx context.Context, c *kube.Client, obj client.Object, list client.ObjectList, times Times) (abandoned client.Object, err error) {
	mark, since := obj.GetAnnotations()[Annotation], time.Now()
	err = c.Await(ctx, []kube.Watched{{Object: obj, List: list}}, func(now []client.Object) (kube.Verdict, error) {
		live := now[0]
		if live == nil || live.GetUID() != obj.GetUID() || live.GetDeletionTimestamp() != nil || live.GetAnnotations()[Annotation] != mark {
			return kube.Verdict{Done: true}, nil
		}
		left := times.Abandoned - time.Since(since)
		if left <= 0 {
			abandoned = live
		}
		return kube.Verdict{Done: left <= 0, Again: left}, nil
	})
	return abandoned, err
}

// Change writes the mark that change makes of the one that the object carries, ""
// being none. Of several at once one succeeds first, and the others see what it
// wrote.
func Change(ctx context.Context, c *kube.Client, obj client.Object, change func(now string) (next string, err error)) error {
	meta := func(mark string) client.Object {
		out := &metav1.PartialObjectMetadata{}
		out.SetGroupVersionKind(obj.GetObjectKind().GroupVersionKind())
		out.Namespace, out.Name = obj.GetNamespace(), obj.GetName()
		if mark != "" {
			out.Annotations = map[string]string{Annotation: mark}
		}
		return out
	}
	_, err := c.Update(ctx, meta(""), func(live *unstructured.Unstructured) (client.Object, client.Object, error) {
		if live.GetUID() != obj.GetUID() {
			return nil, nil, errAnother
		}
		now := live.GetAnnotations()[Annotation]
		next, err := change(now)
		return meta(now), meta(next), err
	})
	return err
}

// Forget removes the mark of a create that was cut off, from an object that was
// imported.
func Forget(ctx context.Context, c *kube.Client, obj client.Object) error {
	return Change(ctx, c, obj, func(string) (string, error) { return "", nil })
}

// WarnMarked says that the mark of a finished create stays, and what that means.
// kind is kubectl's word for the object.
func WarnMarked(who diagnostics.Subject, obj client.Object, kind string, err error) diag.Diagnostics {
	thing := who.Title()
	return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("%s %q still counts as being created", thing, who.Name), fmt.Sprintf(
		"Its annotation %s cannot be removed, and another apply that creates one of this name may take it over: %s\n\nThe next update removes it, or: kubectl annotate %s -n %s %s %[1]s-",
		Annotation, diagnostics.Explain(err), kind, obj.GetNamespace(), obj.GetName()))}
}

package virtualserver

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// A provider that is killed while it creates a server leaves a machine that is in
// nobody's state: Terraform lost the answer. So a machine carries a mark until its
// create has ended, well or not. The create renews the mark while it goes on, so
// that another one, which finds the name in use, can tell: a mark that is not
// renewed for a while (takeover.go) belongs to nobody. Clocks need not agree, since
// only the change of the mark counts, as with the leases of leader elections. A
// machine without a mark is never taken over.
//
// It costs one patch at the end of each create, and one for each renewalInterval
// that it waits. What remains is a provider that is killed between that last
// patch and Terraform's hearing of it.

const (
	// renewalInterval is how often a create renews its mark.
	renewalInterval = 10 * time.Second
	// abandonedAfter is how long a mark stays as it is before its create counts as
	// dead. Some renewals may fail meanwhile.
	abandonedAfter = 30 * time.Second
)

// creation is a create that goes on, as others see it.
type creation struct {
	r     *Resource
	vm    *kubevirtv1.VirtualMachine
	token string // of this create alone
	ended chan struct{}
	quiet chan struct{} // closed when no renewal is under way any more
	lose  context.CancelCauseFunc
	ctx   context.Context //nolint:containedctx // its cause says whether the machine was taken away
}

// errTakenOver is the end of a create whose machine another one has taken over.
var errTakenOver = &diagnostics.Failure{
	Cause:  fmt.Sprintf("Another apply has taken over the creation of this server: this one has not shown up for %s, as when its computer slept.", abandonedAfter),
	Advice: "The server belongs to the other apply now, and is not in this state. To manage it here, remove it there and import it.",
}

func newToken() string { return rand.Text() }

// markOf is the first mark of a create.
func markOf(token string) string { return token + "/0" }

func isMarkOf(mark, token string) bool { return strings.HasPrefix(mark, token+"/") }

// beginCreation renews the mark of the machine until end is called. The context
// ends when the machine is taken away.
func (r *Resource) beginCreation(ctx context.Context, vm *kubevirtv1.VirtualMachine, token string) (context.Context, *creation) {
	ctx, lose := context.WithCancelCause(ctx)
	c := &creation{r: r, vm: vm, token: token, ended: make(chan struct{}), quiet: make(chan struct{}), lose: lose, ctx: ctx}
	go c.renew(kube.WithWarnings(ctx, nil))
	return ctx, c
}

func (c *creation) renew(ctx context.Context) {
	defer close(c.quiet)
	ticker := time.NewTicker(c.r.renewal)
	defer ticker.Stop()
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-c.ended:
			return
		case <-ticker.C:
		}
		err := c.r.changeMark(ctx, c.vm, func(now string) (string, error) {
			switch {
			case now == "": // somebody imported the server
				return "", nil
			case !isMarkOf(now, c.token):
				return "", errTakenOver
			}
			return fmt.Sprintf("%s/%d", c.token, n), nil
		})
		if errors.Is(err, errTakenOver) {
			c.lose(errTakenOver)
			return
		}
	}
}

// end removes the mark, whatever the create came to. Its error is errTakenOver, or
// why the mark stays.
func (c *creation) end() error {
	close(c.ended)
	<-c.quiet
	taken := errors.Is(context.Cause(c.ctx), errTakenOver)
	c.lose(nil)
	if taken {
		return errTakenOver
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.ctx), lastReadTimeout)
	defer cancel()
	err := c.r.changeMark(ctx, c.vm, func(now string) (string, error) {
		if now != "" && !isMarkOf(now, c.token) {
			return "", errTakenOver
		}
		return "", nil
	})
	return client.IgnoreNotFound(err)
}

// warnMarked says that the mark of a finished create stays, and what that means.
func warnMarked(m convert.Server, vm *kubevirtv1.VirtualMachine, err error) diag.Diagnostics {
	return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("Virtual server %q still counts as being created", subject(m).Name), fmt.Sprintf(
		"Its annotation %s cannot be removed, and another apply that creates a server of this name may take it over: %s\n\nThe next update removes it, or: kubectl annotate virtualmachine -n %s %s %[1]s-",
		convert.AnnotationCreating, diagnostics.Explain(err), vm.Namespace, vm.Name))}
}

// changeMark writes the mark that change makes of the one that the machine
// carries, "" being none. Of several at once one succeeds first, and the others
// see what it wrote.
func (r *Resource) changeMark(ctx context.Context, vm *kubevirtv1.VirtualMachine, change func(now string) (next string, err error)) error {
	_, err := r.changeMachine(ctx, vm, func(vm *kubevirtv1.VirtualMachine) error {
		next, err := change(vm.Annotations[convert.AnnotationCreating])
		setAnnotation(vm, convert.AnnotationCreating, next)
		return err
	})
	return err
}

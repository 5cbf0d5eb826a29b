package virtualserver

import (
	"context"
	"errors"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// wordAgainst is KubeVirt's own word against an operation, nil when err is something
// else: a missing permission, a cluster that does not answer.
func wordAgainst(err error) *diagnostics.Failure {
	var failure *diagnostics.Failure
	if err == nil || errors.As(err, &failure) {
		return failure
	}
	text := err.Error()
	_, denied, byWebhook := strings.Cut(text, "denied the request: ")
	switch {
	case byWebhook:
		text = denied
	case apierrors.IsNotFound(err) && !kube.IsMissingAPI(err):
		return &diagnostics.Failure{Cause: "It does not run: it ended just now.", Advice: "Start it first."}
	case apierrors.IsConflict(err) && !strings.Contains(text, "the object has been modified"),
		apierrors.IsForbidden(err) && !strings.Contains(text, "cannot"): // a missing permission says who cannot do what
		for _, frame := range []string{`": `, `" is forbidden: `} {
			if _, said, ok := strings.Cut(text, frame); ok {
				text = said
				break
			}
		}
	default:
		return nil
	}
	return &diagnostics.Failure{
		Cause:  "KubeVirt refuses it: " + strings.TrimSuffix(strings.TrimSpace(text), ".") + ".",
		Advice: "Remove that cause, then run the action again.",
	}
}

// ended says why an action ended early, and what goes on without it.
func (a *Action) ended(ctx context.Context, c call, asked bool, err error) error {
	goesOn := "Nothing was changed."
	if asked {
		goesOn = a.goesOn
	}
	var late *slow
	var failure *diagnostics.Failure
	switch {
	case errors.As(err, &late):
		return &diagnostics.Failure{
			Cause:     fmt.Sprintf("Time is up after %s, and it %s.", c.timeout, late.where),
			Condition: late.condition,
			Advice:    goesOn + " Give it more time with timeout, or do not wait for it with wait = false.",
		}
	case errors.As(err, &failure):
		return failure
	case ctx.Err() != nil:
		return &diagnostics.Failure{Cause: "The action was interrupted.", Advice: goesOn}
	case errors.Is(err, context.DeadlineExceeded) && !asked:
		return &diagnostics.Failure{
			Cause:  fmt.Sprintf("Time is up after %s: the cluster did not answer.", c.timeout),
			Advice: "Whether the request has arrived is not known. Look at the server before you run the action again.",
		}
	}
	return err
}

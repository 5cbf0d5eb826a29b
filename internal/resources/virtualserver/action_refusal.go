package virtualserver

import (
	"context"
	"errors"
	"fmt"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// ended says why an action ended early, and what goes on without it.
func (a *Action) ended(ctx context.Context, c call, asked bool, err error) error {
	goesOn := "Nothing was changed."
	if asked {
		goesOn = a.goesOn
	}
	var late *waiting.Late
	var failure *diagnostics.Failure
	switch {
	case errors.As(err, &late):
		return &diagnostics.Failure{
			Cause:     fmt.Sprintf("Time is up after %s, and it %s.", c.timeout, late.Where),
			Condition: late.Condition,
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

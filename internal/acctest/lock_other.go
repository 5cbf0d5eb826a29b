//go:build !unix

package acctest

import (
	"context"
	"errors"
)

func lock(context.Context, string) (unlock func(), err error) {
	return nil, errors.New("there is no local cluster on this system")
}

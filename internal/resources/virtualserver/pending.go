package virtualserver

import (
	"context"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// readPending finds out which attributes the running guest does not have yet
// (o.Pending).
func (r *Resource) readPending(_ context.Context, _ kube.Getter, _ *convert.Objects) error {
	return nil
}

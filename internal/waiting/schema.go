package waiting

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

// Values of `wait`.
const (
	Created = "created" // of until
	Ready   = "ready"
	Warn    = "warn" // of on_timeout
	Fail    = "fail"
)

// defaultGrace is how long a failure lasts before it counts.
const defaultGrace = time.Minute

// GraceAttribute is `failure_grace`.
func GraceAttribute() schema.Attribute {
	return optional.Text("How long a failure must last before the apply stops waiting. A duration such as `30s`. Default: `1m`.", validate.Text("Invalid duration", validate.Duration))
}

// Grace is the duration that `failure_grace` says.
func Grace(written types.String) time.Duration {
	if d, err := time.ParseDuration(written.ValueString()); err == nil {
		return d
	}
	return defaultGrace
}

// Timeouts are how long the operations of a resource may take where nothing is
// written.
type Timeouts struct{ Create, Read, Update, Delete time.Duration }

// Doing are the words for the operations of most resources.
var Doing = [4]string{"creating", "reading", "updating", "deleting"}

// Attribute is `timeouts`.
func (t Timeouts) Attribute(ctx context.Context, doing [4]string) schema.Attribute {
	return timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, CreateDescription: TimeoutText(doing[0], t.Create),
		Read: true, ReadDescription: TimeoutText(doing[1], t.Read),
		Update: true, UpdateDescription: TimeoutText(doing[2], t.Update),
		Delete: true, DeleteDescription: TimeoutText(doing[3], t.Delete),
	})
}

// TimeoutText describes a timeout.
func TimeoutText(doing string, fallback time.Duration) string {
	return fmt.Sprintf("How long %s may take, a duration such as `10m`. Default: `%dm`.", doing, int(fallback.Minutes()))
}

package datavolume

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

const maxImportRestarts = 1000

// WaitAttribute is `wait` of what is filled by CDI. thing is what descriptions call one,
// as in "a disk"; until says what each value of `until` means for it.
func WaitAttribute(thing, until, landing string) schema.Attribute {
	return optional.Nested("What an apply waits for."+landing, map[string]schema.Attribute{
		"until":         optional.OneOf(until, waiting.Created, waiting.Ready),
		"on_timeout":    optional.OneOf(fmt.Sprintf("`warn` (default): %s that is not ready in time is kept, with a warning. `fail`: it is an error; %[1]s being created is then marked tainted.", thing), waiting.Warn, waiting.Fail),
		"failure_grace": waiting.GraceAttribute(),
		"import_restarts": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: fmt.Sprintf("How often an import may fail before the apply stops waiting, whatever the grace: CDI itself tries for ever. Default: `%d`.", ImportRestarts),
			Validators:          []validator.Int64{int64validator.Between(1, maxImportRestarts)},
		},
	})
}

// Patience is how long an apply bears with a DataVolume that fails.
type Patience struct {
	grace    time.Duration
	restarts int32
	since    time.Time // of the failure
	well     time.Time // since when it does not fail any more
}

// PatienceOf is what the configuration says.
func PatienceOf(wait *convert.DiskWait) Patience {
	p := Patience{grace: waiting.Grace(types.StringNull()), restarts: ImportRestarts}
	if wait == nil {
		return p
	}
	p.grace = waiting.Grace(wait.FailureGrace)
	if n := wait.ImportRestarts.ValueInt64(); n > 0 {
		p.restarts = int32(n) //nolint:gosec // the schema's limit is below
	}
	return p
}

// Bear says when to look at the DataVolume again, or with what message it has failed
// for good. While it fails, its phase goes back and forth: only a grace without a failure
// begins the grace anew.
func (p *Patience) Bear(dv *cdiv1.DataVolume) (again kube.Verdict, failure string) {
	message, final := Failure(dv, p.restarts)
	if message == "" {
		if p.well.IsZero() {
			p.well = time.Now()
		}
		return kube.Verdict{}, ""
	}
	if p.since.IsZero() || !p.well.IsZero() && time.Since(p.well) > p.grace {
		p.since = time.Now()
	}
	p.well = time.Time{}
	if left := p.grace - time.Since(p.since); left > 0 && !final {
		return kube.Verdict{Again: left}, ""
	}
	return kube.Verdict{}, message
}

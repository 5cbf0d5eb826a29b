package datavolume

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	storagev1 "k8s.io/api/storage/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

const maxImportRestarts = 1000

// WaitAttribute is `wait` of what is filled by CDI. thing is what descriptions call one,
// as in "a disk"; until says what each value of `until` means for it, strict what is an
// error in any case.
func WaitAttribute(thing, until, strict, landing string) schema.Attribute {
	return optional.Nested("What an apply waits for."+landing, map[string]schema.Attribute{
		"until":         optional.OneOf(until, waiting.Created, waiting.Ready),
		"on_timeout":    optional.OneOf(fmt.Sprintf("`warn` (default): %s that is not ready in time is kept, with a warning. `fail`: it is an error; %[1]s being created is then marked tainted.", thing)+strict, waiting.Warn, waiting.Fail),
		"failure_grace": waiting.GraceAttribute(),
		"import_restarts": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: fmt.Sprintf("How often an import may fail before the apply stops waiting, whatever the grace: CDI itself tries for ever. Default: `%d`.", ImportRestarts),
			Validators:          []validator.Int64{int64validator.Between(1, maxImportRestarts)},
		},
	})
}

// classDelay is how long a DataVolume is pending before its storage class is looked for:
// most are not.
const classDelay = 5 * time.Second

// Patience is how long an apply bears with a DataVolume that fails.
type Patience struct {
	client   *kube.Client
	grace    time.Duration
	restarts int32
	since    time.Time // of the failure
	well     time.Time // since when it does not fail any more
	pending  time.Time // since when nothing came of it
}

// NewPatience is what the configuration says; null is the default.
func NewPatience(client *kube.Client, grace types.String, restarts types.Int64) Patience {
	p := Patience{client: client, grace: waiting.Grace(grace), restarts: ImportRestarts}
	if n := restarts.ValueInt64(); n > 0 {
		p.restarts = int32(n) //nolint:gosec // the schema's limit is below
	}
	return p
}

// Anew is the same for another DataVolume.
func (p *Patience) Anew() Patience {
	return Patience{client: p.client, grace: p.grace, restarts: p.restarts}
}

// Bear says when to look at the DataVolume again, or with what message it has failed
// for good. While it fails, its phase goes back and forth: only a grace without a failure
// begins the grace anew.
func (p *Patience) Bear(ctx context.Context, dv *cdiv1.DataVolume) (again kube.Verdict, failure string) {
	said, final := Failure(dv, p.restarts)
	message := said
	if said == "" {
		message, again = p.lasting(ctx, dv)
	}
	if message == "" {
		if p.well.IsZero() {
			p.well = time.Now()
		}
		return again, ""
	}
	if p.since.IsZero() || !p.well.IsZero() && time.Since(p.well) > p.grace {
		p.since = time.Now()
	}
	p.well = time.Time{}
	if left := p.grace - time.Since(p.since); left > 0 && !final {
		return kube.Verdict{Again: left}, ""
	}
	if said != "" {
		message = cmp.Or(p.missingClass(ctx, dv), said) // CDI says less
	}
	return kube.Verdict{}, message
}

// lasting is what keeps a DataVolume pending that CDI says nothing of, or when to look
// for it.
func (p *Patience) lasting(ctx context.Context, dv *cdiv1.DataVolume) (message string, again kube.Verdict) {
	if !isPending(dv) || className(dv) == "" {
		p.pending = time.Time{}
		return "", kube.Verdict{}
	}
	if p.pending.IsZero() {
		p.pending = time.Now()
	}
	if left := classDelay - time.Since(p.pending); left > 0 {
		return "", kube.Verdict{Again: left}
	}
	return p.missingClass(ctx, dv), kube.Verdict{}
}

// missingClass tells of a storage class that does not exist, or "" where nobody knows.
func (p *Patience) missingClass(ctx context.Context, dv *cdiv1.DataVolume) string {
	name := className(dv)
	if name == "" || !isPending(dv) {
		return ""
	}
	api, err := p.client.API(ctx)
	if err != nil {
		return ""
	}
	if found, err := kube.Find(ctx, api, "", name, &storagev1.StorageClass{}); err != nil || found {
		return ""
	}
	return fmt.Sprintf("There is no storage class %q.", name)
}

func isPending(dv *cdiv1.DataVolume) bool {
	return dv.Status.Phase == cdiv1.PhaseUnset || dv.Status.Phase == cdiv1.Pending
}

func className(dv *cdiv1.DataVolume) string {
	switch spec := &dv.Spec; {
	case spec.Storage != nil && spec.Storage.StorageClassName != nil:
		return *spec.Storage.StorageClassName
	case spec.PVC != nil && spec.PVC.StorageClassName != nil:
		return *spec.PVC.StorageClassName
	}
	return ""
}

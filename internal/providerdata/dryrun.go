package providerdata

import (
	"sync/atomic"
	"time"
)

// DryRunTimeout bounds the check of one planned object.
const DryRunTimeout = 10 * time.Second

// DryRun remembers that the cluster cannot check plans, so that one provider
// process warns once and then stops asking. The zero value is ready.
type DryRun struct{ stopped atomic.Bool }

// Stopped tells whether the cluster is no longer asked.
func (d *DryRun) Stopped() bool { return d.stopped.Load() }

// Stop ends the checks; it returns true the first time.
func (d *DryRun) Stop() bool { return d.stopped.CompareAndSwap(false, true) }

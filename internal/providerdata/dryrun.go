package providerdata

import (
	"sync"
	"sync/atomic"
	"time"
)

// DryRunTimeout bounds the check of one planned object.
const DryRunTimeout = 10 * time.Second

// DryRun remembers that the cluster cannot check plans, so that one provider
// process warns once and then stops asking. The zero value is ready.
type DryRun struct {
	stopped  atomic.Bool
	expected sync.Map // resource and name
}

// Expect notes an object that the plan makes, as the resource and the name by which a
// check misses it, such as datasources: that says nothing of the apply.
func (d *DryRun) Expect(resource, name string) { d.expected.Store(resource+" "+name, true) }

// Expects tells whether the plan makes an object, as far as it was made.
func (d *DryRun) Expects(resource, name string) bool {
	_, ok := d.expected.Load(resource + " " + name)
	return ok
}

// Stopped tells whether the cluster is no longer asked.
func (d *DryRun) Stopped() bool { return d.stopped.Load() }

// Stop ends the checks; it returns true the first time.
func (d *DryRun) Stop() bool { return d.stopped.CompareAndSwap(false, true) }

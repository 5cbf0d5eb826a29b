package virtualserver

import (
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// maxDedicatedThreads is the most threads that a core of dedicated CPUs has.
const maxDedicatedThreads = 2

// vCPUs returns the number of virtual CPUs, 0 when it is not known or not
// written.
func (c configuration) vCPUs() int64 {
	n, written := int64(1), false
	for _, name := range []string{"count", "sockets", "cores", "threads"} {
		v := c.At("resources", "cpu", name)
		if !values.Known(v) {
			return 0
		}
		if v != nil {
			n, written = n*values.Number(c.At("resources", "cpu", name)), true
		}
	}
	if !written {
		return 0
	}
	return n
}

// cpuRequest returns what the server requests, and by which attribute.
func (c configuration) cpuRequest() (q resource.Quantity, name string, ok bool) {
	if q, ok = c.amountAt("resources", "cpu", "request"); ok {
		return q, "request", true
	}
	fraction := values.Text(c.At("resources", "cpu", "fraction"))
	for _, topology := range []string{"count", "sockets", "cores", "threads"} {
		if !values.Known(c.At("resources", "cpu", topology)) {
			return q, "", false
		}
	}
	q, ok = convert.Share(fraction, max(c.vCPUs(), 1))
	if !ok {
		return q, "", false
	}
	return q, "fraction", true
}

// checkDedicated holds CPUs that are pinned, and what needs them, to KubeVirt's
// rules.
func (c configuration) checkDedicated() {
	cpu := path.Root("resources").AtName("cpu")
	dedicated, hugepages := c.At("resources", "cpu", "dedicated"), c.At("resources", "hugepages")
	numa, realtime := c.At("resources", "cpu", "numa"), c.At("resources", "cpu", "realtime")
	if !values.Known(dedicated, c.At("resources"), c.At("resources", "cpu")) {
		return
	}
	if !values.IsOn(c.At("resources", "cpu", "dedicated")) {
		for _, need := range []struct {
			name    string
			written bool
		}{{"isolate_emulator_thread", values.IsOn(c.At("resources", "cpu", "isolate_emulator_thread"))}, {"numa", values.IsThere(numa)}, {"realtime", values.IsThere(realtime)}} {
			if need.written && c.At("instance_type") == nil {
				c.Refuse(cpu.AtName(need.name), "Needs dedicated CPUs", need.name+" only works with dedicated = true. Write that, or remove "+need.name+".")
			}
		}
		return
	}
	if values.IsThere(numa) && values.Known(hugepages) && values.Text(hugepages) == "" {
		c.Refuse(cpu.AtName("numa"), "Needs huge pages", `numa only works with huge pages. Write resources = { hugepages = "2Mi" }, for example, or remove numa.`)
	}
	if values.IsThere(realtime) && numa == nil {
		c.Refuse(cpu.AtName("realtime"), "Needs numa", "realtime only works with numa = {}. Write that, or remove realtime.")
	}
	if values.Number(c.At("resources", "cpu", "threads")) > maxDedicatedThreads {
		c.Refuse(cpu.AtName("threads"), "Too many threads", "A core of dedicated CPUs has two threads at most. Write more cores in place of threads.")
	}
	c.checkDedicatedAmounts(cpu)
}

// checkDedicatedAmounts: what is reserved of CPU and memory is what the guest has.
func (c configuration) checkDedicatedAmounts(cpu path.Path) {
	request, name, requested := c.cpuRequest()
	limit, limited := c.amountAt("resources", "cpu", "limit")
	whole := func(q resource.Quantity) bool { return q.MilliValue()%1000 == 0 } //nolint:mnd // 1000 milli are one
	n := c.vCPUs()
	switch {
	case requested && !whole(request):
		c.Refuse(cpu.AtName(name), "Not a whole number of CPUs", "Dedicated CPUs are requested whole, and "+name+" makes "+request.String()+" of them. Remove "+name+".")
	case limited && !whole(limit):
		c.Refuse(cpu.AtName("limit"), "Not a whole number of CPUs", "Dedicated CPUs are given whole. Write a whole number, or remove limit.")
	case requested && limited && request.Cmp(limit) < 0: // one above the limit is said already
		c.Refuse(cpu.AtName("limit"), "Request and limit differ", "Of dedicated CPUs, limit must be as much as is requested. Remove one of them.")
	case n > 0 && (requested || limited) && request.Value() != n && limit.Value() != n:
		if name == "" {
			name = "limit"
		}
		c.Refuse(cpu.AtName(name), "Other than the number of CPUs", "Of dedicated CPUs, as many are requested as the guest has: "+strconv.FormatInt(n, 10)+". Remove "+name+".")
	}
	memory, okMemory := c.amountAt("resources", "memory_request")
	most, okMost := c.amountAt("resources", "memory_limit")
	if okMemory && okMost && memory.Cmp(most) < 0 {
		c.Refuse(path.Root("resources").AtName("memory_limit"), "Request and limit differ", "With dedicated CPUs, memory_limit must be as much as memory_request. Remove one of them.")
	}
}

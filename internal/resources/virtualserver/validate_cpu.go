package virtualserver

import (
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
)

// maxDedicatedThreads is the most threads that a core of dedicated CPUs has.
const maxDedicatedThreads = 2

// vCPUs returns the number of virtual CPUs, 0 when it is not known or not
// written.
func (c configuration) vCPUs() int64 {
	n, written := int64(1), false
	for _, name := range []string{"count", "sockets", "cores", "threads"} {
		v := c.at("resources", "cpu", name)
		if !known(v) {
			return 0
		}
		if v != nil {
			n, written = n*numberOf(c.at("resources", "cpu", name)), true
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
	fraction := textOf(c.at("resources", "cpu", "fraction"))
	for _, topology := range []string{"count", "sockets", "cores", "threads"} {
		if !known(c.at("resources", "cpu", topology)) {
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
	dedicated, hugepages := c.at("resources", "cpu", "dedicated"), c.at("resources", "hugepages")
	numa, realtime := c.at("resources", "cpu", "numa"), c.at("resources", "cpu", "realtime")
	if !known(dedicated, c.at("resources"), c.at("resources", "cpu")) {
		return
	}
	if !isOn(c.at("resources", "cpu", "dedicated")) {
		for _, need := range []struct {
			name    string
			written bool
		}{{"isolate_emulator_thread", isOn(c.at("resources", "cpu", "isolate_emulator_thread"))}, {"numa", isThere(numa)}, {"realtime", isThere(realtime)}} {
			if need.written && c.at("instance_type") == nil {
				c.refuse(cpu.AtName(need.name), "Needs dedicated CPUs", need.name+" only works with dedicated = true. Write that, or remove "+need.name+".")
			}
		}
		return
	}
	if isThere(numa) && known(hugepages) && textOf(hugepages) == "" {
		c.refuse(cpu.AtName("numa"), "Needs huge pages", `numa only works with huge pages. Write resources = { hugepages = "2Mi" }, for example, or remove numa.`)
	}
	if isThere(realtime) && numa == nil {
		c.refuse(cpu.AtName("realtime"), "Needs numa", "realtime only works with numa = {}. Write that, or remove realtime.")
	}
	if numberOf(c.at("resources", "cpu", "threads")) > maxDedicatedThreads {
		c.refuse(cpu.AtName("threads"), "Too many threads", "A core of dedicated CPUs has two threads at most. Write more cores in place of threads.")
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
		c.refuse(cpu.AtName(name), "Not a whole number of CPUs", "Dedicated CPUs are requested whole, and "+name+" makes "+request.String()+" of them. Remove "+name+".")
	case limited && !whole(limit):
		c.refuse(cpu.AtName("limit"), "Not a whole number of CPUs", "Dedicated CPUs are given whole. Write a whole number, or remove limit.")
	case requested && limited && request.Cmp(limit) < 0: // one above the limit is said already
		c.refuse(cpu.AtName("limit"), "Request and limit differ", "Of dedicated CPUs, limit must be as much as is requested. Remove one of them.")
	case n > 0 && (requested || limited) && request.Value() != n && limit.Value() != n:
		if name == "" {
			name = "limit"
		}
		c.refuse(cpu.AtName(name), "Other than the number of CPUs", "Of dedicated CPUs, as many are requested as the guest has: "+strconv.FormatInt(n, 10)+". Remove "+name+".")
	}
	memory, okMemory := c.amountAt("resources", "memory_request")
	most, okMost := c.amountAt("resources", "memory_limit")
	if okMemory && okMost && memory.Cmp(most) < 0 {
		c.refuse(path.Root("resources").AtName("memory_limit"), "Request and limit differ", "With dedicated CPUs, memory_limit must be as much as memory_request. Remove one of them.")
	}
}

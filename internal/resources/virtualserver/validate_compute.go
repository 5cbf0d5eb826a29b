package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

func (c configuration) checkCompute() {
	c.checkMemory()
	c.checkMemoryReserves()
	c.checkMaxMemory()
	c.checkHugepages()
	c.checkTopology()
	c.checkCPUReserves()
	c.checkDedicated()
	c.checkGPUs()
}

// amountAt returns a quantity that is there and valid.
func (c configuration) amountAt(steps ...string) (q resource.Quantity, ok bool) {
	v, _ := c.At(steps...).(quantity.Value)
	if !v.IsSet() {
		return q, false
	}
	q, err := v.Amount()
	return q, err == nil
}

func (c configuration) checkMemory() {
	p := path.Root("resources")
	memory, request, limit := c.At("resources", "memory"), c.At("resources", "memory_request"), c.At("resources", "memory_limit")
	instanceType := c.At("instance_type")
	if !values.Known(memory, request, limit, c.At("resources")) {
		return
	}
	set := func(v attr.Value) bool {
		q, _ := v.(quantity.Value)
		return q.IsSet()
	}
	if !set(memory) && !set(request) && !set(limit) && instanceType == nil {
		c.Refuse(p.AtName("memory"), "Missing memory", `A server needs memory. Write resources = { memory = "2Gi" }, for example.`)
	}
	has, okHas := c.amountAt("resources", "memory")
	wants, okWants := c.amountAt("resources", "memory_request")
	if okHas && okWants && wants.Cmp(has) > 0 {
		c.Refuse(p.AtName("memory_request"), "Memory request too large",
			"The server would reserve more memory ("+wants.String()+") than its guest gets ("+has.String()+"). Lower memory_request or remove it.")
	}
}

func (c configuration) checkMemoryReserves() {
	limit, ok := c.amountAt("resources", "memory_limit")
	if !ok {
		return
	}
	for _, name := range []string{"memory", "memory_request"} {
		if q, ok := c.amountAt("resources", name); ok && limit.Cmp(q) < 0 {
			c.Refuse(path.Root("resources").AtName("memory_limit"), "Memory limit too small",
				"The server could not have its "+name+" ("+q.String()+") with a limit of "+limit.String()+". Raise memory_limit or remove it.")
			return
		}
	}
}

// checkMaxMemory holds the memory that a guest can get while it runs to what
// KubeVirt asks of it.
func (c configuration) checkMaxMemory() {
	most, ok := c.amountAt("resources", "max_memory")
	if !ok {
		return
	}
	refuse := func(summary, detail string) {
		c.Refuse(path.Root("resources").AtName("max_memory"), summary, detail)
	}
	const mebi, gibi = 1 << 20, 1 << 30
	block, unit := int64(2*mebi), "2Mi"
	if values.Text(c.At("resources", "hugepages")) == "1Gi" {
		block, unit = gibi, "1Gi"
	}
	memory, isWritten := c.amountAt("resources", "memory")
	if !isWritten && values.Known(c.At("resources", "memory")) {
		memory, isWritten = c.amountAt("resources", "memory_request") // the guest's, too
	}
	architecture := values.Text(c.At("architecture"))
	switch {
	case isWritten && most.Cmp(memory) < 0:
		refuse("Maximum below memory", "max_memory ("+most.String()+") is less than memory ("+memory.String()+"). Raise it or remove it.")
	case isWritten && memory.Value() < gibi:
		refuse("Guest too small for max_memory", "Only a guest of at least 1Gi can get memory while it runs. Raise memory or remove max_memory.")
	case most.Value()%block != 0 || memory.Value()%block != 0:
		refuse("Memory not in whole blocks", "With max_memory, both it and memory must be multiples of "+unit+".")
	case architecture != "" && architecture != archAMD64:
		refuse("No memory while it runs", "Only on amd64 a guest can get memory while it runs. Remove max_memory.")
	case values.IsThere(c.At("resources", "cpu", "numa")):
		refuse("No memory while it runs", "A guest with numa cannot get memory while it runs. Remove max_memory.")
	}
}

func (c configuration) checkHugepages() {
	page, err := resource.ParseQuantity(values.Text(c.At("resources", "hugepages")))
	if err != nil || page.Sign() <= 0 || !values.Known(c.At("resources", "memory"), c.At("resources", "memory_request"), c.At("resources", "memory_limit")) {
		return
	}
	// KubeVirt looks at the first that is there.
	for _, name := range []string{"memory_request", "memory", "memory_limit"} {
		q, ok := c.amountAt("resources", name)
		if !ok {
			continue
		}
		if q.Value()%page.Value() != 0 {
			c.Refuse(path.Root("resources").AtName("hugepages"), "Memory not in whole pages",
				name+" ("+q.String()+") is not a multiple of the page size "+page.String()+". Change one of them.")
		}
		return
	}
}

func (c configuration) checkTopology() {
	cpu := path.Root("resources").AtName("cpu")
	count := c.At("resources", "cpu", "count")
	if count != nil && values.Known(count) {
		for _, other := range []string{"cores", "sockets", "threads"} {
			if n := c.At("resources", "cpu", other); n != nil && values.Known(n) {
				c.Refuse(cpu.AtName("count"), "Two spellings of the CPU", "count excludes "+other+". Write either a count, or cores, sockets and threads.")
			}
		}
	}
	if most := values.Number(c.At("resources", "cpu", "max_sockets")); most != 0 {
		for _, name := range []string{"count", "sockets"} {
			if values.Number(c.At("resources", "cpu", name)) > most {
				c.Refuse(cpu.AtName("max_sockets"), "Maximum below the sockets", "max_sockets is less than "+name+", each of which is a socket. Raise it or remove it.")
			}
		}
	}
	if values.Number(c.At("resources", "cpu", "threads")) > 1 && values.IsOn(c.At("resources", "cpu", "dedicated")) && values.Text(c.At("architecture")) == archARM64 {
		c.Refuse(cpu.AtName("threads"), "Threads on arm64", "Dedicated CPUs have one thread on arm64. Write cores in place of threads.")
	}
	if model := values.Text(c.At("resources", "cpu", "model")); model != "" && model != "host-passthrough" && values.Text(c.At("architecture")) == archARM64 {
		c.Refuse(cpu.AtName("model"), "CPU model on arm64", `The only model on arm64 is "host-passthrough". Write that, or no model.`)
	}
}

// checkCPUReserves also reckons with the request that a fraction makes.
func (c configuration) checkCPUReserves() {
	cpu := path.Root("resources").AtName("cpu")
	if _, twice := c.amountAt("resources", "cpu", "request"); twice && values.Text(c.At("resources", "cpu", "fraction")) != "" {
		c.Refuse(cpu.AtName("fraction"), "Two spellings of the CPU request", "Write either fraction or request.")
		return
	}
	limit, limited := c.amountAt("resources", "cpu", "limit")
	requested, name, ok := c.cpuRequest()
	if ok && limited && requested.Cmp(limit) > 0 {
		c.Refuse(cpu.AtName(name), "CPU request too large", "The server would reserve more CPU ("+requested.String()+") than its limit allows ("+limit.String()+"). Lower "+name+" or raise limit.")
	}
}

func (c configuration) checkGPUs() {
	if gpu, gpus := c.At("resources", "gpu"), c.At("resources", "gpus"); gpu != nil && len(values.Elements(gpus)) > 0 && values.Known(gpu) {
		c.Refuse(path.Root("resources").AtName("gpus"), "Two spellings of the GPUs", "Write either gpu, for a number of one type, or gpus.")
	}
	first := ""
	for _, name := range values.Keys(c.At("resources", "gpus")) {
		at := []string{"resources", "gpus", name, "virtual_gpu_options", "display"}
		display := c.At(at...)
		if display == nil || !values.Known(display, c.At(append(at, "enabled")...), c.At(append(at, "ram_fb")...)) || values.IsOff(c.At(append(at, "enabled")...)) || values.IsOff(c.At(append(at, "ram_fb")...)) {
			continue
		}
		if first != "" {
			c.Refuse(path.Root("resources").AtName("gpus").AtMapKey(name).AtName("virtual_gpu_options").AtName("display"), "Two framebuffers",
				"The GPUs \""+first+"\" and \""+name+"\" both have a framebuffer, and one at most can. Write ram_fb = false for one of them.")
			return
		}
		first = name
	}
}

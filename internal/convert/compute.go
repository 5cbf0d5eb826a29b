package convert

import (
	"fmt"
	"iter"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

func (res *Resources) apply(spec *kubevirtv1.VirtualMachineInstanceSpec, l Layout) {
	if res == nil {
		return
	}
	if c := res.CPU; c != nil {
		cpu := kubevirtv1.CPU{
			Sockets: uint32Of(c.Sockets),
			Cores:   uint32Of(c.Cores),
			Threads: uint32Of(c.Threads),
			Model:   c.Model.ValueString(),
		}
		if n := uint32Of(c.Count); n != 0 {
			cpu.Sockets = n // live-upgradable, unlike cores and threads
		}
		if cpu.Sockets != 0 || cpu.Cores != 0 || cpu.Threads != 0 || cpu.Model != "" {
			spec.Domain.CPU = &cpu
		}
	}
	if res.Memory.IsSet() {
		guest := amountOf(res.Memory)
		spec.Domain.Memory = &kubevirtv1.Memory{Guest: &guest}
	}
	if res.MemoryRequest.IsSet() {
		spec.Domain.Resources.Requests = corev1.ResourceList{corev1.ResourceMemory: amountOf(res.MemoryRequest)}
	}
	if g := res.GPU; g != nil && g.Type.ValueString() != "" {
		spec.Domain.Devices.GPUs = g.devices(l.GPUs)
	}
}

// devices renders the GPUs: live ones of the type keep their names, and new
// names are not those of others.
func (g *GPU) devices(live []kubevirtv1.GPU) []kubevirtv1.GPU {
	taken := map[string]bool{}
	var out []kubevirtv1.GPU
	count := int(max(g.Count.ValueInt64(), 1))
	for _, d := range live {
		taken[d.Name] = true
		if d.DeviceName == g.Type.ValueString() && len(out) < count {
			out = append(out, kubevirtv1.GPU{Name: d.Name, DeviceName: d.DeviceName})
		}
	}
	for i := 0; len(out) < count; i++ {
		if name := fmt.Sprintf("gpu-%d", i); !taken[name] {
			out = append(out, kubevirtv1.GPU{Name: name, DeviceName: g.Type.ValueString()})
		}
	}
	return out
}

func resourcesFrom(r reader, spec *kubevirtv1.VirtualMachineInstanceSpec, prior *Resources) *Resources {
	was, ok := section(r, prior)
	if !ok {
		return nil
	}
	out := Resources{
		CPU:           cpuFrom(r, spec.Domain.CPU, was.CPU),
		Memory:        r.amount(was.Memory, nil),
		MemoryRequest: r.amount(was.MemoryRequest, nil),
		GPU:           gpuFrom(r, spec.Domain.Devices.GPUs, was.GPU),
	}
	if spec.Domain.Memory != nil {
		out.Memory = r.amount(was.Memory, spec.Domain.Memory.Guest)
	}
	if q, ok := spec.Domain.Resources.Requests[corev1.ResourceMemory]; ok {
		out.MemoryRequest = r.amount(was.MemoryRequest, &q)
	}
	if r.importing && out.CPU == nil && out.GPU == nil && out.Memory.IsNull() && out.MemoryRequest.IsNull() {
		return nil
	}
	return &out
}

// cpuFrom keeps `count` while only sockets are set, the canonical spelling.
func cpuFrom(r reader, cpu *kubevirtv1.CPU, prior *CPU) *CPU {
	was, ok := section(r, prior)
	if !ok || (r.importing && cpu == nil) {
		return nil
	}
	if cpu == nil {
		cpu = &kubevirtv1.CPU{}
	}
	out := CPU{
		Count:   types.Int64Null(),
		Cores:   r.number(was.Cores, int64(cpu.Cores)),
		Sockets: r.number(was.Sockets, int64(cpu.Sockets)),
		Threads: r.number(was.Threads, int64(cpu.Threads)),
		Model:   r.text(was.Model, cpu.Model),
	}
	onlySockets := cpu.Cores <= 1 && cpu.Threads <= 1
	switch {
	case r.importing && cpu.Cores == 0 && cpu.Threads == 0:
		out.Count, out.Sockets = out.Sockets, types.Int64Null()
	case !was.Count.IsNull() && onlySockets:
		out.Count = r.number(was.Count, int64(cpu.Sockets))
	case !was.Count.IsNull():
		// Someone gave the machine a topology that a count cannot say.
		everything := reader{importing: true}
		out.Cores = everything.number(was.Cores, int64(cpu.Cores))
		out.Sockets = everything.number(was.Sockets, int64(cpu.Sockets))
		out.Threads = everything.number(was.Threads, int64(cpu.Threads))
	}
	return &out
}

func gpuFrom(r reader, gpus []kubevirtv1.GPU, prior *GPU) *GPU {
	was, ok := section(r, prior)
	if !ok {
		return nil
	}
	if ours := slices.Collect(ofType(gpus, was.Type.ValueString())); len(ours) > 0 {
		gpus = ours // others of another type are others'
	}
	if len(gpus) == 0 || slices.ContainsFunc(gpus, func(g kubevirtv1.GPU) bool { return g.DeviceName != gpus[0].DeviceName }) {
		return nil // no type and count says this
	}
	out := GPU{Type: types.StringValue(gpus[0].DeviceName), Count: types.Int64Value(int64(len(gpus)))}
	if was.Count.IsNull() && !r.importing && len(gpus) == 1 {
		out.Count = was.Count // absent means one
	}
	return &out
}

func ofType(gpus []kubevirtv1.GPU, deviceName string) iter.Seq[kubevirtv1.GPU] {
	return func(yield func(kubevirtv1.GPU) bool) {
		for _, g := range gpus {
			if g.DeviceName == deviceName && !yield(g) {
				return
			}
		}
	}
}

func uint32Of(n types.Int64) uint32 { return uint32(n.ValueInt64()) } //nolint:gosec // validated to 1..4096 by the schema

// amountOf returns a value that the schema has validated.
func amountOf(v quantity.Value) (q resource.Quantity) {
	q, _ = v.Amount()
	return q
}

package convert

import (
	"fmt"
	"iter"
	"reflect"
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
	res.bind(writer, &spec.Domain)
	if g := res.GPU; g != nil && g.Type.ValueString() != "" {
		spec.Domain.Devices.GPUs = append(spec.Domain.Devices.GPUs, g.devices(l.GPUs)...)
	}
}

// bind binds all but `gpu`, which needs the layout.
func (res *Resources) bind(b binder, domain *kubevirtv1.DomainSpec) {
	bindPart(b, &res.CPU, domain, bindCPU)
	within(b, &domain.Memory, func(memory *kubevirtv1.Memory) {
		bindAmountPointer(b, &res.Memory, &memory.Guest)
		bindAmountPointer(b, &res.MaxMemory, &memory.MaxGuest)
		within(b, &memory.Hugepages, func(h *kubevirtv1.Hugepages) { bindText(b, &res.Hugepages, &h.PageSize) })
		bindSection(b, &res.ReservedOverhead, &memory.ReservedOverhead, bindReservedOverhead)
	})
	bindAmountIn(b, &res.MemoryRequest, &domain.Resources.Requests, corev1.ResourceMemory)
	bindAmountIn(b, &res.MemoryLimit, &domain.Resources.Limits, corev1.ResourceMemory)
	bindFlag(b, &res.OvercommitGuestOverhead, &domain.Resources.OvercommitGuestOverhead)
	gpus, hosts := domain.Devices.GPUs, domain.Devices.HostDevices
	if b.importing {
		gpus, hosts = importedGPUs(gpus), importedHostDevices(hosts)
	}
	bindNamed(b, &res.GPUs, &gpus, func(g *kubevirtv1.GPU) *string { return &g.Name }, bindGPUDevice)
	bindNamed(b, &res.HostDevices, &hosts, func(h *kubevirtv1.HostDevice) *string { return &h.Name }, bindHostDevice)
	if b.writing {
		domain.Devices.GPUs, domain.Devices.HostDevices = gpus, hosts
	}
}

func bindReservedOverhead(b binder, a *ReservedOverhead, f *kubevirtv1.ReservedOverhead) {
	bindAmountPointer(b, &a.AddedOverhead, &f.AddedOverhead)
	bindTextPointer(b, &a.MemLock, &f.MemLock)
}

func bindGPUDevice(b binder, a *GPUDevice, f *kubevirtv1.GPU) {
	bindText(b, &a.DeviceName, &f.DeviceName)
	bindText(b, &a.Tag, &f.Tag)
	bindSection(b, &a.VirtualGPUOptions, &f.VirtualGPUOptions, bindVirtualGPUOptions)
}

func bindVirtualGPUOptions(b binder, a *VirtualGPUOptions, f *kubevirtv1.VGPUOptions) {
	bindPresence(b, &a.Display, &f.Display, func(b binder, a *VirtualGPUDisplay, f *kubevirtv1.VGPUDisplayOptions) {
		bindSwitch(b, &a.Enabled, &f.Enabled)
		bindFeature(b, &a.RAMFB, &f.RamFB)
	})
}

func bindHostDevice(b binder, a *HostDevice, f *kubevirtv1.HostDevice) {
	bindText(b, &a.DeviceName, &f.DeviceName)
	bindText(b, &a.Tag, &f.Tag)
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
		if name := gpuName(i); !taken[name] {
			out = append(out, kubevirtv1.GPU{Name: name, DeviceName: g.Type.ValueString()})
		}
	}
	return out
}

func gpuName(i int) string { return fmt.Sprintf("gpu-%d", i) }

func resourcesFrom(r reader, spec *kubevirtv1.VirtualMachineInstanceSpec, prior *Resources) *Resources {
	out, ok := section(r, prior)
	if !ok {
		return nil
	}
	out.bind(binder{reader: r}, &spec.Domain)
	if live := spec.Domain.Devices.GPUs; !r.importing || isCounted(live) {
		out.GPU = gpuFrom(r, live, out.GPU)
	}
	if r.importing && isAbsent(reflect.ValueOf(out)) {
		return nil
	}
	return &out
}

// isCounted tells whether a type and a number say all about the GPUs, as of
// those that this provider made.
func isCounted(gpus []kubevirtv1.GPU) bool {
	for _, g := range gpus {
		n := slices.IndexFunc(gpus, func(other kubevirtv1.GPU) bool { return other.Name == g.Name })
		if g.DeviceName == "" || !reflect.DeepEqual(g, kubevirtv1.GPU{Name: gpuName(n), DeviceName: gpus[0].DeviceName}) {
			return false
		}
	}
	return true
}

// importedGPUs are those that `gpus` is to say: not what `gpu` says, nor those
// of a resource claim.
func importedGPUs(live []kubevirtv1.GPU) []kubevirtv1.GPU {
	if isCounted(live) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(live), func(g kubevirtv1.GPU) bool { return g.DeviceName == "" })
}

func importedHostDevices(live []kubevirtv1.HostDevice) []kubevirtv1.HostDevice {
	return slices.DeleteFunc(slices.Clone(live), func(h kubevirtv1.HostDevice) bool { return h.DeviceName == "" })
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

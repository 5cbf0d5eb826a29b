package convert

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// featureRequired is the policy of a CPU feature that says none.
const featureRequired = "require"

func bindCPU(b binder, c *CPU, domain *kubevirtv1.DomainSpec) {
	within(b, &domain.CPU, func(cpu *kubevirtv1.CPU) {
		bindTopology(b, c, cpu)
		bindNumber(b, &c.MaxSockets, &cpu.MaxSockets)
		bindText(b, &c.Model, &cpu.Model)
		bindCPUFeatures(b, &c.Features, &cpu.Features)
		bindFlag(b, &c.Dedicated, &cpu.DedicatedCPUPlacement)
		bindFlag(b, &c.IsolateEmulatorThread, &cpu.IsolateEmulatorThread)
		within(b, &cpu.NUMA, func(numa *kubevirtv1.NUMA) {
			bindPresence(b, &c.NUMA, &numa.GuestMappingPassthrough, bindNothing)
		})
		bindPresence(b, &c.Realtime, &cpu.Realtime, bindRealtime)
	})
	bindCPURequest(b, c, &domain.Resources.Requests)
	bindAmountIn(b, &c.Limit, &domain.Resources.Limits, corev1.ResourceCPU)
}

func bindRealtime(b binder, a *Realtime, f *kubevirtv1.Realtime) {
	bindText(b, &a.Mask, &f.Mask)
}

// bindTopology keeps `count` while only sockets are set, the canonical spelling.
func bindTopology(b binder, c *CPU, cpu *kubevirtv1.CPU) {
	if b.writing {
		cpu.Sockets, cpu.Cores, cpu.Threads = uint32Of(c.Sockets), uint32Of(c.Cores), uint32Of(c.Threads)
		if n := uint32Of(c.Count); n != 0 {
			cpu.Sockets = n // live-upgradable, unlike cores and threads
		}
		return
	}
	count := c.Count
	c.Count = types.Int64Null()
	onlySockets := cpu.Cores <= 1 && cpu.Threads <= 1
	if !count.IsNull() && !onlySockets {
		b = b.everything() // someone gave the machine a topology that a count cannot say
	}
	bindNumber(b, &c.Cores, &cpu.Cores)
	bindNumber(b, &c.Sockets, &cpu.Sockets)
	bindNumber(b, &c.Threads, &cpu.Threads)
	switch {
	case b.importing && cpu.Cores == 0 && cpu.Threads == 0:
		c.Count, c.Sockets = c.Sockets, types.Int64Null()
	case !count.IsNull() && onlySockets:
		c.Count = b.number(count, int64(cpu.Sockets))
	}
}

// bindCPUFeatures binds policies by the name of their feature; names that are
// not in the attribute are others'. No policy means "require".
func bindCPUFeatures(b binder, a *types.Map, f *[]kubevirtv1.CPUFeature) {
	prior := a.Elements()
	if b.writing {
		*f = nil
		policies := StringMap(*a)
		for _, name := range slices.Sorted(maps.Keys(policies)) {
			*f = append(*f, kubevirtv1.CPUFeature{Name: name, Policy: policies[name]})
		}
		return
	}
	if a.IsNull() && (!b.importing || len(*f) == 0) {
		*a = types.MapNull(types.StringType)
		return
	}
	out := map[string]attr.Value{}
	for _, live := range *f {
		was, known := prior[live.Name]
		policy, _ := was.(types.String)
		switch {
		case known && cmp.Or(policy.ValueString(), featureRequired) == cmp.Or(live.Policy, featureRequired):
			out[live.Name] = was
		case known || b.importing:
			out[live.Name] = types.StringValue(live.Policy)
		}
	}
	*a = types.MapValueMust(types.StringType, out)
}

// bindCPURequest keeps `fraction` while the request is that share of the CPUs.
func bindCPURequest(b binder, c *CPU, requests *corev1.ResourceList) {
	share, ok := Share(c.Fraction.ValueString(), c.VCPUs())
	live, there := (*requests)[corev1.ResourceCPU]
	switch {
	case ok && b.writing:
		if *requests == nil {
			*requests = corev1.ResourceList{}
		}
		(*requests)[corev1.ResourceCPU] = share
		return
	case ok && there && share.Cmp(live) == 0:
		return
	case ok:
		c.Fraction = types.StringNull()
		b = b.everything()
	}
	bindAmountIn(b, &c.Request, requests, corev1.ResourceCPU)
}

// Share is the part of a number of CPUs that a fraction like "10%" stands for;
// ok is false for one that is none.
func Share(fraction string, cpus int64) (share resource.Quantity, ok bool) {
	percent, err := strconv.ParseInt(strings.TrimSuffix(fraction, "%"), 10, 64)
	if err != nil {
		return resource.Quantity{}, false
	}
	const milliPerPercent = 10
	return *resource.NewMilliQuantity(cpus*percent*milliPerPercent, resource.DecimalSI), true
}

// VCPUs is the number of virtual CPUs as far as the model says it.
func (c *CPU) VCPUs() int64 {
	n := int64(1)
	for _, factor := range []types.Int64{c.Count, c.Sockets, c.Cores, c.Threads} {
		n *= max(factor.ValueInt64(), 1)
	}
	return n
}

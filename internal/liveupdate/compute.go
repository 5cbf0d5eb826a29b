package liveupdate

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/resource"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// waits is a change that KubeVirt sets RestartRequired for, though its field may
// change live: no other change waits for it.
func (u *update) waits(field, reason string) Change {
	return Change{Field: field, Landing: Restart, Reason: reason, gated: true}
}

// hasCPU tells whether sockets are compared by themselves: else all of cpu is new.
func (u *update) hasCPU() bool { return u.was.Domain.CPU != nil && u.now.Domain.CPU != nil }

// cpu follows handleCPUChangeRequest.
func (u *update) cpu() {
	if !u.hasCPU() || u.cluster.Stage {
		return
	}
	was, now := u.was.Domain.CPU.Sockets, u.now.Domain.CPU.Sockets
	is, most := defaultSockets(u.was), u.cluster.maxSockets(u.was)
	if u.vmi != nil && u.vmi.Spec.Domain.CPU != nil {
		is, most = u.vmi.Spec.Domain.CPU.Sockets, u.vmi.Spec.Domain.CPU.MaxSockets
	}
	if now == is || now == was && is == defaultSockets(u.was) {
		// A guest without a topology has the default one: KubeVirt sets RestartRequired
		// for that, which no restart takes away.
		return
	}
	field := domain + "cpu.sockets"
	switch {
	case now > most && most == 0: // where changes are staged
		u.add(u.waits(field, "the guest was started without room for more CPUs"))
	case now > most:
		u.add(u.waits(field, fmt.Sprintf("the guest was started with room for %d sockets", most)))
	case now < is:
		u.add(u.waits(field, "no CPU is taken away from a running guest"))
	case u.now.Architecture == "arm64":
		u.add(u.waits(field, "a running ARM guest takes no more CPUs"))
	default:
		u.add(u.migration(field))
	}
}

// defaultSockets are those of a guest whose machine has no topology
// (SetDefaultGuestCPUTopology), else the machine's own.
func defaultSockets(spec *kubevirtv1.VirtualMachineInstanceSpec) uint32 {
	if cpu := spec.Domain.CPU; cpu != nil && (cpu.Cores != 0 || cpu.Sockets != 0 || cpu.Threads != 0) {
		return cpu.Sockets
	}
	for _, list := range []corev1.ResourceList{spec.Domain.Resources.Limits, spec.Domain.Resources.Requests} {
		if cpu, ok := list[corev1.ResourceCPU]; ok {
			return uint32(cpu.Value())
		}
	}
	return 1
}

// maxSockets is how many sockets a guest is started with room for (setupCPUHotplug).
func (c Cluster) maxSockets(spec *kubevirtv1.VirtualMachineInstanceSpec) uint32 {
	const maxVCPUs = 512
	sockets, cpu := defaultSockets(spec), spec.Domain.CPU
	switch {
	case cpu.MaxSockets != 0:
		return cpu.MaxSockets
	case c.MaxSockets != 0:
		return max(c.MaxSockets, sockets)
	}
	most := sockets * c.Ratio
	if each := max(cpu.Cores, 1) * max(cpu.Threads, 1); most*each > maxVCPUs {
		most = max(maxVCPUs/each, sockets)
	}
	return most
}

// hasMemory tells whether the guest's memory is compared by itself: without one of
// its own it comes from the request, which needs a restart.
func (u *update) hasMemory() bool {
	return u.now.Domain.Memory != nil && u.now.Domain.Memory.Guest != nil
}

// memory follows handleMemoryHotplugRequest.
func (u *update) memory() {
	if !u.hasMemory() || u.cluster.Stage {
		return
	}
	now, is, field := u.now.Domain.Memory.Guest, guestMemory(u.was), domain+"memory.guest"
	if u.vmi != nil && u.vmi.Spec.Domain.Memory != nil && u.vmi.Spec.Domain.Memory.Guest != nil {
		is = u.vmi.Spec.Domain.Memory.Guest
	}
	if is != nil && now.Cmp(*is) == 0 {
		return
	}
	if u.vmi == nil {
		u.memoryWithin(field, guestMemory(u.was), u.cluster.maxGuest(u.was))
		return
	}
	status := u.vmi.Status.Memory
	switch _, because := u.stuck(); {
	case u.vmi.Spec.Domain.Memory == nil || status == nil || status.GuestCurrent == nil:
		u.add(Change{Field: field, Landing: Restart, Silent: true, gated: true, Reason: "it is not known yet how much the guest has"})
	case u.has(kubevirtv1.VirtualMachineInstanceMemoryChange, corev1.ConditionFalse):
		u.add(u.waits(field, "the guest did not take the last change of its memory"))
	case !u.vmi.IsMigratable():
		u.add(u.waits(field, "it takes a live migration, and the server cannot be migrated"+because))
	default:
		u.memoryWithin(field, status.GuestAtBoot, u.vmi.Spec.Domain.Memory.MaxGuest)
	}
}

// memoryWithin compares the wanted memory with what the guest was started with,
// and with room for (nil: none).
func (u *update) memoryWithin(field string, boot, most *resource.Quantity) {
	now := u.now.Domain.Memory.Guest
	switch reason := unfit(u.now, most, u.vmi == nil); {
	case most == nil:
		reason := "the guest was started without room for more"
		if why := unfit(u.was, u.cluster.wantedMaxGuest(u.was), u.vmi == nil); why != "" {
			reason = why
		}
		u.add(u.waits(field, reason))
	case reason != "":
		u.add(u.waits(field, reason))
	case boot != nil && now.Cmp(*boot) < 0:
		u.add(u.waits(field, fmt.Sprintf("a running guest does not go below the %s it was started with", boot)))
	default:
		u.add(u.migration(field))
	}
}

func (u *update) has(kind kubevirtv1.VirtualMachineInstanceConditionType, status corev1.ConditionStatus) bool {
	for _, c := range u.vmi.Status.Conditions {
		if c.Type == kind {
			return c.Status == status
		}
	}
	return false
}

// guestMemory is what a guest is started with (setGuestMemory), nil when the
// machine does not tell.
func guestMemory(spec *kubevirtv1.VirtualMachineInstanceSpec) *resource.Quantity {
	if memory := spec.Domain.Memory; memory != nil && memory.Guest != nil {
		return memory.Guest
	}
	for _, list := range []corev1.ResourceList{spec.Domain.Resources.Requests, spec.Domain.Resources.Limits} {
		if memory, ok := list[corev1.ResourceMemory]; ok && !memory.IsZero() {
			return &memory
		}
	}
	if memory := spec.Domain.Memory; memory != nil && memory.Hugepages != nil {
		if size, err := resource.ParseQuantity(memory.Hugepages.PageSize); err == nil {
			return &size
		}
	}
	return nil
}

// maxGuest is the memory that a guest is started with room for
// (setupMemoryHotplug), nil for one that gets none.
func (c Cluster) maxGuest(spec *kubevirtv1.VirtualMachineInstanceSpec) *resource.Quantity {
	most := c.wantedMaxGuest(spec)
	if memory := spec.Domain.Memory; memory != nil && memory.MaxGuest != nil || unfit(spec, most, true) == "" {
		return most
	}
	return nil
}

func (c Cluster) wantedMaxGuest(spec *kubevirtv1.VirtualMachineInstanceSpec) *resource.Quantity {
	if memory := spec.Domain.Memory; memory != nil && memory.MaxGuest != nil {
		return memory.MaxGuest
	}
	if c.MaxGuest != nil {
		return c.MaxGuest
	}
	if boot := guestMemory(spec); boot != nil {
		return resource.NewQuantity(boot.Value()*int64(c.Ratio), resource.BinarySI)
	}
	return nil
}

// unfit says why memory cannot change live, "" where it can
// (ValidateLiveUpdateMemory). guessed: nobody has said the architecture yet.
func unfit(spec *kubevirtv1.VirtualMachineInstanceSpec, most *resource.Quantity, guessed bool) string {
	const least, pages, hugePages = 1 << 30, 2 << 20, 1 << 30
	cpu, memory := spec.Domain.CPU, spec.Domain.Memory
	guest := guestMemory(spec)
	block := int64(pages)
	if memory != nil && memory.Hugepages != nil && memory.Hugepages.PageSize == "1Gi" {
		block = hugePages
	}
	aligned := resource.NewQuantity(block, resource.BinarySI)
	switch {
	case cpu != nil && cpu.Realtime != nil:
		return "the memory of a realtime guest does not change while it runs"
	case cpu != nil && cpu.NUMA != nil && cpu.NUMA.GuestMappingPassthrough != nil:
		return "the memory of a guest with NUMA passthrough does not change while it runs"
	case spec.Domain.LaunchSecurity != nil:
		return "the memory of an encrypted guest does not change while it runs"
	case guest == nil || most == nil:
		return "the guest was started without room for more"
	case guest.Cmp(*most) > 0:
		return fmt.Sprintf("the guest was started with room for %s", most)
	case guest.Value()%block != 0:
		return fmt.Sprintf("only multiples of %s change while a guest runs", aligned)
	case most.Value()%block != 0:
		return fmt.Sprintf("the guest's maximum of %s is no multiple of %s", most, aligned)
	case spec.Architecture != "amd64" && (!guessed || spec.Architecture != ""):
		return "memory changes live in x86_64 guests only"
	case guest.Value() < least:
		return "memory changes live in guests with at least 1Gi only"
	}
	return ""
}

// placement follows handleAffinityChangeRequest and handleTolerationsChangeRequest.
// Where changes are staged KubeVirt compares with what the guest was started with.
func (u *update) placement() {
	is, c := u.is, Change{Landing: Live, gated: true, Reason: "the server stays on its node until it is migrated or restarted"}
	if u.cluster.Stage {
		is, c = u.was, Change{Landing: Restart, Reason: staged}
	}
	for _, field := range []struct {
		name    string
		is, now any
		removed bool
	}{
		{"affinity", is.Affinity, u.now.Affinity, u.now.Affinity == nil},
		{"nodeSelector", is.NodeSelector, u.now.NodeSelector, len(u.now.NodeSelector) == 0},
		{"tolerations", is.Tolerations, u.now.Tolerations, len(u.now.Tolerations) == 0},
	} {
		if !equality.Semantic.DeepEqual(field.is, field.now) {
			c.Field, c.Removed = template+field.name, field.removed
			u.add(c)
		}
	}
}

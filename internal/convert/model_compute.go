package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// Resources is what the guest gets of its node.
type Resources struct {
	CPU                     *CPU                  `tfsdk:"cpu"`
	Memory                  quantity.Value        `tfsdk:"memory"`
	MemoryRequest           quantity.Value        `tfsdk:"memory_request"`
	MemoryLimit             quantity.Value        `tfsdk:"memory_limit"`
	MaxMemory               quantity.Value        `tfsdk:"max_memory"`
	Hugepages               types.String          `tfsdk:"hugepages"`
	ReservedOverhead        *ReservedOverhead     `tfsdk:"reserved_overhead"`
	OvercommitGuestOverhead types.Bool            `tfsdk:"overcommit_guest_overhead"`
	GPU                     *GPU                  `tfsdk:"gpu"`
	GPUs                    map[string]GPUDevice  `tfsdk:"gpus"`
	HostDevices             map[string]HostDevice `tfsdk:"host_devices"`
}

// CPU is written either as a count or as KubeVirt's topology.
type CPU struct {
	Count                 types.Int64    `tfsdk:"count"`
	Cores                 types.Int64    `tfsdk:"cores"`
	Sockets               types.Int64    `tfsdk:"sockets"`
	Threads               types.Int64    `tfsdk:"threads"`
	MaxSockets            types.Int64    `tfsdk:"max_sockets"`
	Model                 types.String   `tfsdk:"model"`
	Features              types.Map      `tfsdk:"features"`
	Fraction              types.String   `tfsdk:"fraction"`
	Request               quantity.Value `tfsdk:"request"`
	Limit                 quantity.Value `tfsdk:"limit"`
	Dedicated             types.Bool     `tfsdk:"dedicated"`
	IsolateEmulatorThread types.Bool     `tfsdk:"isolate_emulator_thread"`
	NUMA                  *Nothing       `tfsdk:"numa"`
	Realtime              *Realtime      `tfsdk:"realtime"`
}

// Realtime tunes the guest for low latency.
type Realtime struct {
	Mask types.String `tfsdk:"mask"`
}

// ReservedOverhead is memory beside the guest's.
type ReservedOverhead struct {
	AddedOverhead quantity.Value `tfsdk:"added_overhead"`
	MemLock       types.String   `tfsdk:"mem_lock"`
}

// GPU is a number of equal GPUs.
type GPU struct {
	Type  types.String `tfsdk:"type"`
	Count types.Int64  `tfsdk:"count"`
}

// GPUDevice is one GPU.
type GPUDevice struct {
	DeviceName        types.String       `tfsdk:"device_name"`
	Tag               types.String       `tfsdk:"tag"`
	VirtualGPUOptions *VirtualGPUOptions `tfsdk:"virtual_gpu_options"`
}

// VirtualGPUOptions are the options of a mediated GPU.
type VirtualGPUOptions struct {
	Display *VirtualGPUDisplay `tfsdk:"display"`
}

// VirtualGPUDisplay is the display of a mediated GPU.
type VirtualGPUDisplay struct {
	Enabled types.Bool `tfsdk:"enabled"`
	RAMFB   types.Bool `tfsdk:"ram_fb"`
}

// HostDevice is a device of the node.
type HostDevice struct {
	DeviceName types.String `tfsdk:"device_name"`
	Tag        types.String `tfsdk:"tag"`
}

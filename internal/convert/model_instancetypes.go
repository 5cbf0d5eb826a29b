package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// InstanceType is the model of a virtualserver_instance_type.
type InstanceType struct {
	Name        types.String `tfsdk:"name"`
	Namespace   types.String `tfsdk:"namespace"`
	ClusterWide types.Bool   `tfsdk:"cluster_wide"`
	Labels      types.Map    `tfsdk:"labels"`
	Annotations types.Map    `tfsdk:"annotations"`

	CPU                 *InstanceTypeCPU       `tfsdk:"cpu"`
	Memory              *InstanceTypeMemory    `tfsdk:"memory"`
	GPUs                map[string]GPUDevice   `tfsdk:"gpus"`
	HostDevices         map[string]HostDevice  `tfsdk:"host_devices"`
	IOThreadsPolicy     types.String           `tfsdk:"io_threads_policy"`
	IOThreads           *InstanceTypeIOThreads `tfsdk:"io_threads"`
	LaunchSecurity      *ClassLaunchSecurity   `tfsdk:"launch_security"`
	NodeSelector        types.Map              `tfsdk:"node_selector"`
	SchedulerName       types.String           `tfsdk:"scheduler_name"`
	InstanceAnnotations types.Map              `tfsdk:"instance_annotations"`

	ID  types.String `tfsdk:"id"`
	UID types.String `tfsdk:"uid"`
}

// InstanceTypeCPU is the CPU that an instance type gives.
type InstanceTypeCPU struct {
	Guest                 types.Int64       `tfsdk:"guest"`
	Model                 types.String      `tfsdk:"model"`
	MaxSockets            types.Int64       `tfsdk:"max_sockets"`
	DedicatedCPUPlacement types.Bool        `tfsdk:"dedicated_cpu_placement"`
	IsolateEmulatorThread types.Bool        `tfsdk:"isolate_emulator_thread"`
	NUMA                  *InstanceTypeNUMA `tfsdk:"numa"`
	Realtime              *Realtime         `tfsdk:"realtime"`
}

// InstanceTypeNUMA is the guest's NUMA topology.
type InstanceTypeNUMA struct {
	GuestMappingPassthrough *Nothing `tfsdk:"guest_mapping_passthrough"`
}

// InstanceTypeMemory is the memory that an instance type gives.
type InstanceTypeMemory struct {
	Guest             quantity.Value         `tfsdk:"guest"`
	MaxGuest          quantity.Value         `tfsdk:"max_guest"`
	Hugepages         *InstanceTypeHugepages `tfsdk:"hugepages"`
	OvercommitPercent types.Int64            `tfsdk:"overcommit_percent"`
}

// InstanceTypeHugepages backs the guest's memory with hugepages.
type InstanceTypeHugepages struct {
	PageSize types.String `tfsdk:"page_size"`
}

// InstanceTypeIOThreads are the threads of the disks.
type InstanceTypeIOThreads struct {
	SupplementalPoolThreadCount types.Int64 `tfsdk:"supplemental_pool_thread_count"`
}

// ClassLaunchSecurity encrypts the guest's memory.
type ClassLaunchSecurity struct {
	SEV *ClassSEV `tfsdk:"sev"`
	SNP *Nothing  `tfsdk:"snp"`
	TDX *Nothing  `tfsdk:"tdx"`
}

// ClassSEV is AMD's Secure Encrypted Virtualization.
type ClassSEV struct {
	Policy      *ClassSEVPolicy `tfsdk:"policy"`
	Attestation *Nothing        `tfsdk:"attestation"`
	Session     types.String    `tfsdk:"session"`
	DHCert      types.String    `tfsdk:"dh_cert"`
}

// ClassSEVPolicy is what SEV encrypts besides memory.
type ClassSEVPolicy struct {
	EncryptedState types.Bool `tfsdk:"encrypted_state"`
}

// Head are the attributes that every plain object has.
func (m *InstanceType) Head() metadata.Head {
	return metadata.Head{
		Name: &m.Name, Namespace: &m.Namespace, ClusterWide: &m.ClusterWide,
		Labels: &m.Labels, Annotations: &m.Annotations, ID: &m.ID, UID: &m.UID,
	}
}

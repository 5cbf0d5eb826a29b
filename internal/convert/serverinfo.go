package convert

import (
	"cmp"
	"maps"
	"reflect"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// ServerInfo is what the cluster tells of a server: the model of the data source.
// What does not exist, or may not be read, is null.
type ServerInfo struct {
	Name      types.String `tfsdk:"name"`
	Namespace types.String `tfsdk:"namespace"`

	ID          types.String      `tfsdk:"id"`
	UID         types.String      `tfsdk:"uid"`
	VMName      types.String      `tfsdk:"vm_name"`
	Labels      map[string]string `tfsdk:"labels"`
	Annotations map[string]string `tfsdk:"annotations"`

	RunStrategy types.String `tfsdk:"run_strategy"`
	PowerState  types.String `tfsdk:"power_state"`

	InstanceType *ClassInfo   `tfsdk:"instance_type"`
	Preference   *ClassInfo   `tfsdk:"preference"`
	CPU          *CPUInfo     `tfsdk:"cpu"`
	Memory       types.String `tfsdk:"memory"`

	RootClaim   types.String `tfsdk:"root_claim"`
	ServiceName types.String `tfsdk:"service_name"`
	ClusterIP   types.String `tfsdk:"cluster_ip"`
	Status      types.Object `tfsdk:"status"`

	Volumes    map[string]VolumeInfo    `tfsdk:"volumes"`
	Interfaces map[string]InterfaceInfo `tfsdk:"interfaces"`
	Guest      *GuestInfo               `tfsdk:"guest"`
	Migration  *MigrationInfo           `tfsdk:"migration"`
	Events     []EventInfo              `tfsdk:"events"`
	Problem    *ProblemInfo             `tfsdk:"problem"`
}

// ClassInfo names an instance type or a preference.
type ClassInfo struct {
	Name types.String `tfsdk:"name"`
	Kind types.String `tfsdk:"kind"`
}

// CPUInfo is the topology of the CPUs that the guest has.
type CPUInfo struct {
	Cores   types.Int64 `tfsdk:"cores"`
	Sockets types.Int64 `tfsdk:"sockets"`
	Threads types.Int64 `tfsdk:"threads"`
}

// VolumeInfo is a volume and how far it is.
type VolumeInfo struct {
	Source     types.String `tfsdk:"source"` // KubeVirt's name of the kind: "dataVolume"
	ClaimName  types.String `tfsdk:"claim_name"`
	Phase      types.String `tfsdk:"phase"`
	Message    types.String `tfsdk:"message"`
	Hotplugged types.Bool   `tfsdk:"hotplugged"`
}

// InterfaceInfo is an interface as the guest or the host sees it.
type InterfaceInfo struct {
	MACAddress    types.String `tfsdk:"mac_address"`
	Addresses     []string     `tfsdk:"addresses"`
	InterfaceName types.String `tfsdk:"interface_name"`
	InfoSource    types.String `tfsdk:"info_source"`
	LinkState     types.String `tfsdk:"link_state"`
}

// MigrationInfo is the last live migration of the guest that runs.
type MigrationInfo struct {
	SourceNode types.String `tfsdk:"source_node"`
	TargetNode types.String `tfsdk:"target_node"`
	Completed  types.Bool   `tfsdk:"completed"`
	Failed     types.Bool   `tfsdk:"failed"`
	Reason     types.String `tfsdk:"failure_reason"`
}

// ProblemInfo says why a server is not as it should be.
type ProblemInfo struct {
	Summary types.String `tfsdk:"summary"`
	Cause   types.String `tfsdk:"cause"`
	Advice  types.String `tfsdk:"advice"`
}

// ServerInfoOf reads what the objects of a server tell. Name and namespace are
// the caller's, and so are guest, events and problem.
func ServerInfoOf(o Objects) ServerInfo {
	vm := o.VM
	of := Server{Name: types.StringValue(NameOf(vm)), Namespace: types.StringValue(vm.Namespace)}
	of.ReadComputed(o, LayoutOf(vm, ""))
	info := ServerInfo{
		ID: of.ID, UID: of.UID, VMName: of.VMName,
		Labels: unreserved(vm.Labels), Annotations: unreserved(vm.Annotations),
		RunStrategy: types.StringValue(string(cmp.Or(RememberedStrategy(vm), RunStrategyOf(vm)))),
		PowerState:  types.StringValue(PowerStateOf(o.VMI)),
		RootClaim:   of.RootClaim, ServiceName: of.ServiceName, ClusterIP: of.ClusterIP, Status: of.Status,
		Interfaces: map[string]InterfaceInfo{},
	}
	if c := vm.Spec.Instancetype; c != nil {
		info.InstanceType = &ClassInfo{Name: textOrNull(c.Name), Kind: types.StringValue(cmp.Or(c.Kind, KindClusterInstanceType))}
	}
	if c := vm.Spec.Preference; c != nil {
		info.Preference = &ClassInfo{Name: textOrNull(c.Name), Kind: types.StringValue(cmp.Or(c.Kind, KindClusterPreference))}
	}
	info.Volumes = volumesInfo(o)
	if o.VMI == nil {
		return info
	}
	info.CPU, info.Memory = cpuInfo(o.VMI), textOrNull(memoryOf(o.VMI))
	for _, i := range o.VMI.Status.Interfaces {
		if i.Name != "" { // others exist in the guest alone
			info.Interfaces[i.Name] = interfaceInfo(i)
		}
	}
	if m := o.VMI.Status.MigrationState; m != nil {
		info.Migration = &MigrationInfo{
			SourceNode: textOrNull(m.SourceNode), TargetNode: textOrNull(m.TargetNode),
			Completed: types.BoolValue(m.Completed), Failed: types.BoolValue(m.Failed), Reason: textOrNull(m.FailureReason),
		}
	}
	return info
}

// unreserved leaves out the keys of Kubernetes, KubeVirt and this provider.
func unreserved(m map[string]string) map[string]string {
	out := map[string]string{}
	maps.Copy(out, m)
	maps.DeleteFunc(out, func(key, _ string) bool { return metadata.IsReserved(key) })
	return out
}

// cpuInfo is the topology that KubeVirt reports, else the one that the guest was
// started with. In the API 0 means 1.
func cpuInfo(vmi *kubevirtv1.VirtualMachineInstance) *CPUInfo {
	of := func(cores, sockets, threads uint32) *CPUInfo {
		number := func(n uint32) types.Int64 { return types.Int64Value(int64(max(n, 1))) }
		return &CPUInfo{Cores: number(cores), Sockets: number(sockets), Threads: number(threads)}
	}
	if t := vmi.Status.CurrentCPUTopology; t != nil {
		return of(t.Cores, t.Sockets, t.Threads)
	}
	if c := vmi.Spec.Domain.CPU; c != nil {
		return of(c.Cores, c.Sockets, c.Threads)
	}
	return of(1, 1, 1)
}

// memoryOf is the guest's memory, "" when nobody says.
func memoryOf(vmi *kubevirtv1.VirtualMachineInstance) string {
	if m := vmi.Status.Memory; m != nil && m.GuestCurrent != nil {
		return m.GuestCurrent.String()
	}
	if m := vmi.Spec.Domain.Memory; m != nil && m.Guest != nil {
		return m.Guest.String()
	}
	if request, ok := vmi.Spec.Domain.Resources.Requests[corev1.ResourceMemory]; ok {
		return request.String()
	}
	return ""
}

func interfaceInfo(i kubevirtv1.VirtualMachineInstanceNetworkInterface) InterfaceInfo {
	addresses := i.IPs
	if len(addresses) == 0 && i.IP != "" {
		addresses = []string{i.IP}
	}
	return InterfaceInfo{
		MACAddress: textOrNull(i.MAC), Addresses: append([]string{}, addresses...), InterfaceName: textOrNull(i.InterfaceName),
		InfoSource: textOrNull(i.InfoSource), LinkState: textOrNull(i.LinkState),
	}
}

// volumesInfo tells of the volumes of the instance, else of those that the next
// one will have.
func volumesInfo(o Objects) map[string]VolumeInfo {
	var volumes []kubevirtv1.Volume
	if o.VM.Spec.Template != nil {
		volumes = o.VM.Spec.Template.Spec.Volumes
	}
	status := map[string]kubevirtv1.VolumeStatus{}
	if o.VMI != nil {
		volumes = o.VMI.Spec.Volumes
		for _, s := range o.VMI.Status.VolumeStatus {
			status[s.Name] = s
		}
	}
	out := map[string]VolumeInfo{}
	for i := range volumes {
		v, s := &volumes[i], status[volumes[i].Name]
		out[v.Name] = VolumeInfo{
			Source: textOrNull(sourceName(v.VolumeSource)), ClaimName: textOrNull(claimOf(v)),
			Phase: textOrNull(string(s.Phase)), Message: textOrNull(s.Message), Hotplugged: types.BoolValue(s.HotplugVolume != nil),
		}
	}
	for name, s := range status { // one that is being unplugged
		if _, ok := out[name]; !ok {
			out[name] = VolumeInfo{Phase: textOrNull(string(s.Phase)), Message: textOrNull(s.Message), Hotplugged: types.BoolValue(s.HotplugVolume != nil)}
		}
	}
	return out
}

// sourceName is the name of the source's field, "" when there is none.
func sourceName(source kubevirtv1.VolumeSource) string {
	v := reflect.ValueOf(source)
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Pointer && !f.IsNil() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			return name
		}
	}
	return ""
}

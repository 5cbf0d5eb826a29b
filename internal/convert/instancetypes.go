package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/path"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
	instancetypev1 "kubevirt.io/api/instancetype/v1beta1"
)

// NewInstanceType returns an empty object of the kind, and an empty list.
func NewInstanceType(clusterWide bool) (PlainObject, ListObject) {
	if clusterWide {
		return &instancetypev1.VirtualMachineClusterInstancetype{TypeMeta: typeMeta("VirtualMachineClusterInstancetype")},
			&instancetypev1.VirtualMachineClusterInstancetypeList{}
	}
	return &instancetypev1.VirtualMachineInstancetype{TypeMeta: typeMeta("VirtualMachineInstancetype")},
		&instancetypev1.VirtualMachineInstancetypeList{}
}

func typeMeta(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: instancetypev1.SchemeGroupVersion.String(), Kind: kind}
}

// ToInstanceType renders the object of m.
func ToInstanceType(m InstanceType) PlainObject {
	obj, _ := NewInstanceType(m.ClusterWide.ValueBool())
	m.bind(writer, obj)
	return obj
}

// FromInstanceType reads the model of an object. prior is its state, nil at import.
func FromInstanceType(obj PlainObject, prior *InstanceType) InstanceType {
	var m InstanceType
	if prior != nil {
		m = *prior
	}
	m.bind(binder{reader: reader{importing: prior == nil}}, obj)
	return m
}

func (m *InstanceType) bind(b binder, obj PlainObject) {
	var meta *metav1.ObjectMeta
	var spec *instancetypev1.VirtualMachineInstancetypeSpec
	switch o := obj.(type) {
	case *instancetypev1.VirtualMachineInstancetype:
		meta, spec = &o.ObjectMeta, &o.Spec
	case *instancetypev1.VirtualMachineClusterInstancetype:
		meta, spec = &o.ObjectMeta, &o.Spec
	default:
		return
	}
	bindHead(b, m.Head(), meta)
	bindPart(b, &m.CPU, &spec.CPU, bindInstanceTypeCPU)
	bindPart(b, &m.Memory, &spec.Memory, bindInstanceTypeMemory)
	bindNamed(b, &m.GPUs, &spec.GPUs, func(f *kubevirtv1.GPU) *string { return &f.Name }, bindGPUDevice)
	bindNamed(b, &m.HostDevices, &spec.HostDevices, func(f *kubevirtv1.HostDevice) *string { return &f.Name }, bindHostDevice)
	bindTextPointer(b, &m.IOThreadsPolicy, &spec.IOThreadsPolicy)
	bindSection(b, &m.IOThreads, &spec.IOThreads, bindInstanceTypeIOThreads)
	bindPresence(b, &m.LaunchSecurity, &spec.LaunchSecurity, bindClassLaunchSecurity)
	bindKeys(b, &m.NodeSelector, &spec.NodeSelector)
	bindText(b, &m.SchedulerName, &spec.SchedulerName)
	bindKeys(b, &m.InstanceAnnotations, &spec.Annotations)
}

func bindInstanceTypeCPU(b binder, a *InstanceTypeCPU, f *instancetypev1.CPUInstancetype) {
	bindNumber(b, &a.Guest, &f.Guest)
	bindTextPointer(b, &a.Model, &f.Model)
	bindNumberPointer(b, &a.MaxSockets, &f.MaxSockets)
	bindSwitch(b, &a.DedicatedCPUPlacement, &f.DedicatedCPUPlacement)
	bindSwitch(b, &a.IsolateEmulatorThread, &f.IsolateEmulatorThread)
	bindPresence(b, &a.NUMA, &f.NUMA, bindInstanceTypeNUMA)
	bindPresence(b, &a.Realtime, &f.Realtime, bindRealtime)
}

func bindInstanceTypeNUMA(b binder, a *InstanceTypeNUMA, f *kubevirtv1.NUMA) {
	bindPresence(b, &a.GuestMappingPassthrough, &f.GuestMappingPassthrough, bindNothing)
}

func bindInstanceTypeMemory(b binder, a *InstanceTypeMemory, f *instancetypev1.MemoryInstancetype) {
	bindAmount(b, &a.Guest, &f.Guest)
	bindAmountPointer(b, &a.MaxGuest, &f.MaxGuest)
	bindPresence(b, &a.Hugepages, &f.Hugepages, bindInstanceTypeHugepages)
	bindNumber(b, &a.OvercommitPercent, &f.OvercommitPercent)
}

func bindInstanceTypeHugepages(b binder, a *InstanceTypeHugepages, f *kubevirtv1.Hugepages) {
	bindText(b, &a.PageSize, &f.PageSize)
}

func bindInstanceTypeIOThreads(b binder, a *InstanceTypeIOThreads, f *kubevirtv1.DiskIOThreads) {
	bindNumberPointer(b, &a.SupplementalPoolThreadCount, &f.SupplementalPoolThreadCount)
}

func bindClassLaunchSecurity(b binder, a *ClassLaunchSecurity, f *kubevirtv1.LaunchSecurity) {
	bindPresence(b, &a.SEV, &f.SEV, bindClassSEV)
	bindPresence(b, &a.SNP, &f.SNP, bindNothing)
	bindPresence(b, &a.TDX, &f.TDX, bindNothing)
}

func bindClassSEV(b binder, a *ClassSEV, f *kubevirtv1.SEV) {
	bindSection(b, &a.Policy, &f.Policy, bindClassSEVPolicy)
	bindPresence(b, &a.Attestation, &f.Attestation, bindNothing)
	bindText(b, &a.Session, &f.Session)
	bindText(b, &a.DHCert, &f.DHCert)
}

func bindClassSEVPolicy(b binder, a *ClassSEVPolicy, f *kubevirtv1.SEVPolicy) {
	bindSwitch(b, &a.EncryptedState, &f.EncryptedState)
}

// annotationsOfInstances: an object's own annotations have their name.
var annotationsOfInstances = map[string]string{"spec.annotations": "instance_annotations"}

// InstanceTypeAttribute returns the attribute that renders a field, the empty
// path when none does.
func InstanceTypeAttribute(field string) path.Path {
	return attributeOfField(InstanceType{}, annotationsOfInstances, field)
}

package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// ToVirtualMachine renders the VirtualMachine of m. For a server that exists,
// what counts is the difference between the renderings of its prior and its
// planned model with the layout of the live object.
func ToVirtualMachine(m Server, l Layout) *kubevirtv1.VirtualMachine {
	vm := &kubevirtv1.VirtualMachine{
		TypeMeta: metav1.TypeMeta{APIVersion: kubevirtv1.GroupVersion.String(), Kind: kubevirtv1.VirtualMachineGroupVersionKind.Kind},
		ObjectMeta: metav1.ObjectMeta{
			Name:        l.VMName,
			Namespace:   m.Namespace.ValueString(),
			Labels:      metadata.Merge(StringMap(m.Labels), StringMap(m.LabelsAll)),
			Annotations: metadata.Merge(StringMap(m.Annotations)),
		},
		Spec: kubevirtv1.VirtualMachineSpec{Template: &kubevirtv1.VirtualMachineInstanceTemplateSpec{}},
	}
	if l.FullName != "" {
		vm.Annotations = metadata.Merge(vm.Annotations, map[string]string{AnnotationName: l.FullName})
	}
	m.applyPower(vm, l)
	spec := &vm.Spec.Template.Spec
	m.Resources.apply(spec, l)
	if m.Storage != nil {
		m.Storage.Root.apply(vm, m.Namespace.ValueString(), l)
		m.Storage.apply(vm, l)
	}
	m.Network.apply(spec, l)
	m.Sysprep.apply(spec, l)
	m.applyCloudInit(spec, l)
	m.bind(writer, vm)
	m.applyLegacy(spec, l)
	return patched(vm, m.RawPatch)
}

// bind binds the parts of a server that need no layout.
func (m *Server) bind(b binder, vm *kubevirtv1.VirtualMachine) {
	spec := &vm.Spec.Template.Spec
	m.bindTemplate(b, vm.Spec.Template)
	m.bindInstanceType(b, &vm.Spec)
	m.bindFirmware(b, spec)
	m.bindDevices(b, spec)
	m.bindClock(b, spec)
	m.bindFeatures(b, spec)
	m.bindScheduling(b, spec)
	m.bindProbes(b, spec)
	m.bindAccessCredentials(b, spec)
	m.bindIgnition(b, vm.Spec.Template) // after the template's annotations
}

// Objects are the live objects of one server. VM is required; the others are
// nil when they do not exist or are not the server's.
type Objects struct {
	VM      *kubevirtv1.VirtualMachine
	VMI     *kubevirtv1.VirtualMachineInstance
	Root    *cdiv1.DataVolume // of an ephemeral root disk
	Secret  *corev1.Secret
	Service *corev1.Service
	// Claim of a root disk that the server imports, and what CDI adds to such a
	// claim: nil for what does not exist or was not looked up.
	Claim     *corev1.PersistentVolumeClaim
	CDIConfig *cdiv1.CDIConfig
	// Pending are the attributes whose value the running guest does not have yet.
	Pending []string
}

// FromObjects reads the model of a server. prior is its state, nil at import:
// then everything that an attribute can say is read.
func FromObjects(o Objects, prior *Server) Server {
	r := reader{importing: prior == nil}
	var was Server
	rootVolume := ""
	if prior != nil {
		was = *prior
		rootVolume = was.RootVolume()
	}
	l := LayoutOf(o.VM, rootVolume)
	o.VM = was.withoutLegacy(o.VM, l)
	m := was
	m.Labels = r.keys(was.Labels, o.VM.Labels, metadata.IsReserved)
	m.Annotations = r.keys(was.Annotations, o.VM.Annotations, metadata.IsReserved)
	m.LabelsAll = r.keys(was.LabelsAll, o.VM.Labels, metadata.IsReserved)
	m.RunStrategy, m.PowerState = powerFrom(r, o, was)
	if o.VM.Spec.Template != nil {
		spec := &o.VM.Spec.Template.Spec
		m.Resources = resourcesFrom(r, spec, was.Resources)
		m.Storage = storageFrom(r, o, l, was.Storage)
		m.Network = networkFrom(r, o.VM, l, o.Service, was.Network)
		m.cloudInitFrom(r, o.VM, o.Secret, &was)
		m.Sysprep = sysprepFrom(r, o.VM, was.Sysprep)
		m.bind(binder{reader: r}, o.VM)
		m.RawPatch = rawPatchFrom(r, o.VM, was.RawPatch)
		m.keepFallback(was, &o.VM.Spec)
	}
	if prior == nil {
		none := types.MapNull(types.StringType) // a map without a type is none
		m.RestartTriggers, m.MigrationTriggers, m.RebootTriggers = none, none, none
		m.Name = types.StringValue(NameOf(o.VM))
		m.Namespace = types.StringValue(o.VM.Namespace)
	}
	m.ReadComputed(o, l)
	return m
}

// NameOf is the name of the server: the machine's, but for one that was shortened.
func NameOf(vm *kubevirtv1.VirtualMachine) string {
	if full := vm.Annotations[AnnotationName]; full != "" && VMName(full) == vm.Name {
		return full
	}
	return vm.Name
}

// ReadComputed fills the computed attributes from the live objects.
func (m *Server) ReadComputed(o Objects, l Layout) {
	m.ID = types.StringValue(metadata.ID(m.Namespace.ValueString(), m.Name.ValueString()))
	m.UID = types.StringValue(string(o.VM.UID))
	m.VMName = types.StringValue(o.VM.Name)
	m.RootClaim = textOrNull(l.RootClaim)
	m.ServiceName, m.ClusterIP = types.StringNull(), types.StringNull()
	if o.Service != nil {
		m.ServiceName = types.StringValue(o.Service.Name)
		if o.Service.Spec.ClusterIP != corev1.ClusterIPNone {
			m.ClusterIP = textOrNull(o.Service.Spec.ClusterIP)
		}
	}
	m.Status = StatusOf(o)
}

// FillUnknown fills only the computed attributes that the plan left unknown: an
// apply must return the others as planned.
func (m *Server) FillUnknown(o Objects, l Layout) {
	now := *m
	now.ReadComputed(o, l)
	for _, field := range []struct{ planned, live *types.String }{
		{&m.ID, &now.ID}, {&m.UID, &now.UID}, {&m.VMName, &now.VMName}, {&m.RootClaim, &now.RootClaim},
		{&m.ServiceName, &now.ServiceName}, {&m.ClusterIP, &now.ClusterIP},
	} {
		if field.planned.IsUnknown() {
			*field.planned = *field.live
		}
	}
	if m.Status.IsUnknown() {
		m.Status = now.Status
	}
}

// RootVolume is the root disk's volume name as far as the model knows it.
func (m Server) RootVolume() string {
	if m.Storage == nil || m.Storage.Root == nil {
		return ""
	}
	if name := m.Storage.Root.Name.ValueString(); name != "" {
		return name
	}
	return RootDisk
}

func storageFrom(r reader, o Objects, l Layout, prior *Storage) *Storage {
	was, ok := section(r, prior)
	if !ok {
		return nil
	}
	out := Storage{
		Root:            rootFrom(r, o.VM, l, o.Root, was.Root),
		AdditionalDisks: disksFrom(r, o.VM, l, was.AdditionalDisks),
		Filesystems:     filesystemsFrom(r, o.VM, was.Filesystems),

		UpdateVolumesStrategy: was.UpdateVolumesStrategy,
	}
	out.bind(binder{reader: r}, &o.VM.Spec)
	out.Root.sizeFrom(r, o)
	if r.importing && out.Root == nil && out.AdditionalDisks == nil && out.Filesystems == nil && out.UpdateVolumesStrategy.IsNull() {
		return nil
	}
	return &out
}

// RunStrategyOf is the strategy that the spec asks for.
func RunStrategyOf(vm *kubevirtv1.VirtualMachine) kubevirtv1.VirtualMachineRunStrategy {
	switch {
	case vm.Spec.RunStrategy != nil:
		return *vm.Spec.RunStrategy
	case vm.Spec.Running != nil && *vm.Spec.Running:
		return kubevirtv1.RunStrategyAlways
	}
	return kubevirtv1.RunStrategyHalted
}

package convert

import (
	"cmp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// Kinds of instance types and preferences.
const (
	KindInstanceType        = "VirtualMachineInstancetype"
	KindClusterInstanceType = "VirtualMachineClusterInstancetype"
	KindPreference          = "VirtualMachinePreference"
	KindClusterPreference   = "VirtualMachineClusterPreference"
)

// InstanceTypeRef names an instance type or a preference, or the volume whose
// labels do.
type InstanceTypeRef struct {
	Name                         types.String `tfsdk:"name"`
	Kind                         types.String `tfsdk:"kind"`
	InferFromVolume              types.String `tfsdk:"infer_from_volume"`
	InferFromVolumeFailurePolicy types.String `tfsdk:"infer_from_volume_failure_policy"`
}

// infers tells whether a volume names the instance type.
func (r *InstanceTypeRef) infers() bool { return r != nil && r.InferFromVolume.ValueString() != "" }

// ignores tells whether a volume that names none is fine.
func (r *InstanceTypeRef) ignores() bool {
	return r.infers() && r.InferFromVolumeFailurePolicy.ValueString() == string(kubevirtv1.IgnoreInferFromVolumeFailure)
}

func (m *Server) bindInstanceType(b binder, spec *kubevirtv1.VirtualMachineSpec) {
	bindReference(b, &m.InstanceType, &spec.Instancetype, func(b binder, a *InstanceTypeRef, f *kubevirtv1.InstancetypeMatcher) {
		bindText(b, &a.Name, &f.Name)
		bindReferenceKind(b, &a.Kind, &f.Kind, KindClusterInstanceType)
		m.bindVolumeName(b, &a.InferFromVolume, &f.InferFromVolume)
		bindTextPointer(b, &a.InferFromVolumeFailurePolicy, &f.InferFromVolumeFailurePolicy)
	})
	bindReference(b, &m.Preference, &spec.Preference, func(b binder, a *InstanceTypeRef, f *kubevirtv1.PreferenceMatcher) {
		bindText(b, &a.Name, &f.Name)
		bindReferenceKind(b, &a.Kind, &f.Kind, KindClusterPreference)
		m.bindVolumeName(b, &a.InferFromVolume, &f.InferFromVolume)
		bindTextPointer(b, &a.InferFromVolumeFailurePolicy, &f.InferFromVolumeFailurePolicy)
	})
}

// bindReference binds a reference. Admission replaces the volume that it is
// inferred from by the name found there, or by nothing where that is fine: the
// volume stays in the model while something stands there.
func bindReference[F any](b binder, a **InstanceTypeRef, f **F, bind func(b binder, a *InstanceTypeRef, f *F)) {
	if !b.writing && !b.importing && (*a).infers() && (*f != nil || (*a).ignores()) {
		return
	}
	bindPresence(b, a, f, bind)
}

// bindReferenceKind binds a kind, which Kubernetes' users write in any case;
// absent, it is the cluster's. It is never read as nobody's: with the name it
// says what is meant.
func bindReferenceKind(b binder, a *types.String, f *string, cluster string) {
	switch {
	case b.writing:
		*f = a.ValueString()
	case !b.importing && strings.EqualFold(cmp.Or(a.ValueString(), cluster), cmp.Or(*f, cluster)):
	default:
		*a = textOrNull(*f)
	}
}

// bindVolumeName binds the name of a volume; "root" is the root disk, whatever
// its volume is called.
func (m *Server) bindVolumeName(b binder, a *types.String, f *string) {
	root := m.RootVolume()
	if b.writing {
		if *f = a.ValueString(); *f == RootDisk && root != "" {
			*f = root
		}
		return
	}
	name := *f
	if name != "" && name == root && a.ValueString() != root {
		name = RootDisk
	}
	*a = b.text(*a, name)
}

// keepFallback keeps the memory that stood by for an instance type that could
// not be inferred: admission removes it where it could.
func (m *Server) keepFallback(was Server, spec *kubevirtv1.VirtualMachineSpec) {
	if was.InstanceType.ignores() && spec.Instancetype != nil && spec.Template.Spec.Domain.Memory == nil && m.Resources != nil && was.Resources != nil {
		m.Resources.Memory = was.Resources.Memory
	}
}

package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	"k8s.io/apimachinery/pkg/api/equality"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
)

// renderings returns the VirtualMachine as the state and as the plan write it,
// with the layout of the live object. An update carries their difference over
// to the live object. Labels and annotations that nobody manages stand in
// neither, so that they are never written.
func renderings(state, plan convert.Server, managed managedKeys, l convert.Layout) (before, after *kubevirtv1.VirtualMachine) {
	next := nextLayout(state, plan, l)
	plan.Labels, plan.LabelsAll = asked(plan.Labels, state.Labels, managed.Labels), asked(plan.LabelsAll, state.LabelsAll, managed.Labels)
	plan.Annotations = asked(plan.Annotations, state.Annotations, managed.Annotations)
	state.Labels, state.LabelsAll = only(state.Labels, managed.Labels), only(state.LabelsAll, managed.Labels)
	state.Annotations = only(state.Annotations, managed.Annotations)
	plan.TemplateLabels, state.TemplateLabels = asked(plan.TemplateLabels, state.TemplateLabels, managed.TemplateLabels), only(state.TemplateLabels, managed.TemplateLabels)
	plan.TemplateAnnotations, state.TemplateAnnotations = asked(plan.TemplateAnnotations, state.TemplateAnnotations, managed.TemplateAnnotations), only(state.TemplateAnnotations, managed.TemplateAnnotations)
	if l.CloudInitInline && !next.CloudInitInline {
		state.CloudInit = types.StringValue(l.CloudInitText) // what moves to the Secret
	}
	return convert.ToVirtualMachine(state, l), convert.ToVirtualMachine(plan, next)
}

// nextLayout is the layout after an update.
func nextLayout(state, plan convert.Server, l convert.Layout) convert.Layout {
	if plan.RunStrategy.ValueString() != state.RunStrategy.ValueString() {
		l.LegacyRunning = false // `running` cannot say every strategy
	}
	if userDataChanged(state, plan) && (l.CloudInitInline || !state.HasCloudInit()) {
		// Inline user data is limited to 2,048 bytes, and a Secret that the
		// state does not know is somebody else's.
		l.CloudInitInline, l.CloudInitSecret = false, convert.CloudInitSecretName(l.VMName)
	}
	return l
}

func userDataChanged(state, plan convert.Server) bool {
	return plan.CloudInit.ValueString() != state.CloudInit.ValueString() || !plan.CloudInitWOVersion.Equal(state.CloudInitWOVersion)
}

// change says which objects an update writes.
type change struct{ spec, metadata, userData, service bool }

func (c change) any() bool { return c.spec || c.metadata || c.userData || c.service }

func changeOf(state, plan convert.Server, managed managedKeys) change {
	l := layoutOf(state)
	before, after := renderings(state, plan, managed, l)
	return change{
		spec:     !equality.Semantic.DeepEqual(before.Spec, after.Spec),
		metadata: !equality.Semantic.DeepEqual(before.ObjectMeta, after.ObjectMeta),
		userData: userDataChanged(state, plan),
		service:  !equality.Semantic.DeepEqual(convert.ToService(state, l), convert.ToService(plan, l)),
	}
}

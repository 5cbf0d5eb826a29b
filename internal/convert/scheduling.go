package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// Scheduling says which nodes the server may run on, and what happens when
// its node is drained.
type Scheduling struct {
	NodeSelector              types.Map          `tfsdk:"node_selector"`
	Tolerations               []Toleration       `tfsdk:"tolerations"`
	Affinity                  *Affinity          `tfsdk:"affinity"`
	TopologySpreadConstraints []SpreadConstraint `tfsdk:"topology_spread_constraints"`
	PriorityClassName         types.String       `tfsdk:"priority_class_name"`
	SchedulerName             types.String       `tfsdk:"scheduler_name"`
	EvictionStrategy          types.String       `tfsdk:"eviction_strategy"`
	StartStrategy             types.String       `tfsdk:"start_strategy"`
}

// Toleration lets the server onto nodes with a taint.
type Toleration struct {
	Key               types.String `tfsdk:"key"`
	Operator          types.String `tfsdk:"operator"`
	Value             types.String `tfsdk:"value"`
	Effect            types.String `tfsdk:"effect"`
	TolerationSeconds types.Int64  `tfsdk:"toleration_seconds"`
}

// SpreadConstraint spreads servers over the domains of a topology.
type SpreadConstraint struct {
	MaxSkew            types.Int64    `tfsdk:"max_skew"`
	TopologyKey        types.String   `tfsdk:"topology_key"`
	WhenUnsatisfiable  types.String   `tfsdk:"when_unsatisfiable"`
	LabelSelector      *LabelSelector `tfsdk:"label_selector"`
	MinDomains         types.Int64    `tfsdk:"min_domains"`
	NodeAffinityPolicy types.String   `tfsdk:"node_affinity_policy"`
	NodeTaintsPolicy   types.String   `tfsdk:"node_taints_policy"`
	MatchLabelKeys     types.List     `tfsdk:"match_label_keys"`
}

// LabelSelector selects by labels; one that is empty selects everything.
type LabelSelector struct {
	MatchLabels      types.Map     `tfsdk:"match_labels"`
	MatchExpressions []Requirement `tfsdk:"match_expressions"`
}

// Requirement compares a label or a field with values.
type Requirement struct {
	Key      types.String `tfsdk:"key"`
	Operator types.String `tfsdk:"operator"`
	Values   types.List   `tfsdk:"values"`
}

func (m *Server) bindScheduling(b binder, spec *kubevirtv1.VirtualMachineInstanceSpec) {
	bindPart(b, &m.Scheduling, spec, func(b binder, a *Scheduling, f *kubevirtv1.VirtualMachineInstanceSpec) {
		bindKeys(b, &a.NodeSelector, &f.NodeSelector)
		bindWhole(b, &a.Tolerations, &f.Tolerations, func(b binder, a *[]Toleration, f *[]corev1.Toleration) {
			bindList(b, a, f, bindToleration)
		})
		bindWhole(b, &a.Affinity, &f.Affinity, func(b binder, a **Affinity, f **corev1.Affinity) {
			bindSection(b, a, f, bindAffinity)
		})
		bindWhole(b, &a.TopologySpreadConstraints, &f.TopologySpreadConstraints, func(b binder, a *[]SpreadConstraint, f *[]corev1.TopologySpreadConstraint) {
			bindList(b, a, f, bindSpreadConstraint)
		})
		bindText(b, &a.PriorityClassName, &f.PriorityClassName)
		bindText(b, &a.SchedulerName, &f.SchedulerName)
		bindTextPointer(b, &a.EvictionStrategy, &f.EvictionStrategy)
		bindTextPointer(b, &a.StartStrategy, &f.StartStrategy)
	})
	bindNumberPointer(b, &m.TerminationGracePeriodSeconds, &spec.TerminationGracePeriodSeconds)
}

func bindToleration(b binder, a *Toleration, f *corev1.Toleration) {
	bindText(b, &a.Key, &f.Key)
	bindText(b, &a.Operator, &f.Operator)
	bindText(b, &a.Value, &f.Value)
	bindText(b, &a.Effect, &f.Effect)
	bindNumberPointer(b, &a.TolerationSeconds, &f.TolerationSeconds)
}

func bindSpreadConstraint(b binder, a *SpreadConstraint, f *corev1.TopologySpreadConstraint) {
	bindNumber(b, &a.MaxSkew, &f.MaxSkew)
	bindText(b, &a.TopologyKey, &f.TopologyKey)
	bindText(b, &a.WhenUnsatisfiable, &f.WhenUnsatisfiable)
	bindPresence(b, &a.LabelSelector, &f.LabelSelector, bindLabelSelector)
	bindNumberPointer(b, &a.MinDomains, &f.MinDomains)
	bindTextPointer(b, &a.NodeAffinityPolicy, &f.NodeAffinityPolicy)
	bindTextPointer(b, &a.NodeTaintsPolicy, &f.NodeTaintsPolicy)
	bindTexts(b, &a.MatchLabelKeys, &f.MatchLabelKeys)
}

func bindLabelSelector(b binder, a *LabelSelector, f *metav1.LabelSelector) {
	bindKeys(b, &a.MatchLabels, &f.MatchLabels)
	bindList(b, &a.MatchExpressions, &f.MatchExpressions, func(b binder, a *Requirement, f *metav1.LabelSelectorRequirement) {
		bindText(b, &a.Key, &f.Key)
		bindText(b, &a.Operator, &f.Operator)
		bindTexts(b, &a.Values, &f.Values)
	})
}

package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
)

// Affinity draws the server to nodes and to other pods, or keeps it away. It
// is managed as one value.
type Affinity struct {
	NodeAffinity    *NodeAffinity `tfsdk:"node_affinity"`
	PodAffinity     *PodAffinity  `tfsdk:"pod_affinity"`
	PodAntiAffinity *PodAffinity  `tfsdk:"pod_anti_affinity"`
}

// NodeAffinity chooses nodes.
type NodeAffinity struct {
	Required  *NodeSelector   `tfsdk:"required_during_scheduling_ignored_during_execution"`
	Preferred []PreferredTerm `tfsdk:"preferred_during_scheduling_ignored_during_execution"`
}

// NodeSelector selects the nodes that one of its terms selects.
type NodeSelector struct {
	NodeSelectorTerms []NodeSelectorTerm `tfsdk:"node_selector_terms"`
}

// NodeSelectorTerm selects the nodes that meet all its requirements.
type NodeSelectorTerm struct {
	MatchExpressions []Requirement `tfsdk:"match_expressions"`
	MatchFields      []Requirement `tfsdk:"match_fields"`
}

// PreferredTerm is a preference of nodes.
type PreferredTerm struct {
	Weight     types.Int64       `tfsdk:"weight"`
	Preference *NodeSelectorTerm `tfsdk:"preference"`
}

// PodAffinity chooses nodes by the pods that run there.
type PodAffinity struct {
	Required  []PodAffinityTerm         `tfsdk:"required_during_scheduling_ignored_during_execution"`
	Preferred []WeightedPodAffinityTerm `tfsdk:"preferred_during_scheduling_ignored_during_execution"`
}

// PodAffinityTerm selects pods, and says what counts as near them.
type PodAffinityTerm struct {
	LabelSelector     *LabelSelector `tfsdk:"label_selector"`
	TopologyKey       types.String   `tfsdk:"topology_key"`
	Namespaces        types.List     `tfsdk:"namespaces"`
	NamespaceSelector *LabelSelector `tfsdk:"namespace_selector"`
	MatchLabelKeys    types.List     `tfsdk:"match_label_keys"`
	MismatchLabelKeys types.List     `tfsdk:"mismatch_label_keys"`
}

// WeightedPodAffinityTerm is a preference of nodes by the pods there.
type WeightedPodAffinityTerm struct {
	Weight          types.Int64      `tfsdk:"weight"`
	PodAffinityTerm *PodAffinityTerm `tfsdk:"pod_affinity_term"`
}

func bindAffinity(b binder, a *Affinity, f *corev1.Affinity) {
	bindSection(b, &a.NodeAffinity, &f.NodeAffinity, bindNodeAffinity)
	bindSection(b, &a.PodAffinity, &f.PodAffinity, func(b binder, a *PodAffinity, f *corev1.PodAffinity) {
		bindList(b, &a.Required, &f.RequiredDuringSchedulingIgnoredDuringExecution, bindPodAffinityTerm)
		bindList(b, &a.Preferred, &f.PreferredDuringSchedulingIgnoredDuringExecution, bindWeightedTerm)
	})
	bindSection(b, &a.PodAntiAffinity, &f.PodAntiAffinity, func(b binder, a *PodAffinity, f *corev1.PodAntiAffinity) {
		bindList(b, &a.Required, &f.RequiredDuringSchedulingIgnoredDuringExecution, bindPodAffinityTerm)
		bindList(b, &a.Preferred, &f.PreferredDuringSchedulingIgnoredDuringExecution, bindWeightedTerm)
	})
}

func bindNodeAffinity(b binder, a *NodeAffinity, f *corev1.NodeAffinity) {
	bindSection(b, &a.Required, &f.RequiredDuringSchedulingIgnoredDuringExecution, func(b binder, a *NodeSelector, f *corev1.NodeSelector) {
		bindList(b, &a.NodeSelectorTerms, &f.NodeSelectorTerms, bindNodeSelectorTerm)
	})
	bindList(b, &a.Preferred, &f.PreferredDuringSchedulingIgnoredDuringExecution, func(b binder, a *PreferredTerm, f *corev1.PreferredSchedulingTerm) {
		bindNumber(b, &a.Weight, &f.Weight)
		bindPart(b, &a.Preference, &f.Preference, bindNodeSelectorTerm)
	})
}

func bindNodeSelectorTerm(b binder, a *NodeSelectorTerm, f *corev1.NodeSelectorTerm) {
	bindList(b, &a.MatchExpressions, &f.MatchExpressions, bindNodeRequirement)
	bindList(b, &a.MatchFields, &f.MatchFields, bindNodeRequirement)
}

func bindNodeRequirement(b binder, a *Requirement, f *corev1.NodeSelectorRequirement) {
	bindText(b, &a.Key, &f.Key)
	bindText(b, &a.Operator, &f.Operator)
	bindTexts(b, &a.Values, &f.Values)
}

func bindWeightedTerm(b binder, a *WeightedPodAffinityTerm, f *corev1.WeightedPodAffinityTerm) {
	bindNumber(b, &a.Weight, &f.Weight)
	bindPart(b, &a.PodAffinityTerm, &f.PodAffinityTerm, bindPodAffinityTerm)
}

func bindPodAffinityTerm(b binder, a *PodAffinityTerm, f *corev1.PodAffinityTerm) {
	bindPresence(b, &a.LabelSelector, &f.LabelSelector, bindLabelSelector)
	bindText(b, &a.TopologyKey, &f.TopologyKey)
	bindTexts(b, &a.Namespaces, &f.Namespaces)
	bindPresence(b, &a.NamespaceSelector, &f.NamespaceSelector, bindLabelSelector)
	bindTexts(b, &a.MatchLabelKeys, &f.MatchLabelKeys)
	bindTexts(b, &a.MismatchLabelKeys, &f.MismatchLabelKeys)
}

package virtualserver

import (
	"math"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

func schedulingAttribute() schema.Attribute {
	return optional.Nested("Which nodes the server may run on, and what happens when its node is drained.", map[string]schema.Attribute{
		"node_selector": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Labels that a node must have. Only the keys written here are managed. A running guest is not moved: its next migration follows it." + live,
			Validators: []validator.Map{
				mapvalidator.KeysAre(stringvalidator.LengthAtLeast(1), validate.Text("Invalid label key", validate.LabelKey)),
				mapvalidator.ValueStringsAre(validate.Text("Invalid label value", validate.LabelValue)),
			},
		},
		"tolerations": schema.ListNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Taints that do not keep the server off a node. The list is managed as a whole." + live,
			NestedObject:        schema.NestedAttributeObject{Attributes: tolerationAttributes()},
		},
		"affinity": affinityAttribute(),
		"topology_spread_constraints": schema.ListNestedAttribute{
			Optional:            true,
			MarkdownDescription: "How servers are spread over zones, nodes or other domains. The list is managed as a whole." + restart,
			NestedObject:        schema.NestedAttributeObject{Attributes: spreadAttributes()},
		},
		"priority_class_name": optional.Text("PriorityClass of the server's pod: a server of a higher priority may take the place of others. Default: the cluster's."+restart, validate.Text("Invalid name", validate.DNSSubdomain)),
		"scheduler_name":      optional.Text("Scheduler that chooses the node. Default: the cluster's." + restart),
		"eviction_strategy":   optional.OneOf("What happens when the node is drained. `LiveMigrate`: the guest moves to another node. `LiveMigrateIfPossible`: it moves if it can. `None`: it is shut down, and started elsewhere if its run strategy says so. `External`: the drain waits for another controller. Default: what the cluster's KubeVirt is configured for, `None` without."+restart, kubevirtv1.EvictionStrategyNone, kubevirtv1.EvictionStrategyLiveMigrate, kubevirtv1.EvictionStrategyLiveMigrateIfPossible, kubevirtv1.EvictionStrategyExternal),
		"start_strategy":      optional.OneOf("`Paused`: the guest is paused as soon as it starts, until somebody unpauses it; an apply then waits for `created` only, unless `wait` says otherwise. Excludes `liveness_probe`. Default: it runs."+restart, kubevirtv1.StartStrategyPaused),
	})
}

func tolerationAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"key":                optional.Text("Key of the taint. Default: every taint, with the operator `Exists`.", validate.Text("Invalid key", validate.LabelKey)),
		"operator":           optional.OneOf("`Equal` (default): the taint has the `value`. `Exists`: it has any. `Lt` and `Gt` compare numbers, where the cluster's Kubernetes can.", corev1.TolerationOpEqual, corev1.TolerationOpExists, corev1.TolerationOpLt, corev1.TolerationOpGt),
		"value":              optional.Text("Value of the taint.", validate.Text("Invalid value", validate.LabelValue)),
		"effect":             optional.OneOf("Effect of the taint: `NoSchedule`, `PreferNoSchedule` or `NoExecute`. Default: all of them.", corev1.TaintEffectNoSchedule, corev1.TaintEffectPreferNoSchedule, corev1.TaintEffectNoExecute),
		"toleration_seconds": schema.Int64Attribute{Optional: true, MarkdownDescription: "How long the server stays on a node that gets such a taint; only with the effect `NoExecute`. `0` is at once. Default: for ever."},
	}
}

func spreadAttributes() map[string]schema.Attribute {
	policy := func(text string) schema.StringAttribute {
		return optional.OneOf(text, corev1.NodeInclusionPolicyHonor, corev1.NodeInclusionPolicyIgnore)
	}
	return map[string]schema.Attribute{
		"max_skew":             schema.Int64Attribute{Required: true, MarkdownDescription: "By how many pods two domains may differ.", Validators: []validator.Int64{int64validator.Between(1, maxInt32)}},
		"topology_key":         topologyKey(),
		"when_unsatisfiable":   schema.StringAttribute{Required: true, MarkdownDescription: "`DoNotSchedule`: the server waits for a node that fits. `ScheduleAnyway`: it only prefers one. Each pair of topology key and this appears once.", Validators: []validator.String{stringvalidator.OneOf(string(corev1.DoNotSchedule), string(corev1.ScheduleAnyway))}},
		"label_selector":       labelSelector("Pods that are counted. Default: none."),
		"min_domains":          optional.Number("How many domains there must be at least; only with `DoNotSchedule`. Default: 1.", 1, maxInt32),
		"node_affinity_policy": policy("Whether nodes that node selector and affinity exclude count: `Honor` (default, they do not) or `Ignore` (they do)."),
		"node_taints_policy":   policy("Whether nodes with taints that the server does not tolerate count: `Honor` (they do not) or `Ignore` (default, they do)."),
		"match_label_keys":     labelKeys("Keys of the server's own pod labels, whose values the counted pods share."),
	}
}

func terminationGracePeriodAttribute() schema.Attribute {
	return schema.Int64Attribute{
		Optional:            true,
		MarkdownDescription: "How many seconds the guest has to shut down before it is switched off; `0` switches it off at once. Default: 30, or what the `preference` says." + restart,
		Validators:          []validator.Int64{int64validator.Between(0, math.MaxInt32)},
	}
}

package convert

import "github.com/hashicorp/terraform-plugin-framework/types"

var schedulingPart = part{
	leaves: map[string]leaf{
		"scheduling.node_selector":   keys("disk", "arch"),
		"tolerations.key":            text("gpu"),
		"tolerations.operator":       text("Exists", "Equal"),
		"tolerations.value":          text("yes"),
		"tolerations.effect":         text("NoSchedule", "NoExecute"),
		"toleration_seconds":         seconds,
		"max_skew":                   positive,
		"topology_key":               one("kubernetes.io/hostname", "zone"),
		"when_unsatisfiable":         one("DoNotSchedule", "ScheduleAnyway"),
		"min_domains":                number,
		"node_affinity_policy":       text("Honor", "Ignore"),
		"node_taints_policy":         text("Honor", "Ignore"),
		"match_label_keys":           texts("a", "b"),
		"mismatch_label_keys":        texts("c", "d"),
		"match_labels":               keys("app", "tier"),
		"match_expressions.key":      one("a", "b"),
		"match_expressions.operator": one("In", "Exists"),
		"match_expressions.values":   texts("x", "y"),
		"match_fields.key":           one("metadata.name"),
		"match_fields.operator":      one("In", "NotIn"),
		"match_fields.values":        texts("node-1"),
		"preferred_during_scheduling_ignored_during_execution.weight": positive,
		"namespaces":                       texts("a", "b"),
		"priority_class_name":              text("high"),
		"scheduler_name":                   text("own"),
		"eviction_strategy":                text("None", "LiveMigrate"),
		"start_strategy":                   text("Paused"),
		"termination_grace_period_seconds": seconds,
	},
}

var (
	seconds  = pick("seconds", types.Int64Null(), types.Int64Value(0), types.Int64Value(180))
	positive = pick("positive", types.Int64Value(1), types.Int64Value(100))
)

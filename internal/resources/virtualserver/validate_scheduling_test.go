package virtualserver_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// validation is a change of the smallest server, and what is said of it.
type validation struct {
	change values
	want   []string // "path: summary"; none: valid
}

func validates(t *testing.T, cases map[string]validation) {
	t.Helper()
	tf := newOffline(t, nil)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, acctest.Said(tf.validate(with(parse(t, small), c.change)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidateScheduling(t *testing.T) {
	toleration := func(content values) values { return values{"scheduling": values{"tolerations": []any{content}}} }
	affinity := func(kind string, content values) values {
		return values{"scheduling": values{"affinity": values{kind: content}}}
	}
	const must, rather = "required_during_scheduling_ignored_during_execution", "preferred_during_scheduling_ignored_during_execution"
	nodes := func(list string, requirement values) values {
		return affinity("node_affinity", values{must: values{"node_selector_terms": []any{values{list: []any{requirement}}}}})
	}
	pods := func(term values) values { return affinity("pod_anti_affinity", values{must: []any{term}}) }
	spread := func(constraints ...any) values {
		return values{"scheduling": values{"topology_spread_constraints": constraints}}
	}
	constraint := func(changes values) values {
		return with(values{"max_skew": 1.0, "topology_key": "zone", "when_unsatisfiable": "DoNotSchedule"}, changes)
	}
	const term = "scheduling.affinity.node_affinity." + must + ".node_selector_terms.0."
	const pod = "scheduling.affinity.pod_anti_affinity." + must + ".0."
	validates(t, map[string]validation{
		"absent spellings": {change: values{"template_labels": values{}, "template_annotations": values{}, "scheduling": values{
			"node_selector": values{}, "tolerations": []any{}, "affinity": values{}, "topology_spread_constraints": []any{},
			"priority_class_name": "", "scheduler_name": "", "eviction_strategy": "", "start_strategy": "",
		}}},
		"node selector key":   {values{"scheduling": values{"node_selector": values{"a b": "c"}}}, []string{"scheduling.node_selector.a b: Invalid label key"}},
		"node selector value": {values{"scheduling": values{"node_selector": values{"a": "b c"}}}, []string{"scheduling.node_selector.a: Invalid label value"}},
		"priority class":      {values{"scheduling": values{"priority_class_name": "A"}}, []string{"scheduling.priority_class_name: Invalid name"}},
		"eviction strategy":   {values{"scheduling": values{"eviction_strategy": "Migrate"}}, []string{"scheduling.eviction_strategy: Invalid Attribute Value Match"}},
		"start strategy":      {values{"scheduling": values{"start_strategy": "Running"}}, []string{"scheduling.start_strategy: Invalid Attribute Value Match"}},
		"paused with a liveness probe": {values{"scheduling": values{"start_strategy": "Paused"}, "liveness_probe": values{"guest_agent_ping": values{}}},
			[]string{"scheduling.start_strategy: Paused server with a liveness probe"}},
		"paused with a readiness probe": {change: values{"scheduling": values{"start_strategy": "Paused"}, "readiness_probe": values{"guest_agent_ping": values{}}}},

		"toleration":             {change: toleration(values{"key": "gpu", "value": "yes", "effect": "NoExecute", "toleration_seconds": 0.0})},
		"toleration of all":      {change: toleration(values{"operator": "Exists"})},
		"toleration without key": {toleration(values{"value": "a"}), []string{"scheduling.tolerations.0: Missing key"}},
		"toleration operator":    {toleration(values{"key": "a", "operator": "In"}), []string{"scheduling.tolerations.0.operator: Invalid Attribute Value Match"}},
		"toleration effect":      {toleration(values{"key": "a", "effect": "Never"}), []string{"scheduling.tolerations.0.effect: Invalid Attribute Value Match"}},
		"toleration value":       {toleration(values{"key": "a", "value": "b c"}), []string{"scheduling.tolerations.0.value: Invalid value"}},
		"toleration key":         {toleration(values{"key": "a b"}), []string{"scheduling.tolerations.0.key: Invalid key"}},
		"toleration of any value with a value": {toleration(values{"key": "a", "operator": "Exists", "value": "b"}),
			[]string{"scheduling.tolerations.0.value: Value without use"}},
		"toleration for a time": {toleration(values{"key": "a", "toleration_seconds": 5.0}),
			[]string{"scheduling.tolerations.0.toleration_seconds: Time without use"}},

		"no node terms":         {affinity("node_affinity", values{must: values{"node_selector_terms": []any{}}}), []string{"scheduling.affinity.node_affinity." + must + ".node_selector_terms: Invalid Attribute Value"}},
		"node in nothing":       {nodes("match_expressions", values{"key": "a", "operator": "In"}), []string{term + "match_expressions.0.values: Missing values"}},
		"node exists in":        {nodes("match_expressions", values{"key": "a", "operator": "Exists", "values": []any{"b"}}), []string{term + "match_expressions.0.values: Values without use"}},
		"node greater":          {change: nodes("match_expressions", values{"key": "a", "operator": "Gt", "values": []any{"4"}})},
		"node greater than two": {nodes("match_expressions", values{"key": "a", "operator": "Gt", "values": []any{"1", "2"}}), []string{term + "match_expressions.0.values: Invalid values"}},
		"node greater than text": {nodes("match_expressions", values{"key": "a", "operator": "Lt", "values": []any{"b"}}),
			[]string{term + "match_expressions.0.values: Invalid values"}},
		"node operator":       {nodes("match_expressions", values{"key": "a", "operator": "Is"}), []string{term + "match_expressions.0.operator: Invalid Attribute Value Match"}},
		"node key":            {nodes("match_expressions", values{"key": "", "operator": "Exists"}), []string{term + "match_expressions.0.key: Invalid Attribute Value Length"}},
		"node field":          {change: nodes("match_fields", values{"key": "metadata.name", "operator": "In", "values": []any{"node-1"}})},
		"node field key":      {nodes("match_fields", values{"key": "spec.name", "operator": "In", "values": []any{"node-1"}}), []string{term + "match_fields.0.key: Invalid field"}},
		"node field values":   {nodes("match_fields", values{"key": "metadata.name", "operator": "In"}), []string{term + "match_fields.0.values: Invalid values"}},
		"node field operator": {nodes("match_fields", values{"key": "metadata.name", "operator": "Exists", "values": []any{"a"}}), []string{term + "match_fields.0.operator: Invalid Attribute Value Match"}},
		"preferred node": {affinity("node_affinity", values{rather: []any{values{"weight": 101.0, "preference": values{"match_expressions": []any{values{"key": "a", "operator": "NotIn"}}}}}}),
			[]string{"scheduling.affinity.node_affinity." + rather + ".0.preference.match_expressions.0.values: Missing values", "scheduling.affinity.node_affinity." + rather + ".0.weight: Invalid Attribute Value"}},

		"pods":            {change: pods(values{"topology_key": "zone", "label_selector": values{}, "namespaces": []any{"a"}, "namespace_selector": values{}, "match_label_keys": []any{"b"}})},
		"pods anywhere":   {pods(values{}), []string{pod + "topology_key: Missing topology_key"}},
		"pods empty key":  {pods(values{"topology_key": ""}), []string{pod + "topology_key: Invalid Attribute Value Length"}},
		"pods namespace":  {pods(values{"topology_key": "zone", "namespaces": []any{"a.b"}}), []string{pod + "namespaces.0: Invalid namespace"}},
		"pods in nothing": {pods(values{"topology_key": "zone", "label_selector": values{"match_expressions": []any{values{"key": "a", "operator": "In"}}}}), []string{pod + "label_selector.match_expressions.0.values: Missing values"}},
		"pods value":      {pods(values{"topology_key": "zone", "namespace_selector": values{"match_expressions": []any{values{"key": "a", "operator": "In", "values": []any{"b c"}}}}}), []string{pod + "namespace_selector.match_expressions.0.values.0: Invalid label value"}},
		"pods label":      {pods(values{"topology_key": "zone", "label_selector": values{"match_labels": values{"a": "b c"}}}), []string{pod + "label_selector.match_labels.a: Invalid label value"}},
		"keys of no pods": {pods(values{"topology_key": "zone", "mismatch_label_keys": []any{"b"}}), []string{pod + "mismatch_label_keys: Missing label selector"}},
		"preferred pods": {affinity("pod_affinity", values{rather: []any{values{"weight": 0.0, "pod_affinity_term": values{"topology_key": "zone", "match_label_keys": []any{"b"}}}}}),
			[]string{"scheduling.affinity.pod_affinity." + rather + ".0.pod_affinity_term.match_label_keys: Missing label selector", "scheduling.affinity.pod_affinity." + rather + ".0.weight: Invalid Attribute Value"}},

		"spread":       {change: spread(constraint(nil), constraint(values{"when_unsatisfiable": "ScheduleAnyway"}))},
		"spread twice": {spread(constraint(nil), constraint(values{"max_skew": 2.0})), []string{"scheduling.topology_spread_constraints.1: Spread constraint twice"}},
		"spread skew":  {spread(constraint(values{"max_skew": 0.0})), []string{"scheduling.topology_spread_constraints.0.max_skew: Invalid Attribute Value"}},
		"spread when":  {spread(constraint(values{"when_unsatisfiable": "Never"})), []string{"scheduling.topology_spread_constraints.0.when_unsatisfiable: Invalid Attribute Value Match"}},
		"spread domains": {spread(constraint(values{"when_unsatisfiable": "ScheduleAnyway", "min_domains": 2.0})),
			[]string{"scheduling.topology_spread_constraints.0.min_domains: Number of domains without use"}},
		"spread policy": {spread(constraint(values{"node_taints_policy": "honor"})), []string{"scheduling.topology_spread_constraints.0.node_taints_policy: Invalid Attribute Value Match"}},
		"spread keys":   {spread(constraint(values{"match_label_keys": []any{"a"}})), []string{"scheduling.topology_spread_constraints.0.match_label_keys: Missing label selector"}},

		"grace period":               {values{"termination_grace_period_seconds": -1.0}, []string{"termination_grace_period_seconds: Invalid Attribute Value"}},
		"grace period of none":       {change: values{"termination_grace_period_seconds": 0.0}},
		"template label":             {change: values{"template_labels": values{"kubevirt.io/domain": "a", "vm.kubevirt.io/name": "b"}}},
		"template label value":       {values{"template_labels": values{"a": "b c"}}, []string{"template_labels.a: Invalid label value"}},
		"template label of KubeVirt": {values{"template_labels": values{"kubevirt.io/nodeName": "a"}}, []string{"template_labels.kubevirt.io/nodeName: Reserved key"}},
		"template annotation of KubeVirt": {values{"template_annotations": values{"kubevirt.io/pci-topology-version": "v1"}},
			[]string{"template_annotations.kubevirt.io/pci-topology-version: Reserved key"}},
		"template annotation": {change: values{"template_annotations": values{"example.org/a": "Any text: {}"}}},
	})
}

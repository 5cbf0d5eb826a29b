package virtualserver

import (
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

// each visits the known objects of a list.
func each(list attr.Value, at path.Path, visit func(at path.Path, element tree)) {
	l, _ := list.(types.List)
	for i, e := range l.Elements() {
		if object, ok := e.(types.Object); ok && !object.IsNull() && !object.IsUnknown() {
			visit(at.AtListIndex(i), tree{root: object})
		}
	}
}

func (c configuration) checkScheduling() {
	p := path.Root("scheduling")
	each(c.at("scheduling", "tolerations"), p.AtName("tolerations"), c.checkToleration)
	c.checkAffinity(p.AtName("affinity"))
	c.checkSpread(p.AtName("topology_spread_constraints"))
	if textOf(c.at("scheduling", "start_strategy")) != "" && c.at("liveness_probe") != nil {
		c.refuse(p.AtName("start_strategy"), "Paused server with a liveness probe", "The probe would fail while the server is paused. Remove start_strategy or liveness_probe.")
	}
}

func (c configuration) checkToleration(at path.Path, t tree) {
	key, operator, effect := t.at("key"), t.at("operator"), t.at("effect")
	exists := textOf(operator) == string(corev1.TolerationOpExists)
	if known(key, operator) && textOf(key) == "" && !exists {
		c.refuse(at, "Missing key", `Write the key of the taint, or operator = "Exists" to tolerate every taint.`)
	}
	if exists && textOf(t.at("value")) != "" {
		c.refuse(at.AtName("value"), "Value without use", `The operator "Exists" takes no value. Remove the value, or write operator = "Equal".`)
	}
	if t.at("toleration_seconds") != nil && known(effect) && textOf(effect) != string(corev1.TaintEffectNoExecute) {
		c.refuse(at.AtName("toleration_seconds"), "Time without use", `Only taints with the effect "NoExecute" drive a server away. Write effect = "NoExecute", or remove toleration_seconds.`)
	}
}

func (c configuration) checkAffinity(at path.Path) {
	affinity := c.at("scheduling", "affinity")
	object, ok := affinity.(types.Object)
	if !ok || object.IsUnknown() {
		return
	}
	a := tree{root: object}
	nodes := at.AtName("node_affinity")
	each(a.at("node_affinity", required, "node_selector_terms"), nodes.AtName(required).AtName("node_selector_terms"), c.checkNodeTerm)
	each(a.at("node_affinity", preferred), nodes.AtName(preferred), func(at path.Path, t tree) {
		if preference, ok := t.at("preference").(types.Object); ok {
			c.checkNodeTerm(at.AtName("preference"), tree{root: preference})
		}
	})
	for _, kind := range []string{"pod_affinity", "pod_anti_affinity"} {
		each(a.at(kind, required), at.AtName(kind).AtName(required), c.checkPodTerm)
		each(a.at(kind, preferred), at.AtName(kind).AtName(preferred), func(at path.Path, t tree) {
			if term, ok := t.at("pod_affinity_term").(types.Object); ok {
				c.checkPodTerm(at.AtName("pod_affinity_term"), tree{root: term})
			}
		})
	}
}

func (c configuration) checkNodeTerm(at path.Path, t tree) {
	each(t.at("match_expressions"), at.AtName("match_expressions"), func(at path.Path, r tree) {
		c.checkValues(at, r)
		operator, values := textOf(r.at("operator")), r.at("values")
		if operator != string(corev1.NodeSelectorOpGt) && operator != string(corev1.NodeSelectorOpLt) || !known(values) {
			return
		}
		numbers, ok := knownTexts(values)
		if ok && !(len(numbers) == 1 && isInteger(numbers[0])) {
			c.refuse(at.AtName("values"), "Invalid values", `The operator "`+operator+`" compares with one whole number. Write values = ["4"], for example.`)
		}
	})
	each(t.at("match_fields"), at.AtName("match_fields"), func(at path.Path, r tree) {
		if key := textOf(r.at("key")); key != "" && key != "metadata.name" {
			c.refuse(at.AtName("key"), "Invalid field", `The only field of a node that can be compared is "metadata.name", its name.`)
		}
		names, ok := knownTexts(r.at("values"))
		if ok && !(len(names) == 1 && validate.DNSSubdomain(names[0]) == "") {
			c.refuse(at.AtName("values"), "Invalid values", "Write the name of one node.")
		}
	})
}

func (c configuration) checkPodTerm(at path.Path, t tree) {
	c.checkSelector(at.AtName("label_selector"), t.at("label_selector"))
	c.checkSelector(at.AtName("namespace_selector"), t.at("namespace_selector"))
	for _, keys := range []string{"match_label_keys", "mismatch_label_keys"} {
		c.checkLabelKeys(at.AtName(keys), t.at(keys), t.at("label_selector"))
	}
}

func (c configuration) checkLabelKeys(at path.Path, keys, selector attr.Value) {
	if countOf(keys) > 0 && selector == nil {
		c.refuse(at, "Missing label selector", "These keys narrow the label_selector down to pods like the server's own. Write label_selector = { ... }.")
	}
}

func (c configuration) checkSelector(at path.Path, selector attr.Value) {
	object, ok := selector.(types.Object)
	if !ok || object.IsUnknown() {
		return
	}
	each(tree{root: object}.at("match_expressions"), at.AtName("match_expressions"), func(at path.Path, r tree) {
		c.checkValues(at, r)
		values, _ := knownTexts(r.at("values"))
		for i, value := range values {
			if problem := validate.LabelValue(value); problem != "" {
				c.refuse(at.AtName("values").AtListIndex(i), "Invalid label value", problem)
			}
		}
	})
}

// checkValues checks that an operator has the values it needs.
func (c configuration) checkValues(at path.Path, r tree) {
	operator, values := textOf(r.at("operator")), r.at("values")
	if !known(values) {
		return
	}
	switch corev1.NodeSelectorOperator(operator) {
	case corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn:
		if countOf(values) == 0 {
			c.refuse(at.AtName("values"), "Missing values", `The operator "`+operator+`" compares with values. Write values = ["..."].`)
		}
	case corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist:
		if countOf(values) > 0 {
			c.refuse(at.AtName("values"), "Values without use", `The operator "`+operator+`" takes no values. Remove them.`)
		}
	}
}

func (c configuration) checkSpread(at path.Path) {
	var seen []string
	each(c.at("scheduling", "topology_spread_constraints"), at, func(at path.Path, t tree) {
		key, when := textOf(t.at("topology_key")), textOf(t.at("when_unsatisfiable"))
		if pair := key + "/" + when; key != "" && when != "" {
			if slices.Contains(seen, pair) {
				c.refuse(at, "Spread constraint twice", `Another constraint has the topology key "`+key+`" and "`+when+`" too. Make one of them.`)
			}
			seen = append(seen, pair)
		}
		if t.at("min_domains") != nil && when == string(corev1.ScheduleAnyway) {
			c.refuse(at.AtName("min_domains"), "Number of domains without use", `It counts with when_unsatisfiable = "DoNotSchedule" only. Remove min_domains.`)
		}
		c.checkSelector(at.AtName("label_selector"), t.at("label_selector"))
		c.checkLabelKeys(at.AtName("match_label_keys"), t.at("match_label_keys"), t.at("label_selector"))
	})
}

// knownTexts returns the strings of a list; ok is false when it is not wholly
// known.
func knownTexts(list attr.Value) (texts []string, ok bool) {
	l, _ := list.(types.List)
	if !known(list) || !known(l.Elements()...) {
		return nil, false
	}
	for _, e := range l.Elements() {
		texts = append(texts, textOf(e))
	}
	return texts, true
}

func isInteger(s string) bool {
	_, err := strconv.ParseInt(s, 10, 64)
	return err == nil
}

package virtualserver

import (
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// each visits the known objects of a list.
func each(list attr.Value, at path.Path, visit func(at path.Path, element values.Tree)) {
	l, _ := list.(types.List)
	for i, e := range l.Elements() {
		if object, ok := e.(types.Object); ok && !object.IsNull() && !object.IsUnknown() {
			visit(at.AtListIndex(i), values.Tree{Root: object})
		}
	}
}

func (c configuration) checkScheduling() {
	p := path.Root("scheduling")
	each(c.At("scheduling", "tolerations"), p.AtName("tolerations"), c.checkToleration)
	c.checkAffinity(p.AtName("affinity"))
	c.checkSpread(p.AtName("topology_spread_constraints"))
	if values.Text(c.At("scheduling", "start_strategy")) != "" && c.At("liveness_probe") != nil {
		c.Refuse(p.AtName("start_strategy"), "Paused server with a liveness probe", "The probe would fail while the server is paused. Remove start_strategy or liveness_probe.")
	}
}

func (c configuration) checkToleration(at path.Path, t values.Tree) {
	key, operator, effect := t.At("key"), t.At("operator"), t.At("effect")
	exists := values.Text(operator) == string(corev1.TolerationOpExists)
	if values.Known(key, operator) && values.Text(key) == "" && !exists {
		c.Refuse(at, "Missing key", `Write the key of the taint, or operator = "Exists" to tolerate every taint.`)
	}
	if exists && values.Text(t.At("value")) != "" {
		c.Refuse(at.AtName("value"), "Value without use", `The operator "Exists" takes no value. Remove the value, or write operator = "Equal".`)
	}
	if t.At("toleration_seconds") != nil && values.Known(effect) && values.Text(effect) != string(corev1.TaintEffectNoExecute) {
		c.Refuse(at.AtName("toleration_seconds"), "Time without use", `Only taints with the effect "NoExecute" drive a server away. Write effect = "NoExecute", or remove toleration_seconds.`)
	}
}

func (c configuration) checkAffinity(at path.Path) {
	affinity := c.At("scheduling", "affinity")
	object, ok := affinity.(types.Object)
	if !ok || object.IsUnknown() {
		return
	}
	a := values.Tree{Root: object}
	nodes := at.AtName("node_affinity")
	each(a.At("node_affinity", required, "node_selector_terms"), nodes.AtName(required).AtName("node_selector_terms"), c.checkNodeTerm)
	each(a.At("node_affinity", preferred), nodes.AtName(preferred), func(at path.Path, t values.Tree) {
		if preference, ok := t.At("preference").(types.Object); ok {
			c.checkNodeTerm(at.AtName("preference"), values.Tree{Root: preference})
		}
	})
	for _, kind := range []string{"pod_affinity", "pod_anti_affinity"} {
		each(a.At(kind, required), at.AtName(kind).AtName(required), c.checkPodTerm)
		each(a.At(kind, preferred), at.AtName(kind).AtName(preferred), func(at path.Path, t values.Tree) {
			if term, ok := t.At("pod_affinity_term").(types.Object); ok {
				c.checkPodTerm(at.AtName("pod_affinity_term"), values.Tree{Root: term})
			}
		})
	}
}

func (c configuration) checkNodeTerm(at path.Path, t values.Tree) {
	each(t.At("match_expressions"), at.AtName("match_expressions"), func(at path.Path, r values.Tree) {
		c.checkValues(at, r)
		operator, wanted := values.Text(r.At("operator")), r.At("values")
		if operator != string(corev1.NodeSelectorOpGt) && operator != string(corev1.NodeSelectorOpLt) || !values.Known(wanted) {
			return
		}
		numbers, ok := knownTexts(wanted)
		if ok && !(len(numbers) == 1 && isInteger(numbers[0])) {
			c.Refuse(at.AtName("values"), "Invalid values", `The operator "`+operator+`" compares with one whole number. Write values = ["4"], for example.`)
		}
	})
	each(t.At("match_fields"), at.AtName("match_fields"), func(at path.Path, r values.Tree) {
		if key := values.Text(r.At("key")); key != "" && key != "metadata.name" {
			c.Refuse(at.AtName("key"), "Invalid field", `The only field of a node that can be compared is "metadata.name", its name.`)
		}
		names, ok := knownTexts(r.At("values"))
		if ok && !(len(names) == 1 && validate.DNSSubdomain(names[0]) == "") {
			c.Refuse(at.AtName("values"), "Invalid values", "Write the name of one node.")
		}
	})
}

func (c configuration) checkPodTerm(at path.Path, t values.Tree) {
	c.checkSelector(at.AtName("label_selector"), t.At("label_selector"))
	c.checkSelector(at.AtName("namespace_selector"), t.At("namespace_selector"))
	for _, keys := range []string{"match_label_keys", "mismatch_label_keys"} {
		c.checkLabelKeys(at.AtName(keys), t.At(keys), t.At("label_selector"))
	}
}

func (c configuration) checkLabelKeys(at path.Path, keys, selector attr.Value) {
	if values.Count(keys) > 0 && selector == nil {
		c.Refuse(at, "Missing label selector", "These keys narrow the label_selector down to pods like the server's own. Write label_selector = { ... }.")
	}
}

func (c configuration) checkSelector(at path.Path, selector attr.Value) {
	object, ok := selector.(types.Object)
	if !ok || object.IsUnknown() {
		return
	}
	each(values.Tree{Root: object}.At("match_expressions"), at.AtName("match_expressions"), func(at path.Path, r values.Tree) {
		c.checkValues(at, r)
		texts, _ := knownTexts(r.At("values"))
		for i, value := range texts {
			if problem := validate.LabelValue(value); problem != "" {
				c.Refuse(at.AtName("values").AtListIndex(i), "Invalid label value", problem)
			}
		}
	})
}

// checkValues checks that an operator has the values it needs.
func (c configuration) checkValues(at path.Path, r values.Tree) {
	operator, wanted := values.Text(r.At("operator")), r.At("values")
	if !values.Known(wanted) {
		return
	}
	switch corev1.NodeSelectorOperator(operator) {
	case corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn:
		if values.Count(wanted) == 0 {
			c.Refuse(at.AtName("values"), "Missing values", `The operator "`+operator+`" compares with values. Write values = ["..."].`)
		}
	case corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist:
		if values.Count(wanted) > 0 {
			c.Refuse(at.AtName("values"), "Values without use", `The operator "`+operator+`" takes no values. Remove them.`)
		}
	}
}

func (c configuration) checkSpread(at path.Path) {
	var seen []string
	each(c.At("scheduling", "topology_spread_constraints"), at, func(at path.Path, t values.Tree) {
		key, when := values.Text(t.At("topology_key")), values.Text(t.At("when_unsatisfiable"))
		if pair := key + "/" + when; key != "" && when != "" {
			if slices.Contains(seen, pair) {
				c.Refuse(at, "Spread constraint twice", `Another constraint has the topology key "`+key+`" and "`+when+`" too. Make one of them.`)
			}
			seen = append(seen, pair)
		}
		if t.At("min_domains") != nil && when == string(corev1.ScheduleAnyway) {
			c.Refuse(at.AtName("min_domains"), "Number of domains without use", `It counts with when_unsatisfiable = "DoNotSchedule" only. Remove min_domains.`)
		}
		c.checkSelector(at.AtName("label_selector"), t.At("label_selector"))
		c.checkLabelKeys(at.AtName("match_label_keys"), t.At("match_label_keys"), t.At("label_selector"))
	})
}

// knownTexts returns the strings of a list; ok is false when it is not wholly
// known.
func knownTexts(list attr.Value) (texts []string, ok bool) {
	l, _ := list.(types.List)
	if !values.Known(list) || !values.Known(l.Elements()...) {
		return nil, false
	}
	for _, e := range l.Elements() {
		texts = append(texts, values.Text(e))
	}
	return texts, true
}

func isInteger(s string) bool {
	_, err := strconv.ParseInt(s, 10, 64)
	return err == nil
}

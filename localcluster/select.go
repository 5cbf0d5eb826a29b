package main

import "k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

// specialPods is a jq expression that is true for pods with stages of their own:
// virt-handler's, CDI's, and those with an image that cannot be pulled. KWOK picks
// one at random of several stages that match an object, so the stage that makes
// pods ready must leave these alone.
const specialPods = `.metadata.labels["kubevirt.io"] == "virt-handler"` +
	` or .metadata.labels["cdi.kubevirt.io"] != null` +
	` or ([.spec.containers[], .spec.initContainers[]? | .image | contains("unpullable")] | any)` +
	` | tostring`

// excludeSpecialPods adds to KWOK's own pod-ready stage that it skips specialPods.
func excludeSpecialPods(stage *object) error {
	path := []string{"spec", "selector", "matchExpressions"}
	expressions, _, err := unstructured.NestedSlice(stage.Object, path...)
	if err != nil {
		return err
	}
	expressions = append(expressions, map[string]any{
		"key": specialPods, "operator": "NotIn", "values": []any{"true"},
	})
	return unstructured.SetNestedSlice(stage.Object, expressions, path...)
}

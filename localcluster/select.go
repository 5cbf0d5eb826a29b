package main

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

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

// withImageIDs adds to KWOK's own pod-ready stage what virt-controller reads of the
// pods that it migrates: the digest of each image.
func withImageIDs(stage *object) error {
	const image = "- image: {{ .image | Quote }}\n"
	path := []string{"spec", "next", "statusTemplate"}
	text, _, err := unstructured.NestedString(stage.Object, path...)
	if err != nil {
		return err
	}
	if !strings.Contains(text, image) {
		return fmt.Errorf("KWOK's stage %s has no %q any more", stage.GetName(), image)
	}
	text = strings.ReplaceAll(text, image, image+"  imageID: {{ printf \"%s@sha256:%s\" .image (sha256sum .image) | Quote }}\n")
	return unstructured.SetNestedField(stage.Object, text, path...)
}

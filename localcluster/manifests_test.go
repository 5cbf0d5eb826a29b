package main

import (
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestManifestsDecode(t *testing.T) {
	values := map[string]any{
		"Gates": []string{"A", "B"}, "CA": "-----BEGIN\n\"quoted\"\n", "Namespace": "probe", "UploadProxy": "127.0.0.1:1",
		"Name": "node-7", "Now": "2026-01-01T00:00:00Z", "CPUModels": []string{"Conroe"},
	}
	for file, count := range map[string]int{
		"namespaces.yaml": 5, "storage.yaml": 6, "claims.yaml": 4, "kubevirt.yaml": 2, "cdi.yaml": 11, "node.yaml": 2, "probe.yaml": 2, "kwok.yaml": 1, "multus.yaml": 1,
	} {
		objects, err := manifest(file, values)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if len(objects) != count {
			t.Errorf("%s: %d objects, want %d", file, len(objects), count)
		}
		for _, o := range objects {
			if o.GetKind() == "" || (o.GetName() == "" && o.GetKind() != "KwokConfiguration") {
				t.Errorf("%s: an object without kind or name", file)
			}
		}
	}
}

func TestStages(t *testing.T) {
	all, err := stages()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, stage := range all {
		names = append(names, stage.GetName())
		if stage.GetKind() != "Stage" {
			t.Errorf("%s %s among the stages", stage.GetKind(), stage.GetName())
		}
		kind, _, _ := unstructured.NestedString(stage.Object, "spec", "resourceRef", "kind")
		expressions, _, _ := unstructured.NestedSlice(stage.Object, "spec", "selector", "matchExpressions")
		if kind == "" || len(expressions) == 0 {
			t.Errorf("%s: selects everything or nothing", stage.GetName())
		}
		excludes := slices.ContainsFunc(expressions, func(e any) bool { return e.(map[string]any)["key"] == specialPods })
		if excludes != (stage.GetName() == "pod-ready") {
			t.Errorf("%s: excludes special pods: %v", stage.GetName(), excludes)
		}
	}
	slices.Sort(names)
	if len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("two stages of one name: %v", names)
	}
}

func TestDecodeSkipsEmptyDocuments(t *testing.T) {
	objects, err := decode(strings.NewReader("---\n# only a comment\n---\nkind: A\n---\n\n---\nkind: B\n"))
	if err != nil || len(objects) != 2 || objects[0].GetKind() != "A" || objects[1].GetKind() != "B" {
		t.Errorf("decode = %v, %v", objects, err)
	}
}

func TestLocalize(t *testing.T) {
	ports := map[string]int{"virt-api": 1234, "cdi": 5678}
	objects, err := decode(strings.NewReader(`
kind: ValidatingWebhookConfiguration
webhooks:
- clientConfig: {service: {name: cdi-api, path: /check}}
- clientConfig: {service: {name: virt-api, path: /v}}
---
kind: APIService
spec: {service: {name: virt-api, namespace: kubevirt}}
---
kind: ConfigMap
---
kind: APIService
spec: {service: {name: stranger}}
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range objects[:3] {
		if err := localize(o, ports, []byte("ca")); err != nil {
			t.Fatal(err)
		}
	}
	webhooks, _, _ := unstructured.NestedSlice(objects[0].Object, "webhooks")
	for i, url := range []string{"https://localhost:5678/check", "https://localhost:1234/v"} {
		client := webhooks[i].(map[string]any)["clientConfig"].(map[string]any)
		if client["url"] != url || client["service"] != nil || client["caBundle"] != "Y2E=" {
			t.Errorf("webhook %d: %v", i, client)
		}
	}
	if port, _, _ := unstructured.NestedInt64(objects[1].Object, "spec", "service", "port"); port != 1234 {
		t.Errorf("API service at port %d", port)
	}
	if err := localize(objects[3], ports, nil); err == nil {
		t.Error("a service nobody serves is no error")
	}
}

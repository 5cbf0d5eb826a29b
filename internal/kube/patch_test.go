package kube

import (
	"encoding/json"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"pgregory.net/rapid"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/merge"
)

// patchable are contents of objects whose differences are of every kind.
var patchable = []string{
	`{}`,
	`{"a":1}`,
	`{"a":{"b":"x","c/d~e":true}}`,
	`{"a":{"b":"y"},"l":[{"name":"1","v":1},{"name":"2"}]}`,
	`{"l":[{"name":"2","v":{"w":2}},{"name":"3"}]}`,
	`{"l":[1,2,3]}`,
	`{"l":[2],"a":null}`,
}

// TestPatch: the patch applies to live, gives what merge.Objects gives, and replaces
// the resourceVersion; there is none when nothing changes.
func TestPatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		object := func(label string) map[string]any {
			out := map[string]any{}
			if err := utiljson.Unmarshal([]byte(rapid.SampledFrom(patchable).Draw(t, label)), &out); err != nil {
				t.Fatal(err)
			}
			return out
		}
		live, base, want := object("live"), object("base"), object("want")
		live["metadata"] = map[string]any{"name": "o", "resourceVersion": "7"}
		merged := merge.Objects(live, base, want)
		patch, err := patchOf(&unstructured.Unstructured{Object: live}, &unstructured.Unstructured{Object: base}, &unstructured.Unstructured{Object: want})
		if err != nil {
			t.Fatal(err)
		}
		if patch == nil {
			if diff := cmp.Diff(live, merged); diff != "" {
				t.Fatalf("a change has no patch:\n%s", diff)
			}
			return
		}
		var ops []map[string]any
		if err := json.Unmarshal(patch, &ops); err != nil || !cmp.Equal(ops[0], map[string]any{"op": "replace", "path": "/metadata/resourceVersion", "value": "7"}) {
			t.Fatalf("the patch is %s: %v", patch, err)
		}
		before, err := json.Marshal(live)
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := jsonpatch.DecodePatch(patch)
		if err != nil {
			t.Fatal(err)
		}
		after, err := decoded.Apply(before)
		if err != nil {
			t.Fatalf("%s does not apply to %s: %v", patch, before, err)
		}
		got := map[string]any{}
		if err := utiljson.Unmarshal(after, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(merged, got); diff != "" {
			t.Fatalf("%s gives another result:\n%s", patch, diff)
		}
	})
}

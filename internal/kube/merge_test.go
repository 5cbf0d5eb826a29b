package kube

import (
	"encoding/json"
	"reflect"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"
)

func object(t *testing.T, text string) map[string]any {
	t.Helper()
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]any{}
	if err := utiljson.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestMerge has one case per rule: live, the change from base to want, and
// what becomes of live.
func TestMerge(t *testing.T) {
	for name, c := range map[string]struct{ live, base, want, result string }{
		"nothing changes":                               {`{a: 1, b: 2}`, `{a: 9}`, `{a: 9}`, `{a: 1, b: 2}`},
		"a value changes":                               {`{a: 1, b: 2}`, `{a: 1}`, `{a: 3}`, `{a: 3, b: 2}`},
		"a value comes":                                 {`{b: 2}`, `{}`, `{a: 1}`, `{a: 1, b: 2}`},
		"a value goes":                                  {`{a: 1, b: 2}`, `{a: 1}`, `{}`, `{b: 2}`},
		"a value gone already":                          {`{b: 2}`, `{a: 1}`, `{}`, `{b: 2}`},
		"what both say stays":                           {`{m: {a: drift, b: 1}}`, `{m: {a: 1, b: 1}}`, `{m: {a: 1, b: 2}}`, `{m: {a: drift, b: 2}}`},
		"a map goes, foreign stays":                     {`{m: {a: 1, theirs: 2}}`, `{m: {a: 1}}`, `{}`, `{m: {theirs: 2}}`},
		"a map goes, nothing stays":                     {`{m: {a: 1}, b: 2}`, `{m: {a: 1}}`, `{}`, `{b: 2}`},
		"deep foreign keys stay":                        {`{m: {n: {a: 1, theirs: 2}}}`, `{m: {n: {a: 1}}}`, `{m: {}}`, `{m: {n: {theirs: 2}}}`},
		"a map replaces a value":                        {`{m: 1}`, `{m: 1}`, `{m: {a: 1}}`, `{m: {a: 1}}`},
		"a value replaces a map":                        {`{m: {a: 1}}`, `{m: {a: 1}}`, `{m: 1}`, `{m: 1}`},
		"scalars are replaced":                          {`{l: [a, theirs]}`, `{l: [a]}`, `{l: [b]}`, `{l: [b]}`},
		"scalars stay":                                  {`{l: [a, theirs]}`, `{l: [a]}`, `{l: [a]}`, `{l: [a, theirs]}`},
		"scalars go":                                    {`{l: [a, theirs]}`, `{l: [a]}`, `{}`, `{}`},
		"unnamed elements":                              {`{l: [{key: a}]}`, `{l: [{key: a}]}`, `{l: [{key: b}]}`, `{l: [{key: b}]}`},
		"an element keeps its index":                    {`{l: [{name: x}, {name: a, v: 1}, {name: z}]}`, `{l: [{name: a, v: 1}]}`, `{l: [{name: a, v: 2}]}`, `{l: [{name: x}, {name: a, v: 2}, {name: z}]}`},
		"new elements come last":                        {`{l: [{name: x}]}`, `{}`, `{l: [{name: c}, {name: b}]}`, `{l: [{name: x}, {name: c}, {name: b}]}`},
		"order of want is no change":                    {`{l: [{name: a}, {name: b}]}`, `{l: [{name: a}, {name: b}]}`, `{l: [{name: b}, {name: a}]}`, `{l: [{name: a}, {name: b}]}`},
		"only base's elements go":                       {`{l: [{name: a}, {name: x}]}`, `{l: [{name: a}]}`, `{}`, `{l: [{name: x}]}`},
		"the last element goes":                         {`{l: [{name: a}], b: 1}`, `{l: [{name: a}]}`, `{}`, `{b: 1}`},
		"the list becomes empty":                        {`{l: [{name: a}]}`, `{l: [{name: a}]}`, `{l: []}`, `{l: []}`},
		"foreign fields stay":                           {`{l: [{name: a, v: 1, theirs: {x: 1}}]}`, `{l: [{name: a, v: 1}]}`, `{l: [{name: a, v: 2}]}`, `{l: [{name: a, v: 2, theirs: {x: 1}}]}`},
		"an element taken out by others stays out":      {`{l: [{name: b}]}`, `{l: [{name: a}, {name: b}]}`, `{l: [{name: a}]}`, `{}`},
		"an element taken out by others, another comes": {`{l: []}`, `{l: [{name: a}]}`, `{l: [{name: a}, {name: b}]}`, `{l: [{name: b}]}`},
		"a volume's source changes kind": {`{volumes: [{name: a, persistentVolumeClaim: {claimName: c, readOnly: true}}]}`, `{volumes: [{name: a, persistentVolumeClaim: {claimName: c}}]}`,
			`{volumes: [{name: a, configMap: {name: m}}]}`, `{volumes: [{name: a, configMap: {name: m}}]}`},
		"by metadata.name": {`{t: [{metadata: {name: a, labels: {x: w}}, spec: {v: 1}}, {metadata: {name: b}}]}`, `{t: [{metadata: {name: a}, spec: {v: 1}}]}`,
			`{t: [{metadata: {name: a}, spec: {v: 2}}]}`, `{t: [{metadata: {name: a, labels: {x: w}}, spec: {v: 2}}, {metadata: {name: b}}]}`},
		"two elements of one name": {`{l: [{name: a, v: 1}, {name: a, v: 2}]}`, `{l: [{name: a, v: 1}, {name: a, v: 2}]}`, `{l: [{name: a, v: 1}, {name: a, v: 3}]}`, `{l: [{name: a, v: 1}, {name: a, v: 3}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			live := object(t, c.live)
			got := Merge(live, object(t, c.base), object(t, c.want))
			if diff := cmp.Diff(object(t, c.result), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(object(t, c.live), live); diff != "" {
				t.Errorf("live itself changes:\n%s", diff)
			}
		})
	}
	if got := Merge(nil, nil, map[string]any{"a": "b"}); !reflect.DeepEqual(got, map[string]any{"a": "b"}) {
		t.Errorf("an object that is not there becomes %v", got)
	}
}

// objects draws objects with named lists, plain lists and nested maps.
func objects() *rapid.Generator[map[string]any] {
	scalar := rapid.SampledFrom([]any{"a", "b", int64(1), true})
	element := func(name string) *rapid.Generator[any] {
		return rapid.Custom(func(t *rapid.T) any {
			out := map[string]any{"name": name, "v": scalar.Draw(t, "v")}
			if rapid.Bool().Draw(t, "source") {
				out[rapid.SampledFrom([]string{"s", "t"}).Draw(t, "kind")] = map[string]any{"x": scalar.Draw(t, "x")}
			}
			return out
		})
	}
	return rapid.Custom(func(t *rapid.T) map[string]any {
		out := map[string]any{}
		for _, key := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"a", "b/~", "m", "l", "p"}), rapid.ID[string]).Draw(t, "keys") {
			switch key {
			case "m":
				out[key] = map[string]any{"n": map[string]any{rapid.SampledFrom([]string{"x", "y"}).Draw(t, "n"): scalar.Draw(t, "value")}}
			case "l":
				list := []any{}
				for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"1", "2", "3", "4"}), 1, 4, rapid.ID[string]).Draw(t, "names") {
					list = append(list, element(name).Draw(t, "element"))
				}
				out[key] = list
			case "p":
				out[key] = []any{scalar.Draw(t, "p"), scalar.Draw(t, "p")}
			default:
				out[key] = scalar.Draw(t, key)
			}
		}
		return out
	})
}

func TestMergeKeeps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live, x := objects().Draw(t, "live"), objects().Draw(t, "x")
		if diff := cmp.Diff(live, Merge(live, x, x)); diff != "" {
			t.Fatalf("without a change, live changes:\n%s", diff)
		}
	})
}

// TestPatch: the patch applies to live, gives what Merge gives, and replaces
// the resourceVersion; there is none when nothing changes.
func TestPatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live, base, want := objects().Draw(t, "live"), objects().Draw(t, "base"), objects().Draw(t, "want")
		live["metadata"] = map[string]any{"name": "o", "resourceVersion": "7"}
		merged := Merge(live, base, want)
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

func FuzzMerge(f *testing.F) {
	f.Add([]byte(`{"l":[{"name":"a","v":1}]}`), []byte(`{"l":[{"name":"b"}]}`))
	f.Add([]byte(`{"l":[{"name":"a"},{"name":"a"}]}`), []byte(`{"l":[]}`))
	f.Fuzz(func(t *testing.T, one, other []byte) {
		x, y := map[string]any{}, map[string]any{}
		if utiljson.Unmarshal(one, &x) != nil || utiljson.Unmarshal(other, &y) != nil || x == nil || y == nil {
			t.Skip()
		}
		if diff := cmp.Diff(x, Merge(x, y, y)); diff != "" {
			t.Errorf("without a change, live changes:\n%s", diff)
		}
		Merge(x, nil, y)
		Merge(y, x, nil)
		got := Merge(x, x, y)
		if diff := cmp.Diff(got, Merge(got, x, y)); diff != "" {
			t.Errorf("merging again changes:\n%s", diff)
		}
	})
}

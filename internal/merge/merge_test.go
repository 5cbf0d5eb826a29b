package merge

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
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

// TestObjects has one case per rule: live, the change from base to want, and
// what becomes of live.
func TestObjects(t *testing.T) {
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
			got := Objects(live, object(t, c.base), object(t, c.want))
			if diff := cmp.Diff(object(t, c.result), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(object(t, c.live), live); diff != "" {
				t.Errorf("live itself changes:\n%s", diff)
			}
		})
	}
	if got := Objects(nil, nil, map[string]any{"a": "b"}); !reflect.DeepEqual(got, map[string]any{"a": "b"}) {
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

func TestObjectsKeeps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live, x := objects().Draw(t, "live"), objects().Draw(t, "x")
		if diff := cmp.Diff(live, Objects(live, x, x)); diff != "" {
			t.Fatalf("without a change, live changes:\n%s", diff)
		}
	})
}

func FuzzObjects(f *testing.F) {
	f.Add([]byte(`{"l":[{"name":"a","v":1}]}`), []byte(`{"l":[{"name":"b"}]}`))
	f.Add([]byte(`{"l":[{"name":"a"},{"name":"a"}]}`), []byte(`{"l":[]}`))
	f.Fuzz(func(t *testing.T, one, other []byte) {
		x, y := map[string]any{}, map[string]any{}
		if utiljson.Unmarshal(one, &x) != nil || utiljson.Unmarshal(other, &y) != nil || x == nil || y == nil {
			t.Skip()
		}
		if diff := cmp.Diff(x, Objects(x, y, y)); diff != "" {
			t.Errorf("without a change, live changes:\n%s", diff)
		}
		Objects(x, nil, y)
		Objects(y, x, nil)
		got := Objects(x, x, y)
		if diff := cmp.Diff(got, Objects(got, x, y)); diff != "" {
			t.Errorf("merging again changes:\n%s", diff)
		}
	})
}

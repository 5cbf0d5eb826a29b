// Package merge carries changes over to Kubernetes objects that several writers
// share.
package merge

import (
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/runtime"
)

// Objects carries the change from base to want over to a copy of live: what
// base and want agree on, and what neither mentions, stays as live has it.
//
// Lists whose elements all have a name of their own (`name` or `metadata.name`)
// merge by it: live elements keep their index, new ones are appended in want's
// order. Other lists are replaced. KubeVirt's lists of disks, volumes,
// interfaces and networks carry no list type, so neither server-side apply
// nor a strategic merge patch can share them between writers.
func Objects(live, base, want map[string]any) map[string]any {
	out := runtime.DeepCopyJSON(live)
	if out == nil {
		out = map[string]any{}
	}
	mergeMap(out, base, want, false)
	return out
}

// mergeMap changes live in place. owned says that live is one element of a
// named list: such an element belongs to one writer, so a key that want drops
// goes whole (a volume must not keep the rest of its former source); elsewhere
// only the parts of it that base had.
func mergeMap(live, base, want map[string]any, owned bool) {
	for key, was := range base {
		if _, kept := want[key]; kept {
			continue
		}
		wasMap, isMap := was.(map[string]any)
		liveMap, liveIsMap := live[key].(map[string]any)
		if !isMap || !liveIsMap || owned {
			setList(live, key, was, nil)
			continue
		}
		mergeMap(liveMap, wasMap, nil, false)
		if len(liveMap) == 0 {
			delete(live, key)
		}
	}
	for key, now := range want {
		was, had := base[key]
		if had && equality.Semantic.DeepEqual(was, now) {
			continue
		}
		if nowMap, ok := now.(map[string]any); ok {
			if liveMap, ok := live[key].(map[string]any); ok {
				wasMap, _ := was.(map[string]any)
				mergeMap(liveMap, wasMap, nowMap, owned)
				continue
			}
		}
		setList(live, key, was, now)
	}
}

// setList changes a value that is no map: named lists merge, and one of which
// nothing is left goes, unless want has it empty. Everything else is replaced.
func setList(live map[string]any, key string, was, now any) {
	list, ok := mergeList(live[key], was, now)
	wanted, _ := now.([]any)
	switch {
	case ok && len(list) > 0:
		live[key] = list
	case now == nil || ok && len(wanted) > 0:
		delete(live, key)
	default:
		live[key] = runtime.DeepCopyJSONValue(now)
	}
}

// mergeList merges named lists; ok is false when one of them is not.
func mergeList(live, base, want any) (merged []any, ok bool) {
	liveList, okLive := namedList(live)
	baseList, okBase := namedList(base)
	wantList, okWant := namedList(want)
	if !okLive || !okBase || !okWant {
		return nil, false
	}
	baseByName, wantByName := byName(baseList), byName(wantList)
	seen := map[string]bool{}
	for _, element := range liveList {
		name := nameOf(element)
		seen[name] = true
		was, had := baseByName[name]
		now, wanted := wantByName[name]
		switch {
		case had && !wanted:
			continue
		case wanted && !equality.Semantic.DeepEqual(was, now):
			mergeMap(element, was, now, true)
		}
		merged = append(merged, element)
	}
	for _, element := range wantList {
		name := nameOf(element)
		if seen[name] || equality.Semantic.DeepEqual(baseByName[name], element) {
			continue
		}
		merged = append(merged, runtime.DeepCopyJSON(element))
	}
	return merged, true
}

func namedList(v any) ([]map[string]any, bool) {
	if v == nil {
		return nil, true
	}
	list, ok := v.([]any)
	if !ok {
		return nil, false
	}
	out := make([]map[string]any, 0, len(list))
	seen := map[string]bool{}
	for _, e := range list {
		m, ok := e.(map[string]any)
		if !ok || nameOf(m) == "" || seen[nameOf(m)] {
			return nil, false
		}
		seen[nameOf(m)] = true
		out = append(out, m)
	}
	return out, true
}

// Named tells whether a list merges by the names of its elements.
func Named(list []any) bool {
	_, ok := namedList(list)
	return ok
}

// NameOf returns the name of an element of a named list.
func NameOf(element any) string {
	m, _ := element.(map[string]any)
	return nameOf(m)
}

func byName(list []map[string]any) map[string]map[string]any {
	out := make(map[string]map[string]any, len(list))
	for _, e := range list {
		out[nameOf(e)] = e
	}
	return out
}

func nameOf(element map[string]any) string {
	if name, ok := element["name"].(string); ok {
		return name
	}
	meta, _ := element["metadata"].(map[string]any)
	name, _ := meta["name"].(string)
	return name
}

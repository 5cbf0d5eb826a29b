package acctest

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Field returns what stands at a path such as
// `spec.template.spec.volumes[root].dataVolume.name`, nil when nothing does. An
// element of a list is named by its name or index. A key with dots stands in
// brackets too: `metadata.labels[app.kubernetes.io/name]`.
func Field(o Object, path string) any {
	var at any = map[string]any(o)
	for _, key := range keysOf(path) {
		switch now := at.(type) {
		case map[string]any:
			at = now[key]
		case []any:
			at = element(now, key)
		default:
			return nil
		}
	}
	return at
}

func keysOf(path string) []string {
	var keys []string
	for path != "" {
		if rest, ok := strings.CutPrefix(path, "["); ok {
			key, after, _ := strings.Cut(rest, "]")
			keys, path = append(keys, key), strings.TrimPrefix(after, ".")
			continue
		}
		end := strings.IndexAny(path, ".[")
		if end < 0 {
			return append(keys, path)
		}
		keys, path = append(keys, path[:end]), strings.TrimPrefix(path[end:], ".")
	}
	return keys
}

func element(list []any, key string) any {
	if i, err := strconv.Atoi(key); err == nil {
		if i < len(list) {
			return list[i]
		}
		return nil
	}
	for _, e := range list {
		if m, ok := e.(map[string]any); ok && nameOf(m) == key {
			return e
		}
	}
	return nil
}

func nameOf(m map[string]any) string {
	if name, ok := m["name"].(string); ok {
		return name
	}
	meta, _ := m["metadata"].(map[string]any)
	name, _ := meta["name"].(string)
	return name
}

// Names returns the names of the elements of a list, in order.
func Names(o Object, path string) []string {
	list, _ := Field(o, path).([]any)
	names := make([]string, 0, len(list))
	for _, e := range list {
		m, _ := e.(map[string]any)
		names = append(names, nameOf(m))
	}
	return names
}

// Text is the string at a path, "" when there is none.
func Text(o Object, path string) string {
	text, _ := Field(o, path).(string)
	return text
}

// JSON is the indented JSON of a value.
func JSON(v any) string {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// equal compares as JSON: numbers by value.
func equal(a, b any) bool {
	return reflect.DeepEqual(plain(a), plain(b))
}

func plain(v any) any {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	var out any
	if err := json.Unmarshal(data, &out); err != nil {
		return string(data)
	}
	return out
}

// bookkeeping is what the API server changes with every write, and what
// controllers report.
var bookkeeping = []string{"status", "metadata.resourceVersion", "metadata.generation", "metadata.managedFields"}

// Changed returns the paths, sorted, at which two versions of an object differ,
// but for status and what the API server changes with every write.
func Changed(before, after Object) []string {
	var out []string
	differ("", plain(before), plain(after), &out)
	slices.Sort(out)
	return out
}

func differ(path string, a, b any, out *[]string) {
	if slices.Contains(bookkeeping, path) || reflect.DeepEqual(a, b) {
		return
	}
	under := func(key string) string {
		switch {
		case strings.ContainsAny(key, "./"):
			return path + "[" + key + "]"
		case path == "":
			return key
		}
		return path + "." + key
	}
	switch x := a.(type) {
	case map[string]any:
		if y, ok := b.(map[string]any); ok {
			keys := slices.Collect(maps.Keys(x))
			for key := range y {
				if _, both := x[key]; !both {
					keys = append(keys, key)
				}
			}
			for _, key := range keys {
				differ(under(key), x[key], y[key], out)
			}
			return
		}
	case []any:
		if y, ok := b.([]any); ok {
			for i := range max(len(x), len(y)) {
				differ(fmt.Sprintf("%s[%d]", path, i), at(x, i), at(y, i), out)
			}
			return
		}
	}
	*out = append(*out, path)
}

func at(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}

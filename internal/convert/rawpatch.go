package convert

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"k8s.io/apimachinery/pkg/api/equality"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/merge"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// APIVersion is the version of KubeVirt's API that the provider is made with.
const APIVersion = "v1.9.0"

// ParseRawPatch reads a fragment of a VirtualMachine, in JSON or YAML. Its
// error says what is wrong with it: what does not parse, fields that the API
// does not have, nulls, fields other than `spec`, `metadata.labels` and
// `metadata.annotations`, and reserved keys of labels and annotations. The empty string is an empty fragment.
func ParseRawPatch(text string) (map[string]any, error) {
	if strings.Contains(strings.TrimPrefix(text, "---\n"), "\n---") {
		return nil, fmt.Errorf("it holds several YAML documents, and must be one")
	}
	data, err := yaml.YAMLToJSONStrict([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("it is neither JSON nor YAML: %w", err)
	}
	var content any
	if err := utiljson.Unmarshal(data, &content); err != nil {
		return nil, err
	}
	fragment, ok := content.(map[string]any)
	switch {
	case content == nil:
		return nil, nil
	case !ok:
		return nil, fmt.Errorf("it must be an object with the fields of a VirtualMachine, such as spec")
	}
	for _, field := range slices.Sorted(maps.Keys(fragment)) {
		if field != "spec" && field != "metadata" {
			return nil, fmt.Errorf("the field %q cannot be set: only spec, metadata.labels and metadata.annotations can", field)
		}
	}
	if meta, ok := fragment["metadata"].(map[string]any); ok {
		for _, field := range slices.Sorted(maps.Keys(meta)) {
			if field != "labels" && field != "annotations" {
				return nil, fmt.Errorf("the field \"metadata.%s\" cannot be set: only spec, metadata.labels and metadata.annotations can", field)
			}
		}
	}
	if spec, ok := fragment["spec"].(map[string]any); ok && spec["running"] != nil {
		return nil, fmt.Errorf("the field \"spec.running\" cannot be set beside the run strategy: use run_strategy")
	}
	if at := findNull(fragment); at != "" {
		return nil, fmt.Errorf("the field %q is null: a fragment only adds fields, and cannot remove any", at)
	}
	if at := findUnknown(fragment, reflect.TypeFor[kubevirtv1.VirtualMachine]()); at != "" {
		return nil, fmt.Errorf("a VirtualMachine has no field %q (in KubeVirt's API %s, which this provider is made with)", at, APIVersion)
	}
	vm := &kubevirtv1.VirtualMachine{}
	if err := json.Unmarshal(data, vm); err != nil {
		return nil, fmt.Errorf("it does not fit a VirtualMachine: %w", err)
	}
	if at := findReserved(vm); at != "" {
		return nil, fmt.Errorf("the field %q cannot be set: its key belongs to KubeVirt or to this provider", at)
	}
	return fragment, nil
}

// findReserved returns the first label or annotation that nobody can manage.
func findReserved(vm *kubevirtv1.VirtualMachine) string {
	find := func(at string, keys map[string]string, isReserved func(key string) bool) string {
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			if isReserved(key) {
				return at + "[" + key + "]"
			}
		}
		return ""
	}
	at := cmp.Or(find("metadata.labels", vm.Labels, metadata.IsReserved), find("metadata.annotations", vm.Annotations, metadata.IsReserved))
	if template := vm.Spec.Template; template != nil {
		at = cmp.Or(at,
			find("spec.template.metadata.labels", template.ObjectMeta.Labels, metadata.IsReservedInTemplate),
			find("spec.template.metadata.annotations", template.ObjectMeta.Annotations, metadata.IsReservedInTemplate))
	}
	return at
}

// SameRawPatch tells whether two fragments say the same in other words.
func SameRawPatch(a, b string) bool {
	x, errX := ParseRawPatch(a)
	y, errY := ParseRawPatch(b)
	return errX == nil && errY == nil && equality.Semantic.DeepEqual(normal(x), normal(y))
}

// RawPatchConflict returns the field that raw_patch sets otherwise than the
// attributes do, "" when there is none.
func RawPatchConflict(m Server, l Layout) string {
	fragment, err := ParseRawPatch(m.RawPatch.ValueString())
	if err != nil || len(fragment) == 0 {
		return ""
	}
	m.RawPatch = types.StringNull()
	rendered := contentOf(ToVirtualMachine(m, l))
	return findConflict(project(normal(fragment), fragment), rendered, "")
}

// patched returns vm with the fragment on top.
func patched(vm *kubevirtv1.VirtualMachine, text types.String) *kubevirtv1.VirtualMachine {
	fragment, err := ParseRawPatch(text.ValueString())
	if err != nil || len(fragment) == 0 {
		return vm // refused by validation
	}
	return machineOf(merge.Objects(contentOf(vm), nil, fragment))
}

// rawPatchFrom keeps the prior fragment while the machine has what it says;
// otherwise it holds what the machine has of its fields.
func rawPatchFrom(r reader, vm *kubevirtv1.VirtualMachine, prior types.String) types.String {
	fragment, err := ParseRawPatch(prior.ValueString())
	if r.importing || err != nil || len(fragment) == 0 {
		return prior
	}
	wanted := project(normal(fragment), fragment)
	live := project(contentOf(vm), fragment)
	if equality.Semantic.DeepEqual(wanted, live) {
		return prior
	}
	marshal := yaml.Marshal
	if strings.HasPrefix(strings.TrimSpace(prior.ValueString()), "{") {
		marshal = json.Marshal
	}
	text, err := marshal(live)
	if err != nil {
		return prior
	}
	return types.StringValue(string(text))
}

// normal spells values as the API does, for example quantities.
func normal(fragment map[string]any) map[string]any { return contentOf(machineOf(fragment)) }

// contentOf returns vm as the API would send it.
func contentOf(vm *kubevirtv1.VirtualMachine) map[string]any {
	out := map[string]any{}
	if data, err := json.Marshal(vm); err == nil {
		_ = utiljson.Unmarshal(data, &out) // of what was just marshalled
	}
	return out
}

// machineOf returns a machine of content that fits one.
func machineOf(content map[string]any) *kubevirtv1.VirtualMachine {
	out := &kubevirtv1.VirtualMachine{}
	if data, err := json.Marshal(content); err == nil {
		_ = json.Unmarshal(data, out)
	}
	return out
}

// project returns the part of content that fragment has fields for. Empty
// lists and objects are absent: the API leaves most of them out.
func project(content, fragment map[string]any) map[string]any {
	out := map[string]any{}
	for field, want := range fragment {
		has, ok := content[field]
		if !ok {
			continue
		}
		if part := projectValue(has, want); !empty(part) {
			out[field] = part
		}
	}
	return out
}

func empty(v any) bool {
	switch x := v.(type) {
	case nil:
		return true
	case map[string]any:
		return len(x) == 0
	case []any:
		return len(x) == 0
	}
	return false
}

func projectValue(has, want any) any {
	switch w := want.(type) {
	case map[string]any:
		if h, ok := has.(map[string]any); ok {
			return project(h, w)
		}
	case []any:
		h, ok := has.([]any)
		if !ok || !merge.Named(w) || !merge.Named(h) {
			return has
		}
		var out []any
		for _, want := range w {
			for _, has := range h {
				if merge.NameOf(has) == merge.NameOf(want) {
					out = append(out, projectValue(has, want))
				}
			}
		}
		return out
	}
	return has
}

// findUnknown returns the first field that a type does not have. (Decoding
// strictly does not tell: KubeVirt's instance spec decodes itself.)
func findUnknown(v any, t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch x := v.(type) {
	case map[string]any:
		for _, field := range slices.Sorted(maps.Keys(x)) {
			var of reflect.Type
			switch t.Kind() {
			case reflect.Struct:
				known, ok := jsonFields(t)[field]
				if !ok {
					return field
				}
				of = known
			case reflect.Map:
				of = t.Elem()
			default:
				return "" // not an object: decoding says so
			}
			if at := findUnknown(x[field], of); at != "" {
				return joined(field, at)
			}
		}
	case []any:
		if t.Kind() != reflect.Slice {
			return ""
		}
		for i, element := range x {
			if at := findUnknown(element, t.Elem()); at != "" {
				return joined(fmt.Sprintf("[%d]", i), at)
			}
		}
	}
	return ""
}

// jsonFields returns the fields of a struct by their names in JSON.
func jsonFields(t reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported():
		case name == "" && (f.Anonymous || options == "inline"):
			embedded := f.Type
			for embedded.Kind() == reflect.Pointer {
				embedded = embedded.Elem()
			}
			maps.Copy(out, jsonFields(embedded))
		case name != "":
			out[name] = f.Type
		}
	}
	return out
}

func findNull(v any) string {
	switch x := v.(type) {
	case map[string]any:
		for _, field := range slices.Sorted(maps.Keys(x)) {
			if x[field] == nil {
				return field
			}
			if at := findNull(x[field]); at != "" {
				return joined(field, at)
			}
		}
	case []any:
		for i, element := range x {
			if element == nil {
				return fmt.Sprintf("[%d]", i)
			}
			if at := findNull(element); at != "" {
				return joined(fmt.Sprintf("[%d]", i), at)
			}
		}
	}
	return ""
}

// findConflict returns the first field of both that differs.
func findConflict(fragment, rendered map[string]any, at string) string {
	for _, field := range slices.Sorted(maps.Keys(fragment)) {
		has, ok := rendered[field]
		if !ok {
			continue
		}
		if found := conflictOf(fragment[field], has, joined(at, field)); found != "" {
			return found
		}
	}
	return ""
}

func conflictOf(want, has any, at string) string {
	switch w := want.(type) {
	case map[string]any:
		if h, ok := has.(map[string]any); ok {
			return findConflict(w, h, at)
		}
	case []any:
		h, ok := has.([]any)
		if !ok || !merge.Named(w) || !merge.Named(h) {
			break
		}
		for _, want := range w {
			for _, has := range h {
				if name := merge.NameOf(has); name == merge.NameOf(want) {
					if found := conflictOf(want, has, at+"["+name+"]"); found != "" {
						return found
					}
				}
			}
		}
		return ""
	}
	if equality.Semantic.DeepEqual(want, has) {
		return ""
	}
	return at
}

func joined(at, field string) string {
	if at == "" || strings.HasPrefix(field, "[") {
		return at + field
	}
	return at + "." + field
}

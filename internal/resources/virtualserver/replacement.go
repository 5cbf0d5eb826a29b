package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// immutable lists the attributes whose change replaces the server. A root
// disk's size is not among them: it grows in place.
var immutable = [][]string{
	{"name"},
	{"namespace"},
	{"storage", "root", "ephemeral"},
	{"storage", "root", "name"},
	{"storage", "root", "pvc", "storage_class_name"},
	{"storage", "root", "pvc", "access_modes"},
	{"storage", "root", "pvc", "volume_mode"},
	{"storage", "root", "storage", "storage_class_name"},
	{"storage", "root", "storage", "access_modes"},
	{"storage", "root", "storage", "volume_mode"},
	{"storage", "root", "source"},
}

// exclusive lists the immutable spellings of which one is present.
var exclusive = [][]string{
	{"storage", "root", "pvc"},
	{"storage", "root", "storage"},
}

// replacements returns the immutable attributes that the plan changes. It
// decides here and not in plan modifiers, because those cannot tell the disk
// that a replacement loses.
func replacements(state, plan tree) path.Paths {
	var out path.Paths
	for _, steps := range immutable {
		if !equivalent(state.at(steps...), plan.at(steps...)) {
			out = append(out, pathOf(steps))
		}
	}
	for _, steps := range exclusive {
		was, now := state.at(steps...), plan.at(steps...)
		if (was == nil) != (now == nil) && !isUnknown(now) {
			out = append(out, pathOf(steps))
		}
	}
	return out
}

func pathOf(steps []string) path.Path {
	p := path.Root(steps[0])
	for _, step := range steps[1:] {
		p = p.AtName(step)
	}
	return p
}

// equivalent compares values with "", [], {} and false the same as absent,
// and quantities by amount. A nested object that is there differs from one
// that is not: `blank = {}` says something.
func equivalent(a, b attr.Value) bool {
	if isUnknown(a) || isUnknown(b) {
		return false
	}
	switch x := a.(type) {
	case types.Object:
		y, ok := b.(types.Object)
		if !ok || x.IsNull() || y.IsNull() {
			return ok && x.IsNull() == y.IsNull()
		}
		others := y.Attributes()
		for name, value := range x.Attributes() {
			if !equivalent(value, others[name]) {
				return false
			}
		}
		return true
	case quantity.Value:
		y, ok := b.(quantity.Value)
		return ok && x.Same(y)
	}
	return isEmpty(a) && isEmpty(b) || a != nil && b != nil && a.Equal(b)
}

func isUnknown(v attr.Value) bool { return v != nil && v.IsUnknown() }

func isEmpty(v attr.Value) bool {
	if v == nil || v.IsNull() {
		return true
	}
	switch x := v.(type) {
	case types.String:
		return x.ValueString() == ""
	case types.Bool:
		return !x.ValueBool()
	case types.List:
		return len(x.Elements()) == 0
	}
	return false
}

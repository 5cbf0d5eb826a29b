package values

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// Comparison finds the immutable attributes that a plan changes. Attributes are
// named by their steps with dots between them.
type Comparison struct {
	Defaults map[string]string    // what absent attributes stand for
	Telling  func(at string) bool // of attributes whose absence says something
	Kind     func(at string) bool // of objects that say something by being there, even empty
	Ignored  func(at string) bool // of attributes that say nothing of the object
}

// Replacements returns those of the attributes that differ, and of the exclusive
// spellings those that are in one alone.
func (c Comparison) Replacements(state, plan Tree, immutable, exclusive [][]string) path.Paths {
	var out path.Paths
	for _, steps := range immutable {
		if !c.Equivalent(state.At(steps...), plan.At(steps...), strings.Join(steps, ".")) {
			out = append(out, Path(steps...))
		}
	}
	for _, steps := range exclusive {
		was, now := state.At(steps...), plan.At(steps...)
		if (was == nil) != (now == nil) && !IsUnknown(now) {
			out = append(out, Path(steps...))
		}
	}
	return out
}

// Path is the path of a nested attribute.
func Path(steps ...string) path.Path {
	p := path.Root(steps[0])
	for _, step := range steps[1:] {
		p = p.AtName(step)
	}
	return p
}

func (c Comparison) isTelling(at string) bool { return c.Telling != nil && c.Telling(at) }

func (c Comparison) isKind(at string) bool { return c.Kind != nil && c.Kind(at) }

// Equivalent tells whether b leaves a as it is. "", [], {} and false are the
// same as absent, quantities compare by amount, and absent is the default at the
// place. Unless its absence is telling, an absent b says nothing: what an import
// found stays. A kind that is there differs from one that is not: `blank = {}`
// says something.
func (c Comparison) Equivalent(a, b attr.Value, at string) bool {
	if c.Ignored != nil && c.Ignored(at) {
		return true
	}
	if IsUnknown(a) || IsUnknown(b) {
		return false
	}
	if (IsNothing(b) || IsAbsent(b) && !IsObject(b)) && !c.isTelling(at) && !c.isKind(at) {
		return true
	}
	if IsNothing(a) && IsObject(b) && !IsNothing(b) {
		return !c.isKind(at) && IsEmpty(b)
	}
	switch x := a.(type) {
	case types.Object:
		y, ok := b.(types.Object)
		if !ok || x.IsNull() || y.IsNull() {
			return x.IsNull() && IsNothing(b) || !c.isKind(at) && IsEmpty(a) && IsEmpty(b)
		}
		others := y.Attributes()
		for name, value := range x.Attributes() {
			if !c.Equivalent(value, others[name], at+"."+name) {
				return false
			}
		}
		return true
	case quantity.Value:
		y, ok := b.(quantity.Value)
		return ok && x.Same(y)
	}
	if fallback, ok := c.Defaults[at]; ok {
		return cmp.Or(Text(a), fallback) == cmp.Or(Text(b), fallback)
	}
	if strings.HasSuffix(at, ".access_modes") { // their order says nothing
		return slices.Equal(slices.Sorted(slices.Values(Texts(a))), slices.Sorted(slices.Values(Texts(b))))
	}
	return IsEmpty(a) && IsEmpty(b) || a != nil && b != nil && a.Equal(b)
}

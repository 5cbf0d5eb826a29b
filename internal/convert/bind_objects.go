package convert

import (
	"cmp"
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"k8s.io/apimachinery/pkg/api/equality"
)

// Bindings of nested objects, and of lists and maps of them.

// bindSection binds a nested object that is absent when it says nothing.
func bindSection[M, F any](b binder, a **M, f **F, bind func(b binder, a *M, f *F)) {
	if b.writing {
		if *a == nil {
			return
		}
		out := deref(*f)
		if bind(b, *a, &out); !reflect.ValueOf(out).IsZero() {
			*f = &out
		}
		return
	}
	was, ok := section(b.reader, *a)
	if !ok {
		return
	}
	live := deref(*f)
	if bind(b, &was, &live); *a == nil && isAbsent(reflect.ValueOf(was)) {
		return
	}
	*a = &was
}

// bindPart binds a nested object whose fields stand in f itself.
func bindPart[M, F any](b binder, a **M, f *F, bind func(b binder, a *M, f *F)) {
	if !b.writing {
		bindSection(b, a, &f, bind)
	} else if *a != nil {
		bind(b, *a, f)
	}
}

// bindWhole binds a pointer or a list that is managed as one value: its prior
// spelling stays while it says what is there, and anything else is read whole.
func bindWhole[M, F any](b binder, a *M, f *F, bind func(b binder, a *M, f *F)) {
	if b.writing {
		bind(b, a, f)
		return
	}
	if !b.importing {
		if reflect.ValueOf(*a).IsNil() {
			return
		}
		var rendered F
		if bind(writer, a, &rendered); equality.Semantic.DeepEqual(rendered, *f) {
			return
		}
	}
	var read M
	bind(b.everything(), &read, f)
	*a = read
}

// within binds fields that stand behind a pointer, which is absent when they are.
func within[F any](b binder, f **F, bind func(f *F)) {
	out := deref(*f)
	if bind(&out); b.writing && !reflect.ValueOf(out).IsZero() {
		*f = &out
	}
}

// bindPresence binds a nested object that says something by being there,
// even empty. null belongs to nobody, as an attribute does.
func bindPresence[M, F any](b binder, a **M, f **F, bind func(b binder, a *M, f *F)) {
	if b.writing || *a != nil || b.importing {
		bindKind(b, a, f, bind)
	}
}

// bindKind binds one of several nested objects of which one is there: the
// other kind that somebody made of it is read whole.
func bindKind[M, F any](b binder, a **M, f **F, bind func(b binder, a *M, f *F)) {
	if b.writing {
		if *a != nil {
			out := deref(*f)
			bind(b, *a, &out)
			*f = &out
		}
		return
	}
	if *f == nil {
		*a = nil
		return
	}
	was, r := kindBefore(b.reader, *a)
	live := **f
	bind(binder{reader: r}, &was, &live)
	*a = &was
}

// Nothing is a nested object without attributes, which says something by being
// there.
type Nothing struct{}

// bindNothing binds a nested object without attributes.
func bindNothing[M, F any](binder, *M, *F) {}

// bindList binds a list of objects whose order counts. A list of another length
// than the prior one is read whole.
func bindList[M, F any](b binder, a *[]M, f *[]F, bind func(b binder, a *M, f *F)) {
	if b.writing {
		*f = nil
		for i := range *a {
			var out F
			bind(b, &(*a)[i], &out)
			*f = append(*f, out)
		}
		return
	}
	prior := *a
	switch {
	case !b.importing && prior == nil, len(*f) == 0 && len(prior) == 0:
		return
	case len(*f) == 0:
		*a = nil
		return
	case len(*f) != len(prior):
		b = b.everything()
		prior = make([]M, len(*f))
	}
	*a = make([]M, len(*f))
	for i := range *f {
		(*a)[i] = prior[i]
		live := (*f)[i]
		bind(b, &(*a)[i], &live)
	}
}

// bindNamedList binds a list of objects that an update merges by name: live
// ones then keep their place, so that where they stand says nothing and the
// elements of prior are found by name. Where names repeat, the list is written
// as a whole and its order counts.
func bindNamedList[M, F any](b binder, a *[]M, f *[]F, name func(f *F) string, bind func(b binder, a *M, f *F)) {
	prior := *a
	if b.writing || b.importing || len(prior) == 0 || len(*f) == 0 {
		bindList(b, a, f, bind)
		return
	}
	var wanted []F
	bindList(writer, &prior, &wanted, bind)
	places, unique := placesOf(wanted, name)
	if _, ok := placesOf(*f, name); !ok || !unique {
		bindList(b, a, f, bind)
		return
	}
	live := slices.Clone(*f)
	place := func(f F) int {
		if i, ok := places[name(&f)]; ok {
			return i
		}
		return len(prior)
	}
	slices.SortStableFunc(live, func(x, y F) int { return cmp.Compare(place(x), place(y)) })
	*a = make([]M, len(live))
	for i := range live {
		r := b
		if at := place(live[i]); at < len(prior) {
			(*a)[i] = prior[at]
		} else {
			r = b.everything()
		}
		bind(r, &(*a)[i], &live[i])
	}
}

// placesOf returns where in a list its names stand; ok is false when one
// repeats or is missing.
func placesOf[F any](list []F, name func(f *F) string) (places map[string]int, ok bool) {
	places = map[string]int{}
	for i := range list {
		places[name(&list[i])] = i
	}
	_, nameless := places[""]
	return places, len(places) == len(list) && !nameless
}

// bindNamed binds a map to a list of objects with names. Names that are not in
// the attribute belong to others.
func bindNamed[M, F any](b binder, a *map[string]M, f *[]F, name func(f *F) *string, bind func(b binder, a *M, f *F)) {
	if b.writing {
		for _, key := range slices.Sorted(maps.Keys(*a)) {
			var out F
			element := (*a)[key]
			bind(b, &element, &out)
			*name(&out) = key
			*f = append(*f, out)
		}
		return
	}
	prior := *a
	if prior == nil && !b.importing {
		return
	}
	out := map[string]M{}
	for _, live := range *f {
		key := *name(&live)
		element, known := prior[key]
		if !known && !b.importing {
			continue
		}
		bind(b, &element, &live)
		out[key] = element
	}
	if len(out) > 0 || prior != nil {
		*a = out
	}
}

// isAbsent tells whether a model says nothing.
func isAbsent(v reflect.Value) bool {
	if value, ok := v.Interface().(attr.Value); ok {
		return value.IsNull()
	}
	if v.Kind() != reflect.Struct {
		return v.IsZero()
	}
	for i := range v.NumField() {
		if !isAbsent(v.Field(i)) {
			return false
		}
	}
	return true
}

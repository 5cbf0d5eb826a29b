package convert

import (
	"cmp"
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/resource"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// binder carries attributes over to fields of the API (writing), or fields to
// attributes by the rules of reader. A binding is written once and goes both
// ways. When reading, an attribute holds its prior value before and the live
// one after; prior objects behind pointers and in maps are never changed.
type binder struct {
	writing bool
	reader
}

var writer = binder{writing: true}

// everything reads all that the API says.
func (b binder) everything() binder { return binder{reader: reader{importing: true}} }

type integer interface {
	~int | ~int32 | ~int64 | ~uint | ~uint32 | ~uint64
}

// bindText binds a string that is absent when empty.
func bindText[T ~string](b binder, a *types.String, f *T) {
	if b.writing {
		*f = T(a.ValueString())
		return
	}
	*a = b.text(*a, string(*f))
}

// bindTextDefault binds a string that says fallback when it is absent, on
// either side; what is written is never empty.
func bindTextDefault[T ~string](b binder, a *types.String, f *T, fallback T) {
	if b.writing {
		if *f = T(a.ValueString()); *f == "" {
			*f = fallback
		}
		return
	}
	*a = b.textDefault(*a, string(*f), string(fallback))
}

// bindTextPointer binds a string that is absent when empty.
func bindTextPointer[T ~string](b binder, a *types.String, f **T) {
	if b.writing {
		*f = nil
		if s := T(a.ValueString()); s != "" {
			*f = &s
		}
		return
	}
	*a = b.text(*a, string(deref(*f)))
}

// bindNumber binds a number that is absent when 0.
func bindNumber[T integer](b binder, a *types.Int64, f *T) {
	if b.writing {
		*f = T(a.ValueInt64())
		return
	}
	*a = b.number(*a, int64(*f)) //nolint:gosec // no field is that large
}

// bindNumberPointer binds a number of which 0 is a value like any other.
func bindNumberPointer[T integer](b binder, a *types.Int64, f **T) {
	if b.writing {
		*f = nil
		if !a.IsNull() {
			n := T(a.ValueInt64())
			*f = &n
		}
		return
	}
	if !b.importing && a.IsNull() {
		return
	}
	*a = types.Int64Null()
	if *f != nil {
		*a = types.Int64Value(int64(**f)) //nolint:gosec // no field is that large
	}
}

// bindFlag binds a switch that is off when absent.
func bindFlag(b binder, a *types.Bool, f *bool) {
	if b.writing {
		*f = a.ValueBool()
		return
	}
	*a = b.flag(*a, *f)
}

// bindFlagPointer binds a switch that is off when absent.
func bindFlagPointer(b binder, a *types.Bool, f **bool) {
	if b.writing {
		*f = nil
		if a.ValueBool() {
			*f = a.ValueBoolPointer()
		}
		return
	}
	*a = b.flag(*a, deref(*f))
}

// bindSwitch binds a switch whose absence is a third value: on by default, or
// decided by something else.
func bindSwitch(b binder, a *types.Bool, f **bool) {
	if b.writing {
		*f = a.ValueBoolPointer()
		return
	}
	if b.importing || !a.IsNull() {
		*a = types.BoolPointerValue(*f)
	}
}

// bindAmount binds a quantity that is absent when it is zero.
func bindAmount(b binder, a *quantity.Value, f *resource.Quantity) {
	if b.writing {
		if *f = (resource.Quantity{}); a.IsSet() {
			*f = amountOf(*a)
		}
		return
	}
	*a = b.amount(*a, f)
}

// bindAmountPointer binds a quantity that is absent when it is nil.
func bindAmountPointer(b binder, a *quantity.Value, f **resource.Quantity) {
	if b.writing {
		*f = nil
		if a.IsSet() {
			q := amountOf(*a)
			*f = &q
		}
		return
	}
	*a = b.amount(*a, *f)
}

// bindAmountIn binds a quantity in a resource list.
func bindAmountIn[K ~string, L ~map[K]resource.Quantity](b binder, a *quantity.Value, list *L, key K) {
	if b.writing {
		if a.IsSet() {
			if *list == nil {
				*list = L{}
			}
			(*list)[key] = amountOf(*a)
		}
		return
	}
	if q, ok := (*list)[key]; ok {
		*a = b.amount(*a, &q)
		return
	}
	*a = b.amount(*a, nil)
}

// bindTexts binds a list of strings, whose order counts.
func bindTexts[T ~string](b binder, a *types.List, f *[]T) {
	if b.writing {
		*f = nil
		for _, s := range Strings(*a) {
			*f = append(*f, T(s))
		}
		return
	}
	live := make([]string, 0, len(*f))
	for _, s := range *f {
		live = append(live, string(s))
	}
	*a = b.texts(*a, live)
}

// bindKeys binds a map of strings, of which only the keys in the attribute are
// managed.
func bindKeys(b binder, a *types.Map, f *map[string]string) {
	if b.writing {
		if *f = StringMap(*a); len(*f) == 0 {
			*f = nil
		}
		return
	}
	*a = b.keys(*a, *f, func(string) bool { return false })
}

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

// bindFeature binds a switch of which KubeVirt has an object: one without a
// value is on, and where there is none, something else decides. What is on is
// written out: removing it then takes it out of the object, however that spells it.
func bindFeature(b binder, a *types.Bool, f **kubevirtv1.FeatureState) {
	var enabled *bool
	if !b.writing && *f != nil {
		on := (*f).Enabled == nil || *(*f).Enabled
		enabled = &on
	}
	if bindSwitch(b, a, &enabled); b.writing {
		*f = nil
		if enabled != nil {
			*f = &kubevirtv1.FeatureState{Enabled: enabled}
		}
	}
}

// bindChosen binds a string that the cluster fills in where it is absent, for
// good: null and "" leave it to the cluster, and take nothing away (see
// WithoutChosen). An import leaves it null, as the API does not tell who chose it.
func bindChosen[T ~string](b binder, a *types.String, f *T) {
	if !b.writing && (b.importing || a.ValueString() == "") {
		return
	}
	bindText(b, a, f)
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

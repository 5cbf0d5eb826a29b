package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
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

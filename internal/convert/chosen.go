package convert

import (
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// WithoutChosen is the state without what cannot change or what the cluster
// would choose, and the plan does not say. An update then leaves it as it is: a
// machine without its UUID, for one, would be another machine to its guest.
func (m Server) WithoutChosen(plan Server) Server {
	drop := func(was *types.String, now types.String) {
		if now.ValueString() == "" {
			*was = types.StringNull()
		}
	}
	drop(&m.Architecture, plan.Architecture)
	drop(&m.MachineType, plan.MachineType)
	if m.Firmware != nil {
		was, now := *m.Firmware, deref(plan.Firmware)
		drop(&was.UUID, now.UUID)
		drop(&was.Serial, now.Serial)
		m.Firmware = &was
	}
	if m.Storage != nil && m.Storage.Root != nil && plan.Storage != nil && plan.Storage.Root != nil {
		storage, root, now := *m.Storage, *m.Storage.Root, *plan.Storage.Root
		root.Source = onlySaid(root.Source, now.Source)
		root.dataVolume().dropUnsaid(now.dataVolume())
		storage.Root, m.Storage = &root, &storage
	}
	return m
}

// onlySaid returns a copy of was without the attributes that now leaves out.
func onlySaid[M any](was, now *M) *M {
	if was == nil || now == nil {
		return was
	}
	out := *was
	dropUnsaid(reflect.ValueOf(&out).Elem(), reflect.ValueOf(now).Elem())
	return &out
}

func dropUnsaid(was, now reflect.Value) {
	walkCopied(was, now, func(was, now reflect.Value) {
		if value, ok := now.Interface().(attr.Value); ok && saysNothing(value) {
			was.Set(now)
		}
	})
}

// walkCopied calls at with each attribute of two models of one type, and with each
// part that one of them lacks. It copies the parts of v that it goes into: v may
// share them with others.
func walkCopied(v, other reflect.Value, at func(v, other reflect.Value)) {
	_, isAttribute := v.Interface().(attr.Value)
	switch {
	case isAttribute, v.Kind() == reflect.Pointer && (v.IsNil() || other.IsNil()):
		at(v, other)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			walkCopied(v.Field(i), other.Field(i), at)
		}
	case v.Kind() == reflect.Pointer:
		part := reflect.New(v.Type().Elem())
		part.Elem().Set(v.Elem())
		walkCopied(part.Elem(), other.Elem(), at)
		v.Set(part)
	}
}

// saysNothing tells of null, "" and [].
func saysNothing(v attr.Value) bool {
	switch x := v.(type) {
	case types.List:
		return len(x.Elements()) == 0
	case interface{ ValueString() string }:
		return x.ValueString() == ""
	}
	return v.IsNull()
}

package values

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// IsUnknown tells of a value that is known only after the apply.
func IsUnknown(v attr.Value) bool { return v != nil && v.IsUnknown() }

// IsNothing tells that a value is not there, or null.
func IsNothing(v attr.Value) bool { return v == nil || v.IsNull() }

// IsObject tells of a nested object, which may be null.
func IsObject(v attr.Value) bool {
	_, ok := v.(types.Object)
	return ok
}

// IsAbsent tells of a value that its configuration leaves out: false is not.
func IsAbsent(v attr.Value) bool {
	b, isBool := v.(types.Bool)
	return IsEmpty(v) && (!isBool || b.IsNull())
}

// IsEmpty tells of null, "", [], {}, false, and objects of these.
func IsEmpty(v attr.Value) bool {
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
	case types.Map:
		return len(x.Elements()) == 0
	case types.Object:
		for _, value := range x.Attributes() {
			if !IsEmpty(value) {
				return false
			}
		}
		return true
	}
	return false
}

// Texts returns a list's strings.
func Texts(v attr.Value) []string {
	l, _ := v.(types.List)
	out := make([]string, 0, len(l.Elements()))
	for _, e := range l.Elements() {
		if s := Text(e); s != "" {
			out = append(out, s)
		}
	}
	return out
}

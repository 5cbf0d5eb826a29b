// Package quantity holds the attribute type of Kubernetes quantities
// ("4Gi", "500m"): two spellings of one amount are the same value.
package quantity

import (
	"context"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
)

var (
	_ basetypes.StringTypable                    = Type{}
	_ basetypes.StringValuableWithSemanticEquals = Value{}
	_ xattr.ValidateableAttribute                = Value{}
)

// Type is the type of an attribute that holds a Kubernetes quantity.
type Type struct{ basetypes.StringType }

// Equal tells whether o is the same type.
func (t Type) Equal(o attr.Type) bool {
	other, ok := o.(Type)
	return ok && t.StringType.Equal(other.StringType)
}

// String names the type in messages.
func (t Type) String() string { return "quantity.Type" }

// ValueType returns an empty Value.
func (t Type) ValueType(context.Context) attr.Value { return Value{} }

// ValueFromString wraps a string value.
func (t Type) ValueFromString(_ context.Context, in basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return Value{StringValue: in}, nil
}

// ValueFromTerraform converts the wire form.
func (t Type) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	v, err := t.StringType.ValueFromTerraform(ctx, in)
	if err != nil {
		return nil, err
	}
	s, ok := v.(basetypes.StringValue)
	if !ok {
		return nil, fmt.Errorf("unexpected value of type %T", v)
	}
	return Value{StringValue: s}, nil
}

// Value is a Kubernetes quantity as the user spelled it.
type Value struct{ basetypes.StringValue }

// New returns the quantity spelled s.
func New(s string) Value { return Value{StringValue: basetypes.NewStringValue(s)} }

// Null returns the absent quantity.
func Null() Value { return Value{StringValue: basetypes.NewStringNull()} }

// Of returns the canonical spelling of q.
func Of(q resource.Quantity) Value { return New(q.String()) }

// Type returns the value's type.
func (v Value) Type(context.Context) attr.Type { return Type{} }

// Equal compares spellings; StringSemanticEquals compares amounts.
func (v Value) Equal(o attr.Value) bool {
	other, ok := o.(Value)
	return ok && v.StringValue.Equal(other.StringValue)
}

// IsSet tells whether a user wrote a known amount; "" counts as absent.
func (v Value) IsSet() bool { return !v.IsNull() && !v.IsUnknown() && v.ValueString() != "" }

// Amount parses the value.
func (v Value) Amount() (resource.Quantity, error) { return resource.ParseQuantity(v.ValueString()) }

// Same tells whether both are set to the same amount, or both are absent.
func (v Value) Same(o Value) bool {
	if v.IsUnknown() || o.IsUnknown() || v.IsSet() != o.IsSet() {
		return false
	}
	if !v.IsSet() {
		return true
	}
	a, errA := v.Amount()
	b, errB := o.Amount()
	return errA == nil && errB == nil && a.Cmp(b) == 0
}

// StringSemanticEquals keeps the prior spelling of an equal amount.
func (v Value) StringSemanticEquals(_ context.Context, o basetypes.StringValuable) (bool, diag.Diagnostics) {
	other, ok := o.(Value)
	return ok && v.Same(other), nil
}

// ValidateAttribute rejects what is not a positive quantity, offline.
func (v Value) ValidateAttribute(_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	if !v.IsSet() {
		return
	}
	q, err := v.Amount()
	if err != nil {
		resp.Diagnostics.Append(attribute.Error(req.Path, "Invalid quantity",
			fmt.Sprintf("%q is not a Kubernetes quantity. Write a number with an optional unit: Ki, Mi, Gi, Ti (powers of 1024) or k, M, G, T (powers of 1000), for example \"4Gi\".", v.ValueString())))
		return
	}
	if q.Sign() <= 0 {
		resp.Diagnostics.Append(attribute.Error(req.Path, "Invalid quantity",
			fmt.Sprintf("%q is not positive.", v.ValueString())))
	}
}

// AtLeast refuses smaller amounts: a number without a unit is a number of
// bytes, which is hardly ever meant.
func AtLeast(least string) validator.String { return atLeast{least: resource.MustParse(least)} }

type atLeast struct{ least resource.Quantity }

func (a atLeast) Description(context.Context) string             { return "at least " + a.least.String() }
func (a atLeast) MarkdownDescription(ctx context.Context) string { return a.Description(ctx) }

func (a atLeast) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	v := Value{StringValue: req.ConfigValue}
	if q, err := v.Amount(); !v.IsSet() || err != nil || q.Sign() <= 0 || q.Cmp(a.least) >= 0 {
		return
	}
	detail := fmt.Sprintf("%q is less than %s.", v.ValueString(), a.least.String())
	if _, err := strconv.Atoi(v.ValueString()); err == nil {
		detail += fmt.Sprintf(" A number without a unit counts bytes: did you mean \"%sGi\"?", v.ValueString())
	}
	resp.Diagnostics.Append(attribute.Error(req.Path, "Amount too small", detail))
}

// AtMost validates that an amount is not larger than most.
func AtMost(most string) validator.String { return atMost{most: resource.MustParse(most)} }

type atMost struct{ most resource.Quantity }

func (a atMost) Description(context.Context) string             { return "at most " + a.most.String() }
func (a atMost) MarkdownDescription(ctx context.Context) string { return a.Description(ctx) }

func (a atMost) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	v := Value{StringValue: req.ConfigValue}
	if !v.IsSet() {
		return
	}
	if amount, err := v.Amount(); err == nil && amount.Cmp(a.most) > 0 {
		resp.Diagnostics.Append(attribute.Error(req.Path, "Amount too large", fmt.Sprintf("%q is more than %s.", v.ValueString(), a.most.String())))
	}
}

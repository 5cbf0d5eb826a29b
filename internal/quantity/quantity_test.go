package quantity

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func unknown() Value { return Value{StringValue: basetypes.NewStringUnknown()} }

func TestSame(t *testing.T) {
	for name, c := range map[string]struct {
		a, b Value
		want bool
	}{
		"units":      {New("1Gi"), New("1024Mi"), true},
		"bytes":      {New("1Ki"), New("1024"), true},
		"fractions":  {New("0.5"), New("500m"), true},
		"exponents":  {New("1e3"), New("1k"), true},
		"other":      {New("1Gi"), New("1G"), false},
		"absent":     {Null(), New(""), true},
		"one absent": {Null(), New("1"), false},
		"unknown":    {unknown(), unknown(), false},
		"invalid":    {New("x"), New("x"), false},
	} {
		t.Run(name, func(t *testing.T) {
			for _, pair := range [][2]Value{{c.a, c.b}, {c.b, c.a}} {
				same, _ := pair[0].StringSemanticEquals(t.Context(), pair[1])
				if pair[0].Same(pair[1]) != c.want || same != c.want {
					t.Errorf("%s and %s: got %t", pair[0], pair[1], same)
				}
			}
		})
	}
}

func TestKeepSpelling(t *testing.T) {
	for name, c := range map[string]struct{ state, plan, want Value }{
		"same amount":  {New("1Gi"), New("1024Mi"), New("1Gi")},
		"other amount": {New("1Gi"), New("2Gi"), New("2Gi")},
		"empty":        {New(""), New("1Gi"), New("1Gi")},
		"removed":      {New("1Gi"), Null(), Null()},
		"came":         {Null(), New(""), New("")},
		"unknown":      {New("1Gi"), unknown(), unknown()},
		"invalid":      {New("x"), New("y"), New("y")},
	} {
		t.Run(name, func(t *testing.T) {
			resp := planmodifier.StringResponse{PlanValue: c.plan.StringValue}
			KeepSpelling().PlanModifyString(t.Context(), planmodifier.StringRequest{StateValue: c.state.StringValue, PlanValue: c.plan.StringValue}, &resp)
			if !resp.PlanValue.Equal(c.want.StringValue) {
				t.Errorf("got %s, want %s", resp.PlanValue, c.want)
			}
		})
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		value Value
		want  string // part of the error; "" is valid
	}{
		{New("4Gi"), ""}, {New("1.5Gi"), ""}, {New("500m"), ""}, {New(""), ""}, {Null(), ""}, {unknown(), ""},
		{New("4 Gi"), "is not a Kubernetes quantity"}, {New("4GB"), "is not a Kubernetes quantity"}, {New("x"), "is not a Kubernetes quantity"},
		{New("0"), "is not positive"}, {New("-1Gi"), "is not positive"},
	} {
		var resp xattr.ValidateAttributeResponse
		c.value.ValidateAttribute(t.Context(), xattr.ValidateAttributeRequest{Path: path.Root("a")}, &resp)
		got := ""
		for _, d := range resp.Diagnostics {
			got += d.Detail()
		}
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.value, got, c.want)
		}
	}
}

func TestAtLeast(t *testing.T) {
	for _, c := range []struct {
		value Value
		want  string // part of the error; "" is none
	}{
		{New("1Mi"), ""}, {New("1Gi"), ""}, {New("1048576"), ""}, {New(""), ""}, {Null(), ""}, {unknown(), ""},
		{New("x"), ""}, {New("0"), ""}, {New("-1"), ""}, // these have an error of their own
		{New("1023Ki"), `"1023Ki" is less than 1Mi.`}, {New("1M"), `"1M" is less than 1Mi.`}, {New("500m"), "is less than 1Mi."},
		{New("8"), `"8" is less than 1Mi. A number without a unit counts bytes: did you mean "8Gi"?`},
	} {
		var resp validator.StringResponse
		AtLeast("1Mi").ValidateString(t.Context(), validator.StringRequest{Path: path.Root("a"), ConfigValue: c.value.StringValue}, &resp)
		got := ""
		for _, d := range resp.Diagnostics {
			got += d.Detail()
		}
		if (got == "") != (c.want == "") || !strings.HasSuffix(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.value, got, c.want)
		}
	}
}

func TestType(t *testing.T) {
	for _, in := range []tftypes.Value{
		tftypes.NewValue(tftypes.String, "1Gi"), tftypes.NewValue(tftypes.String, nil), tftypes.NewValue(tftypes.String, tftypes.UnknownValue),
	} {
		v, err := Type{}.ValueFromTerraform(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		out, err := v.ToTerraformValue(t.Context())
		if err != nil || !out.Equal(in) || !v.Type(t.Context()).Equal(Type{}) {
			t.Errorf("%s becomes %s of %s: %v", in, out, v.Type(t.Context()), err)
		}
	}
	if _, err := (Type{}).ValueFromTerraform(t.Context(), tftypes.NewValue(tftypes.Bool, true)); err == nil {
		t.Error("a bool becomes a quantity")
	}
	if (Type{}).Equal(basetypes.StringType{}) || New("1").Equal(basetypes.NewStringValue("1")) {
		t.Error("a quantity equals a string")
	}
}

// FuzzValue: whatever users write is parsed or refused, and an amount equals
// its canonical spelling.
func FuzzValue(f *testing.F) {
	for _, s := range []string{"1Gi", "0.1", "1e3", "-1", "9223372036854775808Ei", "1e-30", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := New(s)
		q, err := v.Amount()
		if err != nil || !v.IsSet() {
			return
		}
		if !Of(q).Same(v) || !v.Same(Of(q)) || !v.Same(v) {
			t.Errorf("%q and its canonical spelling %s differ", s, Of(q))
		}
	})
}

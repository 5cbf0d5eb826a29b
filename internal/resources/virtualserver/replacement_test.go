package virtualserver

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// TestEquivalent: another way to write the same is no reason to replace.
func TestEquivalent(t *testing.T) {
	text := func(s string) attr.Value { return types.StringValue(s) }
	object := func(v attr.Value) attr.Value {
		return types.ObjectValueMust(map[string]attr.Type{"kind": types.StringType}, map[string]attr.Value{"kind": v})
	}
	null := types.ObjectNull(map[string]attr.Type{"kind": types.StringType})
	c := comparison{defaults: map[string]string{"claim.kind": "PersistentVolumeClaim"}}
	for name, x := range map[string]struct {
		a, b attr.Value
		at   string
		want bool
	}{
		"same":                   {text("a"), text("a"), "x", true},
		"other":                  {text("a"), text("b"), "x", false},
		"empty and absent":       {text(""), nil, "x", true},
		"false and absent":       {types.BoolValue(false), types.BoolNull(), "x", true},
		"true and absent":        {types.BoolValue(true), nil, "x", false},
		"no elements and absent": {types.ListValueMust(types.StringType, nil), nil, "x", true},
		"one amount":             {quantity.New("1Gi"), quantity.New("1024Mi"), "x", true},
		"two amounts":            {quantity.New("1Gi"), quantity.New("1G"), "x", false},
		"unknown":                {text("a"), types.StringUnknown(), "x", false},
		"default and absent":     {object(text("PersistentVolumeClaim")), object(types.StringNull()), "claim", true},
		"default and empty":      {object(text("")), object(text("PersistentVolumeClaim")), "claim", true},
		"not the default":        {object(text("DataVolume")), object(types.StringNull()), "claim", false},
		"object and no object":   {object(types.StringNull()), null, "claim", false},
		"object and nothing":     {nil, object(types.StringNull()), "claim", false},
		"no object, nothing":     {nil, null, "claim", true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.equivalent(x.a, x.b, x.at); got != x.want {
				t.Errorf("got %v", got)
			}
			if got := c.equivalent(x.b, x.a, x.at); got != x.want {
				t.Errorf("the other way round: got %v", got)
			}
		})
	}
}

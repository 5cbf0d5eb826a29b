package virtualserver

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// TestEquivalent: another way to write the same is no reason to replace.
func TestEquivalent(t *testing.T) {
	text := func(s string) attr.Value { return types.StringValue(s) }
	object := func(v attr.Value) attr.Value {
		return types.ObjectValueMust(map[string]attr.Type{"kind": types.StringType}, map[string]attr.Value{"kind": v})
	}
	null := types.ObjectNull(map[string]attr.Type{"kind": types.StringType})
	const claim = "storage.root.source.claim"
	c := comparison(values.Tree{})
	for name, x := range map[string]struct {
		a, b attr.Value
		at   string
		want bool // either way round
	}{
		"same":                   {text("a"), text("a"), "x", true},
		"other":                  {text("a"), text("b"), "x", false},
		"empty and absent":       {text(""), nil, "x", true},
		"false and absent":       {types.BoolValue(false), types.BoolNull(), "x", true},
		"true and false":         {types.BoolValue(true), types.BoolValue(false), "x", false},
		"no elements and absent": {types.ListValueMust(types.StringType, nil), nil, "x", true},
		"one amount":             {quantity.New("1Gi"), quantity.New("1024Mi"), "x", true},
		"two amounts":            {quantity.New("1Gi"), quantity.New("1G"), "x", false},
		"unknown":                {text("a"), types.StringUnknown(), "x", false},
		"default and absent":     {object(text("PersistentVolumeClaim")), object(types.StringNull()), claim, true},
		"default and empty":      {object(text("")), object(text("PersistentVolumeClaim")), claim, true},
		"not the default":        {object(text("DataVolume")), object(types.StringNull()), claim, false},
		"object and no object":   {object(types.StringNull()), null, "storage.root.source.pvc", false},
		"object and nothing":     {nil, object(types.StringNull()), "storage.root.source.pvc", false},
		"no object, nothing":     {nil, null, claim, true},
		"empty object, nothing":  {nil, object(types.StringNull()), "storage.root.source.registry.platform", true},
		"empty objects":          {null, object(text("")), "storage.root.source.registry.platform", true},
		"the same in any order":  {types.ListValueMust(types.StringType, []attr.Value{text("a"), text("b")}), types.ListValueMust(types.StringType, []attr.Value{text("b"), text("a")}), "x.access_modes", true},
		"a container disk's":     {text("/disk/a"), nil, "storage.root.source.container_disk.path", false},
		"ephemeral and absent":   {types.BoolValue(true), nil, "storage.root.ephemeral", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.Equivalent(x.a, x.b, x.at); got != x.want {
				t.Errorf("got %v", got)
			}
			if got := c.Equivalent(x.b, x.a, x.at); got != x.want {
				t.Errorf("the other way round: got %v", got)
			}
		})
	}
}

// TestEquivalentAbsent: what a configuration leaves out stays as it is, so that
// an import need not repeat it; to write it out is a change.
func TestEquivalentAbsent(t *testing.T) {
	for name, v := range map[string]attr.Value{
		"text":   types.StringValue("fast"),
		"switch": types.BoolValue(true),
		"list":   types.ListValueMust(types.StringType, []attr.Value{types.StringValue("ReadWriteOnce")}),
		"amount": quantity.New("1Gi"),
	} {
		if c := comparison(values.Tree{}); !c.Equivalent(v, nil, "x") || c.Equivalent(nil, v, "x") {
			t.Errorf("%s: absent is a change, or a change is none", name)
		}
	}
}

// TestEquivalentDefaults: a default that is written out is no change, nor is what
// cannot change and is left out, whatever the default.
func TestEquivalentDefaults(t *testing.T) {
	c := comparison(values.Tree{})
	for at, values := range map[string][2]string{
		"storage.root.pvc.volume_mode":             {"Filesystem", "Block"},
		"storage.root.content_type":                {"kubevirt", "archive"},
		"storage.root.source.registry.pull_method": {"pod", "node"},
	} {
		usual, other := types.StringValue(values[0]), types.StringValue(values[1])
		if !c.Equivalent(nil, usual, at) || !c.Equivalent(usual, nil, at) {
			t.Errorf("%s: the default is a change", at)
		}
		if !c.Equivalent(other, nil, at) {
			t.Errorf("%s: to leave it out is a change", at)
		}
		if c.Equivalent(nil, other, at) || c.Equivalent(other, usual, at) || c.Equivalent(usual, other, at) {
			t.Errorf("%s: a change is none", at)
		}
	}
}

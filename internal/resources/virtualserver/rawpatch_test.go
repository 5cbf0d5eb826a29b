package virtualserver_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

func TestValidateRawPatch(t *testing.T) {
	tf := newOffline(t, nil)
	for name, c := range map[string]struct {
		patch string
		want  []string
	}{
		"none":                   {"", nil},
		"JSON":                   {`{"spec":{"template":{"spec":{"domain":{"chassis":{"asset":"x"}}}}}}`, nil},
		"YAML":                   {"spec:\n  template:\n    spec:\n      domain:\n        chassis: {asset: x}\n", nil},
		"no object":              {"[]", []string{"raw_patch: Invalid patch"}},
		"a misspelt field":       {`{"spec":{"template":{"spec":{"domain":{"chasis":{}}}}}}`, []string{"raw_patch: Invalid patch"}},
		"what an attribute sets": {"spec: {template: {spec: {domain: {memory: {guest: 2Gi}}}}}", []string{"raw_patch: Field set twice"}},
		"what an attribute sets, to the same value": {"spec: {template: {spec: {domain: {memory: {guest: 1024Mi}}}}}", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := acctest.Said(tf.validate(with(parse(t, small), values{"raw_patch": c.patch})))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

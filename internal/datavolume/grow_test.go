package datavolume

import (
	"testing"

	"k8s.io/apimachinery/pkg/api/resource"
)

func TestScaled(t *testing.T) {
	for name, c := range map[string]struct{ size, was, request, want string }{
		"literal":           {"8Gi", "4Gi", "4Gi", "8Gi"},
		"with overhead":     {"8Gi", "4Gi", "4552665334", "9105330668"},
		"a little":          {"4300Mi", "4Gi", "4552665334", "4779409408"},
		"grown by somebody": {"8Gi", "4Gi", "6Gi", "8Gi"},
		"smaller request":   {"8Gi", "4Gi", "1Gi", "8Gi"},
	} {
		t.Run(name, func(t *testing.T) {
			got := scaled(resource.MustParse(c.size), resource.MustParse(c.was), resource.MustParse(c.request))
			if want := resource.MustParse(c.want); got.Cmp(want) != 0 {
				t.Errorf("got %s, want %s", got.String(), want.String())
			}
		})
	}
}

package acctest

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
)

// Fields maps paths (see Field) to the value that is to stand there; nil is
// none.
type Fields map[string]any

// Has checks fields of an object of the cluster.
func (n *Namespace) Has(kind, name string, want Fields) resource.TestCheckFunc {
	return n.Check(func() error {
		o := n.Find(kind, name)
		if o == nil {
			return fmt.Errorf("there is no %s %s", kind, name)
		}
		return Match(o, want)
	})
}

// Becomes waits until fields of an object are as described: a controller may write them a
// moment after what the provider waits for.
func (n *Namespace) Becomes(kind, name string, want Fields) resource.TestCheckFunc {
	return n.Check(func() error {
		return n.TryWait(kind, name, func(o Object) bool { return o != nil && Match(o, want) == nil })
	})
}

// Lacks checks that an object does not exist.
func (n *Namespace) Lacks(kind, name string) resource.TestCheckFunc {
	return n.Check(func() error {
		if o := n.Find(kind, name); o != nil {
			return fmt.Errorf("there is a %s %s: %s", kind, name, JSON(o))
		}
		return nil
	})
}

// Check makes a check of a function that looks at the cluster.
func (n *Namespace) Check(check func() error) resource.TestCheckFunc {
	return func(*terraform.State) error { return check() }
}

// Match compares fields of an object.
func Match(o Object, want Fields) error {
	for _, path := range slices.Sorted(maps.Keys(want)) {
		if now := Field(o, path); !equal(now, want[path]) {
			return fmt.Errorf("%s of %s is %s, not %s", path, Text(o, "metadata.name"), JSON(now), JSON(want[path]))
		}
	}
	return nil
}

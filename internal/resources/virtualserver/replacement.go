package virtualserver

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// ofRoot are the steps to what the root disk is made with.
var ofRoot = []string{"storage", "root"}

// immutable lists the attributes whose change replaces the server.
var immutable = append([][]string{
	{"name"},
	{"namespace"},
	{"storage", "root", "ephemeral"},
	{"storage", "root", "name"},
}, datavolume.Immutable(ofRoot...)...)

// telling lists the server's own immutable attributes whose absence says something.
var telling = []string{"name", "namespace", "storage.root.name", "storage.root.ephemeral"}

// replacements returns the immutable attributes that the plan changes. It
// decides here and not in plan modifiers, because those cannot tell the disk
// that a replacement loses.
func replacements(state, plan values.Tree) path.Paths {
	return comparison(plan).Replacements(state, plan, immutable, datavolume.Exclusive(ofRoot...))
}

// comparison is that of a disk, and of what a server has beside it.
func comparison(plan values.Tree) values.Comparison {
	c := datavolume.Comparison(values.Text(plan.At("namespace")), ofRoot...)
	c.Defaults["storage.root.name"] = convert.RootDisk
	ofDisk := c.Telling
	c.Telling = func(at string) bool { return slices.Contains(telling, at) || ofDisk(at) }
	return c
}

package virtualserver

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// immutable lists the attributes whose change replaces the server. A root
// disk's size is not among them: it grows in place.
var immutable = [][]string{
	{"name"},
	{"namespace"},
	{"storage", "root", "ephemeral"},
	{"storage", "root", "name"},
	{"storage", "root", "preallocation"},
	{"storage", "root", "content_type"},
	{"storage", "root", "priority_class_name"},
	{"storage", "root", "pvc", "storage_class_name"},
	{"storage", "root", "pvc", "access_modes"},
	{"storage", "root", "pvc", "volume_mode"},
	{"storage", "root", "pvc", "volume_name"},
	{"storage", "root", "storage", "storage_class_name"},
	{"storage", "root", "storage", "access_modes"},
	{"storage", "root", "storage", "volume_mode"},
	{"storage", "root", "storage", "volume_name"},
	{"storage", "root", "source"},
}

// exclusive lists the immutable spellings of which one is present.
var exclusive = [][]string{
	{"storage", "root", "pvc"},
	{"storage", "root", "storage"},
}

// telling lists the immutable attributes whose absence says something.
var telling = []string{
	"name", "namespace", "storage.root.name", "storage.root.ephemeral", "storage.root.source",
	"storage.root.source.claim.kind", "storage.root.source.image.kind",
	"storage.root.source.image.namespace", "storage.root.source.pvc.namespace", "storage.root.source.snapshot.namespace",
}

// isSourceKind tells of the kinds of source, and of what a container disk says: it
// is read at each start, and nothing is lost with it.
func isSourceKind(at string) bool {
	kind, ok := strings.CutPrefix(at, "storage.root.source.")
	return ok && (!strings.Contains(kind, ".") || strings.HasPrefix(kind, "container_disk."))
}

// defaults are what absent attributes stand for: writing one out changes
// nothing. The namespace to clone from is the server's own.
func defaults(plan values.Tree) map[string]string {
	namespace := values.Text(plan.At("namespace"))
	return map[string]string{
		"storage.root.name":                        convert.RootDisk,
		"storage.root.source.claim.kind":           convert.KindClaim,
		"storage.root.content_type":                string(cdiv1.DataVolumeKubeVirt),
		"storage.root.pvc.volume_mode":             string(corev1.PersistentVolumeFilesystem),
		"storage.root.source.registry.pull_method": string(cdiv1.RegistryPullPod),
		"storage.root.source.image.kind":           convert.KindDataSource,
		"storage.root.source.image.namespace":      namespace,
		"storage.root.source.pvc.namespace":        namespace,
		"storage.root.source.snapshot.namespace":   namespace,
	}
}

// replacements returns the immutable attributes that the plan changes. It
// decides here and not in plan modifiers, because those cannot tell the disk
// that a replacement loses.
func replacements(state, plan values.Tree) path.Paths {
	var out path.Paths
	c := comparison{defaults: defaults(plan)}
	for _, steps := range immutable {
		if !c.equivalent(state.At(steps...), plan.At(steps...), strings.Join(steps, ".")) {
			out = append(out, pathOf(steps))
		}
	}
	for _, steps := range exclusive {
		was, now := state.At(steps...), plan.At(steps...)
		if (was == nil) != (now == nil) && !values.IsUnknown(now) {
			out = append(out, pathOf(steps))
		}
	}
	return out
}

func pathOf(steps []string) path.Path {
	p := path.Root(steps[0])
	for _, step := range steps[1:] {
		p = p.AtName(step)
	}
	return p
}

type comparison struct{ defaults map[string]string }

// equivalent tells whether b leaves a as it is. "", [], {} and false are the
// same as absent, quantities compare by amount, and absent is the default at the
// place. Unless its absence is telling, an absent b says nothing: what an import
// found stays (see convert.WithoutChosen). A kind of source that is there
// differs from one that is not: `blank = {}` says something.
func (c comparison) equivalent(a, b attr.Value, at string) bool {
	if values.IsUnknown(a) || values.IsUnknown(b) {
		return false
	}
	if (values.IsNothing(b) || values.IsAbsent(b) && !values.IsObject(b)) && !slices.Contains(telling, at) && !isSourceKind(at) {
		return true
	}
	if values.IsNothing(a) && values.IsObject(b) && !values.IsNothing(b) {
		return !isSourceKind(at) && values.IsEmpty(b)
	}
	switch x := a.(type) {
	case types.Object:
		y, ok := b.(types.Object)
		if !ok || x.IsNull() || y.IsNull() {
			return x.IsNull() && values.IsNothing(b) || !isSourceKind(at) && values.IsEmpty(a) && values.IsEmpty(b)
		}
		others := y.Attributes()
		for name, value := range x.Attributes() {
			if !c.equivalent(value, others[name], at+"."+name) {
				return false
			}
		}
		return true
	case quantity.Value:
		y, ok := b.(quantity.Value)
		return ok && x.Same(y)
	}
	if fallback, ok := c.defaults[at]; ok {
		return cmp.Or(values.Text(a), fallback) == cmp.Or(values.Text(b), fallback)
	}
	if strings.HasSuffix(at, ".access_modes") { // their order says nothing
		return slices.Equal(slices.Sorted(slices.Values(values.Texts(a))), slices.Sorted(slices.Values(values.Texts(b))))
	}
	return values.IsEmpty(a) && values.IsEmpty(b) || a != nil && b != nil && a.Equal(b)
}

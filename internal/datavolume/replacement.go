package datavolume

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// Immutable are the attributes that a DataVolume is made with, below the steps
// given. The size is not among them: a disk grows in place.
func Immutable(under ...string) [][]string {
	return below(under, [][]string{
		{"preallocation"},
		{"content_type"},
		{"priority_class_name"},
		{"pvc", "storage_class_name"},
		{"pvc", "access_modes"},
		{"pvc", "volume_mode"},
		{"pvc", "volume_name"},
		{"storage", "storage_class_name"},
		{"storage", "access_modes"},
		{"storage", "volume_mode"},
		{"storage", "volume_name"},
		{"source"},
	})
}

// Exclusive are the spellings of a claim, of which one is present.
func Exclusive(under ...string) [][]string {
	return below(under, [][]string{{"pvc"}, {"storage"}})
}

func below(under []string, attributes [][]string) [][]string {
	for i, steps := range attributes {
		attributes[i] = slices.Concat(under, steps)
	}
	return attributes
}

// Comparison compares what stands below the steps given. namespace is that of the
// DataVolume, where what it clones is by default.
func Comparison(namespace string, under ...string) values.Comparison {
	name := func(relative string) string { return strings.Join(append(slices.Clone(under), relative), ".") }
	source := name("source")
	telling := []string{
		source, source + ".claim.kind", source + ".image.kind",
		source + ".image.namespace", source + ".pvc.namespace", source + ".snapshot.namespace",
	}
	return values.Comparison{
		Defaults: map[string]string{
			name("content_type"):             string(cdiv1.DataVolumeKubeVirt),
			name("pvc.volume_mode"):          string(corev1.PersistentVolumeFilesystem),
			source + ".claim.kind":           "PersistentVolumeClaim",
			source + ".registry.pull_method": string(cdiv1.RegistryPullPod),
			source + ".image.kind":           cdiv1.DataVolumeDataSource,
			source + ".image.namespace":      namespace,
			source + ".pvc.namespace":        namespace,
			source + ".snapshot.namespace":   namespace,
		},
		Telling: func(at string) bool { return slices.Contains(telling, at) },
		// The kinds of source, and what a container disk says: it is read at each
		// start, and nothing is lost with it.
		Kind: func(at string) bool {
			kind, ok := strings.CutPrefix(at, source+".")
			return ok && (!strings.Contains(kind, ".") || strings.HasPrefix(kind, "container_disk."))
		},
	}
}

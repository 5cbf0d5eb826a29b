package convert

import (
	"math/big"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/overhead"
)

// dataVolume is what models say of the spec of a DataVolume beside its source, by
// pointers into one model: the root disk of a server, and a disk.
type dataVolume struct {
	pvc, storage *(*Claim)

	preallocation                  *types.Bool
	contentType, priorityClassName *types.String
}

func (root *Root) dataVolume() dataVolume {
	return dataVolume{&root.PVC, &root.Storage, &root.Preallocation, &root.ContentType, &root.PriorityClassName}
}

// spec renders the spec of a DataVolume in a namespace.
func (d dataVolume) spec(imports *Imports, namespace string) cdiv1.DataVolumeSpec {
	var spec cdiv1.DataVolumeSpec
	if imports != nil {
		imports.bind(writer, &spec, namespace)
	}
	d.bind(writer, &spec)
	return spec
}

func (d dataVolume) bind(b binder, spec *cdiv1.DataVolumeSpec) {
	bindKind(b, d.pvc, &spec.PVC, func(b binder, a *Claim, f *corev1.PersistentVolumeClaimSpec) {
		a.bind(b, &f.Resources.Requests, &f.AccessModes, &f.StorageClassName, &f.VolumeMode, &f.VolumeName)
	})
	bindKind(b, d.storage, &spec.Storage, func(b binder, a *Claim, f *cdiv1.StorageSpec) {
		a.bind(b, &f.Resources.Requests, &f.AccessModes, &f.StorageClassName, &f.VolumeMode, &f.VolumeName)
	})
	bindSwitch(b, d.preallocation, &spec.Preallocation)
	bindText(b, d.contentType, &spec.ContentType)
	bindText(b, d.priorityClassName, &spec.PriorityClassName)
}

func (c *Claim) bind(b binder, requests *corev1.ResourceList, modes *[]corev1.PersistentVolumeAccessMode, class **string, mode **corev1.PersistentVolumeMode, volume *string) {
	bindAmountIn(b, &c.Size, requests, corev1.ResourceStorage)
	bindTexts(b, &c.AccessModes, modes)
	bindTextPointer(b, &c.StorageClassName, class)
	bindTextPointer(b, &c.VolumeMode, mode)
	bindText(b, &c.VolumeName, volume)
}

// dropUnsaid takes out what now leaves out: parts that are shared are copied.
func (d dataVolume) dropUnsaid(now dataVolume) {
	*d.pvc, *d.storage = onlySaid(*d.pvc, *now.pvc), onlySaid(*d.storage, *now.storage)
	for _, option := range d.options(now) {
		dropUnsaid(option.a, option.b)
	}
}

// fillUnsaid fills in what only made says: parts that are shared are copied.
func (d dataVolume) fillUnsaid(made dataVolume) {
	*d.pvc, *d.storage = withUnsaid(*d.pvc, *made.pvc), withUnsaid(*d.storage, *made.storage)
	for _, option := range d.options(made) {
		fillUnsaid(option.a, option.b)
	}
}

// options are the attributes beside the claim, with those of another.
func (d dataVolume) options(other dataVolume) []struct{ a, b reflect.Value } {
	value := func(v any) reflect.Value { return reflect.ValueOf(v).Elem() }
	return []struct{ a, b reflect.Value }{
		{value(d.preallocation), value(other.preallocation)},
		{value(d.contentType), value(other.contentType)},
		{value(d.priorityClassName), value(other.priorityClassName)},
	}
}

// claim is the one that is written: literally, or completed by CDI.
func (d dataVolume) claim() *Claim {
	if *d.pvc != nil {
		return *d.pvc
	}
	return *d.storage
}

// sizeFrom shows what the live claim really gives where that is less than the
// size, so that the next plan makes it grow. A claim that is not made yet, or that
// is larger, says nothing.
func (d dataVolume) sizeFrom(r reader, live *corev1.PersistentVolumeClaim, config *cdiv1.CDIConfig) {
	if given, order := d.given(live, config); order < 0 {
		claim := d.claim()
		claim.Size = r.amount(claim.Size, &given)
	}
}

// given is the size that the live claim gives, and how it compares to what is
// written: -1, 0 or 1. Steps of CDI's alignment count as equal.
func (d dataVolume) given(live *corev1.PersistentVolumeClaim, config *cdiv1.CDIConfig) (given resource.Quantity, order int) {
	claim, part := d.claim(), new(big.Rat)
	if live == nil || claim == nil || !claim.Size.IsSet() {
		return given, 0
	}
	if *d.storage != nil {
		part = overhead.Of(config, live)
	}
	request, ok := live.Spec.Resources.Requests[corev1.ResourceStorage]
	size, err := claim.Size.Amount()
	if !ok || err != nil {
		return given, 0
	}
	given = request
	if part.Sign() > 0 {
		given = overhead.Remove(request, part)
	}
	switch needed := overhead.Add(size, part); {
	case request.Value() <= needed.Value()-overhead.Alignment:
		return given, -1
	case request.Value() >= needed.Value()+overhead.Alignment:
		return given, 1
	}
	return given, 0
}

// isSized tells whether a spec says the size, and does not leave it to the source.
func isSized(spec *cdiv1.DataVolumeSpec) bool {
	var requests corev1.ResourceList
	switch {
	case spec.PVC != nil:
		requests = spec.PVC.Resources.Requests
	case spec.Storage != nil:
		requests = spec.Storage.Resources.Requests
	}
	_, sized := requests[corev1.ResourceStorage]
	return sized
}

package convert

import (
	"math/big"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
)

// alignment is CDI's: it makes claims in steps of this size, and what a claim
// lacks of one step is no difference.
const alignment = 1 << 20

// ReadsRootClaim tells whether the size of the root disk is read from its claim:
// the template of a disk that the server imports only says how large it was to be.
func ReadsRootClaim(vm *kubevirtv1.VirtualMachine, l Layout) bool {
	spec := dataVolumeSpecOf(vm, l.RootClaim, nil)
	if spec == nil || HasEphemeralRoot(vm, l) {
		return false
	}
	return isSized(spec)
}

// sizeFrom shows what the root disk's claim really gives.
func (root *Root) sizeFrom(r reader, o Objects) {
	if root == nil || !root.Imported() || root.Ephemeral.ValueBool() {
		return
	}
	root.dataVolume().sizeFrom(r, o.Claim, o.CDIConfig)
}

// Overhead is the part of a claim that CDI adds to a disk of `storage` for the
// filesystem; 0 for block devices and where the configuration is not known.
func Overhead(config *cdiv1.CDIConfig, claim *corev1.PersistentVolumeClaim) *big.Rat {
	if config == nil || config.Status.FilesystemOverhead == nil || deref(claim.Spec.VolumeMode) == corev1.PersistentVolumeBlock {
		return new(big.Rat)
	}
	part, ok := config.Status.FilesystemOverhead.StorageClass[deref(claim.Spec.StorageClassName)]
	if !ok {
		part = config.Status.FilesystemOverhead.Global
	}
	if _, err := strconv.ParseFloat(string(part), 64); err != nil {
		return new(big.Rat) // nor may it be a number too large to write out
	}
	overhead, ok := new(big.Rat).SetString(string(part))
	if !ok || overhead.Sign() < 0 {
		return new(big.Rat)
	}
	return overhead
}

// WithOverhead is the request of the claim that CDI makes for a disk.
func WithOverhead(size resource.Quantity, overhead *big.Rat) resource.Quantity {
	if overhead.Sign() == 0 {
		return size
	}
	steps := (size.Value() + alignment - 1) / alignment
	needed := new(big.Rat).SetInt64(steps * alignment)
	needed.Mul(needed, new(big.Rat).Add(big.NewRat(1, 1), overhead))
	up := new(big.Int).Add(needed.Num(), new(big.Int).Sub(needed.Denom(), big.NewInt(1)))
	return *resource.NewQuantity(up.Div(up, needed.Denom()).Int64(), resource.BinarySI)
}

// withoutOverhead is the largest disk that CDI puts into a claim.
func withoutOverhead(request resource.Quantity, overhead *big.Rat) resource.Quantity {
	room := new(big.Rat).SetInt64(request.Value())
	room.Quo(room, new(big.Rat).Add(big.NewRat(1, 1), overhead))
	whole := new(big.Int).Div(room.Num(), room.Denom()).Int64()
	return *resource.NewQuantity(whole/alignment*alignment, resource.BinarySI)
}

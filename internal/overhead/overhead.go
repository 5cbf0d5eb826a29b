// Package overhead is what CDI adds to the claim of a disk for the filesystem that
// holds it.
package overhead

import (
	"math/big"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/utils/ptr"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
)

// Alignment is CDI's: it makes claims in steps of this size, and what a claim
// lacks of one step is no difference.
const Alignment = 1 << 20

// Of is the part of a claim that CDI adds to a disk of `storage` for the
// filesystem; 0 for block devices and where the configuration is not known.
func Of(config *cdiv1.CDIConfig, claim *corev1.PersistentVolumeClaim) *big.Rat {
	if config == nil || config.Status.FilesystemOverhead == nil || ptr.Deref(claim.Spec.VolumeMode, "") == corev1.PersistentVolumeBlock {
		return new(big.Rat)
	}
	part, ok := config.Status.FilesystemOverhead.StorageClass[ptr.Deref(claim.Spec.StorageClassName, "")]
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

// Add returns the request of the claim that CDI makes for a disk.
func Add(size resource.Quantity, overhead *big.Rat) resource.Quantity {
	if overhead.Sign() == 0 {
		return size
	}
	steps := (size.Value() + Alignment - 1) / Alignment
	needed := new(big.Rat).SetInt64(steps * Alignment)
	needed.Mul(needed, new(big.Rat).Add(big.NewRat(1, 1), overhead))
	up := new(big.Int).Add(needed.Num(), new(big.Int).Sub(needed.Denom(), big.NewInt(1)))
	return *resource.NewQuantity(up.Div(up, needed.Denom()).Int64(), resource.BinarySI)
}

// Remove returns the largest disk that CDI puts into a claim.
func Remove(request resource.Quantity, overhead *big.Rat) resource.Quantity {
	room := new(big.Rat).SetInt64(request.Value())
	room.Quo(room, new(big.Rat).Add(big.NewRat(1, 1), overhead))
	whole := new(big.Int).Div(room.Num(), room.Denom()).Int64()
	return *resource.NewQuantity(whole/Alignment*Alignment, resource.BinarySI)
}

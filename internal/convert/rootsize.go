package convert

import (
	kubevirtv1 "kubevirt.io/api/core/v1"
)

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

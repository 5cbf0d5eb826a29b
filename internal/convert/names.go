package convert

import (
	"crypto/sha1" //nolint:gosec // KubeVirt's own naming scheme, not a signature
	"encoding/hex"
	"math/rand/v2"
	"strings"
)

// Names and keys of this provider on Kubernetes objects.
const (
	// AnnotationChangedWhileRunning, on a cloud-init Secret, names the instance that
	// started before its data changed, and the attributes that changed since then.
	AnnotationChangedWhileRunning = "virtualserver.io/changed-while-running"

	// AnnotationName holds a server's full name when its VirtualMachine has a shortened one.
	AnnotationName = "virtualserver.io/name"
	// AnnotationAttachment marks volumes that an attachment resource owns: <prefix><volume> = <vm uid>/disk|filesystem.
	AnnotationAttachment = "attachment.virtualserver.io/"

	// RootDisk, CloudInitDisk and SysprepDisk are the reserved device keys.
	RootDisk      = "root"
	CloudInitDisk = "cloudinit"
	SysprepDisk   = "sysprep"

	// PodNetwork names the interface on the pod network of servers made here.
	PodNetwork = "default"
)

const (
	maxVMName   = 63
	vmNameStem  = 54
	hashDigits  = 8
	suffixChars = "bcdfghjklmnpqrstvwxz2456789"
	suffixLen   = 5
)

// VMName returns the VirtualMachine's name for a server's name: the name
// itself up to 63 characters, else its first 54, without "-" and "." at their
// end, "-" and 8 hex digits of its SHA-1: the scheme of KubeVirt's virtual
// machine id label.
func VMName(name string) string {
	if len(name) <= maxVMName {
		return name
	}
	return strings.TrimRight(name[:vmNameStem], "-.") + "-" + nameHash(name)
}

func nameHash(name string) string {
	sum := sha1.Sum([]byte(name)) //nolint:gosec // see the import
	return hex.EncodeToString(sum[:])[:hashDigits]
}

// NewRootClaimName chooses the name of a new server's root DataVolume and
// claim. It is random, so that a finished disk of an earlier server is never
// adopted: a dataVolumeTemplate takes over an existing claim of its name.
func NewRootClaimName(vmName string) string {
	suffix := make([]byte, suffixLen)
	for i := range suffix {
		suffix[i] = suffixChars[rand.IntN(len(suffixChars))] //nolint:gosec // a name, not a secret
	}
	return vmName + "-root-" + string(suffix)
}

// CloudInitSecretName returns the name of a server's own cloud-init Secret.
func CloudInitSecretName(vmName string) string { return vmName + "-cloudinit" }

// DefaultServiceName returns the name of the Service when the user gives none.
func DefaultServiceName(vmName string) string { return vmName }

package liveupdate

import (
	"fmt"
	"slices"

	kubevirtv1 "kubevirt.io/api/core/v1"
)

// Fields of a machine.
const (
	template   = "spec.template.spec."
	domain     = template + "domain."
	devices    = domain + "devices."
	volumes    = template + "volumes"
	disks      = devices + "disks"
	networks   = template + "networks"
	interfaces = devices + "interfaces"
)

func volumeName(v kubevirtv1.Volume) string       { return v.Name }
func diskName(d kubevirtv1.Disk) string           { return d.Name }
func interfaceName(i kubevirtv1.Interface) string { return i.Name }
func networkName(n kubevirtv1.Network) string     { return n.Name }

// named finds an element of a list by its name, nil when there is none.
func named[T any](list []T, name func(T) string, wanted string) *T {
	if i := slices.IndexFunc(list, func(e T) bool { return name(e) == wanted }); i >= 0 {
		return &list[i]
	}
	return nil
}

// at is the field of the element of a name.
func at[T any](field string, list []T, name func(T) string, wanted string) string {
	return fmt.Sprintf("%s[%d]", field, slices.IndexFunc(list, func(e T) bool { return name(e) == wanted }))
}

func appendMissing[T any](list, from []T, name func(T) string) []T {
	for _, e := range from {
		if named(list, name, name(e)) == nil {
			list = append(list, e)
		}
	}
	return list
}

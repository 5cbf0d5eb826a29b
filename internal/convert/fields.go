package convert

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// AttributeOf returns the attribute that writes a field of vm, as an API error
// names it ("spec.template.spec.volumes[1].name"): the one of the field itself,
// else what the attributes of the fields below it, or of the object around it,
// have in common. ok is false when there is none.
func AttributeOf(vm *kubevirtv1.VirtualMachine, l Layout, field string) (attribute path.Path, ok bool) {
	if vm == nil {
		return path.Empty(), false
	}
	general := index.ReplaceAllString(field, "[]")
	device := deviceOf(vm, field)
	if p, ok := guestPath(l, general, device); ok {
		return p, true
	}
	for at := general; at != ""; at = parentField(at) {
		if names := attributesAt(vm, l, at, device); len(names) > 0 {
			return attributePath(names, device), true
		}
		if strings.HasSuffix(at, "[]") && device != "" {
			if p, ok := devicePath(vm, l, at, device); ok {
				return p, true
			}
		}
	}
	return path.Empty(), false
}

// guestPath returns the attribute of the disks that say what is in the guest.
func guestPath(l Layout, field, device string) (path.Path, bool) {
	switch {
	case !isDisk(field) || device == "":
		return path.Empty(), false
	case device == l.SysprepVolume:
		return path.Root("sysprep"), true
	case device == l.CloudInitVolume && strings.Contains(field, ".networkData"):
		return path.Root("network_data"), true
	case device == l.CloudInitVolume:
		return path.Root("cloud_init"), true
	}
	return path.Empty(), false
}

// VolumeOfField names the volume, disk or filesystem that a field of vm is part of; ""
// when it is part of none.
func VolumeOfField(vm *kubevirtv1.VirtualMachine, field string) string {
	general := index.ReplaceAllString(field, "[]")
	if !isDisk(general) && !strings.HasPrefix(general, devices+"filesystems[]") {
		return ""
	}
	return deviceOf(vm, field)
}

func isDisk(field string) bool {
	return strings.HasPrefix(field, template+"volumes[]") || strings.HasPrefix(field, devices+"disks[]")
}

var index = regexp.MustCompile(`\[\d+\]`)

func parentField(field string) string { return field[:max(strings.LastIndex(field, "."), 0)] }

// attributesAt returns what the attributes at a field have in common, in steps.
func attributesAt(vm *kubevirtv1.VirtualMachine, l Layout, field, device string) []string {
	belongs := func(attribute string) bool { return device == "" || belongsTo(vm, l, field, device, attribute) }
	if i := slices.IndexFunc(fieldsTable[field], belongs); i >= 0 {
		return strings.Split(fieldsTable[field][i], ".")
	}
	var common []string
	for at, attributes := range fieldsTable {
		if !strings.HasPrefix(at, field+".") && !strings.HasPrefix(at, field+"[") {
			continue
		}
		i := slices.IndexFunc(attributes, belongs)
		if i < 0 {
			continue
		}
		if steps := strings.Split(attributes[i], "."); common == nil {
			common = steps
		} else if common = commonPrefix(common, steps); len(common) == 0 {
			return nil
		}
	}
	return common
}

func commonPrefix(a, b []string) []string {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return a[:n]
}

// belongsTo tells whether an attribute of a field in a list of devices is that
// of the named device.
func belongsTo(vm *kubevirtv1.VirtualMachine, l Layout, field, device, attribute string) bool {
	prefix, ok := devicePrefix(vm, l, field, device)
	switch {
	case !ok:
		return true
	case prefix == podNetworkPrefix:
		return strings.HasPrefix(attribute, prefix) && !strings.HasPrefix(attribute, interfacePrefix)
	}
	return strings.HasPrefix(attribute, prefix)
}

const (
	template = "spec.template.spec."
	devices  = "spec.template.spec.domain.devices."

	rootPrefix       = "storage.root"
	disksPrefix      = "storage.additional_disks.*"
	filesystemPrefix = "storage.filesystems.*"
	podNetworkPrefix = "network"
	interfacePrefix  = "network.interfaces.*"
)

// devicePrefix names the attribute of a device, by the list that it stands in.
func devicePrefix(vm *kubevirtv1.VirtualMachine, l Layout, field, device string) (prefix string, ok bool) {
	switch {
	case strings.HasPrefix(field, template+"networks[]"), strings.HasPrefix(field, devices+"interfaces[]"):
		if device == l.PodNetwork {
			return podNetworkPrefix, true
		}
		return interfacePrefix, true
	case strings.HasPrefix(field, devices+"filesystems[]"):
		return filesystemPrefix, true
	case !isDisk(field):
		return "", false
	case device == l.RootVolume:
		return rootPrefix, true
	case slices.ContainsFunc(vm.Spec.Template.Spec.Domain.Devices.Filesystems, func(f kubevirtv1.Filesystem) bool { return f.Name == device }):
		return filesystemPrefix, true
	}
	return disksPrefix, true
}

func devicePath(vm *kubevirtv1.VirtualMachine, l Layout, field, device string) (path.Path, bool) {
	prefix, ok := devicePrefix(vm, l, field, device)
	if !ok {
		return path.Empty(), false
	}
	return attributePath(strings.Split(prefix, "."), device), true
}

func attributePath(steps []string, device string) path.Path {
	p := path.Empty()
	for i, step := range steps {
		switch {
		case i == 0:
			p = path.Root(step)
		case step == "*" && device == "":
			return p
		case step == "*":
			p = p.AtMapKey(device)
		default:
			p = p.AtName(step)
		}
	}
	return p
}

// deviceOf names the element of the first list in a field, "" when it has no name.
func deviceOf(vm *kubevirtv1.VirtualMachine, field string) string {
	before, rest, ok := strings.Cut(field, "[")
	number, _, closed := strings.Cut(rest, "]")
	i, err := strconv.Atoi(number)
	if !ok || !closed || err != nil {
		return ""
	}
	var at any = contentOf(vm)
	for step := range strings.SplitSeq(before, ".") {
		object, _ := at.(map[string]any)
		at = object[step]
	}
	list, _ := at.([]any)
	if i < 0 || i >= len(list) {
		return ""
	}
	element, _ := list[i].(map[string]any)
	name, _ := element["name"].(string)
	return name
}

package convert

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// fieldAttributes maps fields of a VirtualMachine to the attributes that
// render them; the longest prefix wins.
var fieldAttributes = []struct {
	field     string
	attribute path.Path
}{
	{"spec.template.spec.domain.cpu.model", path.Root("resources").AtName("cpu").AtName("model")},
	{"spec.template.spec.domain.cpu", path.Root("resources").AtName("cpu")},
	{"spec.template.spec.domain.memory", path.Root("resources").AtName("memory")},
	{"spec.template.spec.domain.resources", path.Root("resources").AtName("memory_request")},
	{"spec.template.spec.domain.devices.gpus", path.Root("resources").AtName("gpu")},
	{"spec.template.spec.domain.devices.interfaces", path.Root("network")},
	{"spec.template.spec.networks", path.Root("network")},
	{"spec.template.spec.dnsPolicy", path.Root("network").AtName("dns_policy")},
	{"spec.template.spec.dnsConfig", path.Root("network").AtName("dns_config")},
	{"spec.dataVolumeTemplate", path.Root("storage").AtName("root")},
	{"spec.runStrategy", path.Root("run_strategy")},
	{"spec.running", path.Root("run_strategy")},
	{"metadata.name", path.Root("name")},
	{"metadata.namespace", path.Root("namespace")},
	{"metadata.labels", path.Root("labels")},
	{"metadata.annotations", path.Root("annotations")},
}

var deviceField = regexp.MustCompile(`^spec\.template\.spec\.(?:domain\.devices\.)?(disks|volumes|filesystems)\[(\d+)\]`)

// AttributeOf returns the attribute that renders a field of vm, as an API
// error names it ("spec.template.spec.volumes[1].name"); ok is false when none does.
func AttributeOf(vm *kubevirtv1.VirtualMachine, l Layout, field string) (attribute path.Path, ok bool) {
	if name := deviceOf(vm, field); name != "" {
		return devicePath(vm, l, name), true
	}
	best := -1
	for i, f := range fieldAttributes {
		if strings.HasPrefix(field, f.field) && (best < 0 || len(f.field) > len(fieldAttributes[best].field)) {
			best = i
		}
	}
	if best < 0 {
		return path.Empty(), false
	}
	return fieldAttributes[best].attribute, true
}

// deviceOf names the device of an indexed field.
func deviceOf(vm *kubevirtv1.VirtualMachine, field string) string {
	match := deviceField.FindStringSubmatch(field)
	if match == nil || vm == nil || vm.Spec.Template == nil {
		return ""
	}
	i, err := strconv.Atoi(match[2])
	if err != nil {
		return ""
	}
	spec := &vm.Spec.Template.Spec
	switch {
	case match[1] == "disks" && i < len(spec.Domain.Devices.Disks):
		return spec.Domain.Devices.Disks[i].Name
	case match[1] == "volumes" && i < len(spec.Volumes):
		return spec.Volumes[i].Name
	case match[1] == "filesystems" && i < len(spec.Domain.Devices.Filesystems):
		return spec.Domain.Devices.Filesystems[i].Name
	}
	return ""
}

func devicePath(vm *kubevirtv1.VirtualMachine, l Layout, name string) path.Path {
	storage := path.Root("storage")
	switch name {
	case l.RootVolume:
		return storage.AtName("root")
	case l.CloudInitVolume:
		return path.Root("cloud_init")
	}
	for _, fs := range vm.Spec.Template.Spec.Domain.Devices.Filesystems {
		if fs.Name == name {
			return storage.AtName("filesystems").AtMapKey(name)
		}
	}
	return storage.AtName("additional_disks").AtMapKey(name)
}

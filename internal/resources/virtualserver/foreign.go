package virtualserver

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
)

// refuseForeign fails when an update adds a device whose name somebody else's
// device has in the live machine: it would be taken over. before and after are the
// renderings of the update.
func refuseForeign(vm, before, after *kubevirtv1.VirtualMachine, l convert.Layout, state, plan convert.Server) error {
	if vm.Spec.Template == nil {
		return nil
	}
	for _, kind := range deviceKinds {
		live, was := kind.names(&vm.Spec.Template.Spec), kind.names(&before.Spec.Template.Spec)
		// What an attachment has taken since the state was read is in was: it is neither
		// changed nor removed.
		for _, name := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(was, kind.names(&after.Spec.Template.Spec))))) {
			attached := convert.AttachmentKind(vm, name)
			if !slices.Contains(live, name) || slices.Contains(was, name) && attached == "" || name == l.CloudInitVolume {
				continue
			}
			owner := "somebody else"
			if attached != "" {
				owner = fmt.Sprintf("the attachment %q (virtualserver_%s_attachment)", subject(state).Name+"/"+name, attached)
			} else if stands(vm, after, kind.lists, name) {
				continue
			}
			return &diagnostics.Failure{
				Cause:     fmt.Sprintf("The server has a %s %q already, which belongs to %s.", kind.what, name, owner),
				Advice:    fmt.Sprintf("Choose another name, or remove that %s first.", kind.what),
				Attribute: kind.attribute(plan, l, name),
			}
		}
	}
	return refuseForeignInterfaces(vm, after, state, plan)
}

// deviceKinds are the lists of a machine that several writers share.
var deviceKinds = []struct {
	what      string
	lists     []string // in the template's spec
	names     func(spec *kubevirtv1.VirtualMachineInstanceSpec) []string
	attribute func(plan convert.Server, l convert.Layout, name string) path.Path
}{
	{
		what:  "volume",
		lists: []string{"volumes", "domain.devices.disks", "domain.devices.filesystems"},
		names: func(spec *kubevirtv1.VirtualMachineInstanceSpec) []string {
			volumes := namesOf(spec.Volumes, func(v kubevirtv1.Volume) string { return v.Name })
			disks := namesOf(spec.Domain.Devices.Disks, func(d kubevirtv1.Disk) string { return d.Name }) // also of drives that are empty
			return append(volumes, disks...)
		},
		attribute: func(plan convert.Server, l convert.Layout, name string) path.Path {
			if list, ok := deviceNames(plan)[name]; ok {
				return path.Root("storage").AtName(list).AtMapKey(name)
			}
			if name == l.SysprepVolume {
				return path.Root("sysprep")
			}
			return path.Root("raw_patch")
		},
	},
	{
		what:  "GPU",
		lists: []string{"domain.devices.gpus"},
		names: func(spec *kubevirtv1.VirtualMachineInstanceSpec) []string {
			return namesOf(spec.Domain.Devices.GPUs, func(d kubevirtv1.GPU) string { return d.Name })
		},
		attribute: func(_ convert.Server, _ convert.Layout, name string) path.Path {
			return path.Root("resources").AtName("gpus").AtMapKey(name)
		},
	},
	{
		what:  "host device",
		lists: []string{"domain.devices.hostDevices"},
		names: func(spec *kubevirtv1.VirtualMachineInstanceSpec) []string {
			return namesOf(spec.Domain.Devices.HostDevices, func(d kubevirtv1.HostDevice) string { return d.Name })
		},
		attribute: func(_ convert.Server, _ convert.Layout, name string) path.Path {
			return path.Root("resources").AtName("host_devices").AtMapKey(name)
		},
	},
	{
		what:  "input device",
		lists: []string{"domain.devices.inputs"},
		names: func(spec *kubevirtv1.VirtualMachineInstanceSpec) []string {
			return namesOf(spec.Domain.Devices.Inputs, func(d kubevirtv1.Input) string { return d.Name })
		},
		attribute: func(_ convert.Server, _ convert.Layout, name string) path.Path {
			return path.Root("devices").AtName("inputs").AtMapKey(name)
		},
	},
}

func namesOf[D any](devices []D, name func(D) string) []string {
	out := make([]string, 0, len(devices))
	for _, d := range devices {
		out = append(out, name(d))
	}
	return out
}

// refuseForeignInterfaces fails when the plan adds an interface under a name
// that the machine has: it would be taken over.
func refuseForeignInterfaces(vm, after *kubevirtv1.VirtualMachine, state, plan convert.Server) error {
	if vm.Spec.Template == nil {
		return nil
	}
	var was, now map[string]convert.Interface
	if state.Network != nil {
		was = state.Network.Interfaces
	}
	if plan.Network != nil {
		now = plan.Network.Interfaces
	}
	for _, network := range vm.Spec.Template.Spec.Networks {
		_, ours := was[network.Name]
		if _, added := now[network.Name]; !added || ours || network.Pod != nil && plan.Network.WithoutPodNetwork() {
			continue
		}
		if stands(vm, after, []string{"networks", "domain.devices.interfaces"}, network.Name) {
			continue
		}
		owner := "belongs to somebody else"
		if network.Pod != nil {
			owner = "is the one on the pod network"
		}
		return &diagnostics.Failure{
			Cause:     fmt.Sprintf("The server has an interface %q already, which %s.", network.Name, owner),
			Advice:    "Choose another name, or remove that interface first.",
			Attribute: path.Root("network").AtName("interfaces").AtMapKey(network.Name),
		}
	}
	return nil
}

// stands tells whether the machine has the device already just as the update
// writes it: an apply that was cut off right after it wrote the machine is not in
// the state. What the cluster filled in may be there besides.
func stands(vm, after *kubevirtv1.VirtualMachine, lists []string, name string) bool {
	live, errLive := runtime.DefaultUnstructuredConverter.ToUnstructured(&vm.Spec.Template.Spec)
	want, errWant := runtime.DefaultUnstructuredConverter.ToUnstructured(&after.Spec.Template.Spec)
	if errLive != nil || errWant != nil {
		return false
	}
	for _, list := range lists {
		has, wanted := namedIn(live, list, name), namedIn(want, list, name)
		if (has == nil) != (wanted == nil) || !covers(has, wanted) {
			return false
		}
	}
	return true
}

// namedIn returns the element of a list that has the name.
func namedIn(spec map[string]any, list, name string) any {
	elements, _, _ := unstructured.NestedFieldNoCopy(spec, strings.Split(list, ".")...)
	all, _ := elements.([]any)
	for _, element := range all {
		if m, ok := element.(map[string]any); ok && m["name"] == name {
			return m
		}
	}
	return nil
}

// covers tells whether live has all that want has.
func covers(live, want any) bool {
	switch w := want.(type) {
	case map[string]any:
		l, ok := live.(map[string]any)
		for key := range w {
			ok = ok && covers(l[key], w[key])
		}
		return ok
	case []any:
		l, ok := live.([]any)
		return ok && slices.EqualFunc(l, w, covers)
	}
	return want == nil || reflect.DeepEqual(live, want)
}

// deviceNames are the server's disks and filesystems with their attribute.
func deviceNames(m convert.Server) map[string]string {
	out := map[string]string{}
	if m.Storage == nil {
		return out
	}
	for name := range m.Storage.AdditionalDisks {
		out[name] = "additional_disks"
	}
	for name := range m.Storage.Filesystems {
		out[name] = "filesystems"
	}
	return out
}

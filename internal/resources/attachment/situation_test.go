package attachment

import (
	"strings"
	"testing"

	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/liveupdate"
)

// TestSituation: how disks come and go while a server runs, and why not. A guest has the
// controllers that it was started with.
func TestSituation(t *testing.T) {
	vm := func(disabled bool, strategy *kubevirtv1.UpdateVolumesStrategy) *kubevirtv1.VirtualMachine {
		out := &kubevirtv1.VirtualMachine{}
		out.Spec.UpdateVolumesStrategy = strategy
		out.Spec.Template = &kubevirtv1.VirtualMachineInstanceTemplateSpec{}
		out.Spec.Template.Spec.Domain.Devices.DisableHotplug = disabled
		return out
	}
	guest := func(disabled bool) *kubevirtv1.VirtualMachineInstance {
		out := &kubevirtv1.VirtualMachineInstance{}
		out.Spec.Domain.Devices.DisableHotplug = disabled
		return out
	}
	has := func(source kubevirtv1.VolumeSource) *kubevirtv1.VirtualMachineInstance {
		out := guest(false)
		out.Spec.Volumes = []kubevirtv1.Volume{{Name: "data", VolumeSource: source}}
		return out
	}
	plugged := kubevirtv1.VolumeSource{DataVolume: &kubevirtv1.DataVolumeSource{Name: "data", Hotpluggable: true}}
	fixed := kubevirtv1.VolumeSource{ConfigMap: &kubevirtv1.ConfigMapVolumeSource{}}
	migration := kubevirtv1.UpdateVolumesStrategyMigration
	for name, test := range map[string]struct {
		how  liveupdate.Hotplug
		of   server
		want situation // its reason only in part
	}{
		"declarative":              {liveupdate.Declarative, server{vm: vm(false, nil), vmi: guest(false)}, situation{live: true}},
		"subresource":              {liveupdate.SubresourceOnly, server{vm: vm(false, nil), vmi: guest(false)}, situation{live: true, subresource: true}},
		"none":                     {liveupdate.None, server{vm: vm(false, nil), vmi: guest(false)}, situation{reason: "DeclarativeHotplugVolumes"}},
		"moved disks":              {liveupdate.Declarative, server{vm: vm(false, &migration), vmi: guest(false)}, situation{reason: "update_volumes_strategy"}},
		"turned off":               {liveupdate.SubresourceOnly, server{vm: vm(true, nil), vmi: guest(true)}, situation{reason: "disable_hotplug"}},
		"turned off in the guest":  {liveupdate.Declarative, server{vm: vm(false, nil), vmi: guest(true)}, situation{reason: "disable_hotplug"}},
		"turned off for the next":  {liveupdate.Declarative, server{vm: vm(true, nil), vmi: guest(false)}, situation{live: true}},
		"turned off, none running": {liveupdate.Declarative, server{vm: vm(true, nil)}, situation{reason: "disable_hotplug"}},
		"the name of a disk":       {liveupdate.Declarative, server{vm: vm(false, nil), vmi: has(plugged)}, situation{live: true}},
		"of what stays":            {liveupdate.SubresourceOnly, server{vm: vm(false, nil), vmi: has(fixed)}, situation{reason: "cannot be plugged out"}},
	} {
		got := hotplug(test.how, test.of, "data")
		if got.live != test.want.live || got.subresource != test.want.subresource || !strings.Contains(got.reason, test.want.reason) || (got.reason == "") != got.live {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

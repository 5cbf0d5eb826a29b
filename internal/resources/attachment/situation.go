package attachment

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/liveupdate"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
)

// situation is how a cluster plugs a device into the guest of a server that runs, and
// out of it.
type situation struct {
	live        bool // while it runs
	subresource bool // by addvolume and removevolume, which only then are ours to call
	reason      string
}

// situationOf reads how the cluster is configured. Who may not read that goes by what
// KubeVirt does by default.
func (r *Resource[M, P]) situationOf(ctx context.Context, s server, d convert.AttachedDevice) (situation, error) {
	if !d.Pluggable() {
		return situation{reason: unpluggable(d)}, nil
	}
	kv, err := r.data.Client.KubeVirt(ctx)
	if err != nil && !apierrors.IsForbidden(err) {
		return situation{}, err
	}
	return hotplug(liveupdate.ClusterOf(kv).Hotplug, s, d.Name()), nil
}

func unpluggable(d convert.AttachedDevice) string {
	switch {
	case d.Kind == convert.AttachedFilesystem:
		return "KubeVirt plugs no filesystems into a guest that runs, nor out of it"
	case d.Disk != nil && d.Disk.CDRom != nil:
		return "KubeVirt plugs no CD-ROM drives into a guest that runs, nor out of it"
	}
	return "it has hotpluggable = false"
}

func hotplug(how liveupdate.Hotplug, s server, name string) situation {
	moves := s.vm.Spec.UpdateVolumesStrategy != nil && *s.vm.Spec.UpdateVolumesStrategy == kubevirtv1.UpdateVolumesStrategyMigration
	switch {
	case hasNoControllers(s):
		return situation{reason: "the server's devices.disable_hotplug = true turns that off"}
	case convert.KeepsVolume(s.vmi, name):
		return situation{reason: fmt.Sprintf("its guest was started with a filesystem or disk %q that cannot be plugged out", name)}
	case how == liveupdate.SubresourceOnly:
		return situation{live: true, subresource: true}
	case how == liveupdate.None:
		return situation{reason: "the cluster plugs no disks into a guest that runs, nor out of it (KubeVirt before 1.9 needs the feature gate DeclarativeHotplugVolumes)"}
	case moves:
		return situation{reason: `the server's update_volumes_strategy = "Migration" turns that off`}
	}
	return situation{live: true}
}

// hasNoControllers tells of a guest that has none to plug disks into: KubeVirt leaves them
// out at its start. That a preference does so shows in the instance only.
func hasNoControllers(s server) bool {
	if machine.Runs(s.vmi) {
		return s.vmi.Spec.Domain.Devices.DisableHotplug
	}
	return s.vm.Spec.Template != nil && s.vm.Spec.Template.Spec.Domain.Devices.DisableHotplug
}

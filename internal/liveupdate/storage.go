package liveupdate

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// pluggable tells of a volume that may come and go while the guest runs.
func pluggable(v *kubevirtv1.Volume) bool {
	return v != nil && (v.PersistentVolumeClaim != nil && v.PersistentVolumeClaim.Hotpluggable || v.DataVolume != nil && v.DataVolume.Hotpluggable)
}

// dumped is the volume that KubeVirt writes a memory dump to.
func dumped(v *kubevirtv1.Volume) bool { return v.MemoryDump != nil && v.MemoryDump.Hotpluggable }

func claimOf(v *kubevirtv1.Volume) string {
	switch {
	case v == nil:
		return ""
	case v.DataVolume != nil:
		return v.DataVolume.Name
	case v.PersistentVolumeClaim != nil:
		return v.PersistentVolumeClaim.ClaimName
	}
	return ""
}

// moves tells whether the machine has its disks copied when their claims change.
func (u *update) moves() bool {
	return u.want.Spec.UpdateVolumesStrategy != nil && *u.want.Spec.UpdateVolumesStrategy == kubevirtv1.UpdateVolumesStrategyMigration
}

// plug is how a hotpluggable device comes or goes (handleDeclarativeVolumeHotplug).
// Where it does not, KubeVirt neither attaches it nor says that it waits.
func (u *update) plug(field string, removed bool) Change {
	c := Change{Field: field, Removed: removed, Landing: Restart, Silent: true}
	switch {
	case u.moves():
		c.Reason = "the update strategy Migration turns hot-plugging off"
	case u.cluster.Hotplug == SubresourceOnly:
		c.Reason = "the cluster hot-plugs by addvolume and removevolume only (feature gate HotplugVolumes)"
	case u.cluster.Hotplug == None:
		c.Reason = "the cluster hot-plugs no disks (KubeVirt before 1.9 needs the feature gate DeclarativeHotplugVolumes)"
	default:
		c.Landing, c.Silent = Live, false
		if !u.cluster.Known {
			c.Reason = "where KubeVirt is 1.9 or has the feature gate DeclarativeHotplugVolumes"
		}
	}
	return c
}

// volumes follows validLiveUpdateVolumes, handleDeclarativeVolumeHotplug and
// handleVolumeUpdateRequest.
func (u *update) volumes() {
	for i := range u.now.Volumes {
		now := &u.now.Volumes[i]
		field := fmt.Sprintf("%s[%d]", volumes, i)
		was, is := named(u.was.Volumes, volumeName, now.Name), named(u.is.Volumes, volumeName, now.Name)
		switch {
		case dumped(now):
		case pluggable(now):
			if !equality.Semantic.DeepEqual(is, now) {
				u.add(u.plugged(field, is, now))
			}
		case was == nil:
			u.add(Change{Field: field, Landing: Restart, Reason: "only hotpluggable volumes are attached while a guest runs"})
		case u.moves() && (now.PersistentVolumeClaim != nil || now.DataVolume != nil):
			if !equality.Semantic.DeepEqual(is, now) {
				u.add(u.moved(field, is, now))
			}
		case !equality.Semantic.DeepEqual(was, now):
			for _, d := range differences(field, was, now) {
				u.add(Change{Field: d.field, Landing: Restart})
			}
		case is != nil && claimOf(is) != claimOf(now):
			// KubeVirt compares with the claim that the guest was started with.
			u.add(Change{Field: field, Landing: Restart, Silent: true, Reason: "the disk was moved while the guest ran"})
		}
	}
	running := u.running.Spec.Template.Spec.Volumes
	for i := range running {
		gone := &running[i]
		if named(u.now.Volumes, volumeName, gone.Name) != nil || dumped(gone) {
			continue
		}
		field, is := fmt.Sprintf("%s[%d]", volumes, i), named(u.is.Volumes, volumeName, gone.Name)
		switch {
		case pluggable(gone) && is == nil: // it is unplugged already
		case pluggable(gone):
			u.add(u.plug(field, true))
		case named(u.was.Volumes, volumeName, gone.Name) != nil:
			u.add(Change{Field: field, Removed: true, Landing: Restart, Reason: "only hotpluggable volumes are detached while a guest runs"})
		}
	}
}

// plugged is a hotpluggable volume that is added or changed.
func (u *update) plugged(field string, is, now *kubevirtv1.Volume) Change {
	switch {
	case u.moves() && claimOf(is) != "" && claimOf(is) != claimOf(now):
		return u.moved(field, is, now)
	case is != nil && !pluggable(is):
		return Change{Field: field, Landing: Restart, Silent: true, Reason: "the volume was attached when the guest was started"}
	}
	return u.plug(field, false)
}

// moved is a volume whose claim changes, in a machine that has it copied
// (handleVolumeUpdateRequest).
func (u *update) moved(field string, is, now *kubevirtv1.Volume) Change {
	disk, filesystem := named(u.is.Domain.Devices.Disks, diskName, now.Name), false
	for _, f := range u.is.Domain.Devices.Filesystems {
		filesystem = filesystem || f.Name == now.Name
	}
	switch {
	case claimOf(is) == "" || claimOf(is) == claimOf(now):
		return Change{Field: field, Landing: Restart, Silent: true, Reason: "a live migration moves a disk from one claim to another only"}
	case u.cluster.Stage:
		return Change{Field: field, Landing: Restart, Silent: true, Reason: staged}
	case filesystem:
		return u.waits(field, "filesystems are not moved by a live migration")
	case disk != nil && disk.Shareable != nil && *disk.Shareable:
		return u.waits(field, "shareable disks are not moved by a live migration")
	case disk != nil && disk.LUN != nil:
		return u.waits(field, "LUNs are not moved by a live migration")
	}
	if u.vmi != nil {
		if u.has(kubevirtv1.VirtualMachineInstanceIsStorageLiveMigratable, corev1.ConditionFalse) {
			return u.waits(field, "the server's storage cannot be migrated")
		}
		if stays := u.staysBehind(); stays != "" {
			return u.waits(field, fmt.Sprintf("volume %q can be used on one node only and does not move with it", stays))
		}
	}
	// A server that cannot be migrated for the claim that it leaves can be now.
	c := u.migrates(field)
	c.Reason = "its content is copied; " + c.Reason
	return c
}

// staysBehind names a volume that only one node can use and that keeps its claim
// (ValidateVolumesUpdateMigration).
func (u *update) staysBehind() string {
	for _, v := range u.vmi.Status.VolumeStatus {
		if v.PersistentVolumeClaimInfo == nil || !slices.Contains(v.PersistentVolumeClaimInfo.AccessModes, corev1.ReadWriteOnce) {
			continue
		}
		is, now := named(u.is.Volumes, volumeName, v.Name), named(u.now.Volumes, volumeName, v.Name)
		if is != nil && now != nil && claimOf(is) == claimOf(now) {
			return v.Name
		}
	}
	return ""
}

// disks follows validLiveUpdateDisks and handleDeclarativeVolumeHotplug.
func (u *update) disks() {
	for i := range u.now.Domain.Devices.Disks {
		now := &u.now.Domain.Devices.Disks[i]
		field := fmt.Sprintf("%s[%d]", disks, i)
		was, is := named(u.was.Domain.Devices.Disks, diskName, now.Name), named(u.is.Domain.Devices.Disks, diskName, now.Name)
		volume := named(u.now.Volumes, volumeName, now.Name)
		switch {
		case pluggable(volume):
			u.pluggedDisk(field, volume, was, is, now)
		case volume != nil && dumped(volume):
		case was == nil:
			u.add(Change{Field: field, Landing: Restart})
		case !equality.Semantic.DeepEqual(was, now):
			for _, d := range differences(field, was, now) {
				u.add(Change{Field: d.field, Landing: Restart})
			}
		}
	}
	running := u.running.Spec.Template.Spec.Domain.Devices.Disks
	for i := range running {
		if gone := &running[i]; named(u.now.Domain.Devices.Disks, diskName, gone.Name) == nil {
			u.goneDisk(fmt.Sprintf("%s[%d]", disks, i), gone)
		}
	}
}

// pluggedDisk is the disk of a hotpluggable volume. One that is there is left as
// it is, unless its volume is plugged in anew.
func (u *update) pluggedDisk(field string, volume *kubevirtv1.Volume, was, is, now *kubevirtv1.Disk) {
	if u.vmi == nil {
		is = was
	}
	attached := named(u.is.Volumes, volumeName, now.Name)
	anew := attached == nil || pluggable(attached) && !equality.Semantic.DeepEqual(attached, volume)
	switch {
	case is == nil:
		u.add(u.plug(field, false))
	case was != nil && equality.Semantic.DeepEqual(was, now), equality.Semantic.DeepEqual(is, now):
	case anew && is.CDRom == nil:
		u.add(u.plug(field, false))
	default:
		base := is
		if was != nil {
			base = was
		}
		for _, d := range differences(field, base, now) {
			u.add(Change{Field: d.field, Landing: Restart, Silent: true, Reason: "a disk that is plugged in stays as it is"})
		}
	}
}

func (u *update) goneDisk(field string, gone *kubevirtv1.Disk) {
	was, is := named(u.was.Domain.Devices.Disks, diskName, gone.Name), named(u.is.Domain.Devices.Disks, diskName, gone.Name)
	volume, stays := named(u.was.Volumes, volumeName, gone.Name), named(u.now.Volumes, volumeName, gone.Name)
	switch {
	case was != nil && volume != nil && !pluggable(volume) && !dumped(volume):
		u.add(Change{Field: field, Removed: true, Landing: Restart})
	case was != nil && was.CDRom != nil:
		u.add(Change{Field: field, Removed: true, Landing: Restart, Reason: "a drive is part of the running guest"})
	case is == nil:
	case was == nil && stays != nil: // a volume without a disk has one of its own all the same
	case stays != nil:
		u.add(Change{Field: field, Removed: true, Landing: Restart, Silent: true, Reason: "a disk that is plugged in stays as it is"})
	case was != nil || pluggable(named(u.is.Volumes, volumeName, gone.Name)):
		u.add(u.plug(field, true))
	}
}

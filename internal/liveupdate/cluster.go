package liveupdate

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/version"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// Hotplug is how a cluster attaches volumes to an instance that runs.
type Hotplug string

const (
	// Declarative: a hotpluggable volume of the machine's template is attached. It
	// is so from KubeVirt 1.9, and before with the gate DeclarativeHotplugVolumes.
	Declarative Hotplug = "declarative"
	// SubresourceOnly: the gate HotplugVolumes turns that off; addvolume and
	// removevolume are left.
	SubresourceOnly Hotplug = "subresource"
	// None: a hotpluggable volume is accepted and never attached.
	None Hotplug = "none"
)

// Feature gates of KubeVirt.
const (
	gateHotplug     = "HotplugVolumes"
	gateDeclarative = "DeclarativeHotplugVolumes"
	gateNetworks    = "LiveUpdateNADRef"
)

// Cluster is what the rules depend on in the KubeVirt object of a cluster.
type Cluster struct {
	Known   bool   // false: nobody could read it
	Version string // of KubeVirt, "v1.8.2"; "" when it is not known
	// Stage: vmRolloutStrategy is Stage, CPU, memory and placement wait for a restart.
	Stage bool
	// Migrates: workloadUpdateMethods has LiveMigrate, KubeVirt itself migrates an
	// instance that a change needs it for.
	Migrates bool
	// Evicts: workloadUpdateMethods has Evict, KubeVirt shuts an instance down that
	// it cannot migrate for a change.
	Evicts  bool
	Hotplug Hotplug
	// LiveNetworks: the gate LiveUpdateNADRef, on from KubeVirt 1.9. An interface
	// can change its network attachment definition.
	LiveNetworks bool

	// What a guest is given room for at its start (liveUpdateConfiguration): the
	// given maximum, else a multiple of what it starts with.
	MaxSockets uint32
	MaxGuest   *resource.Quantity
	Ratio      uint32
}

// defaultRatio is that of a KubeVirt that is not told otherwise.
const defaultRatio = 4

// ClusterOf reads what the rules depend on. nil stands for a cluster that cannot
// be read: what KubeVirt's documentation calls the defaults.
func ClusterOf(kv *kubevirtv1.KubeVirt) Cluster {
	if kv == nil {
		return Cluster{Hotplug: Declarative, Ratio: defaultRatio, LiveNetworks: true}
	}
	config, c := kv.Spec.Configuration, Cluster{Known: true, Version: kv.Status.ObservedKubeVirtVersion, Ratio: defaultRatio}
	c.Stage = config.VMRolloutStrategy != nil && *config.VMRolloutStrategy == kubevirtv1.VMRolloutStrategyStage
	methods := kv.Spec.WorkloadUpdateStrategy.WorkloadUpdateMethods
	c.Migrates = slices.Contains(methods, kubevirtv1.WorkloadUpdateMethodLiveMigrate)
	c.Evicts = slices.Contains(methods, kubevirtv1.WorkloadUpdateMethodEvict)
	if live := config.LiveUpdateConfiguration; live != nil {
		if live.MaxHotplugRatio > 0 {
			c.Ratio = live.MaxHotplugRatio
		}
		if live.MaxCpuSockets != nil {
			c.MaxSockets = *live.MaxCpuSockets
		}
		c.MaxGuest = live.MaxGuest
	}
	gate := func(name string) bool {
		developer := config.DeveloperConfiguration
		switch {
		case developer != nil && slices.Contains(developer.FeatureGates, name):
			return true
		case developer != nil && slices.Contains(developer.DisabledFeatureGates, name):
			return false
		}
		// From 1.9 gates in beta are on; HotplugVolumes is the older way, and off.
		return name != gateHotplug && atLeast(c.Version, "1.9.0-0")
	}
	switch {
	case gate(gateHotplug):
		c.Hotplug = SubresourceOnly
	case gate(gateDeclarative):
		c.Hotplug = Declarative
	default:
		c.Hotplug = None
	}
	c.LiveNetworks = gate(gateNetworks)
	return c
}

// atLeast compares versions; one that cannot be read is not.
func atLeast(is, least string) bool {
	v, err := version.ParseSemantic(is)
	return err == nil && v.AtLeast(version.MustParseSemantic(least))
}

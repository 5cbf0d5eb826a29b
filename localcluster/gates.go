package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// defaultGates are on in every cluster besides what KubeVirt has on itself: what
// attributes of virtual servers need.
var defaultGates = []string{
	"CPUManager", "DeclarativeHotplugVolumes", "DownwardMetrics", "EnableVirtioFsStorageVolumes", "ExperimentalIgnitionSupport",
	"HostDevices", "HostDisk", "PanicDevices", "PersistentReservation", "VSOCK", "VideoConfig",
}

var validGate = regexp.MustCompile(`^[A-Z][A-Za-z0-9]+$`)

// parseGates adds the gates of a comma list to the default ones; a gate with a
// leading "-" is taken out. The result is sorted and without duplicates.
func parseGates(list string) ([]string, error) {
	gates := slices.Clone(defaultGates)
	for _, word := range strings.Split(list, ",") {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		gate, remove := strings.CutPrefix(word, "-")
		if !validGate.MatchString(gate) {
			return nil, fmt.Errorf("feature gate %q: not a name like Snapshot or -Snapshot", word)
		}
		if remove {
			gates = slices.DeleteFunc(gates, func(g string) bool { return g == gate })
		} else {
			gates = append(gates, gate)
		}
	}
	slices.Sort(gates)
	return slices.Compact(gates), nil
}

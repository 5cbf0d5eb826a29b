package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
)

// spec is what `up` decides about a cluster before its processes start.
type spec struct {
	Gates []string          `json:"gates"` // KubeVirt's feature gates, sorted
	Ports map[string]int    `json:"ports"` // by name of the listener
	Bin   map[string]string `json:"bin"`   // folder of built programs by component

	Manifests string `json:"manifests"` // hash of the embedded manifests
}

// newSpec returns what this version of the program makes of a cluster, but for
// its ports. It builds nothing.
func newSpec(ctx context.Context, l layout, gates []string) (spec, error) {
	s := spec{Gates: gates, Bin: map[string]string{}}
	for _, c := range components {
		dir, err := c.dir(ctx, l)
		if err != nil {
			return spec{}, err
		}
		s.Bin[c.name] = dir
	}
	var err error
	s.Manifests, err = manifestsKey()
	return s, err
}

func readJSON(path string, into any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

// writeJSON replaces the file at once, so that a reader never sees half of it.
func writeJSON(path string, value any) error {
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", data, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// takenPorts returns the ports that belong to any cluster of the cache.
func takenPorts(l layout) (map[int]bool, error) {
	files, err := filepath.Glob(l.cluster("*").spec())
	if err != nil {
		return nil, err
	}
	taken := map[int]bool{}
	for _, file := range files {
		var s spec
		if readJSON(file, &s) != nil {
			continue // a cluster being deleted, or a killed run's half-written file
		}
		for _, port := range s.Ports {
			taken[port] = true
		}
	}
	return taken, nil
}

package main

import (
	"strings"
	"testing"
)

func TestCheckName(t *testing.T) {
	for name, ok := range map[string]bool{
		"dev": true, "a": true, "test-2": true, strings.Repeat("x", 40): true,
		"": false, "-a": false, "a-": false, "A": false, "a/b": false, "..": false, "a.b": false, "a b": false,
		strings.Repeat("x", 41): false,
	} {
		if err := checkName(name); (err == nil) != ok {
			t.Errorf("checkName(%q) = %v, want ok %v", name, err, ok)
		}
	}
}

func TestParseGates(t *testing.T) {
	var without []string // each default taken out
	for _, gate := range defaultGates {
		without = append(without, "-"+gate)
	}
	none := strings.Join(without, ",")
	for list, want := range map[string]string{
		"":                                  strings.Join(defaultGates, " "),
		none:                                "",
		none + ",Snapshot, HotplugVolumes,": "HotplugVolumes Snapshot",
		none + ",Snapshot,Snapshot":         "Snapshot",
		none + ",HostDisk":                  "HostDisk",
		"Snapshot," + strings.Join(without[1:], ","): defaultGates[0] + " Snapshot",
	} {
		got, err := parseGates(list)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("parseGates(%q) = %v, %v, want %q", list, got, err, want)
		}
	}
	for _, list := range []string{"snapshot", "A=true", "Snap shot", "--Snapshot"} {
		if got, err := parseGates(list); err == nil {
			t.Errorf("parseGates(%q) = %v, want an error", list, got)
		}
	}
}

func TestShellQuote(t *testing.T) {
	for word, want := range map[string]string{
		"/a/b-c.yaml": "/a/b-c.yaml", "/a b": "'/a b'", "it's": `'it'\''s'`, "$HOME": "'$HOME'", "": "''",
	} {
		if got := shellQuote(word); got != want {
			t.Errorf("shellQuote(%q) = %s, want %s", word, got, want)
		}
	}
}

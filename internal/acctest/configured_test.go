package acctest

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestConfigurationOver(t *testing.T) {
	const spec = `{"configuration":{"developerConfiguration":{"featureGates":["A","B"],"useEmulation":true},"vmRolloutStrategy":"LiveUpdate"}}`
	for _, test := range []struct {
		name, want string
		c          Configuration
	}{
		{"nothing", spec, Configuration{}},
		{"gates", `{"configuration":{"developerConfiguration":{"featureGates":["A","C"],"useEmulation":true},"vmRolloutStrategy":"LiveUpdate"}}`,
			Configuration{Gates: "C,-B,A"}},
		{"patch", `{"configuration":{"developerConfiguration":{"featureGates":["A","B"],"useEmulation":true}},"workloadUpdateStrategy":{"workloadUpdateMethods":[]}}`,
			Configuration{Patch: "configuration: {vmRolloutStrategy: null}\nworkloadUpdateStrategy: {workloadUpdateMethods: []}"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.c.over(spec)
			if err != nil {
				t.Fatal(err)
			}
			var want map[string]any
			if err := json.Unmarshal([]byte(test.want), &want); err != nil {
				t.Fatal(err)
			}
			if JSON(got) != JSON(want) {
				t.Errorf("it is\n%s, not\n%s", JSON(got), JSON(want))
			}
		})
	}
	if _, err := (Configuration{Patch: "a: b: c"}).over(spec); err == nil {
		t.Error("a patch that is no YAML is taken")
	}
}

func TestHasSeen(t *testing.T) {
	const before = `{"msg":"Updating cluster config from KubeVirt to resource version '99'"}` + "\n"
	for name, test := range map[string]struct{ log, want string }{
		"the version":     {`{"msg":"Updating cluster config from KubeVirt to resource version '10'"}`, ""},
		"a later one":     {`{"msg":"Updating cluster config from KubeVirt to resource version '11'"}`, ""},
		"an earlier one":  {`{"msg":"Updating cluster config from KubeVirt to resource version '9'"}`, "deadline"},
		"before":          {"", "deadline"},
		"one that is not": {`{"msg":"Invalid cluster config using KubeVirt resource version '10', falling back to last good resource version '9'"}`, "invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "log")
			if err := os.WriteFile(file, []byte(before+test.log), 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			err := hasSeen(ctx, file, int64(len(before)), "10")
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("it says %v, not %q", err, test.want)
			}
		})
	}
}

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := lock(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := lock(ctx, path); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("two hold the lock: %v", err)
	}
	unlock()
	again, err := lock(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	again()
}

package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestKeyFollowsSources(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c := component{name: "c", packages: []string{"./p"}}
	seen, settings := map[string]string{}, ""
	step := func(what string, isNew bool) {
		t.Helper()
		key, err := c.key(dir, settings)
		if err != nil {
			t.Fatal(err)
		}
		if first, known := seen[key]; known == isNew {
			t.Errorf("%s: key %s, first seen with %q", what, key, first)
		}
		seen[key] = what
	}
	write("go.mod", "module m")
	step("first", true)
	step("again", false)
	write("go.sum", "sum")
	step("go.sum added", true)
	write("p/main.go", "package main")
	step("source added", true)
	write("p/main.go", "package main ")
	step("source changed", true)
	c.ldflags = "-X a=b"
	step("flags changed", true)
	settings = "CGO_ENABLED=0"
	step("settings changed", true)
}

// TestComponents guards against a component that is built but not there.
func TestComponents(t *testing.T) {
	for _, c := range components {
		for _, file := range []string{"go.mod", "go.sum"} {
			if _, err := os.Stat(filepath.Join("components", c.name, file)); err != nil {
				t.Error(err)
			}
		}
	}
}

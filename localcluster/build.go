package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// component is one module below components/: an upstream pinned by its go.mod,
// and what to build from it.
type component struct {
	name      string
	packages  []string // main packages; a program is named after the last element
	ldflags   string
	manifests string // package that prints manifests.yaml, kept beside the programs
}

const kubernetesVersion = "v1.36.3"

var components = []component{
	{name: "etcd", packages: []string{"./etcd"}},
	{
		name: "kubernetes",
		packages: []string{
			"k8s.io/kubernetes/cmd/kube-apiserver",
			"k8s.io/kubernetes/cmd/kube-controller-manager",
			"k8s.io/kubernetes/cmd/kube-scheduler",
			"k8s.io/kubernetes/cmd/kubectl",
		},
		// Built without these, the API server calls itself v0.0.0-master.
		ldflags: "-X k8s.io/component-base/version.gitVersion=" + kubernetesVersion +
			" -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36",
	},
	{name: "kwok", packages: []string{"sigs.k8s.io/kwok/cmd/kwok"}},
	{
		name:      "kubevirt",
		packages:  []string{"kubevirt.io/kubevirt/cmd/virt-api", "kubevirt.io/kubevirt/cmd/virt-controller", "./virt-handler"},
		manifests: "./manifests",
	},
	{name: "cdi", packages: []string{"./cdi"}, manifests: "./manifests"},
}

// buildAll builds what is missing and returns the folder of each component's
// programs. Builds of several processes wait for each other: they would only
// compete for the same compile steps.
func buildAll(ctx context.Context, l layout, progress func(string, ...any)) (map[string]string, error) {
	dirs := map[string]string{}
	waiting := func() { progress("waiting for another build to end") }
	err := exclusive(ctx, filepath.Join(l.bin(), ".lock"), waiting, func() error {
		for _, c := range components {
			dir, err := c.build(ctx, l, progress)
			if err != nil {
				return fmt.Errorf("build %s: %w", c.name, err)
			}
			dirs[c.name] = dir
		}
		return linkKubectl(l, dirs["kubernetes"])
	})
	return dirs, err
}

// dir returns the folder that the component's programs are built to.
func (c component) dir(ctx context.Context, l layout) (string, error) {
	source := filepath.Join(l.components, c.name)
	settings, err := goSettings(ctx, source)
	if err != nil {
		return "", err
	}
	key, err := c.key(source, settings)
	return filepath.Join(l.bin(), c.name+"-"+key), err
}

// build returns the folder of the component's programs, building them unless
// they are there. A folder appears under its name only when it is complete.
func (c component) build(ctx context.Context, l layout, progress func(string, ...any)) (string, error) {
	source := filepath.Join(l.components, c.name)
	done, err := c.dir(ctx, l)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(done); err == nil {
		return done, nil
	}
	start := time.Now()
	progress("building %s (kept in %s)", c.name, done)

	partial := done + ".partial"
	if err := os.RemoveAll(partial); err != nil {
		return "", err
	}
	if err := os.MkdirAll(partial, 0o755); err != nil {
		return "", err
	}
	args := append([]string{"build", "-trimpath", "-ldflags", "-s -w " + c.ldflags, "-o", partial + "/"}, c.packages...)
	if _, err := goCommand(ctx, source, args...); err != nil {
		return "", err
	}
	if c.manifests != "" {
		out, err := goCommand(ctx, source, "run", "-trimpath", c.manifests)
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(partial, "manifests.yaml"), out, 0o644); err != nil {
			return "", err
		}
	}
	if err := os.Rename(partial, done); err != nil {
		return "", err
	}
	progress("built %s in %s", c.name, time.Since(start).Round(time.Second))
	return done, nil
}

// key names a build by everything that decides its outcome: the component's
// files (go.mod and go.sum pin all upstream code), flags, Go version, platform and
// settings of the go tool.
func (c component) key(source, settings string) (string, error) {
	hash := sha256.New()
	fmt.Fprintln(hash, c, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprint(hash, settings)
	err := filepath.WalkDir(source, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(source, path)
		fmt.Fprintf(hash, "%s %x\n", relative, sha256.Sum256(data))
		return err
	})
	return hex.EncodeToString(hash.Sum(nil))[:12], err
}

// goSettings returns those settings of the go tool that change programs and differ
// from what they are on most machines. No C compiler means CGO_ENABLED=0.
func goSettings(ctx context.Context, dir string) (string, error) {
	out, err := goCommand(ctx, dir, "env", "-json", "CGO_ENABLED", "GOAMD64")
	if err != nil {
		return "", err
	}
	var settings map[string]string
	if err := json.Unmarshal(out, &settings); err != nil {
		return "", err
	}
	cgo, amd64 := settings["CGO_ENABLED"], settings["GOAMD64"]
	if cgo == "1" && (amd64 == "v1" || amd64 == "") {
		return "", nil
	}
	return fmt.Sprintf("CGO_ENABLED=%s GOAMD64=%s\n", cgo, amd64), nil
}

// goCommand runs the go tool in dir and returns its standard output. The whole
// process group ends with ctx, the compilers that go started included.
func goCommand(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	// The caller's workspace or GOFLAGS=-mod=... must not change what is built.
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return out, nil
}

// linkKubectl gives the newest kubectl a stable place, for users and scripts.
func linkKubectl(l layout, dir string) error {
	link := filepath.Join(l.bin(), "kubectl")
	target := filepath.Join(filepath.Base(dir), "kubectl")
	if current, err := os.Readlink(link); err == nil && current == target {
		return nil
	}
	if err := os.RemoveAll(link); err != nil {
		return err
	}
	return os.Symlink(target, link)
}

package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// workspace is a folder with a configuration and its state.
type workspace struct {
	binary string // terraform
	dir    string
	env    []string
}

// run is what one command cost.
type run struct {
	time              time.Duration
	cpu               time.Duration // of all processes
	terraform, plugin int           // peak memory in kB, of each process
}

// newWorkspace writes a configuration into a folder and initializes it.
// provider is the folder of the provider's binary. The state is kept by this
// process: Terraform writes a local state anew after each resource, which for a
// thousand takes longer than to make them.
func newWorkspace(ctx context.Context, binary, dir, provider, config string) (*workspace, error) {
	const version = "0.0.1"
	mirror := filepath.Join(dir, "mirror")
	packed := filepath.Join(mirror, address, version, runtime.GOOS+"_"+runtime.GOARCH)
	if err := os.MkdirAll(packed, 0o700); err != nil {
		return nil, err
	}
	name := "terraform-provider-virtualserver"
	if err := os.Symlink(filepath.Join(provider, name), filepath.Join(packed, name+"_v"+version)); err != nil {
		return nil, err
	}
	backend := fmt.Sprintf("terraform {\n  backend \"http\" { address = %q }\n}\n", newState().URL)
	rc := fmt.Sprintf("provider_installation {\n  filesystem_mirror { path = %q }\n}\n", mirror)
	for name, text := range map[string]string{"main.tf": config, "backend.tf": backend, "terraformrc": rc} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	w := &workspace{binary: binary, dir: dir}
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "KUBE") && !strings.HasPrefix(variable, "TF_") {
			w.env = append(w.env, variable)
		}
	}
	w.env = append(w.env, "TF_CLI_CONFIG_FILE="+filepath.Join(dir, "terraformrc"), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
	_, err := w.terraform(ctx, "init", "-input=false", "-no-color")
	return w, err
}

// newState keeps a state, as Terraform's backend "http" asks for.
func newState() *httptest.Server {
	var mu sync.Mutex
	var state []byte
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case r.Method == http.MethodPost:
			state, _ = io.ReadAll(r.Body)
		case state == nil:
			http.NotFound(w, r)
		default:
			_, _ = w.Write(state)
		}
	}))
}

// terraform runs a command to its end.
func (w *workspace) terraform(ctx context.Context, args ...string) (run, error) {
	cmd := exec.CommandContext(ctx, w.binary, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Dir, cmd.Env = w.dir, w.env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	started := time.Now()
	if err := cmd.Start(); err != nil {
		return run{}, err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	var r run
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case err := <-done:
			r.time = time.Since(started)
			r.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			if err != nil {
				text := out.String()
				err = fmt.Errorf("terraform %s: %w\n%s", strings.Join(args, " "), err, text[max(0, len(text)-4000):])
			}
			return r, err
		case <-ticker.C:
			r.terraform = max(r.terraform, peak(cmd.Process.Pid))
			for _, child := range children(cmd.Process.Pid) {
				r.plugin = max(r.plugin, peak(child))
			}
		}
	}
}

// plan plans, and fails unless there is nothing to do.
func (w *workspace) plan(ctx context.Context, args ...string) (run, error) {
	r, err := w.terraform(ctx, append([]string{"plan", "-detailed-exitcode", "-input=false", "-no-color", "-lock=false"}, args...)...)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 2 {
		err = fmt.Errorf("the plan is not empty: %w", err)
	}
	return r, err
}

// median returns the run with the median time, and the largest memory of all.
func median(runs []run) run {
	slices.SortFunc(runs, func(a, b run) int { return cmp.Compare(a.time, b.time) })
	out := runs[len(runs)/2]
	for _, r := range runs {
		out.terraform, out.plugin = max(out.terraform, r.terraform), max(out.plugin, r.plugin)
	}
	return out
}

// peak is the most memory that a process ever had, in kB; 0 when it has ended.
func peak(pid int) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	kB, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	n, _ := strconv.Atoi(kB)
	return n
}

func children(pid int) []int {
	var out []int
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, thread := range threads {
		text, _ := os.ReadFile(thread)
		for _, field := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(field); err == nil {
				out = append(out, child)
			}
		}
	}
	return out
}

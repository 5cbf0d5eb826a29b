package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

func TestSupervisorRestarts(t *testing.T) {
	logs := filepath.Join(t.TempDir(), "logs")
	if err := os.Mkdir(logs, 0o755); err != nil {
		t.Fatal(err)
	}
	changes := make(chan processState, 100)
	s := newSupervisor(logs, func(states []processState) { changes <- states[0] })
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s.run(ctx, process{name: "sleeper", path: "/bin/sh", args: []string{"-c", "echo started; exec sleep 60"}})

	next := func(accept func(processState) bool) processState {
		t.Helper()
		timeout := time.After(10 * time.Second)
		for {
			select {
			case state := <-changes:
				if accept(state) {
					return state
				}
			case <-timeout:
				t.Fatal("no such state")
			}
		}
	}
	first := next(func(p processState) bool { return p.PID != 0 })
	if !eventually(t, func() bool { return tail(logFile(logs, "sleeper"), 1) == "started" }) {
		t.Fatal("nothing in the log")
	}
	if err := syscall.Kill(first.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	down := next(func(p processState) bool { return p.PID == 0 })
	if !strings.Contains(down.LastExit, "killed") {
		t.Errorf("last exit %q", down.LastExit)
	}
	second := next(func(p processState) bool { return p.PID != 0 })
	if second.PID == first.PID || second.Restarts != 1 {
		t.Errorf("restarted as %+v", second)
	}
	if err := s.failed(); err != nil {
		t.Errorf("one restart counts as a failure: %v", err)
	}
	cancel()
	s.wait()
	if err := syscall.Kill(second.PID, 0); err == nil {
		t.Errorf("process %d outlives its context", second.PID)
	}
}

func TestSupervisorReportsCrashes(t *testing.T) {
	logs := t.TempDir()
	s := newSupervisor(logs, func([]processState) {})
	ctx, cancel := context.WithCancel(context.Background())
	s.run(ctx, process{name: "crasher", path: "/bin/sh", args: []string{"-c", "echo reason; exit 3"}})
	var err error
	eventually(t, func() bool {
		err = s.failed()
		return err != nil
	})
	cancel()
	s.wait()
	if err == nil || !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "reason") {
		t.Errorf("failed() = %v", err)
	}
}

// eventually tells whether the condition comes true in time.
func eventually(t *testing.T, is func() bool) bool {
	t.Helper()
	return wait.PollUntilContextTimeout(t.Context(), 10*time.Millisecond, 10*time.Second, true, func(context.Context) (bool, error) {
		return is(), nil
	}) == nil
}

package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

const ownFileVariable = "LOCALCLUSTER_TEST_OWN"

// TestMain lets the test program be run again as the owner of a lock: a process
// does not see its own.
func TestMain(m *testing.M) {
	file := os.Getenv(ownFileVariable)
	if file == "" {
		os.Exit(m.Run())
	}
	if _, err := takeOwnership(file); err != nil {
		os.Exit(1)
	}
	runtime.GC() // the lock must not hang on something that is collected
	runtime.GC()
	_, _ = os.Stdout.WriteString("owned\n")
	_, _ = os.Stdin.Read(make([]byte, 1))
}

func TestOwner(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lock")
	if pid, err := owner(file); pid != 0 || err != nil {
		t.Errorf("owner of a missing file = %d, %v", pid, err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), ownFileVariable+"="+file)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := stdout.Read(make([]byte, 6)); err != nil {
		t.Fatal(err)
	}
	if pid, err := owner(file); pid != cmd.Process.Pid || err != nil {
		t.Errorf("owner = %d, %v, want %d", pid, err, cmd.Process.Pid)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if pid, err := owner(file); pid != 0 || err != nil {
		t.Errorf("owner after its death = %d, %v", pid, err)
	}
}

func TestOwnershipLost(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lock")
	own, err := takeOwnership(file)
	if err != nil || own.lost() {
		t.Fatalf("lost at once, error %v", err)
	}
	if err := os.Remove(file); err != nil || !own.lost() {
		t.Errorf("a deleted file is not lost, error %v", err)
	}
	if err := os.WriteFile(file, nil, 0o644); err != nil || !own.lost() {
		t.Errorf("another file is not lost, error %v", err)
	}
}

func TestExclusive(t *testing.T) {
	file := filepath.Join(t.TempDir(), "folder", "lock")
	inside, waited := make(chan bool), make(chan bool, 1)
	release := make(chan bool)
	go func() {
		_ = exclusive(t.Context(), file, func() {}, func() error { close(inside); <-release; return nil })
	}()
	<-inside
	done := make(chan bool)
	go func() {
		_ = exclusive(t.Context(), file, func() { waited <- true }, func() error { return nil })
		close(done)
	}()
	<-waited
	select {
	case <-done:
		t.Error("two were inside at once")
	case <-time.After(20 * time.Millisecond):
	}
	close(release)
	<-done
}

// TestExclusiveInterrupted makes sure that Ctrl-C ends a wait for the lock.
func TestExclusiveInterrupted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lock")
	err := exclusive(t.Context(), file, func() {}, func() error {
		ctx, cancel := context.WithCancel(t.Context())
		return exclusive(ctx, file, cancel, func() error { t.Error("two were inside at once"); return nil })
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
}

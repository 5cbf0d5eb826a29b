package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// process is one program of the cluster.
type process struct {
	name string
	path string
	args []string
}

// processState is what `status` shows of a process.
type processState struct {
	Name     string    `json:"name"`
	PID      int       `json:"pid"` // 0 while it is down
	Started  time.Time `json:"started"`
	Restarts int       `json:"restarts"`
	LastExit string    `json:"lastExit,omitempty"`
}

// supervisor keeps processes running: one that ends is started again, at once
// the first time and with growing pauses when it ends soon again.
type supervisor struct {
	logs   string
	report func([]processState) // called on every change

	spawn  chan spawnRequest
	mu     sync.Mutex
	states map[string]*processState
	done   sync.WaitGroup
}

type spawnRequest struct {
	cmd *exec.Cmd
	err chan error
}

const (
	firstPause = 100 * time.Millisecond
	longPause  = 10 * time.Second
	stable     = 30 * time.Second // a process that ran so long starts again without a pause
)

func newSupervisor(logs string, report func([]processState)) *supervisor {
	s := &supervisor{logs: logs, report: report, spawn: make(chan spawnRequest), states: map[string]*processState{}}
	// The parent whose death kills a child is the thread that started it: all
	// start from one thread, which never ends before the process does.
	go func() {
		runtime.LockOSThread()
		for request := range s.spawn {
			request.err <- request.cmd.Start()
		}
	}()
	return s
}

// run starts a process and keeps it running until ctx ends.
func (s *supervisor) run(ctx context.Context, p process) {
	s.mu.Lock()
	s.states[p.name] = &processState{Name: p.name}
	s.mu.Unlock()
	s.done.Go(func() {
		pause := firstPause
		for ctx.Err() == nil {
			start := time.Now()
			err := s.once(ctx, p)
			if ctx.Err() != nil {
				return
			}
			if time.Since(start) > stable {
				pause = firstPause
			}
			s.update(p.name, func(state *processState) {
				state.PID = 0
				state.Restarts++
				state.LastExit = fmt.Sprint(err)
			})
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
			pause = min(2*pause, longPause)
		}
	})
}

// once runs a process to its end, with its output appended to its log.
func (s *supervisor) once(ctx context.Context, p process) error {
	log, err := os.OpenFile(logFile(s.logs, p.name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.CommandContext(ctx, p.path, p.args...) // killed when ctx ends: nothing here is worth a goodbye
	cmd.Dir = filepath.Dir(s.logs)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = dieWithParent()
	request := spawnRequest{cmd: cmd, err: make(chan error)}
	s.spawn <- request
	if err := <-request.err; err != nil {
		return err
	}
	s.update(p.name, func(state *processState) {
		state.PID, state.Started = cmd.Process.Pid, time.Now()
	})
	if err := cmd.Wait(); err != nil {
		return err
	}
	return fmt.Errorf("exit status 0")
}

func (s *supervisor) update(name string, change func(*processState)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s.states[name])
	s.report(s.list())
}

// failed returns an error naming the processes that are down, and those that
// ended more than twice, with the end of their logs.
func (s *supervisor) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var failures []string
	for _, state := range s.list() {
		if state.Restarts > 2 || (state.PID == 0 && state.Restarts > 0) {
			failures = append(failures, fmt.Sprintf("%s ended (%s), the end of its log:\n%s",
				state.Name, state.LastExit, tail(logFile(s.logs, state.Name), 5)))
		}
	}
	if failures == nil {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(failures, "\n"))
}

// wait returns when every process has ended after its context did.
func (s *supervisor) wait() { s.done.Wait() }

func (s *supervisor) list() []processState {
	var list []processState
	for _, state := range s.states {
		list = append(list, *state)
	}
	slices.SortFunc(list, func(a, b processState) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func logFile(logs, name string) string { return filepath.Join(logs, name+".log") }

// tail returns the last lines of a file, or why it cannot be read.
func tail(path string, lines int) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimRight(string(data), "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// progress is what the serving process tells the `up` that started it, one JSON
// object a line.
type progress struct {
	Step  string `json:"step,omitempty"`
	Owned bool   `json:"owned,omitempty"` // the cluster's folder has an owner now
	Ready bool   `json:"ready,omitempty"`
	Error string `json:"error,omitempty"`
}

// progressFD is the first file descriptor after the standard three.
const progressFD = 3

// lostInterval is how often the serving process looks whether its folder is there.
const lostInterval = 2 * time.Second

// serve runs a cluster until it is told to end, and deletes its folder then. It
// ends by itself when somebody else deletes the folder. It
// is the parent of all the cluster's processes. Until the cluster is ready it
// ends, too, when the `up` that started it does: its standard input closes.
func serve(dir clusterDir) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	ctx, abandon := context.WithCancelCause(ctx)
	defer abandon(nil)

	out := json.NewEncoder(os.NewFile(progressFD, "progress"))
	tell := func(p progress) { _ = out.Encode(p) } // nobody may be listening any more

	own, err := takeOwnership(dir.lock())
	if err != nil {
		tell(progress{Error: "take ownership: " + err.Error()})
		return err
	}
	tell(progress{Owned: true})

	ready := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		select {
		case <-ready:
		default:
			abandon(errors.New("interrupted"))
		}
	}()

	go func() {
		for range time.Tick(lostInterval) {
			if own.lost() {
				abandon(errors.New("the cluster's folder was deleted"))
			}
		}
	}()

	keep := false
	supervisor := newSupervisor(dir.logs(), func(states []processState) {
		_ = writeJSON(dir.processes(), states)
	})
	running, stopProcesses := context.WithCancel(context.Background())
	defer func() {
		stopProcesses()
		supervisor.wait()
		if !keep && !own.lost() {
			_ = os.RemoveAll(string(dir))
		}
	}()

	err = start(ctx, running, dir, supervisor, func(step string) { tell(progress{Step: step}) })
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		keep = true // for its logs
		tell(progress{Error: err.Error()})
		return err
	}
	if err := os.WriteFile(dir.ready(), []byte(time.Now().Format(time.RFC3339)), 0o644); err != nil {
		return err
	}
	close(ready)
	tell(progress{Ready: true})
	<-ctx.Done()
	return nil
}

func start(ctx, running context.Context, dir clusterDir, s *supervisor, step func(string)) error {
	b := &bootstrap{dir: dir, supervisor: s, step: step}
	if err := readJSON(dir.spec(), &b.spec); err != nil {
		return err
	}
	return b.run(ctx, running)
}

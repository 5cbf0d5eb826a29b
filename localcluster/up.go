package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// recoveryTime is how long `up` waits for a running cluster to be healthy.
const recoveryTime = 30 * time.Second

// errOwned says that another `up` was faster: its cluster is to be waited for.
var errOwned = errors.New("another process has just started this cluster")

// up brings a cluster to Ready, or finds it ready, and prints how to use it.
func up(ctx context.Context, l layout, name, gateList string, verbose bool) error {
	gates, err := parseGates(gateList)
	if err != nil {
		return err
	}
	start := time.Now()
	say := func(format string, args ...any) {
		fmt.Fprintf(os.Stderr, "%6.1fs  %s\n", time.Since(start).Seconds(), fmt.Sprintf(format, args...))
	}
	dir := l.cluster(name)
	want, err := newSpec(ctx, l, gates)
	if err != nil {
		return err
	}
	for {
		running, err := alreadyUp(ctx, dir, want, say)
		if err != nil {
			return err
		}
		if running {
			break
		}
		if want.Bin, err = buildAll(ctx, l, say); err != nil {
			return err
		}
		start = time.Now() // the timings of a start do not count the build
		err = launch(ctx, l, dir, want, say)
		if err == nil {
			break
		}
		if !errors.Is(err, errOwned) {
			return err
		}
	}
	if verbose {
		if err := status(ctx, l, name, os.Stderr); err != nil {
			return err
		}
	}
	fmt.Printf("export KUBECONFIG=%s\n", shellQuote(dir.kubeconfig()))
	return nil
}

// alreadyUp tells whether the cluster runs, healthy and as wanted. One that
// another `up` is starting is waited for.
func alreadyUp(ctx context.Context, dir clusterDir, want spec, say func(string, ...any)) (bool, error) {
	for said := false; ; said = true {
		pid, err := owner(dir.lock())
		if err != nil || pid == 0 {
			return false, err
		}
		if _, err := os.Stat(dir.ready()); err == nil {
			break
		}
		if !said {
			say("cluster %s is being started by process %d: waiting for it", dir.name(), pid)
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
	var s spec
	if err := readJSON(dir.spec(), &s); err != nil {
		return false, err
	}
	if !maps.Equal(s.Bin, want.Bin) || s.Manifests != want.Manifests {
		return false, fmt.Errorf("cluster %s was made by another version of this checkout: take it down first (make cluster-down CLUSTER=%s)",
			dir.name(), dir.name())
	}
	if !slices.Equal(s.Gates, want.Gates) {
		return false, fmt.Errorf("cluster %s runs with the feature gates [%s], not [%s]: take it down first (make cluster-down CLUSTER=%s)",
			dir.name(), strings.Join(s.Gates, " "), strings.Join(want.Gates, " "), dir.name())
	}
	// A process that has just ended is up again in seconds.
	recovering, cancel := context.WithTimeout(ctx, recoveryTime)
	defer cancel()
	if err := poll(recovering, func() error { return healthy(ctx, dir) }); err != nil {
		return false, fmt.Errorf("cluster %s runs but is not healthy: %w\nlogs: %s\ntake it down with: make cluster-down CLUSTER=%s",
			dir.name(), err, dir.logs(), dir.name())
	}
	say("cluster %s is up", dir.name())
	return true, nil
}

// launch starts the serving process and relays its progress until it is ready.
// When ctx ends first, the serving process takes everything down.
func launch(ctx context.Context, l layout, dir clusterDir, s spec, say func(string, ...any)) error {
	var server *server
	// No other `up` or `down` may look at the folder before it has an owner.
	err := exclusive(ctx, filepath.Join(l.clusters(), ".lock"), func() { say("waiting for another start or stop") }, func() error {
		pid, err := owner(dir.lock())
		if err != nil {
			return err
		}
		if pid != 0 {
			return errOwned
		}
		if _, err := os.Stat(string(dir)); err == nil {
			say("removing what an earlier run left in %s", dir)
			if err := os.RemoveAll(string(dir)); err != nil {
				return err
			}
		}
		taken, err := takenPorts(l)
		if err != nil {
			return err
		}
		if s.Ports, err = choosePorts(portNames, taken); err != nil {
			return err
		}
		if err := os.MkdirAll(dir.logs(), 0o755); err != nil {
			return err
		}
		if err := writeJSON(dir.spec(), s); err != nil {
			return err
		}
		server, err = startServer(dir)
		if err != nil {
			return err
		}
		first, err := server.next()
		if err == nil && !first.Owned {
			err = errors.New(first.Error)
		}
		return err
	})
	if err != nil {
		return err
	}
	interrupted := context.AfterFunc(ctx, func() { _ = server.stdin.Close() })
	defer interrupted()
	for {
		p, err := server.next()
		switch {
		case err != nil && ctx.Err() != nil:
			return errors.New("interrupted: everything is taken down again")
		case err != nil:
			return fmt.Errorf("the cluster's process ended, see %s", logFile(dir.logs(), "localcluster"))
		case p.Error != "":
			return fmt.Errorf("cluster %s did not start: %s\nlogs: %s", dir.name(), p.Error, dir.logs())
		case p.Ready:
			say("cluster %s is ready", dir.name())
			return nil
		}
		say("%s", p.Step)
	}
}

// server is the serving process as `up` sees it.
type server struct {
	stdin    io.Closer // closing it tells a server that is not ready yet to give up
	progress *json.Decoder
}

// startServer runs this program as `serve` in a session of its own, so that
// neither a closed terminal nor its Ctrl-C ends the cluster.
func startServer(dir clusterDir) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer writer.Close()
	log, err := os.Create(logFile(dir.logs(), "localcluster"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(self, "serve", string(dir))
	cmd.Dir = string(dir)
	cmd.Stderr = log
	cmd.ExtraFiles = []*os.File{writer}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &server{stdin: stdin, progress: json.NewDecoder(reader)}, nil
}

func (s *server) next() (progress, error) {
	var p progress
	err := s.progress.Decode(&p)
	return p, err
}

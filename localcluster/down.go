package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// patience is how long a serving process may take to end its processes.
const patience = 10 * time.Second

// down stops a cluster and deletes its folder, whatever state it is in. A
// cluster that does not exist is no error.
func down(ctx context.Context, l layout, name string) error {
	dir := l.cluster(name)
	say := func(text string) { fmt.Fprintln(os.Stderr, text) }
	return exclusive(ctx, filepath.Join(l.clusters(), ".lock"), func() { say("waiting for another start or stop") }, func() error {
		if _, err := os.Stat(string(dir)); os.IsNotExist(err) {
			say(fmt.Sprintf("cluster %s does not exist", name))
			return nil
		}
		if err := stopOwner(ctx, dir); err != nil {
			return err
		}
		if err := os.RemoveAll(string(dir)); err != nil {
			return err
		}
		say(fmt.Sprintf("cluster %s is down", name))
		return nil
	})
}

// stopOwner ends the process that serves the cluster. Its children end with it,
// even when it has to be killed. The process id is the kernel's answer to who
// holds the cluster's lock, asked again before every signal.
func stopOwner(ctx context.Context, dir clusterDir) error {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
			pid, err := owner(dir.lock())
			if err != nil || pid == 0 {
				return err
			}
			if err := syscall.Kill(pid, signal); err != nil && err != syscall.ESRCH {
				return fmt.Errorf("stop process %d: %w", pid, err)
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(100 * time.Millisecond):
			}
		}
	}
	return fmt.Errorf("the process that serves %s does not end", dir)
}

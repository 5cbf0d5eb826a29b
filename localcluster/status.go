package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"
)

// errNotUp makes `status` exit with an error when the cluster cannot be used.
var errNotUp = errors.New("not up")

// status describes a cluster and its processes.
func status(ctx context.Context, l layout, name string, out io.Writer) error {
	dir := l.cluster(name)
	pid, err := owner(dir.lock())
	if err != nil {
		return err
	}
	if pid == 0 {
		state := "does not exist"
		if _, err := os.Stat(string(dir)); err == nil {
			state = "is dead, its logs are in " + dir.logs()
		}
		fmt.Fprintf(out, "cluster %s %s\n", name, state)
		return errNotUp
	}
	var s spec
	if err := readJSON(dir.spec(), &s); err != nil {
		return err
	}
	var processes []processState
	if err := readJSON(dir.processes(), &processes); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	failure := errNotUp
	state := "is starting"
	if _, err := os.Stat(dir.ready()); err == nil {
		state, failure = "is ready", healthy(ctx, dir)
		if failure != nil {
			state = "is not healthy: " + failure.Error()
		}
	}
	fmt.Fprintf(out, "cluster %s %s\nkubeconfig     %s\nlogs           %s\nfeature gates  %s\n\n",
		name, state, dir.kubeconfig(), dir.logs(), strings.Join(s.Gates, " "))
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PROCESS\tPID\tUP\tRESTARTS\tLAST EXIT")
	fmt.Fprintf(table, "localcluster\t%d\t\t\t\n", pid)
	for _, p := range processes {
		up := "down"
		if p.PID != 0 {
			up = time.Since(p.Started).Round(time.Second).String()
		}
		fmt.Fprintf(table, "%s\t%d\t%s\t%d\t%s\n", p.Name, p.PID, up, p.Restarts, p.LastExit)
	}
	return errors.Join(table.Flush(), failure)
}

// healthy answers whether the cluster's API, and through it KubeVirt's and CDI's
// own APIs, answer and all its processes run.
func healthy(ctx context.Context, dir clusterDir) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	client, err := newKube(dir.kubeconfig())
	if err != nil {
		return err
	}
	for _, path := range []string{"/readyz", subresourcesPath, uploadTokensPath} {
		if err := client.get(ctx, path); err != nil {
			return fmt.Errorf("GET %s: %w", path, err)
		}
	}
	var processes []processState
	if err := readJSON(dir.processes(), &processes); err != nil {
		return err
	}
	for _, p := range processes {
		if p.PID == 0 {
			return fmt.Errorf("%s is down (%s)", p.Name, p.LastExit)
		}
	}
	return nil
}

// Command localcluster runs a real Kubernetes, KubeVirt and CDI control plane on
// this machine, from Go modules alone: no containers, no root, loopback only.
//
//	localcluster up     [-name NAME] [-feature-gates A,B] [-v]
//	localcluster status [-name NAME]
//	localcluster down   [-name NAME]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

const usage = `usage: localcluster up|status|down [-name NAME] [-feature-gates A,B] [-v]`

func main() {
	if err := run(os.Args[1:]); err != nil {
		if !errors.Is(err, errNotUp) {
			fmt.Fprintln(os.Stderr, "error:", err)
		}
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	command, args := args[0], args[1:]
	if command == "serve" && len(args) == 1 {
		return serve(clusterDir(args[0]))
	}
	flags := flag.NewFlagSet(command, flag.ExitOnError)
	name := flags.String("name", "dev", "name of the cluster")
	gates, verbose := new(string), new(bool)
	if command == "up" {
		flags.StringVar(gates, "feature-gates", "", "KubeVirt feature gates to add, comma-separated; -Gate takes a default one out")
		flags.BoolVar(verbose, "v", false, "show the processes at the end")
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q\n%s", flags.Arg(0), usage)
	}
	if runtime.GOOS != "linux" {
		return fmt.Errorf("KubeVirt does not build for %s: run this in a Linux VM", runtime.GOOS)
	}
	if err := checkName(*name); err != nil {
		return err
	}
	l, err := newLayout()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	switch command {
	case "up":
		return up(ctx, l, *name, *gates, *verbose)
	case "status":
		return status(ctx, l, *name, os.Stdout)
	case "down":
		return down(ctx, l, *name)
	}
	return errors.New(usage)
}

// Command bench measures what a fleet costs: it makes servers on the cluster of
// KUBECONFIG, all halted, or disks that wait for a server, and plans them again and again. It counts the requests
// that reach the API server, and compares the time of a plan with the same plan
// without a refresh and with terraform_data of the same payload.
//
// It fails when a promise is broken: a plan of many sends no request for
// each, a plan of one lists nothing, and a refresh costs little beside the plan.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// The promises.
const (
	maxLists     = 30  // list and watch requests of a plan of any size
	maxGets      = 50  // get requests of a plan of any size, Secrets not counted
	maxRefreshed = 1.3 // time of a plan with a refresh, in plans without
)

type options struct {
	fleet                      fleet
	servers, runs, parallelism int
	cloudInit                  bool
	terraform, provider        string
}

func main() {
	var o options
	flag.IntVar(&o.servers, "servers", 1000, "number of servers, or of disks")
	of := flag.String("of", "servers", "what is measured: servers or disks")
	flag.IntVar(&o.runs, "runs", 3, "runs of each plan; the median counts")
	flag.IntVar(&o.parallelism, "parallelism", 30, "how many are made at once")
	flag.BoolVar(&o.cloudInit, "cloud-init", false, "servers have cloud-init, and so a Secret each")
	flag.StringVar(&o.terraform, "terraform", "terraform", "the terraform to run")
	flag.StringVar(&o.provider, "provider", "bin", "folder of the provider's binary")
	flag.Parse()
	var known bool
	if o.fleet, known = fleets[*of]; !known {
		fmt.Fprintln(os.Stderr, "bench: there is no fleet of", *of)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := bench(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(ctx context.Context, o options) (err error) {
	cluster := kube.NewClient(kube.Config{ConfigPath: os.Getenv("KUBECONFIG")})
	api, err := cluster.API(ctx)
	if err != nil {
		return err
	}
	config, err := cluster.REST(ctx)
	if err != nil {
		return err
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "bench-"}}
	if err := api.Create(ctx, namespace); err != nil {
		return err
	}
	defer func() { // the servers go with it; ctx may have ended
		err = errors.Join(err, api.Delete(context.Background(), namespace))
	}()
	p, err := newProxy(config)
	if err != nil {
		return err
	}
	defer p.Close()
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	provider, err := filepath.Abs(o.provider)
	if err != nil {
		return err
	}
	servers, err := newWorkspace(ctx, o.terraform, filepath.Join(dir, "servers"), provider, o.fleet.config(o.servers, namespace.Name, p.URL, o.cloudInit))
	if err != nil {
		return err
	}
	data, err := newWorkspace(ctx, o.terraform, filepath.Join(dir, "data"), provider, o.fleet.dataConfig(o.servers, namespace.Name, o.cloudInit))
	if err != nil {
		return err
	}
	return measure(ctx, o, p, servers, data)
}

func measure(ctx context.Context, o options, p *proxy, servers, data *workspace) error {
	report("| %d %s | time | CPU | requests | memory: terraform | provider |\n|---|---|---|---|---|---|\n", o.servers, o.fleet.what)
	apply := []string{"apply", "-auto-approve", "-input=false", "-no-color", fmt.Sprintf("-parallelism=%d", o.parallelism)}
	if _, err := data.terraform(ctx, apply...); err != nil {
		return err
	}
	created, err := servers.terraform(ctx, apply...)
	if err != nil {
		return err
	}
	line(fmt.Sprintf("create, %d at once", o.parallelism), created, p.take())
	one, err := servers.plan(ctx, fmt.Sprintf("-target=%s.bench[%q]", o.fleet.resource, "vs-0000"))
	if err != nil {
		return err
	}
	oneRequests := p.take()
	line("plan of one", one, oneRequests)

	// In turns, so that what else the machine does hits all alike.
	var with, without, others []run
	var all, offline requests
	for range o.runs {
		r, err := servers.plan(ctx)
		if err != nil {
			return err
		}
		with, all = append(with, r), p.take()
		if r, err = servers.plan(ctx, "-refresh=false"); err != nil {
			return err
		}
		without, offline = append(without, r), p.take()
		if r, err = data.plan(ctx); err != nil {
			return err
		}
		others = append(others, r)
	}
	refreshed, plain, baseline := median(with), median(without), median(others)
	line("plan", refreshed, all)
	line("plan -refresh=false", plain, offline)
	line("plan of terraform_data", baseline, nil)

	refreshing := refreshed.time.Seconds() / plain.time.Seconds()
	report("\nA plan takes %.2f of the time without a refresh, and %.1f of that of terraform_data.\n", refreshing, refreshed.time.Seconds()/baseline.time.Seconds())
	var broken []error
	gets := all.of("get") - all["get secrets"]
	lists := all.of("list", "watch")
	if gets > maxGets {
		broken = append(broken, fmt.Errorf("a plan of %d %s sends %d get requests, more than %d", o.servers, o.fleet.what, gets, maxGets))
	}
	if lists >= maxLists {
		broken = append(broken, fmt.Errorf("a plan of %d %s sends %d list and watch requests, not less than %d", o.servers, o.fleet.what, lists, maxLists))
	}
	if n := all["list secrets"] + all["watch secrets"]; n > 0 {
		broken = append(broken, fmt.Errorf("a plan lists or watches Secrets %d times", n))
	}
	if n := oneRequests.of("list", "watch"); n > 0 {
		broken = append(broken, fmt.Errorf("a plan of one sends %d list and watch requests", n))
	}
	if refreshing > maxRefreshed {
		broken = append(broken, fmt.Errorf("a plan takes %.2f of the time without a refresh, more than %.1f", refreshing, maxRefreshed))
	}
	return errors.Join(broken...)
}

func line(what string, r run, sent requests) {
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(sent)) {
		if sent[kind] > 0 {
			kinds = append(kinds, fmt.Sprintf("%d %s", sent[kind], kind))
		}
	}
	if len(kinds) == 0 {
		kinds = []string{"none"}
	}
	report("| %s | %.1f s | %.1f s | %s | %d MB | %d MB |\n", what, r.time.Seconds(), r.cpu.Seconds(), strings.Join(kinds, ", "), r.terraform>>10, r.plugin>>10)
}

func report(format string, values ...any) { fmt.Printf(format, values...) }

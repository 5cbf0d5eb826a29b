package acctest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
)

// Operation is an apply that may be interrupted anywhere. Configurations are in
// YAML; NAME and NAMESPACE in them are the resource's. One that is empty has none.
type Operation struct {
	Before   string // what was applied, and has landed
	Config   string // what the interrupted apply applies
	Next     string // what the next apply applies; SameConfig is Config
	Restarts bool   // the guest is another one after the next apply
	// Prepare makes what the resource needs, for each point anew.
	Prepare func(n *Namespace, name string)
	// Check looks at the cluster after the next apply.
	Check func(n *Namespace, name string) error
	// Destroyed looks at the cluster when the server is gone at the end; it
	// returns what is meant to be left, as "dv name", and may clean it up.
	Destroyed func(t *testing.T, n *Namespace, name string) (left []string)
	// Expect tells of a point whose next apply cannot go on by itself, the words
	// of its error; "" everywhere else. The server is then imported.
	Expect func(n *Namespace, name string, at Point) string
}

// SameConfig is a configuration that stays as it was.
const SameConfig = "same"

// operationTime bounds each apply of an interrupted operation.
const operationTime = 2 * time.Minute

// Drive starts a provider of its own that reaches the cluster. p is as in
// Factories.
func (n *Namespace) Drive(p func() provider.Provider) *Driver {
	n.t.Helper()
	return Drive(n.t, p, n.driven(), n.newCutter(Point{}, nil).URL)
}

// DriveThrough is Drive, and shows each request before it is passed on.
func (n *Namespace) DriveThrough(p func() provider.Provider, show func(r *http.Request)) *Driver {
	n.t.Helper()
	forward := n.forward()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		show(r)
		forward.ServeHTTP(w, r)
	}))
	n.t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return Drive(n.t, p, n.driven(), server.URL)
}

// Kill applies a configuration to what a driver's state holds, with a provider
// that is killed at the point.
func (n *Namespace) Kill(p func() provider.Provider, state State, config string, at Point) {
	n.t.Helper()
	c := n.newCutter(at, nil)
	d := Drive(n.t, p, n.driven(), c.URL)
	d.State = state
	i := &interruption{}
	err := i.apply(n.t.Context(), d, c, config, true)
	select {
	case <-c.reached:
	default:
		n.t.Fatalf("the provider never came to the point %s: %v", at, err)
	}
}

// Meanwhile applies a configuration to what a driver's state holds, with a provider of
// its own, and does something at the point.
func (n *Namespace) Meanwhile(p func() provider.Provider, state State, config string, at Point, do func()) error {
	n.t.Helper()
	c := n.newCutter(at, do)
	d := Drive(n.t, p, n.driven(), c.URL)
	d.State = state
	_, err := d.Converge(n.t.Context(), config)
	select {
	case <-c.reached:
	default:
		n.t.Fatalf("the provider never came to the point %s: %v", at, err)
	}
	return err
}

// Interrupt lets an operation happen once and notes what it asks of the cluster.
// Then it lets it happen again for each of these points, on servers of their own,
// and interrupts it there: by Ctrl-C, and by killing the provider, whose answer
// is lost. The next apply, by another provider, must always succeed and leave
// what its configuration says, and nothing else; and so must a destroy. Killed
// before a request is much like stopped before it: the long tests take each point in
// both ways, the others every other point, in turn.
func (n *Namespace) Interrupt(p func() provider.Provider, op Operation) {
	n.t.Helper()
	if op.Next == SameConfig {
		op.Next = op.Config
	}
	i := &interruption{Operation: op, provider: p}
	var points []Point
	if !n.t.Run("uninterrupted", func(t *testing.T) { points = i.run(n.For(t), "whole", Point{}, false) }) {
		return
	}
	if len(points) == 0 {
		n.t.Fatal("the operation asks nothing of the cluster")
	}
	for number, at := range points {
		for _, kill := range []bool{true, false} {
			if !IsFull() && (number%2 == 1 || kill != (number%4 == 2)) {
				continue
			}
			how := "stopped"
			if kill {
				how = "killed"
			}
			n.t.Run(strings.ReplaceAll(how+" "+at.String(), " ", "-"), func(t *testing.T) {
				t.Parallel()
				i.run(n.For(t), fmt.Sprintf("%s-%02d", how, number), at, kill)
			})
		}
	}
}

type interruption struct {
	Operation
	provider func() provider.Provider
}

// run lets the operation happen to a server of the given name.
func (i *interruption) run(n *Namespace, name string, at Point, kill bool) []Point {
	t := n.t
	ctx, cancel := context.WithTimeout(t.Context(), operationTime)
	defer cancel()
	in := func(config string) string {
		return strings.NewReplacer("NAMESPACE", n.Name, "NAME", name).Replace(config)
	}
	start := func(c *cutter, state State) *Driver {
		d := Drive(t, i.provider, n.driven(), c.URL)
		d.State = state
		return d
	}
	if i.Prepare != nil {
		i.Prepare(n, name)
	}
	open := n.newCutter(Point{}, nil)
	d := start(open, State{})
	if _, err := d.Converge(ctx, in(i.Before)); err != nil {
		t.Fatal("before the operation: ", err)
	}

	instance := n.instance(name)
	var stop func()
	if !kill {
		stop = func() { d.Stop() }
	}
	c := n.newCutter(at, stop)
	d = start(c, d.State)
	err := i.apply(ctx, d, c, in(i.Config), kill)
	reached := false
	select {
	case <-c.reached:
		reached = true
		t.Logf("interrupted: %v", err)
	default:
		if err != nil {
			t.Fatal("the operation itself: ", err)
		}
		if at.Number == 1 && !strings.HasPrefix(at.Request, "watch") {
			t.Fatalf("the operation never came to the point %s", at)
		}
	}
	points := c.passed()

	d = start(open, d.State)
	words := ""
	if i.Expect != nil && kill && reached {
		words = i.Expect(n, name, at)
	}
	action, err := d.Converge(ctx, in(i.Next))
	if words != "" {
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Fatalf("the next apply does not say %q: %v", words, err)
		}
		if err = d.Import(ctx, n.Name+"/"+name); err == nil {
			action, err = d.Converge(ctx, in(i.Next))
		}
	}
	t.Logf("the next apply: %s %v", action, d.Warnings)
	if err == nil && i.Restarts && n.instance(name) == instance {
		err = errors.New("the guest was not restarted")
	}
	if err == nil && i.Check != nil {
		err = i.Check(n, name)
	}
	if err != nil {
		t.Error("after the next apply: ", err)
	}
	if _, err := start(open, d.State).Converge(ctx, ""); err != nil {
		t.Error("the destroy: ", err)
	}
	i.gone(n, name)
	return points
}

// instance is the uid of the server's guest, "" when there is none.
func (n *Namespace) instance(name string) string {
	n.t.Helper()
	return Text(n.Find("vmi", name), "metadata.uid")
}

// apply applies a configuration. When the provider is killed its answer is lost,
// and the state is what it was: nothing, while it made the server.
func (i *interruption) apply(ctx context.Context, d *Driver, c *cutter, config string, kill bool) error {
	p, err := d.Plan(ctx, config)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if kill {
		go func() {
			select {
			case <-c.reached:
				cancel()
			case <-ctx.Done():
			}
		}()
	}
	return d.Apply(ctx, p)
}

// gone checks that nothing of the server is left.
func (i *interruption) gone(n *Namespace, name string) {
	var meant []string
	if i.Destroyed != nil {
		meant = i.Destroyed(n.t, n, name)
	}
	left := slices.DeleteFunc(n.left(name), func(object string) bool { return slices.Contains(meant, object) })
	if len(left) > 0 {
		n.t.Error(errors.New("left: " + strings.Join(left, ", ")))
	}
}

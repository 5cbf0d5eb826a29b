package acctest

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// envFull turns on the tests that take long.
const envFull = "TF_ACC_FULL"

// Namespace is a namespace that one test has for itself.
type Namespace struct {
	Name string

	t       *testing.T
	cluster *cluster
	client  client.WithWatch
	made    *sync.Map // kind/name of what the test made itself
	typed   string    // see Of

	warnings *Warnings
}

// Start makes a namespace for the test, which is deleted when the test ends (see
// Main), and lets the test run in parallel with others. Without TF_ACC the test is
// skipped.
func Start(t *testing.T) *Namespace {
	t.Helper()
	k := enter(t)
	t.Parallel()
	return newNamespace(t, k)
}

// Another makes a second namespace for the same test.
func (n *Namespace) Another() *Namespace {
	n.t.Helper()
	return newNamespace(n.t, n.cluster)
}

func newNamespace(t *testing.T, k *cluster) *Namespace {
	t.Helper()
	c := k.client
	object := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "acc-"}}
	if err := c.Create(t.Context(), object); err != nil {
		t.Fatalf("no namespace for the test: %v", err)
	}
	n := &Namespace{Name: object.Name, t: t, cluster: k, client: c, made: &sync.Map{}, warnings: &Warnings{}}
	t.Cleanup(func() {
		// The test's own context has ended.
		if err := c.Delete(context.Background(), object); client.IgnoreNotFound(err) != nil {
			t.Errorf("namespace %s stays: %v", n.Name, err)
			return
		}
		deleted.Store(n.Name, k)
	})
	return n
}

// For is the namespace for a part of the test.
func (n *Namespace) For(t *testing.T) *Namespace {
	part := *n
	part.t = t
	return &part
}

// Of is the namespace for tests that drive the provider with another type of
// resource than servers (Drive, Kill, Interrupt).
func (n *Namespace) Of(typeName string) *Namespace {
	part := *n
	part.typed = typeName
	return &part
}

// driven is the type of resource that tests drive the provider with.
func (n *Namespace) driven() string { return cmp.Or(n.typed, "virtualserver") }

// deleted are the namespaces that are on their way out.
var deleted sync.Map

// Main runs the tests of a package and then waits until their namespaces are
// gone: Kubernetes takes its time, for which no test needs to wait.
func Main(m *testing.M) {
	code := m.Run()
	if programDir != "" {
		_ = os.RemoveAll(programDir)
	}
	deleted.Range(func(name, k any) bool {
		if err := k.(*cluster).waitFor(context.Background(), Kind("namespace"), client.ObjectKey{Name: name.(string)},
			func(o Object) bool { return o == nil }); err != nil {
			fmt.Fprintf(os.Stderr, "namespace %s stays: %v\n", name, err)
			code = 1
		}
		return true
	})
	os.Exit(code)
}

// IsFull tells whether the tests that take long run too.
func IsFull() bool { return os.Getenv(envFull) != "" }

// Full skips the test unless TF_ACC_FULL is set: for tests that take long.
func Full(t *testing.T) {
	t.Helper()
	if !IsFull() {
		t.Skip("a long test: set " + envFull + "=1 (make test-full)")
	}
}

// RESTConfig is how to reach the namespace's cluster as its administrator.
func (n *Namespace) RESTConfig() *rest.Config { return rest.CopyConfig(n.cluster.config) }

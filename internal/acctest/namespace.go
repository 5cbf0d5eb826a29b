package acctest

import (
	"context"
	"os"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// envFull turns on the tests that take long.
const envFull = "TF_ACC_FULL"

// Namespace is a namespace that one test has for itself.
type Namespace struct {
	Name string

	t      *testing.T
	client client.WithWatch
	made   map[string]bool // kind/name of what the test made itself
}

// Start makes a namespace for the test, which is deleted when the test ends,
// and lets the test run in parallel with others. Without TF_ACC the test is
// skipped.
func Start(t *testing.T) *Namespace {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests need TF_ACC=1 and a cluster: make testacc")
	}
	t.Parallel()
	c, err := connect()
	if err != nil {
		t.Fatalf("the cluster of KUBECONFIG: %v", err)
	}
	object := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "acc-"}}
	if err := c.Create(t.Context(), object); err != nil {
		t.Fatalf("no namespace for the test: %v", err)
	}
	n := &Namespace{Name: object.Name, t: t, client: c, made: map[string]bool{}}
	t.Cleanup(func() {
		// The test's own context has ended.
		if err := c.Delete(context.Background(), object); client.IgnoreNotFound(err) != nil {
			t.Errorf("namespace %s stays: %v", n.Name, err)
			return
		}
		n.waitIn(context.Background(), Kind("namespace"), "", n.Name, "to be gone", func(o Object) bool { return o == nil })
	})
	return n
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

// connect makes the one client of all tests.
var connect = sync.OnceValues(func() (client.WithWatch, error) {
	config, err := RESTConfig()
	if err != nil {
		return nil, err
	}
	return client.NewWithWatch(config, client.Options{})
})

// RESTConfig is how to reach the cluster of KUBECONFIG as its administrator.
func RESTConfig() (*rest.Config, error) {
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(
		clientcmd.NewDefaultClientConfigLoadingRules(), nil).ClientConfig()
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 200, 400
	return config, nil
}

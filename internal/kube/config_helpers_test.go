package kube

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// isolate keeps the machine's own configuration out of a test and returns its
// empty home directory.
func isolate(t *testing.T) string {
	t.Helper()
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "KUBE") || strings.HasSuffix(strings.ToUpper(name), "_PROXY") {
			t.Setenv(name, "") // restored by the test
			_ = os.Unsetenv(name)
		}
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	inClusterConfig = func() (*rest.Config, error) { return nil, rest.ErrNotInCluster }
	t.Cleanup(func() { inClusterConfig = rest.InClusterConfig })
	return home
}

// cluster is an API server that remembers what it was asked.
type cluster struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*http.Request
	warnings []string // sent with every answer
	handler  http.HandlerFunc
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := newUnstartedCluster(t)
	c.StartTLS()
	return c
}

func newUnstartedCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{}
	c.Server = httptest.NewUnstartedServer(http.HandlerFunc(c.serve))
	c.Config.ErrorLog = quiet()
	t.Cleanup(c.Close)
	return c
}

func (c *cluster) serve(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.requests = append(c.requests, r)
	c.mu.Unlock()
	for _, text := range c.warnings {
		w.Header().Add("Warning", `299 - "`+text+`"`)
	}
	if c.handler != nil {
		c.handler(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(corev1.Namespace{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{Name: "default"},
	})
}

// seen returns the only request there was.
func (c *cluster) seen(t *testing.T) *http.Request {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.requests) != 1 {
		t.Fatalf("the cluster got %d requests, want 1", len(c.requests))
	}
	return c.requests[0]
}

func (c *cluster) caPEM() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate().Raw}))
}

// kubeconfig returns the text of a kubeconfig whose context is called name.
func (c *cluster) kubeconfig(t *testing.T, name string, user clientcmdapi.AuthInfo) string {
	t.Helper()
	config := clientcmdapi.NewConfig()
	config.Clusters[name] = &clientcmdapi.Cluster{Server: c.URL, CertificateAuthorityData: []byte(c.caPEM())}
	config.AuthInfos[name] = &user
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	config.CurrentContext = name
	text, err := clientcmd.Write(*config)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func writeFile(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// newContext is a context that differs from every other, as those of Terraform's
// operations do.
func newContext(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return ctx
}

// get sends one request, in an operation of its own.
func get(t *testing.T, c *Client) error {
	t.Helper()
	ctx := newContext(t)
	api, err := c.API(ctx)
	if err != nil {
		return err
	}
	return api.Get(ctx, client.ObjectKey{Name: "default"}, &corev1.Namespace{})
}

func mustGet(t *testing.T, cfg Config) {
	t.Helper()
	if err := get(t, NewClient(cfg)); err != nil {
		t.Fatal(Explain(err))
	}
}

// connectionError returns the text of the ConnectionError that err must hold.
func connectionError(t *testing.T, err error) string {
	t.Helper()
	var connection *ConnectionError
	if !errors.As(err, &connection) {
		t.Fatalf("got %v, want a ConnectionError", err)
	}
	if !IsUnreachable(err) {
		t.Error("IsUnreachable is false for a ConnectionError")
	}
	return Explain(err)
}

func wantContains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in:\n%s", part, text)
		}
	}
}

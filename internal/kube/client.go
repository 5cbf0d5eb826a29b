// Package kube reaches a Kubernetes cluster: configuration, client, and what
// every caller of the API needs. It knows Kubernetes only, nothing of Terraform.
package kube

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	// Terraform runs ten operations at once by default, each of several
	// requests, and the API server has its own fairness: client-go's default of
	// 5 a second would be the bottleneck of every larger apply.
	requestsPerSecond = 200
	requestBurst      = 400

	// dialTimeout bounds connecting only. There is no timeout for whole
	// requests, which would end watches: callers bound those by their context.
	dialTimeout = 10 * time.Second
)

// Strict has the API server refuse fields that its version of a kind does not
// have. Otherwise it drops them silently, and each later plan would add them.
const Strict = client.FieldValidation(metav1.FieldValidationStrict)

// Client is a lazily made connection to one cluster, shared by everything in a
// provider process. It is safe for concurrent use.
type Client struct {
	cfg   Config
	build func() (*connection, error)
	first firstError
}

// connection is what Client makes once.
type connection struct {
	rest         *rest.Config
	api          client.WithWatch
	reader       *reader
	kubeVirt     *kubeVirt
	subresources *rest.RESTClient
}

// NewClient returns a client that dials nothing and reads no file until it is
// asked for its API.
func NewClient(cfg Config) *Client {
	c := &Client{cfg: cfg}
	c.build = sync.OnceValues(c.connect)
	return c
}

// API returns the client for typed and unstructured objects of the kinds in
// NewScheme and NewRESTMapper. It does not dial: an unreachable cluster shows at
// the first request. Its error is a *ConnectionError.
func (c *Client) API(ctx context.Context) (client.WithWatch, error) {
	conn, err := c.connection(ctx)
	if err != nil {
		return nil, err
	}
	return conn.api, nil
}

// REST returns a configuration of the caller's own, for other clients. It shares
// connections, authentication and the fail-fast of the API client through its
// Transport, and so holds neither credentials nor TLS settings itself.
func (c *Client) REST(ctx context.Context) (*rest.Config, error) {
	conn, err := c.connection(ctx)
	if err != nil {
		return nil, err
	}
	return rest.CopyConfig(conn.rest), nil
}

func (c *Client) connection(ctx context.Context) (*connection, error) {
	if c.cfg.Unknown {
		return nil, errUnknown
	}
	conn, err := c.build()
	if err != nil {
		return nil, c.first.report(ctx, err)
	}
	return conn, nil
}

func (c *Client) connect() (*connection, error) {
	rc, source, err := c.cfg.restConfig()
	if err != nil {
		return nil, err
	}
	rc.Dial = (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext
	rc.UserAgent = "terraform-provider-virtualserver/" + c.cfg.Version
	transport, err := rest.TransportFor(rc)
	if err != nil {
		return nil, invalidConfig(rc.Host, source, err)
	}

	written := &atomic.Bool{}
	shared := &rest.Config{
		Host:      rc.Host,
		APIPath:   rc.APIPath,
		UserAgent: rc.UserAgent,
		QPS:       requestsPerSecond,
		Burst:     requestBurst,
		Transport: &writes{seen: written, next: &failFast{
			next: transport,
			explain: func(err error) *ConnectionError {
				return unreachable(rc.Host, source, err)
			},
		}},
		WarningHandlerWithContext: newWarnings(c.cfg.Warn),
	}
	scheme, err := NewScheme()
	if err != nil {
		return nil, err
	}
	api, err := client.NewWithWatch(shared, client.Options{
		HTTPClient: &http.Client{Transport: shared.Transport},
		Scheme:     scheme,
		Mapper:     NewRESTMapper(),
	})
	if err != nil {
		return nil, invalidConfig(rc.Host, source, err)
	}
	subresources, err := subresourceClient(shared)
	if err != nil {
		return nil, invalidConfig(rc.Host, source, err)
	}
	return &connection{rest: shared, api: api, reader: newReader(api, written), kubeVirt: newKubeVirt(api), subresources: subresources}, nil
}

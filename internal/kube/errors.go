package kube

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"syscall"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ConnectionError says that the cluster could not be reached, or that none is
// configured. Its text is made for a diagnostic: what failed, where that was
// configured, the cause, and what to do. It never holds credentials.
type ConnectionError struct {
	Host   string // URL of the API server; empty if none was found
	Source string // where it was configured, in words; empty if nowhere
	What   string // what failed, as a sentence without a full stop
	Advice string // what to do
	// Repeated marks every error after the first of one provider process. Its
	// text only refers to the first.
	Repeated bool
	Err      error // the cause, if any
}

func (e *ConnectionError) Error() string {
	if e.Repeated {
		return e.What + ": see the first message about it"
	}
	text := e.What
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	if e.Source != "" {
		text += "\n\nThe cluster was taken from: " + e.Source
	}
	if e.Advice != "" {
		text += "\n\n" + e.Advice
	}
	return text
}

func (e *ConnectionError) Unwrap() error { return e.Err }

// repeated is what callers after the first get.
func (e *ConnectionError) repeated() *ConnectionError {
	short := *e
	short.Repeated = true
	if short.Host == "" {
		short.What = "No Kubernetes cluster can be reached"
	}
	return &short
}

// IsUnreachable reports whether err means that no answer came from a cluster:
// none is configured, or the connection failed. An answer of any status, and a
// request that its caller cancelled, is not that.
func IsUnreachable(err error) bool {
	var connection *ConnectionError
	if errors.As(err, &connection) {
		return true
	}
	// net/http wraps in a *url.Error whatever ends a request without an answer.
	var request *url.Error
	return errors.As(err, &request) &&
		!errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

// Explain is the text of err for a diagnostic. It leaves out what net/http puts
// before a ConnectionError (method and URL), which says nothing to a user.
func Explain(err error) string {
	var connection *ConnectionError
	if errors.As(err, &connection) {
		return connection.Error()
	}
	return err.Error()
}

// errUnknown is the answer while the provider's configuration is not known.
var errUnknown = &ConnectionError{
	What:   "The provider's configuration is not known yet, so no cluster can be reached",
	Advice: "A value of the provider block depends on something that is not created yet. Apply that first.",
}

func missingConfig(tried attempts) error {
	return &ConnectionError{
		What:   "No Kubernetes cluster is configured",
		Err:    errors.New("tried, in this order:\n  - " + strings.Join(tried, "\n  - ")),
		Advice: "Set config_path (variable " + envConfigPath + ") or host (variable " + envHost + ") in the provider block.",
	}
}

func invalidConfig(host, source string, err error) error {
	what := "The configuration of the Kubernetes cluster cannot be used"
	if host != "" {
		what = fmt.Sprintf("The configuration of the Kubernetes cluster %s cannot be used", displayHost(host))
	}
	return &ConnectionError{
		Host:   displayHost(host),
		Source: source,
		What:   what,
		Err:    err,
		Advice: "Correct that in the provider block, in the variable or in the file.",
	}
}

func unreachable(host, source string, err error) *ConnectionError {
	return &ConnectionError{
		Host:   displayHost(host),
		Source: source,
		What:   fmt.Sprintf("The cluster %s could not be reached", displayHost(host)),
		Err:    err,
		Advice: adviceFor(err),
	}
}

// displayHost leaves out a password that a kubeconfig may hold in its server.
func displayHost(host string) string {
	u, err := url.Parse(host)
	if err != nil || u.User == nil {
		return host
	}
	return u.Redacted()
}

// adviceFor says what to do about a connection that failed.
func adviceFor(err error) string {
	var (
		authority x509.UnknownAuthorityError
		hostname  x509.HostnameError
		verify    *tls.CertificateVerificationError
		record    tls.RecordHeaderError
		dns       *net.DNSError
		network   net.Error
	)
	text := err.Error()
	switch {
	// client-go has no type for this one.
	case strings.HasPrefix(text, "getting credentials:"):
		return "The command that prints the credentials failed. Run it by hand: is it installed, are you logged in?"
	case strings.Contains(text, "proxyconnect"), strings.Contains(text, "socks connect"):
		return "The proxy did not let the connection through: check proxy_url and HTTPS_PROXY."
	case errors.As(err, &hostname):
		return "The server's certificate is for another name: correct the host, or set tls_server_name."
	case errors.As(err, &authority):
		return "The server's certificate is not signed by a trusted CA: set cluster_ca_certificate to the cluster's CA."
	case errors.As(err, &verify):
		return "The server's certificate is not valid: check its dates and cluster_ca_certificate."
	case errors.As(err, &record), strings.Contains(text, "server gave HTTP response to HTTPS client"):
		return "The server does not speak TLS there: check the scheme and the port of the host."
	case errors.As(err, &dns):
		return "The server's name does not resolve: check its spelling, the network and the VPN."
	case errors.Is(err, syscall.ECONNREFUSED):
		return "Nothing listens there: check the host and the port, and that the cluster runs."
	case strings.Contains(text, "remote error: tls:"):
		return "The server refused the TLS connection: check client_certificate and client_key."
	case errors.As(err, &network) && network.Timeout():
		return "No answer came in time: check the network, the VPN, the firewall and proxy_url."
	}
	return "Check the host, the network and that the cluster runs."
}

// IsMissingAPI tells a missing CRD or aggregated API from a missing object:
// both are 404.
func IsMissingAPI(err error) bool {
	return apierrors.IsNotFound(err) && apierrors.HasStatusCause(err, metav1.CauseTypeUnexpectedServerResponse)
}

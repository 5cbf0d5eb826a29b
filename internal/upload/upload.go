// Package upload sends a disk image to CDI's upload proxy.
package upload

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

const (
	attempts   = 3
	usualPause = 2 * time.Second
	maxAnswer  = 4 << 10
	// The proxy itself waits ten seconds for the upload server before it asks for the
	// content.
	continueTimeout = 20 * time.Second
)

// Proxy is CDI's upload proxy.
type Proxy struct {
	URL      string // of its upload path
	CA       []byte // PEM; empty are the certificates that the machine trusts
	Insecure bool   // verifies nothing

	pause time.Duration // between two attempts; 0 is the usual
}

// Content is what is uploaded.
type Content struct {
	File   io.ReadSeeker
	Size   int64
	SHA256 string // that it must have, in hex; "" is any
}

// HashError is content of another hash than it must have. Its last bytes were not sent.
type HashError struct{ Got, Want string }

func (e *HashError) Error() string { return fmt.Sprintf("the SHA-256 is %s, not %s", e.Got, e.Want) }

// Part is what is to blame for a refusal.
type Part int

// The parts of an upload.
const (
	OfProxy Part = iota
	OfFile
	OfSize // of the image
)

// Refusal is an upload that did not come through, and what to do about it.
type Refusal struct {
	cause  string
	code   int // of the proxy's answer; 0 is none
	Advice string
	Part   Part
}

func (e *Refusal) Error() string { return e.cause }

// Send uploads the content with a token that is asked for before each attempt, and tells
// progress how many bytes were sent. An upload that is cut begins anew, a few times: CDI
// keeps nothing of one that did not end. The error is a *HashError, a *Refusal, that of
// token, or ctx's. Send returns the content's SHA-256.
func (p Proxy) Send(ctx context.Context, c Content, token func(ctx context.Context) (string, error), progress func(sent int64)) (string, error) {
	client, err := p.client()
	if err != nil {
		return "", err
	}
	defer client.CloseIdleConnections()
	whole := "" // the hash, once all was sent and no answer came
	for attempt := 1; ; {
		bearer, err := token(ctx)
		if err != nil {
			return "", err
		}
		hash, again, err := p.once(ctx, client, c, bearer, progress)
		if err == nil {
			return hash, nil
		}
		var refusal *Refusal
		if whole != "" && errors.As(err, &refusal) && refusal.isDone() {
			return whole, nil // the answer to the attempt before was lost
		}
		whole = cmp.Or(hash, whole)
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		if !again || attempt == attempts {
			return "", err
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(cmp.Or(p.pause, usualPause) * time.Duration(attempt)):
		}
		if whole == "" || refusal == nil || refusal.code != http.StatusServiceUnavailable {
			attempt++ // else it is busy with what came: that may take long
		}
	}
}

// isDone tells of an upload that came after one that was complete.
func (e *Refusal) isDone() bool {
	return e.code == http.StatusConflict || strings.Contains(e.cause, "already finished uploading")
}

// once makes one attempt; again tells that another may come through. With an error, hash
// is that of content that was sent as a whole.
func (p Proxy) once(ctx context.Context, client *http.Client, c Content, token string, progress func(sent int64)) (hash string, again bool, err error) {
	if _, err := c.File.Seek(0, io.SeekStart); err != nil {
		return "", false, &Refusal{cause: "The file cannot be read: " + err.Error() + ".", Part: OfFile}
	}
	body := newBody(c, progress)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL, io.NopCloser(body))
	if err != nil {
		return "", false, &Refusal{cause: "The upload proxy's URL cannot be used: " + err.Error(), Advice: "Correct proxy.url."}
	}
	request.ContentLength = c.Size
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/octet-stream")
	request.Header.Set("Expect", "100-continue") // a refusal comes before the content is sent
	response, err := client.Do(request)
	if failed := body.failure(); failed != nil {
		return "", false, failed
	}
	if err != nil {
		return body.whole(), !isCertificate(err), p.unreachable(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if response.StatusCode == http.StatusOK && !strings.Contains(string(text), "error in upload-proxy") {
		if hash := body.whole(); hash != "" {
			return hash, false, nil
		}
		return "", false, &Refusal{cause: "What answers at " + p.URL + " has not taken the content: it is no upload proxy.", Advice: "Nothing was uploaded: correct proxy.url."}
	}
	return "", response.StatusCode >= http.StatusInternalServerError || response.StatusCode == http.StatusUnauthorized, refusal(response.Status, response.StatusCode, strings.TrimSpace(string(text)))
}

func refusal(status string, code int, text string) *Refusal {
	r := &Refusal{cause: "The upload proxy answered " + status, code: code}
	if text != "" {
		r.cause += ": " + text
	}
	r.cause += "."
	switch {
	case strings.Contains(text, "larger than the reported available storage"):
		r.Advice, r.Part = "Give the image a larger size.", OfSize
	case code == http.StatusUnauthorized:
		r.Advice = "It does not accept the cluster's token: is it the proxy of this cluster, and are the clocks right?"
	case code == http.StatusNotFound, code >= 300 && code < 400:
		r.Advice = "Nothing takes uploads there: correct proxy.url."
	case code == http.StatusConflict:
		r.Advice = "Somebody else has uploaded already. Replace the image to upload again: terraform apply -replace=<address>."
	case code == http.StatusRequestEntityTooLarge:
		r.Advice = "An Ingress or a proxy on the way limits the size of requests: raise its limit, or set proxy.url to another way."
	default:
		r.Advice = "See the log of the proxy (deployment cdi-uploadproxy) and of the upload server (pod cdi-upload-...), then apply again."
	}
	return r
}

func (p Proxy) unreachable(err error) *Refusal {
	r := &Refusal{cause: "The upload did not come through: " + err.Error() + ".", Advice: "Check that " + p.URL + " can be reached from here, then apply again: an upload that was cut begins anew."}
	if isCertificate(err) {
		r.Advice = "The proxy's certificate is not trusted here. Write its authority into proxy.ca_certificate; CDI's own is: kubectl get configmap -n cdi cdi-uploadproxy-signer-bundle -o jsonpath='{.data.ca-bundle\\.crt}'."
	}
	return r
}

func isCertificate(err error) bool {
	var verify *tls.CertificateVerificationError
	return errors.As(err, &verify)
}

func (p Proxy) client() (*http.Client, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: p.Insecure} //nolint:gosec // only where the user says so
	if len(p.CA) > 0 {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(p.CA) {
			return nil, &Refusal{cause: "There is no certificate in proxy.ca_certificate.", Advice: "Write PEM."}
		}
	}
	return &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: config, ExpectContinueTimeout: continueTimeout}}, nil
}

// HashFile returns the SHA-256 of a file, in hex. Its error is ctx's when that ends first.
func HashFile(ctx context.Context, name string) (string, error) {
	file, err := os.Open(name) //nolint:gosec // the user's own choice
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, until{ctx, file}); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// until reads until its context ends.
type until struct {
	ctx  context.Context //nolint:containedctx // io.Reader has no place for it
	next io.Reader
}

func (u until) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.next.Read(p)
}

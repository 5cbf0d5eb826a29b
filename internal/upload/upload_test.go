package upload

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const size = 1 << 20

var content = bytes.Repeat([]byte("0123456789abcdef"), size/16)

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func send(t *testing.T, handler http.HandlerFunc, c Content) (hash string, tokens int, err error) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	hash, err = Proxy{URL: server.URL, pause: time.Millisecond}.Send(t.Context(), c, func(context.Context) (string, error) { tokens++; return "secret", nil }, func(int64) {})
	return hash, tokens, err
}

// TestSend: what a proxy answers decides whether the upload begins anew, and what the user
// is told, never the token.
func TestSend(t *testing.T) {
	receive := func(w http.ResponseWriter, r *http.Request) bool {
		data, err := io.ReadAll(r.Body)
		if err != nil || !bytes.Equal(data, content) || r.Header.Get("Authorization") != "Bearer secret" {
			t.Errorf("%d bytes arrived, %v", len(data), err)
		}
		return err == nil
	}
	answers := func(codes ...int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			code := codes[0]
			if len(codes) > 1 {
				codes = codes[1:]
			}
			if code == 0 { // all came, and the answer is lost
				receive(w, r)
				panic(http.ErrAbortHandler)
			}
			switch code {
			case http.StatusOK:
				receive(w, r)
			case http.StatusAccepted: // says so before anything came
				code = http.StatusOK
			case http.StatusFound:
				w.Header().Set("Location", "/login")
			}
			w.WriteHeader(code)
			if code == http.StatusBadRequest {
				_, _ = io.WriteString(w, "effective image size is larger than the reported available storage")
			}
		}
	}
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		tokens  int
		want    string // of the error or its advice
	}{
		"at once":            {answers(200), 1, ""},
		"busy":               {answers(503, 200), 2, ""},
		"lost answer":        {answers(0, 409), 2, ""},
		"converting":         {answers(0, 503, 503, 503, 503, 409), 6, ""},
		"answers too early":  {answers(202), 1, "correct proxy.url"},
		"login page":         {answers(302, 200), 1, "correct proxy.url"},
		"somebody else":      {answers(409), 1, "-replace="},
		"too small":          {answers(400), 1, "larger size"},
		"nothing there":      {answers(404), 1, "correct proxy.url"},
		"not authorized":     {answers(401), 3, "does not accept the cluster's token"},
		"never comes to end": {answers(500), 3, "cdi-uploadproxy"},
		"limit on the way":   {answers(413), 1, "limits the size"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hash, tokens, err := send(t, c.handler, Content{File: bytes.NewReader(content), Size: size})
			if tokens != c.tokens {
				t.Errorf("%d attempts, not %d", tokens, c.tokens)
			}
			if c.want == "" {
				if err != nil || hash != hashOf(content) {
					t.Error(hash, err)
				}
				return
			}
			var refusal *Refusal
			if !errors.As(err, &refusal) || !strings.Contains(refusal.Advice, c.want) || strings.Contains(err.Error()+refusal.Advice, "secret") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestWrongContent: content of another hash or size than it must have never arrives as a
// whole, and is not tried again.
func TestWrongContent(t *testing.T) {
	for name, c := range map[string]struct {
		content Content
		want    string
	}{
		"hash":   {Content{File: bytes.NewReader(content), Size: size, SHA256: strings.Repeat("0", 64)}, hashOf(content)},
		"grown":  {Content{File: bytes.NewReader(content), Size: size - 7}, "changed while"},
		"shrunk": {Content{File: bytes.NewReader(content[7:]), Size: size}, "changed while"},
	} {
		t.Run(name, func(t *testing.T) {
			arrived := make(chan error, 3)
			_, tokens, err := send(t, func(_ http.ResponseWriter, r *http.Request) {
				_, err := io.Copy(io.Discard, r.Body)
				arrived <- err
			}, c.content)
			if err == nil || !strings.Contains(err.Error(), c.want) || tokens != 1 {
				t.Errorf("%d attempts: %v", tokens, err)
			}
			if <-arrived == nil {
				t.Error("it arrived as a whole")
			}
		})
	}
}

// TestInterrupted: Ctrl-C ends an upload, and no other is begun.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	defer server.Close()
	_, err := Proxy{URL: server.URL}.Send(ctx, Content{File: bytes.NewReader(content), Size: size}, func(context.Context) (string, error) { return "", nil }, func(int64) {})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestCertificate: an authority that the user names is trusted, another one is not, and
// the error says what to do.
func TestCertificate(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	defer server.Close()
	token := func(context.Context) (string, error) { return "", nil }
	for name, c := range map[string]struct {
		proxy Proxy
		ok    bool
	}{"unknown": {Proxy{URL: server.URL}, false}, "insecure": {Proxy{URL: server.URL, Insecure: true}, true}} {
		t.Run(name, func(t *testing.T) {
			_, err := c.proxy.Send(t.Context(), Content{File: bytes.NewReader(content), Size: size}, token, func(int64) {})
			var refusal *Refusal
			if c.ok != (err == nil) || !c.ok && (!errors.As(err, &refusal) || !strings.Contains(refusal.Advice, "ca_certificate")) {
				t.Error(err)
			}
		})
	}
}

package kube

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"flag"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"k8s.io/client-go/tools/clientcmd"
)

var update = flag.Bool("update-errors", false, "write the golden error texts")

// golden compares a text that users read, with what differs between runs
// replaced by the given names.
func golden(t *testing.T, name, got string, replace ...string) {
	t.Helper()
	got = strings.NewReplacer(replace...).Replace(got) + "\n"
	path := filepath.Join("testdata", "errors", name+".txt")
	if *update {
		writeFile(t, path, got)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// closedPort returns the URL of a server that is not there.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return "https://" + listener.Addr().String()
}

func TestErrorTexts(t *testing.T) {
	for name, build := range map[string]func(t *testing.T, home string) (Config, []string){
		"nothing-configured": func(*testing.T, string) (Config, []string) { return Config{}, nil },
		"empty-home-config": func(t *testing.T, home string) (Config, []string) {
			writeFile(t, home+"/.kube/config", "")
			return Config{}, nil
		},
		"missing-config-path": func(*testing.T, string) (Config, []string) {
			return Config{ConfigPath: "~/missing"}, nil
		},
		"missing-variable-path": func(t *testing.T, home string) (Config, []string) {
			t.Setenv("KUBECONFIG", home+"/a:"+home+"/b")
			return Config{}, nil
		},
		"closed-port": func(t *testing.T, _ string) (Config, []string) {
			host := closedPort(t)
			return Config{Host: host}, []string{host, "HOST", strings.TrimPrefix(host, "https://"), "ADDRESS"}
		},
		"unknown-ca": func(t *testing.T, home string) (Config, []string) {
			c := newCluster(t)
			path := writeFile(t, home+"/k", strings.ReplaceAll(c.kubeconfig(t, "dev", user("t")),
				base64.StdEncoding.EncodeToString([]byte(c.caPEM())), `""`))
			return Config{ConfigPath: path}, []string{c.URL, "HOST"}
		},
		"wrong-context": func(t *testing.T, _ string) (Config, []string) {
			c := newCluster(t)
			return Config{Kubeconfig: c.kubeconfig(t, "dev", user("t")), ConfigContext: "prod"}, []string{c.URL, "HOST"}
		},
		"no-context": func(t *testing.T, _ string) (Config, []string) {
			c := newCluster(t)
			return Config{Kubeconfig: strings.Replace(c.kubeconfig(t, "dev", user("t")),
				"current-context: dev", `current-context: ""`, 1)}, nil
		},
		"malformed-kubeconfig": func(*testing.T, string) (Config, []string) {
			return Config{Kubeconfig: "users:\n- token: hidden\n  *hidden"}, nil
		},
		"other-yaml-file": func(t *testing.T, home string) (Config, []string) {
			return Config{ConfigPath: writeFile(t, home+"/k", "hidden")}, nil
		},
		"failing-exec": func(*testing.T, string) (Config, []string) {
			return Config{Host: "https://192.0.2.1", Exec: &Exec{
				APIVersion: "client.authentication.k8s.io/v1", Command: "false"}}, nil
		},
		"http-token": func(*testing.T, string) (Config, []string) {
			return Config{Host: "http://192.0.2.1", Token: "hidden"}, nil
		},
		"unknown-configuration": func(*testing.T, string) (Config, []string) {
			return Config{Unknown: true, Host: "https://192.0.2.1"}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			home := isolate(t)
			cfg, replace := build(t, home)
			text := connectionError(t, get(t, NewClient(cfg)))
			if strings.Contains(text, "hidden") {
				t.Errorf("the error repeats what may be secret:\n%s", text)
			}
			golden(t, name, text, append([]string{home, "HOME"}, replace...)...)
		})
	}
}

func TestTLSAdvice(t *testing.T) {
	isolate(t)
	c := newCluster(t)
	elsewhere := strings.Replace(c.URL, "127.0.0.1", "localhost", 1)
	text := connectionError(t, get(t, NewClient(Config{Host: elsewhere, ClusterCACertificate: c.caPEM()})))
	wantContains(t, text, "localhost", "tls_server_name")

	plain := httptest.NewUnstartedServer(http.NotFoundHandler())
	plain.Config.ErrorLog = quiet()
	plain.Start()
	t.Cleanup(plain.Close)
	text = connectionError(t, get(t, NewClient(Config{Host: strings.Replace(plain.URL, "http:", "https:", 1)})))
	wantContains(t, text, "does not speak TLS")
}

// TestAdvice has the failures that a test cannot bring about without a network.
func TestAdvice(t *testing.T) {
	for want, err := range map[string]error{
		"does not resolve":           &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", IsNotFound: true}},
		"No answer came in time":     &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded},
		"The proxy did not let":      &net.OpError{Op: "proxyconnect", Net: "tcp", Err: syscall.ECONNREFUSED},
		"check client_certificate":   errors.New("remote error: tls: bad certificate"),
		"that the cluster runs":      errors.New("something else"),
		"certificate is not valid":   &tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Reason: x509.Expired}},
		"set cluster_ca_certificate": &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}},
	} {
		if got := adviceFor(err); !strings.Contains(got, want) {
			t.Errorf("%v gives the advice %q, want %q", err, got, want)
		}
	}
}

func TestBadVariables(t *testing.T) {
	certificate, key := newKeyPair(t, "a")
	_, otherKey := newKeyPair(t, "b")
	for name, c := range map[string]struct {
		env  map[string]string
		want []string
	}{
		"insecure":       {map[string]string{envInsecure: "hidden"}, []string{"variable KUBE_INSECURE is neither true nor false"}},
		"host":           {map[string]string{envHost: "hidden:6443"}, []string{"variable KUBE_HOST", "https://name:port"}},
		"host, bare":     {map[string]string{envHost: "hidden"}, []string{"variable KUBE_HOST", "https://name:port"}},
		"host, password": {map[string]string{envHost: "https://u:hidden@h"}, []string{"variable KUBE_HOST must not hold a user name or password"}},
		"proxy":          {map[string]string{envProxyURL: "ftp://hidden"}, []string{"variable KUBE_PROXY_URL needs one of the schemes"}},
		"CA path":        {map[string]string{envCA: "/hidden/ca.crt"}, []string{"variable KUBE_CLUSTER_CA_CERT_DATA holds no PEM certificate", `file("...")`}},
		"CA base64": {map[string]string{envCA: base64.StdEncoding.EncodeToString([]byte(certificate))},
			[]string{"base64decode(...)"}},
		"insecure and CA": {map[string]string{envInsecure: "true", envCA: certificate},
			[]string{"variable KUBE_INSECURE and variable KUBE_CLUSTER_CA_CERT_DATA exclude each other"}},
		"certificate alone": {map[string]string{envClientCert: certificate}, []string{"variable KUBE_CLIENT_CERT_DATA needs its key"}},
		"key alone":         {map[string]string{envClientKey: key}, []string{"variable KUBE_CLIENT_KEY_DATA needs its certificate"}},
		"other key":         {map[string]string{envClientCert: certificate, envClientKey: otherKey}, []string{"do not belong together"}},
	} {
		t.Run(name, func(t *testing.T) {
			isolate(t)
			for name, value := range c.env {
				t.Setenv(name, value)
			}
			text := connectionError(t, get(t, NewClient(Config{})))
			wantContains(t, text, c.want...)
			if strings.Contains(strings.ReplaceAll(text, "https://u:xxxxx@h", ""), "hidden") && name != "host" && name != "host, bare" {
				t.Errorf("the error repeats the value:\n%s", text)
			}
		})
	}
}

// TestParserSecrets has the parser meet text in places where its own messages
// would quote it.
func TestParserSecrets(t *testing.T) {
	for _, text := range []string{
		"hidden", "- hidden", "apiVersion: v1\nkind: Config\nclusters: hidden", "users: *hidden",
		"apiVersion: hidden\nkind: hidden", "{\"users\": hidden", "users:\n\t- hidden",
		"apiVersion: v1\nkind: Config\nusers: [{name: a, user: {client-key-data: hidden!}}]",
		"apiVersion: v1\nkind: Config\nhidden: {hidden: hidden}\nclusters: [{name: hidden, cluster: {server: [hidden]}}]",
	} {
		err := CheckKubeconfig(text)
		if err == nil || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%q gives %v", text, err)
		}
	}
}

func TestPlainErrorsAreNotUnreachable(t *testing.T) {
	if IsUnreachable(nil) || IsUnreachable(errors.New("other")) {
		t.Error("IsUnreachable is true for an error of another kind")
	}
	if Explain(clientcmd.ErrEmptyCluster) != clientcmd.ErrEmptyCluster.Error() {
		t.Error("Explain changes other errors")
	}
}

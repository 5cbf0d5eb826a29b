package kube

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/client-go/rest"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

func user(token string) clientcmdapi.AuthInfo { return clientcmdapi.AuthInfo{Token: token} }

// TestWays reaches a cluster in every way, by attribute and by variable. The
// token that arrives tells which configuration was used.
func TestWays(t *testing.T) {
	type env map[string]string
	type way struct {
		env   env
		cfg   Config
		token string
	}
	for name, build := range map[string]func(t *testing.T, c *cluster, home string) way{
		"config_path": func(t *testing.T, c *cluster, home string) way {
			return way{cfg: Config{ConfigPath: writeFile(t, home+"/k", c.kubeconfig(t, "a", user("file")))}, token: "file"}
		},
		"config_path in the home directory": func(t *testing.T, c *cluster, home string) way {
			writeFile(t, home+"/some/k", c.kubeconfig(t, "a", user("file")))
			return way{cfg: Config{ConfigPath: "~/some/k"}, token: "file"}
		},
		"KUBE_CONFIG_PATH": func(t *testing.T, c *cluster, home string) way {
			return way{env: env{envConfigPath: writeFile(t, home+"/k", c.kubeconfig(t, "a", user("file")))}, token: "file"}
		},
		"config_paths, one missing, config_context": func(t *testing.T, c *cluster, home string) way {
			return way{cfg: Config{ConfigContext: "b", ConfigPaths: []string{
				home + "/missing",
				writeFile(t, home+"/1", c.kubeconfig(t, "a", user("one"))),
				writeFile(t, home+"/2", c.kubeconfig(t, "b", user("two")))}}, token: "two"}
		},
		"KUBE_CONFIG_PATHS, KUBE_CTX": func(t *testing.T, c *cluster, home string) way {
			return way{env: env{envContext: "b", envConfigPaths: strings.Join([]string{
				writeFile(t, home+"/1", c.kubeconfig(t, "a", user("one"))),
				writeFile(t, home+"/2", c.kubeconfig(t, "b", user("two")))}, string(filepath.ListSeparator))}, token: "two"}
		},
		"config_context_cluster and _auth_info": func(t *testing.T, c *cluster, home string) way {
			return way{cfg: Config{ConfigContextAuthInfo: "b", ConfigContextCluster: "b", ConfigPaths: []string{
				writeFile(t, home+"/1", c.kubeconfig(t, "a", user("one"))),
				writeFile(t, home+"/2", c.kubeconfig(t, "b", user("two")))}}, token: "two"}
		},
		"KUBE_CTX_AUTH_INFO": func(t *testing.T, c *cluster, home string) way {
			return way{env: env{envContextUser: "b"}, cfg: Config{ConfigPaths: []string{
				writeFile(t, home+"/1", c.kubeconfig(t, "a", user("one"))),
				writeFile(t, home+"/2", c.kubeconfig(t, "b", user("two")))}}, token: "two"}
		},
		"kubeconfig": func(t *testing.T, c *cluster, _ string) way {
			return way{cfg: Config{Kubeconfig: c.kubeconfig(t, "a", user("inline"))}, token: "inline"}
		},
		"host, token, CA": func(_ *testing.T, c *cluster, _ string) way {
			return way{cfg: Config{Host: c.URL, Token: "attribute", ClusterCACertificate: c.caPEM()}, token: "attribute"}
		},
		"KUBE_HOST, KUBE_TOKEN, KUBE_CLUSTER_CA_CERT_DATA": func(_ *testing.T, c *cluster, _ string) way {
			return way{env: env{envHost: c.URL, envToken: "variable", envCA: c.caPEM()}, token: "variable"}
		},
		"insecure": func(_ *testing.T, c *cluster, _ string) way {
			return way{cfg: Config{Host: c.URL, Token: "attribute", Insecure: true}, token: "attribute"}
		},
		"KUBE_INSECURE": func(_ *testing.T, c *cluster, _ string) way {
			return way{env: env{envInsecure: "1"}, cfg: Config{Host: c.URL, Token: "attribute"}, token: "attribute"}
		},
		"insecure replaces the kubeconfig's CA": func(t *testing.T, c *cluster, _ string) way {
			return way{cfg: Config{Kubeconfig: c.kubeconfig(t, "a", user("inline")), Insecure: true}, token: "inline"}
		},
		"tls_server_name": func(_ *testing.T, c *cluster, _ string) way {
			return way{cfg: Config{Host: strings.Replace(c.URL, "127.0.0.1", "localhost", 1), Token: "t",
				ClusterCACertificate: c.caPEM(), TLSServerName: "example.com"}, token: "t"}
		},
		"KUBE_TLS_SERVER_NAME": func(_ *testing.T, c *cluster, _ string) way {
			return way{env: env{envTLSServerName: "example.com"},
				cfg:   Config{Host: strings.Replace(c.URL, "127.0.0.1", "localhost", 1), Token: "t", ClusterCACertificate: c.caPEM()},
				token: "t"}
		},
		"KUBECONFIG": func(t *testing.T, c *cluster, home string) way {
			return way{env: env{"KUBECONFIG": writeFile(t, home+"/k", c.kubeconfig(t, "a", user("file")))}, token: "file"}
		},
		"~/.kube/config": func(t *testing.T, c *cluster, home string) way {
			writeFile(t, home+"/.kube/config", c.kubeconfig(t, "a", user("home")))
			return way{token: "home"}
		},
		"~/.kube/config and token": func(t *testing.T, c *cluster, home string) way {
			writeFile(t, home+"/.kube/config", c.kubeconfig(t, "a", user("home")))
			return way{cfg: Config{Token: "attribute"}, token: "attribute"}
		},
		"service account of the pod": func(t *testing.T, c *cluster, home string) way {
			inClusterConfig = func() (*rest.Config, error) {
				return &rest.Config{Host: c.URL, BearerToken: "pod",
					BearerTokenFile: writeFile(t, home+"/token", "pod"),
					TLSClientConfig: rest.TLSClientConfig{CAFile: writeFile(t, home+"/ca", c.caPEM())}}, nil
			}
			return way{token: "pod"}
		},
		// Precedence.
		"attribute before variable": func(t *testing.T, c *cluster, home string) way {
			return way{
				env:   env{envConfigPath: writeFile(t, home+"/v", c.kubeconfig(t, "v", user("variable")))},
				cfg:   Config{ConfigPath: writeFile(t, home+"/k", c.kubeconfig(t, "a", user("attribute")))},
				token: "attribute"}
		},
		"variable before KUBECONFIG": func(t *testing.T, c *cluster, home string) way {
			return way{env: env{
				envConfigPath: writeFile(t, home+"/v", c.kubeconfig(t, "v", user("variable"))),
				"KUBECONFIG":  writeFile(t, home+"/k", c.kubeconfig(t, "a", user("KUBECONFIG")))}, token: "variable"}
		},
		"KUBECONFIG before ~/.kube/config": func(t *testing.T, c *cluster, home string) way {
			writeFile(t, home+"/.kube/config", c.kubeconfig(t, "h", user("home")))
			return way{env: env{"KUBECONFIG": writeFile(t, home+"/k", c.kubeconfig(t, "a", user("KUBECONFIG")))}, token: "KUBECONFIG"}
		},
		"KUBE_TOKEN before KUBECONFIG": func(t *testing.T, c *cluster, home string) way {
			return way{env: env{envToken: "variable",
				"KUBECONFIG": writeFile(t, home+"/k", c.kubeconfig(t, "a", user("KUBECONFIG")))}, token: "variable"}
		},
		"a kubeconfig in the block ignores KUBE_HOST and KUBE_TOKEN": func(t *testing.T, c *cluster, _ string) way {
			return way{env: env{envHost: "https://192.0.2.1", envToken: "variable"},
				cfg: Config{Kubeconfig: c.kubeconfig(t, "a", user("inline"))}, token: "inline"}
		},
		"host and token in the block override its kubeconfig": func(t *testing.T, c *cluster, _ string) way {
			text := strings.Replace(c.kubeconfig(t, "a", user("inline")), c.URL, "https://192.0.2.1", 1)
			return way{cfg: Config{Kubeconfig: text, Host: c.URL, Token: "attribute"}, token: "attribute"}
		},
		"host in the block gets no credentials of lower kubeconfigs": func(t *testing.T, c *cluster, home string) way {
			writeFile(t, home+"/.kube/config", c.kubeconfig(t, "h", user("home")))
			return way{env: env{
				"KUBECONFIG":  writeFile(t, home+"/k", c.kubeconfig(t, "a", user("KUBECONFIG"))),
				envConfigPath: writeFile(t, home+"/v", c.kubeconfig(t, "v", user("variable")))},
				cfg: Config{Host: c.URL, ClusterCACertificate: c.caPEM()}, token: ""}
		},
	} {
		t.Run(name, func(t *testing.T) {
			home := isolate(t)
			c := newCluster(t)
			way := build(t, c, home)
			for name, value := range way.env {
				t.Setenv(name, value)
			}
			mustGet(t, way.cfg)
			want := ""
			if way.token != "" {
				want = "Bearer " + way.token
			}
			if got := c.seen(t).Header.Get("Authorization"); got != want {
				t.Errorf("the cluster got the credentials %q, want %q", got, want)
			}
		})
	}
}

func TestClientCertificate(t *testing.T) {
	certificate, key := newKeyPair(t, "someone")
	for name, set := range map[string]func(*testing.T, *Config){
		"attributes": func(_ *testing.T, cfg *Config) { cfg.ClientCertificate, cfg.ClientKey = certificate, key },
		"variables": func(t *testing.T, _ *Config) {
			t.Setenv(envClientCert, certificate)
			t.Setenv(envClientKey, key)
		},
	} {
		t.Run(name, func(t *testing.T) {
			isolate(t)
			c := newUnstartedCluster(t)
			c.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
			c.StartTLS()

			cfg := Config{Host: c.URL, ClusterCACertificate: c.caPEM()}
			set(t, &cfg)
			mustGet(t, cfg)
			peers := c.seen(t).TLS.PeerCertificates
			if len(peers) != 1 || peers[0].Subject.CommonName != "someone" {
				t.Errorf("the cluster got the client certificates %v", peers)
			}
		})
	}
}

func TestExec(t *testing.T) {
	home := isolate(t)
	c := newCluster(t)
	script := writeFile(t, home+"/login", `#!/bin/sh
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s-%s"}}' "$1" "$SUFFIX"
`)
	makeExecutable(t, script)
	mustGet(t, Config{
		// The token of the kubeconfig must not be sent beside the plugin's.
		Kubeconfig: c.kubeconfig(t, "a", user("kubeconfig")),
		Exec: &Exec{
			APIVersion: "client.authentication.k8s.io/v1",
			Command:    "~/login",
			Args:       []string{"argument"},
			Env:        map[string]string{"SUFFIX": "variable"},
		},
	})
	if got := c.seen(t).Header.Get("Authorization"); got != "Bearer argument-variable" {
		t.Errorf("the cluster got the credentials %q", got)
	}
}

func TestImpersonate(t *testing.T) {
	isolate(t)
	c := newCluster(t)
	mustGet(t, Config{
		Kubeconfig: c.kubeconfig(t, "a", user("mine")),
		Impersonate: &Impersonate{User: "jane", UID: "1", Groups: []string{"dev", "ops"},
			Extra: map[string][]string{"scopes": {"a", "b"}}},
	})
	header := c.seen(t).Header
	for name, want := range map[string]string{
		"Authorization":            "Bearer mine",
		"Impersonate-User":         "jane",
		"Impersonate-Uid":          "1",
		"Impersonate-Group":        "dev,ops",
		"Impersonate-Extra-Scopes": "a,b",
	} {
		if got := strings.Join(header.Values(name), ","); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestProxy(t *testing.T) {
	for name, set := range map[string]func(*testing.T, *Config, string){
		"proxy_url":      func(_ *testing.T, cfg *Config, proxy string) { cfg.ProxyURL = proxy },
		"KUBE_PROXY_URL": func(t *testing.T, _ *Config, proxy string) { t.Setenv(envProxyURL, proxy) },
	} {
		t.Run(name, func(t *testing.T) {
			isolate(t)
			c := &cluster{}
			plain := httptest.NewServer(http.HandlerFunc(c.serve))
			t.Cleanup(plain.Close)
			target, err := url.Parse(plain.URL)
			if err != nil {
				t.Fatal(err)
			}
			proxied := ""
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				proxied = r.URL.Host
				httputil.NewSingleHostReverseProxy(target).ServeHTTP(w, r)
			}))
			t.Cleanup(proxy.Close)

			cfg := Config{Host: "http://cluster.invalid"}
			set(t, &cfg, proxy.URL)
			mustGet(t, cfg)
			if proxied != "cluster.invalid" {
				t.Errorf("the proxy was asked for %q", proxied)
			}
		})
	}
}

func TestUserAgent(t *testing.T) {
	isolate(t)
	c := newCluster(t)
	mustGet(t, Config{Host: c.URL, Insecure: true, Version: "1.2.3"})
	if got := c.seen(t).UserAgent(); got != "terraform-provider-virtualserver/1.2.3" {
		t.Errorf("the user agent is %q", got)
	}
}

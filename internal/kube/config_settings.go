package kube

import (
	"fmt"
	"os"
	"strconv"
)

// The variables that fill in for attributes. The names are those of the
// hashicorp/kubernetes provider, so that a configuration can move between the two.
const (
	envConfigPath     = "KUBE_CONFIG_PATH"
	envConfigPaths    = "KUBE_CONFIG_PATHS"
	envContext        = "KUBE_CTX"
	envContextCluster = "KUBE_CTX_CLUSTER"
	envContextUser    = "KUBE_CTX_AUTH_INFO"
	envHost           = "KUBE_HOST"
	envToken          = "KUBE_TOKEN"
	envClientCert     = "KUBE_CLIENT_CERT_DATA"
	envClientKey      = "KUBE_CLIENT_KEY_DATA"
	envCA             = "KUBE_CLUSTER_CA_CERT_DATA"
	envInsecure       = "KUBE_INSECURE"
	envTLSServerName  = "KUBE_TLS_SERVER_NAME"
	envProxyURL       = "KUBE_PROXY_URL"
)

// setting is a value together with where it came from, for error messages.
type setting struct {
	value  string
	origin string // "attribute host", "variable KUBE_HOST"
}

func (s setting) isSet() bool { return s.value != "" }

// settings are the attributes after the variables filled in for absent ones.
//
// A variable never changes what the provider block decided. A block that names
// a kubeconfig has decided on the cluster and the user, so the variables of
// both are ignored (a KUBE_HOST left in a shell must not send an apply to
// another cluster); a block that holds credentials has decided on the user.
// KUBE_CTX, KUBE_CTX_CLUSTER, KUBE_CTX_AUTH_INFO and KUBE_PROXY_URL always fill
// in: they choose within a kubeconfig, or how to get there.
type settings struct {
	context, contextCluster, contextUser setting
	host, ca, tlsServerName, proxyURL    setting
	token, clientCert, clientKey         setting
	insecure                             setting // value "true" or ""
}

func newSettings(cfg Config) (settings, error) {
	fill := func(value, attribute, variable string, decided bool) setting {
		switch {
		case value != "":
			return setting{value, "attribute " + attribute}
		case !decided && os.Getenv(variable) != "":
			return setting{os.Getenv(variable), "variable " + variable}
		}
		return setting{}
	}

	cluster := cfg.namesKubeconfig()
	user := cluster || cfg.hasCredentials()
	insecure := ""
	if cfg.Insecure {
		insecure = "true"
	}

	s := settings{
		context:        fill(cfg.ConfigContext, "config_context", envContext, false),
		contextCluster: fill(cfg.ConfigContextCluster, "config_context_cluster", envContextCluster, false),
		contextUser:    fill(cfg.ConfigContextAuthInfo, "config_context_auth_info", envContextUser, false),
		proxyURL:       fill(cfg.ProxyURL, "proxy_url", envProxyURL, false),
		host:           fill(cfg.Host, "host", envHost, cluster),
		ca:             fill(cfg.ClusterCACertificate, "cluster_ca_certificate", envCA, cluster),
		tlsServerName:  fill(cfg.TLSServerName, "tls_server_name", envTLSServerName, cluster),
		insecure:       fill(insecure, "insecure", envInsecure, cluster),
		token:          fill(cfg.Token, "token", envToken, user),
		clientCert:     fill(cfg.ClientCertificate, "client_certificate", envClientCert, user),
		clientKey:      fill(cfg.ClientKey, "client_key", envClientKey, user),
	}
	if s.insecure.isSet() {
		on, err := strconv.ParseBool(s.insecure.value)
		if err != nil {
			return settings{}, fmt.Errorf("%s is neither true nor false", s.insecure.origin)
		}
		if !on {
			s.insecure = setting{}
		}
	}
	return s, s.check()
}

// check finds what cannot work before anything is dialled. Values of the
// provider block were checked at their attributes already; variables were not.
func (s settings) check() error {
	for _, c := range []struct {
		setting setting
		check   func(string) error
	}{
		{s.host, CheckHost},
		{s.proxyURL, CheckProxyURL},
		{s.ca, CheckCertificates},
		{s.clientCert, CheckCertificates},
		{s.clientKey, CheckPrivateKey},
	} {
		if !c.setting.isSet() {
			continue
		}
		if err := c.check(c.setting.value); err != nil {
			return fmt.Errorf("%s %w", c.setting.origin, err)
		}
	}
	switch {
	case s.insecure.isSet() && s.ca.isSet():
		return fmt.Errorf("%s and %s exclude each other: with a CA the server's certificate is verified",
			s.insecure.origin, s.ca.origin)
	case s.clientCert.isSet() && !s.clientKey.isSet():
		return fmt.Errorf("%s needs its key: set client_key or %s", s.clientCert.origin, envClientKey)
	case s.clientKey.isSet() && !s.clientCert.isSet():
		return fmt.Errorf("%s needs its certificate: set client_certificate or %s", s.clientKey.origin, envClientCert)
	case s.clientCert.isSet():
		if err := CheckKeyPair(s.clientCert.value, s.clientKey.value); err != nil {
			return fmt.Errorf("%s and %s %w", s.clientCert.origin, s.clientKey.origin, err)
		}
	}
	return nil
}

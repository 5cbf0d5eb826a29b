package kube

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"net/url"
	"strings"
)

// The checks below return an error that continues a sentence whose subject is
// the setting ("attribute host is not a URL ..."), and that never repeats the
// value: it may be a secret that was put into the wrong place.

// CheckHost checks the URL of an API server. A scheme is required, because
// client-go would take a bare name for plain http and drop the credentials.
func CheckHost(host string) error {
	u, err := url.Parse(host)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return errors.New("is not a URL: write it as https://name:port")
	case u.Scheme != "https" && u.Scheme != "http":
		return errors.New("needs the scheme https (or http): write it as https://name:port")
	case u.User != nil:
		return errors.New("must not hold a user name or password: use token, client_certificate or exec")
	case u.RawQuery != "" || u.Fragment != "":
		return errors.New("must not hold a query or a fragment: write it as https://name:port")
	}
	return nil
}

// CheckProxyURL checks the URL of a proxy.
func CheckProxyURL(proxy string) error {
	u, err := url.Parse(proxy)
	if err != nil || u.Host == "" {
		return errors.New("is not a URL: write it as http://name:port")
	}
	switch u.Scheme {
	case "http", "https", "socks5":
		return nil
	}
	return errors.New("needs one of the schemes http, https and socks5")
}

// CheckCertificates checks PEM text that holds at least one certificate.
func CheckCertificates(text string) error {
	found := false
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return errors.New("holds a certificate that cannot be parsed")
		}
		found = true
	}
	if !found {
		return errors.New("holds no PEM certificate (-----BEGIN CERTIFICATE-----)" + pemHint(text))
	}
	return nil
}

// CheckPrivateKey checks PEM text that holds a private key.
func CheckPrivateKey(text string) error {
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return errors.New("holds no PEM private key (-----BEGIN ... PRIVATE KEY-----)" + pemHint(text))
		}
		if strings.HasSuffix(block.Type, "PRIVATE KEY") {
			return nil
		}
	}
}

// CheckKeyPair checks that a key belongs to its certificate.
func CheckKeyPair(certificate, key string) error {
	if _, err := tls.X509KeyPair([]byte(certificate), []byte(key)); err != nil {
		return errors.New("do not belong together, or the key cannot be parsed")
	}
	return nil
}

// pemHint names the two usual mistakes: a path, and the base64 of a kubeconfig.
func pemHint(text string) string {
	text = strings.TrimSpace(text)
	if decoded, err := base64.StdEncoding.DecodeString(text); err == nil && strings.Contains(string(decoded), "-----BEGIN") {
		return ": it is base64, as in a kubeconfig; decode it with base64decode(...)"
	}
	if text != "" && !strings.ContainsAny(text, "\n ") && len(text) < 256 {
		return ": to give a file, use file(\"...\")"
	}
	return ""
}

package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"os"
	"time"

	clientcmd "k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/keyutil"
)

// adminUser is the one certificate's owner: administrator, and the server
// certificate of everything that serves TLS.
const adminUser = "localcluster-admin"

const validity = 10 * 365 * 24 * time.Hour

// writePKI makes a certificate authority and the administrator's certificate in
// the cluster's folder. Keys are RSA because CDI signs with nothing else.
func writePKI(dir clusterDir) error {
	if err := os.MkdirAll(dir.path("pki"), 0o700); err != nil {
		return err
	}
	caKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	ca, err := cert.NewSelfSignedCACert(cert.Config{CommonName: "localcluster-ca"}, caKey)
	if err != nil {
		return err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: adminUser, Organization: []string{"system:masters"}},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(validity),
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		DNSNames:     []string{"localhost", "kubernetes.default.svc", "virt-api.kubevirt.svc", "cdi-api.cdi.svc"},
	}
	admin, err := x509.CreateCertificate(rand.Reader, template, ca, key.Public(), caKey)
	if err != nil {
		return err
	}
	for name, signed := range map[string]struct {
		der []byte
		key *rsa.PrivateKey
	}{"ca": {ca.Raw, caKey}, "admin": {admin, key}} {
		encoded, err := cert.EncodeCertificates(&x509.Certificate{Raw: signed.der})
		if err != nil {
			return err
		}
		if err := os.WriteFile(dir.path("pki", name+".crt"), encoded, 0o644); err != nil {
			return err
		}
		pem, err := keyutil.MarshalPrivateKeyToPEM(signed.key)
		if err != nil {
			return err
		}
		if err := os.WriteFile(dir.path("pki", name+".key"), pem, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// writeKubeconfigs writes the user's kubeconfig and those of KubeVirt's programs.
// The user's holds the certificates themselves, so that it can be copied.
func writeKubeconfigs(dir clusterDir, server string) error {
	for file, impersonate := range map[string]string{
		dir.kubeconfig():                       "",
		dir.path("virt-api.kubeconfig"):        virtAPIAccount,
		dir.path("virt-controller.kubeconfig"): virtControllerAccount,
	} {
		context := "localcluster-" + dir.name()
		config := clientcmdapi.Config{
			Clusters: map[string]*clientcmdapi.Cluster{context: {
				Server: server, CertificateAuthority: dir.path("pki", "ca.crt"),
			}},
			AuthInfos: map[string]*clientcmdapi.AuthInfo{context: {
				ClientCertificate: dir.path("pki", "admin.crt"),
				ClientKey:         dir.path("pki", "admin.key"),
				Impersonate:       impersonate,
			}},
			Contexts:       map[string]*clientcmdapi.Context{context: {Cluster: context, AuthInfo: context, Namespace: "default"}},
			CurrentContext: context,
		}
		if err := clientcmdapi.FlattenConfig(&config); err != nil {
			return err
		}
		if err := clientcmd.WriteToFile(config, file); err != nil {
			return err
		}
	}
	return nil
}

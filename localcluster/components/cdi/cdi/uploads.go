package main

import (
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"time"
	"unsafe"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	cdiclient "kubevirt.io/containerized-data-importer/pkg/client/clientset/versioned"
	"kubevirt.io/containerized-data-importer/pkg/uploadproxy"
	"kubevirt.io/containerized-data-importer/pkg/util/cert/fetcher"
	certwatcher "kubevirt.io/containerized-data-importer/pkg/util/cert/watcher"
	cryptowatch "kubevirt.io/containerized-data-importer/pkg/util/tls-crypto-watch"
)

// annotationUploaded, on the pod of an upload server, ends it (manifests/stages);
// on the claim it tells what came: "<bytes> <sha256>".
const annotationUploaded = "localcluster/uploaded"

// uploads is where CDI's upload proxy listens, and a stand-in for the upload servers
// behind it, whose pods are only played.
type uploads struct {
	proxyPort, serverPort         uint
	certFile, keyFile, caCertFile string
}

// start serves both in the background. The proxy is CDI's own: it checks the token's
// signature with the public half of the key.
func (u uploads) start(ctx context.Context, cfg *rest.Config, kube kubernetes.Interface, key *rsa.PublicKey) error {
	server, err := u.server(kube)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return err
	}
	cdi, err := cdiclient.NewForConfig(cfg)
	if err != nil {
		return err
	}
	tlsConfig, err := cryptowatch.NewCdiConfigTLSWatcher(ctx, cdi)
	if err != nil {
		return err
	}
	certificate, err := certwatcher.New(u.certFile, u.keyFile)
	if err != nil {
		return err
	}
	proxy, err := uploadproxy.NewUploadProxy("127.0.0.1", u.proxyPort,
		string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), tlsConfig, certificate,
		&fetcher.FileCertFetcher{CertFileName: u.certFile, KeyFileName: u.keyFile},
		&fetcher.ConfigMapCertBundleFetcher{Name: "cdi-uploadserver-signer-bundle", Client: kube.CoreV1().ConfigMaps(namespace)},
		kube)
	if err != nil {
		return err
	}
	u.redirect(proxy)
	go func() { check(certificate.Start(ctx.Done())) }()
	go func() { check(server.ListenAndServeTLS(u.certFile, u.keyFile)) }()
	go func() { check(proxy.Start()) }()
	return nil
}

// redirect has the proxy send uploads to the stand-in: the names of Services do not
// resolve here. The field has no other way in.
func (u uploads) redirect(proxy uploadproxy.Server) {
	field := reflect.ValueOf(proxy).Elem().FieldByName("urlResolver")
	resolve := func(namespace, claim, path string) string {
		return fmt.Sprintf("https://127.0.0.1:%d/%s/%s%s", u.serverPort, namespace, claim, path)
	}
	reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem().Set(reflect.ValueOf(resolve).Convert(field.Type()))
}

func (u uploads) server(kube kubernetes.Interface) (*http.Server, error) {
	// Only the proxy's certificate lets in, as with CDI's upload servers.
	ca, err := (&fetcher.FileCertFetcher{CertFileName: u.caCertFile}).CertBytes()
	if err != nil {
		return nil, err
	}
	clients := x509.NewCertPool()
	clients.AppendCertsFromPEM(ca)
	return &http.Server{
		Addr:              fmt.Sprintf("127.0.0.1:%d", u.serverPort),
		Handler:           &uploadServers{kube: kube, busy: map[string]bool{}},
		TLSConfig:         &tls.Config{MinVersion: tls.VersionTLS12, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients},
		ReadHeaderTimeout: 10 * time.Second,
	}, nil
}

// uploadServers answers for the upload server of each claim, as CDI's do: one upload
// at a time, and none once one is complete.
type uploadServers struct {
	kube kubernetes.Interface
	mu   sync.Mutex
	busy map[string]bool // by namespace and claim
}

func (s *uploadServers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.SplitN(strings.TrimPrefix(r.URL.Path, "/"), "/", 3)
	if r.Method != http.MethodPost || len(parts) < 3 {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	namespace, claim := parts[0], parts[1]
	if !s.enter(namespace + "/" + claim) {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	defer s.leave(namespace + "/" + claim)
	status, err := s.receive(r, namespace, claim)
	if err != nil {
		log.Printf("upload to %s/%s: %v", namespace, claim, err)
		w.WriteHeader(status)
		fmt.Fprintf(w, "Saving stream failed: %s", err)
	}
}

func (s *uploadServers) enter(claim string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy[claim] {
		return false
	}
	s.busy[claim] = true
	return true
}

func (s *uploadServers) leave(claim string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.busy, claim)
}

func (s *uploadServers) receive(r *http.Request, namespace, name string) (status int, err error) {
	ctx := context.WithoutCancel(r.Context())
	claims, pods := s.kube.CoreV1().PersistentVolumeClaims(namespace), s.kube.CoreV1().Pods(namespace)
	claim, err := claims.Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return http.StatusInternalServerError, err
	}
	pod, err := pods.Get(ctx, claim.Annotations["cdi.kubevirt.io/storage.uploadPodName"], metav1.GetOptions{})
	if err != nil {
		return http.StatusInternalServerError, err
	}
	if _, done := pod.Annotations[annotationUploaded]; done {
		return http.StatusConflict, fmt.Errorf("already done")
	}
	hash := sha256.New()
	n, err := io.Copy(hash, r.Body)
	if err != nil {
		return http.StatusInternalServerError, err
	}
	if n > claim.Spec.Resources.Requests.Storage().Value() {
		return http.StatusBadRequest, fmt.Errorf("effective image size is larger than the reported available storage")
	}
	uploaded := fmt.Sprintf("%d %s", n, hex.EncodeToString(hash.Sum(nil)))
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"annotations": map[string]string{annotationUploaded: uploaded}}})
	if err != nil {
		return http.StatusInternalServerError, err
	}
	if _, err := claims.Patch(ctx, targetOf(claim), types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		return http.StatusInternalServerError, err
	}
	_, err = pods.Patch(ctx, pod.Name, types.MergePatchType, patch, metav1.PatchOptions{})
	return http.StatusInternalServerError, err
}

// targetOf is the claim that is filled: CDI uploads into one that it makes for the
// time being, which the other owns.
func targetOf(claim *corev1.PersistentVolumeClaim) string {
	for _, owner := range claim.OwnerReferences {
		if owner.Kind == "PersistentVolumeClaim" {
			return owner.Name
		}
	}
	return claim.Name
}

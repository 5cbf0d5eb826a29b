// Command cdi runs CDI's API server, its controllers and its upload proxy in one
// process.
//
// CDI's own programs cannot be used as they are: the API server's port and the
// controllers' metrics port and certificate paths are constants of their main
// packages, made for one container each.
package main

import (
	"context"
	"flag"
	"log"
	"os/signal"
	"syscall"

	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"kubevirt.io/containerized-data-importer/pkg/apiserver"
	"kubevirt.io/containerized-data-importer/pkg/keys"
)

const namespace = "cdi"

func main() {
	kubeconfig := flag.String("kubeconfig", "", "kubeconfig of the cluster")
	port := flag.Uint("port", 0, "port of the API server on 127.0.0.1")
	certFile := flag.String("tls-cert-file", "", "certificate of the API server")
	keyFile := flag.String("tls-key-file", "", "key of the API server's certificate")
	uploadProxyPort := flag.Uint("upload-proxy-port", 0, "port of the upload proxy on 127.0.0.1")
	uploadServerPort := flag.Uint("upload-server-port", 0, "port of the stand-in for upload servers on 127.0.0.1")
	caCertFile := flag.String("ca-cert-file", "", "authority that signs the certificates of upload servers")
	caKeyFile := flag.String("ca-key-file", "", "key of that authority")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	ctrllog.SetLogger(zap.New())

	cfg, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	check(err)
	// Every write to the cluster goes through this one client: the default of
	// five a second would make hundreds of imports crawl.
	cfg.QPS, cfg.Burst = 1000, 2000

	kube, err := kubernetes.NewForConfig(cfg)
	check(err)
	// Clone tokens are signed by the controllers and checked by both halves.
	signingKey, err := keys.GetOrCreatePrivateKey(kube, namespace, apiserver.APISigningKeySecretName, map[string]string{})
	check(err)

	check(startAPIServer(ctx, cfg, *port, *certFile, *keyFile))
	proxy := uploads{proxyPort: *uploadProxyPort, serverPort: *uploadServerPort, certFile: *certFile, keyFile: *keyFile, caCertFile: *caCertFile}
	check(proxy.start(ctx, cfg, kube, &signingKey.PublicKey))
	check(runControllers(ctx, cfg, signingKey, *caCertFile, *caKeyFile))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

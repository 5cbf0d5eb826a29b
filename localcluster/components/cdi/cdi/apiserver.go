package main

import (
	"context"

	snapclient "github.com/kubernetes-csi/external-snapshotter/client/v6/clientset/versioned"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	aggregator "k8s.io/kube-aggregator/pkg/client/clientset_generated/clientset"
	"kubevirt.io/containerized-data-importer/pkg/apiserver"
	cdiclient "kubevirt.io/containerized-data-importer/pkg/client/clientset/versioned"
	certwatcher "kubevirt.io/containerized-data-importer/pkg/util/cert/watcher"
	cryptowatch "kubevirt.io/containerized-data-importer/pkg/util/tls-crypto-watch"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// startAPIServer serves CDI's webhooks and upload tokens on 127.0.0.1:port in
// the background. It ends the process when serving fails.
func startAPIServer(ctx context.Context, cfg *rest.Config, port uint, certFile, keyFile string) error {
	scheme, err := newScheme()
	if err != nil {
		return err
	}
	uncached, err := client.New(cfg, client.Options{Scheme: scheme})
	if err != nil {
		return err
	}
	kube, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return err
	}
	aggregation, err := aggregator.NewForConfig(cfg)
	if err != nil {
		return err
	}
	cdi, err := cdiclient.NewForConfig(cfg)
	if err != nil {
		return err
	}
	snapshots, err := snapclient.NewForConfig(cfg)
	if err != nil {
		return err
	}
	authConfig, err := apiserver.NewAuthConfigWatcher(ctx, kube)
	if err != nil {
		return err
	}
	authorizer, err := apiserver.NewAuthorizorFromConfig(cfg, authConfig)
	if err != nil {
		return err
	}
	tlsConfig, err := cryptowatch.NewCdiConfigTLSWatcher(ctx, cdi)
	if err != nil {
		return err
	}
	certificate, err := certwatcher.New(certFile, keyFile)
	if err != nil {
		return err
	}
	server, err := apiserver.NewCdiAPIServer("127.0.0.1", port, kube, aggregation, cdi, snapshots, uncached,
		authorizer, authConfig, tlsConfig, certificate, map[string]string{})
	if err != nil {
		return err
	}
	go func() { check(certificate.Start(ctx.Done())) }()
	go func() { check(server.Start(ctx.Done())) }()
	return nil
}

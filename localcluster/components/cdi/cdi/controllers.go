package main

import (
	"context"
	"crypto/rsa"
	"errors"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v6/apis/volumesnapshot/v1"
	ocpconfigv1 "github.com/openshift/api/config/v1"
	imagev1 "github.com/openshift/api/image/v1"
	routev1 "github.com/openshift/api/route/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	forklift "kubevirt.io/containerized-data-importer-api/pkg/apis/forklift/v1beta1"
	"kubevirt.io/containerized-data-importer/pkg/controller"
	"kubevirt.io/containerized-data-importer/pkg/controller/datavolume"
	"kubevirt.io/containerized-data-importer/pkg/controller/populators"
	"kubevirt.io/containerized-data-importer/pkg/controller/transfer"
	metrics "kubevirt.io/containerized-data-importer/pkg/monitoring/metrics/cdi-controller"
	"kubevirt.io/containerized-data-importer/pkg/util/cert/fetcher"
	"kubevirt.io/containerized-data-importer/pkg/util/cert/generator"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

// The images are never pulled; their names only show in pods.
const (
	importerImage     = "cdi-importer:local"
	clonerImage       = "cdi-cloner:local"
	uploadServerImage = "cdi-uploadserver:local"
	pullPolicy        = "IfNotPresent"
	verbosity         = "1"
)

func newScheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		clientgoscheme.AddToScheme, extv1.AddToScheme, cdiv1.AddToScheme, snapshotv1.AddToScheme,
		forklift.AddToScheme, imagev1.Install, ocpconfigv1.Install, routev1.Install,
	} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	return scheme, nil
}

// runControllers runs all of CDI's controllers but the Forklift populator,
// which needs definitions that only Forklift installs. It returns when ctx ends.
func runControllers(ctx context.Context, cfg *rest.Config, key *rsa.PrivateKey, caCertFile, caKeyFile string) error {
	if err := metrics.SetupMetrics(); err != nil {
		return err
	}
	scheme, err := newScheme()
	if err != nil {
		return err
	}
	kube, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return err
	}
	// As upstream: these kinds are only of interest in CDI's own namespace.
	own := cache.ByObject{Field: fields.OneTermEqualSelector("metadata.namespace", namespace)}
	mgr, err := manager.New(cfg, manager.Options{
		Scheme:  scheme,
		Metrics: metricsserver.Options{BindAddress: "0"},
		Cache: cache.Options{ByObject: map[client.Object]cache.ByObject{
			&networkingv1.Ingress{}: own, &batchv1.CronJob{}: own, &batchv1.Job{}: own,
			&corev1.ConfigMap{}: own, &corev1.Secret{}: own,
		}},
	})
	if err != nil {
		return err
	}
	if err := datavolume.CreateCommonIndexes(mgr); err != nil {
		return err
	}
	if err := populators.CreateCommonPopulatorIndexes(mgr); err != nil {
		return err
	}

	certs := &generator.FetchCertGenerator{Fetcher: &fetcher.FileCertFetcher{CertFileName: caCertFile, KeyFileName: caKeyFile}}
	bundle := &fetcher.ConfigMapCertBundleFetcher{
		Name:   "cdi-uploadserver-signer-bundle",
		Client: kube.CoreV1().ConfigMaps(namespace),
	}
	log := ctrllog.Log
	labels := map[string]string{}
	public := &key.PublicKey
	if err := errors.Join(
		result(controller.NewConfigController(mgr, log, "cdi-uploadproxy", "config", labels)),
		result(controller.NewStorageProfileController(mgr, log, labels)),
		result(datavolume.NewImportController(ctx, mgr, log, labels)),
		result(datavolume.NewUploadController(ctx, mgr, log, labels)),
		result(datavolume.NewPvcCloneController(ctx, mgr, log, clonerImage, importerImage, pullPolicy, public, key, labels)),
		result(datavolume.NewSnapshotCloneController(ctx, mgr, log, clonerImage, importerImage, pullPolicy, public, key, labels)),
		result(datavolume.NewPopulatorController(ctx, mgr, log, labels)),
		result(controller.NewImportController(mgr, log, importerImage, pullPolicy, verbosity, labels)),
		result(controller.NewCloneController(mgr, log, clonerImage, pullPolicy, verbosity, certs, bundle, public, labels)),
		result(controller.NewUploadController(mgr, log, uploadServerImage, pullPolicy, verbosity, certs, bundle, labels)),
		result(transfer.NewObjectTransferController(mgr, log, labels)),
		result(controller.NewDataImportCronController(mgr, log, importerImage, pullPolicy, labels)),
		result(controller.NewDataSourceController(mgr, log, labels)),
		result(populators.NewImportPopulator(ctx, mgr, log, labels)),
		result(populators.NewUploadPopulator(ctx, mgr, log, labels)),
		result(populators.NewClonePopulator(ctx, mgr, log, clonerImage, pullPolicy, labels, public)),
	); err != nil {
		return err
	}
	return mgr.Start(ctx)
}

// result drops a set-up function's first value: the controllers are already
// registered with the manager.
func result[T any](_ T, err error) error { return err }

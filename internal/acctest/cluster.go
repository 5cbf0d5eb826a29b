package acctest

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// What tests on other clusters than the local one use.
const (
	// envImage is the URL of a small disk image that the cluster can import.
	envImage     = "TESTACC_IMAGE_URL"
	defaultImage = "https://download.cirros-cloud.net/0.6.3/cirros-0.6.3-x86_64-disk.img"
	// envClass is the storage class of servers' disks: by default the cluster's.
	envClass = "TESTACC_STORAGE_CLASS"
)

// localDriver is the CSIDriver that only the local cluster has. The local cluster
// plays imports: each URL will do, and some fail on purpose.
const (
	localDriver = "csi.localcluster"
	localImage  = "https://images.invalid/fedora.qcow2"
)

// cluster is what tests need to know of the cluster that they run on.
type cluster struct {
	// kubeconfig is its file; "" is what KUBECONFIG says.
	kubeconfig string
	config     *rest.Config

	client client.WithWatch
	local  bool
	image  string
	class  storagev1.StorageClass
	// patience bounds every wait for the cluster.
	patience time.Duration
}

// theCluster looks at the cluster of KUBECONFIG, once for all tests.
var theCluster = sync.OnceValues(func() (*cluster, error) { return lookAt("") })

func lookAt(kubeconfig string) (*cluster, error) {
	k := &cluster{kubeconfig: kubeconfig, image: localImage, patience: time.Minute}
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = kubeconfig
	var err error
	if k.config, err = clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, nil).ClientConfig(); err != nil {
		return nil, err
	}
	k.config.QPS, k.config.Burst = 200, 400
	if k.client, err = client.NewWithWatch(k.config, client.Options{}); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), k.patience)
	defer cancel()
	err = k.client.Get(ctx, client.ObjectKey{Name: localDriver}, &storagev1.CSIDriver{})
	if client.IgnoreNotFound(err) != nil {
		return nil, err
	}
	if k.local = err == nil; !k.local {
		k.patience = 10 * time.Minute // guests take their time to boot and to stop
		if k.image = os.Getenv(envImage); k.image == "" {
			k.image = defaultImage
		}
	}
	return k, k.chooseClass(ctx)
}

// chooseClass finds the storage class of servers' disks.
func (k *cluster) chooseClass(ctx context.Context) error {
	if name := os.Getenv(envClass); name != "" && !k.local {
		return k.client.Get(ctx, client.ObjectKey{Name: name}, &k.class)
	}
	var classes storagev1.StorageClassList
	if err := k.client.List(ctx, &classes); err != nil {
		return err
	}
	for _, annotation := range []string{"storageclass.kubevirt.io/is-default-virt-class", "storageclass.kubernetes.io/is-default-class"} {
		for _, class := range classes.Items {
			if class.Annotations[annotation] == "true" {
				k.class = class
				return nil
			}
		}
	}
	return errors.New("it has no default storage class: set " + envClass)
}

// enter skips the test without TF_ACC, and returns the cluster.
func enter(t *testing.T) *cluster {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests need TF_ACC=1 and a cluster: make testacc")
	}
	k, err := theCluster()
	if err != nil {
		t.Fatalf("the cluster of KUBECONFIG: %v", err)
	}
	return k
}

// Played skips the test on other clusters than the local one: for tests of what
// only that one plays. On the local cluster it does nothing.
func Played(t *testing.T, what string) {
	t.Helper()
	if !enter(t).local {
		t.Skipf("only the local cluster (make cluster-up) plays %s", what)
	}
}

// Grows skips the test when the storage class cannot make claims larger. The
// local cluster's can.
func Grows(t *testing.T) {
	t.Helper()
	k := enter(t)
	if allowed := k.class.AllowVolumeExpansion; !k.local && (allowed == nil || !*allowed) {
		t.Skipf("the storage class %s makes no claim larger: choose another one with %s", k.class.Name, envClass)
	}
}

// IsLocal tells whether the test runs on the local cluster.
func (n *Namespace) IsLocal() bool { return n.cluster.local }

// ImageURL is where ordinary tests import their disks from.
func (n *Namespace) ImageURL() string { return n.cluster.image }

// StorageClass is the class of ordinary disks.
func (n *Namespace) StorageClass() string { return n.cluster.class.Name }

// BindsAtOnce tells whether claims of the class are bound before a pod uses them.
func (n *Namespace) BindsAtOnce() bool {
	mode := n.cluster.class.VolumeBindingMode
	return mode == nil || *mode == storagev1.VolumeBindingImmediate
}

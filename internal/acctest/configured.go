package acctest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// envConfigurable is the kubeconfig of a local cluster whose KubeVirt tests
// configure in their own way. No other tests run there.
const envConfigurable = "TF_ACC_CONFIGURABLE_KUBECONFIG"

// Configuration is how a test has KubeVirt configured, over what the local cluster
// has by itself.
type Configuration struct {
	// Gates are feature gates that are added, or with a leading "-" taken out, as
	// `make cluster-up GATES=` has them: "LiveUpdateNADRef,-DeclarativeHotplugVolumes".
	Gates string
	// Patch is a JSON merge patch of the KubeVirt object's spec, in YAML.
	Patch string
}

// theConfigurable looks at the cluster of envConfigurable, once for all tests.
var theConfigurable = sync.OnceValues(func() (*cluster, error) { return lookAt(os.Getenv(envConfigurable)) })

// Configured is a test on a cluster that is configured as it wants it.
type Configured struct {
	Configuration
	Test func(t *testing.T, n *Namespace)
}

// RunConfigured runs tests as subtests, one after another, also with those of other
// packages; beside them others run on the cluster of KUBECONFIG. One that waited for its
// turn as a parallel test would keep the place that the subtests of another need. Where
// there is no such cluster the test is skipped.
//
// The tests' configurations are told where to go by a provider block that Run writes.
func RunConfigured(t *testing.T, tests map[string]Configured) {
	t.Helper()
	enter(t)
	path := os.Getenv(envConfigurable)
	if path == "" {
		t.Skipf("the test configures KubeVirt in a way of its own: set %s to the kubeconfig of a local cluster for such tests, "+
			"which `make cluster-up CLUSTER=configurable` starts (make testacc starts one itself, unless KUBECONFIG is set)", envConfigurable)
	}
	k, err := theConfigurable()
	if err != nil {
		t.Fatalf("the cluster of %s: %v", envConfigurable, err)
	}
	if !k.local {
		t.Fatalf("the cluster of %s is not a local one (make cluster-up): it would be configured in passing", envConfigurable)
	}
	t.Parallel()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			unlock, err := lock(t.Context(), filepath.Join(filepath.Dir(path), "configuration.lock"))
			if err != nil {
				t.Fatalf("the turn of the test: %v", err)
			}
			t.Cleanup(unlock)
			n := newNamespace(t, k)
			t.Cleanup(func() {
				// The test's own context has ended.
				if err := k.configure(context.Background(), Configuration{}); err != nil {
					t.Errorf("KubeVirt is not configured again as it was: %v", err)
				}
			})
			n.Configure(test.Configuration)
			test.Test(t, n)
		})
	}
}

// Configure configures KubeVirt, whatever the test wanted before, and returns when
// virt-api and virt-controller go by it. It is for tests of RunConfigured.
func (n *Namespace) Configure(c Configuration) {
	n.t.Helper()
	if n.cluster.kubeconfig == "" {
		n.t.Fatal("KubeVirt is configured in tests of RunConfigured only")
	}
	if err := n.cluster.configure(n.t.Context(), c); err != nil {
		n.t.Fatalf("KubeVirt is not configured: %v", err)
	}
}

// annotationOriginal keeps the spec that KubeVirt had before any test, also when
// one was killed.
const annotationOriginal = "acctest.virtualserver.io/original-spec"

func (k *cluster) configure(ctx context.Context, c Configuration) error {
	ctx, cancel := context.WithTimeout(ctx, k.patience)
	defer cancel()
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(Kind("kubevirt"))
	if err := k.client.Get(ctx, client.ObjectKey{Namespace: "kubevirt", Name: "kubevirt"}, object); err != nil {
		return err
	}
	logs := map[string]int64{} // where each ends by now
	for _, program := range []string{"virt-api", "virt-controller"} {
		file := filepath.Join(filepath.Dir(k.kubeconfig), "logs", program+".log")
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		logs[file] = info.Size()
	}
	annotations := object.GetAnnotations()
	original := annotations[annotationOriginal]
	if original == "" {
		spec, err := json.Marshal(object.Object["spec"])
		if err != nil {
			return err
		}
		original = string(spec)
	}
	spec, err := c.over(original)
	if err != nil {
		return err
	}
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[annotationOriginal] = original
	before := object.GetResourceVersion()
	patch := JSON([]any{
		map[string]any{"op": "add", "path": "/metadata/annotations", "value": annotations},
		map[string]any{"op": "replace", "path": "/spec", "value": spec},
	})
	if err := k.client.Patch(ctx, object, client.RawPatch(types.JSONPatchType, []byte(patch))); err != nil || object.GetResourceVersion() == before {
		return err
	}
	for file, from := range logs {
		if err := hasSeen(ctx, file, from, object.GetResourceVersion()); err != nil {
			return fmt.Errorf("%s does not say that it goes by version %s of the KubeVirt object: %w", file, object.GetResourceVersion(), err)
		}
	}
	return nil
}

// over is the spec with the configuration over it.
func (c Configuration) over(spec string) (map[string]any, error) {
	patch, err := yaml.YAMLToJSONStrict([]byte(cmp.Or(c.Patch, "{}")))
	if err != nil {
		return nil, err
	}
	merged, err := jsonpatch.MergePatch([]byte(spec), patch)
	if err != nil {
		return nil, err
	}
	var out map[string]any
	if err := json.Unmarshal(merged, &out); err != nil || c.Gates == "" {
		return out, err
	}
	path := []string{"configuration", "developerConfiguration", "featureGates"}
	gates, _, err := unstructured.NestedStringSlice(out, path...)
	if err != nil {
		return nil, err
	}
	for gate := range strings.SplitSeq(c.Gates, ",") {
		if off, found := strings.CutPrefix(gate, "-"); found {
			gates = slices.DeleteFunc(gates, func(g string) bool { return g == off })
		} else if !slices.Contains(gates, gate) {
			gates = append(gates, gate)
		}
	}
	return out, unstructured.SetNestedStringSlice(out, gates, path...)
}

// seen is what KubeVirt's programs log when they go by a version of the KubeVirt
// object (virt-config's GetConfig); no API tells.
var seen = regexp.MustCompile(`(?:(Invalid) cluster config using|Updating cluster config from) KubeVirt (?:to )?resource version '(\d+)'`)

// hasSeen waits until a program's log says, after an offset, that it goes by the
// version or a later one.
func hasSeen(ctx context.Context, file string, from int64, version string) error {
	least, err := strconv.ParseInt(version, 10, 64)
	if err != nil {
		return err
	}
	return wait.PollUntilContextCancel(ctx, 50*time.Millisecond, true, func(context.Context) (bool, error) {
		log, err := os.Open(file)
		if err != nil {
			return false, err
		}
		defer log.Close()
		if _, err := log.Seek(from, io.SeekStart); err != nil {
			return false, err
		}
		text, err := io.ReadAll(log)
		if err != nil {
			return false, err
		}
		for _, line := range seen.FindAllSubmatch(text, -1) {
			if is, err := strconv.ParseInt(string(line[2]), 10, 64); err != nil || is < least {
				continue
			}
			if len(line[1]) > 0 {
				return false, fmt.Errorf("the configuration is invalid: %s", line[0])
			}
			return true, nil
		}
		return false, nil
	})
}

package acctest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Object is an object of the cluster as JSON; nil is one that does not exist.
type Object map[string]any

// kinds are short names, as kubectl has them.
var kinds = map[string]schema.GroupVersionKind{
	"cdiconfig":      {Group: "cdi.kubevirt.io", Version: "v1beta1", Kind: "CDIConfig"},
	"configmap":      {Version: "v1", Kind: "ConfigMap"},
	"dataimportcron": {Group: "cdi.kubevirt.io", Version: "v1beta1", Kind: "DataImportCron"},
	"datasource":     {Group: "cdi.kubevirt.io", Version: "v1beta1", Kind: "DataSource"},
	"dv":             {Group: "cdi.kubevirt.io", Version: "v1beta1", Kind: "DataVolume"},
	"event":          {Version: "v1", Kind: "Event"},
	"endpointslice":  {Group: "discovery.k8s.io", Version: "v1", Kind: "EndpointSlice"},
	"instancetype":   {Group: "instancetype.kubevirt.io", Version: "v1beta1", Kind: "VirtualMachineInstancetype"},
	"kubevirt":       {Group: "kubevirt.io", Version: "v1", Kind: "KubeVirt"},
	"namespace":      {Version: "v1", Kind: "Namespace"},
	"pod":            {Version: "v1", Kind: "Pod"},
	"preference":     {Group: "instancetype.kubevirt.io", Version: "v1beta1", Kind: "VirtualMachinePreference"},
	"pvc":            {Version: "v1", Kind: "PersistentVolumeClaim"},
	"role":           {Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "Role"},
	"rolebinding":    {Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "RoleBinding"},
	"resourcequota":  {Version: "v1", Kind: "ResourceQuota"},
	"secret":         {Version: "v1", Kind: "Secret"},
	"service":        {Version: "v1", Kind: "Service"},
	"storageclass":   {Group: "storage.k8s.io", Version: "v1", Kind: "StorageClass"},
	"volumesnapshot": {Group: "snapshot.storage.k8s.io", Version: "v1", Kind: "VolumeSnapshot"},
	"serviceaccount": {Version: "v1", Kind: "ServiceAccount"},
	"vm":             {Group: "kubevirt.io", Version: "v1", Kind: "VirtualMachine"},
	"vmi":            {Group: "kubevirt.io", Version: "v1", Kind: "VirtualMachineInstance"},
	"vmim":           {Group: "kubevirt.io", Version: "v1", Kind: "VirtualMachineInstanceMigration"},

	"clusterinstancetype": {Group: "instancetype.kubevirt.io", Version: "v1beta1", Kind: "VirtualMachineClusterInstancetype"},
	"clusterpreference":   {Group: "instancetype.kubevirt.io", Version: "v1beta1", Kind: "VirtualMachineClusterPreference"},
}

// Kind is the kind of a short name such as "vm". It panics for others.
func Kind(short string) schema.GroupVersionKind {
	kind, ok := kinds[short]
	if !ok {
		panic(fmt.Sprintf("acctest knows no kind %q", short))
	}
	return kind
}

// Create makes the objects of a YAML stream in the test's namespace. Those that
// belong to no namespace are deleted when the test ends; their names are the
// test's own when they contain the namespace's.
func (n *Namespace) Create(manifests string) {
	n.t.Helper()
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewBufferString(manifests), 4096)
	for {
		u := &unstructured.Unstructured{}
		err := decoder.Decode(&u.Object)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			n.t.Fatalf("the test's manifest: %v", err)
		}
		if len(u.Object) == 0 {
			continue
		}
		if namespaced, err := n.client.IsObjectNamespaced(u); err != nil {
			n.t.Fatalf("%s %s: %v", u.GetKind(), u.GetName(), err)
		} else if namespaced {
			u.SetNamespace(n.Name)
		} else {
			n.t.Cleanup(func() {
				// The test's own context has ended.
				if err := n.client.Delete(context.Background(), u); client.IgnoreNotFound(err) != nil {
					n.t.Errorf("%s %s stays: %v", u.GetKind(), u.GetName(), err)
				}
			})
		}
		if err := n.client.Create(n.t.Context(), u); err != nil {
			n.t.Fatalf("%s %s: %v", u.GetKind(), u.GetName(), err)
		}
		n.made.Store(u.GetKind()+"/"+u.GetName(), true)
	}
}

// CreateOwned makes a machine "owner" to which the DataVolume "owned" belongs.
func (n *Namespace) CreateOwned() {
	n.t.Helper()
	n.Create(`
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: owner}
spec:
  runStrategy: Halted
  dataVolumeTemplates:
  - metadata: {name: owned}
    spec: {source: {blank: {}}, storage: {resources: {requests: {storage: 1Gi}}}}
  template: {spec: {domain: {memory: {guest: 1Gi}, devices: {}}, volumes: [{name: root, dataVolume: {name: owned}}]}}
`)
	n.Wait("dv", "owned", "to be made", func(o Object) bool { return o != nil })
	n.Own("dv", "owned")
}

// Find returns an object, nil when it does not exist.
func (n *Namespace) Find(kind, name string) Object {
	n.t.Helper()
	u := n.empty(kind, name)
	err := n.client.Get(n.t.Context(), client.ObjectKeyFromObject(u), u)
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		n.t.Fatalf("%s %s: %v", kind, name, err)
	}
	return u.Object
}

// Get returns an object, which must exist.
func (n *Namespace) Get(kind, name string) Object {
	n.t.Helper()
	o := n.Find(kind, name)
	if o == nil {
		n.t.Fatalf("there is no %s %s", kind, name)
	}
	return o
}

// List returns the objects of a kind that have the labels, "key=value" each.
func (n *Namespace) List(kind string, labels ...string) []Object {
	n.t.Helper()
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(Kind(kind))
	match := client.MatchingLabels{}
	for _, label := range labels {
		key, value, _ := strings.Cut(label, "=")
		match[key] = value
	}
	if err := n.client.List(n.t.Context(), list, client.InNamespace(n.Name), match); err != nil {
		n.t.Fatalf("list of %s: %v", kind, err)
	}
	out := make([]Object, 0, len(list.Items))
	for i := range list.Items {
		out = append(out, list.Items[i].Object)
	}
	return out
}

// Patch changes an object by a JSON merge patch, as `kubectl patch` does.
func (n *Namespace) Patch(kind, name, merge string) {
	n.t.Helper()
	if err := n.TryPatch(n.t.Context(), kind, name, types.MergePatchType, merge); err != nil {
		n.t.Fatalf("patch of %s %s: %v", kind, name, err)
	}
}

// PatchJSON changes an object by a list of JSON patch operations.
func (n *Namespace) PatchJSON(kind, name, operations string) {
	n.t.Helper()
	if err := n.TryPatch(n.t.Context(), kind, name, types.JSONPatchType, operations); err != nil {
		n.t.Fatalf("patch of %s %s: %v", kind, name, err)
	}
}

// PatchStatus changes an object's status by a JSON merge patch, as controllers do.
func (n *Namespace) PatchStatus(kind, name, merge string) {
	n.t.Helper()
	if err := n.client.Status().Patch(n.t.Context(), n.empty(kind, name), client.RawPatch(types.MergePatchType, []byte(merge))); err != nil {
		n.t.Fatalf("patch of the status of %s %s: %v", kind, name, err)
	}
}

// TryPatch sends a patch and returns the cluster's answer; it may be called
// from any goroutine.
func (n *Namespace) TryPatch(ctx context.Context, kind, name string, as types.PatchType, patch string) error {
	return n.client.Patch(ctx, n.empty(kind, name), client.RawPatch(as, []byte(patch)))
}

// TryModify reads an object, changes it and writes it back, as `kubectl edit` does,
// and again when somebody else was faster; it may be called from any goroutine.
func (n *Namespace) TryModify(ctx context.Context, kind, name string, change func(Object)) error {
	return retry.OnError(wait.Backoff{Steps: 1000, Duration: time.Millisecond, Jitter: 1}, apierrors.IsConflict, func() error {
		u := n.empty(kind, name)
		if err := n.client.Get(ctx, client.ObjectKeyFromObject(u), u); err != nil {
			return err
		}
		change(u.Object)
		return n.client.Update(ctx, u)
	})
}

// Delete deletes an object and waits until it is gone or another one of its
// name is there.
func (n *Namespace) Delete(kind, name string) {
	n.t.Helper()
	uid := Field(n.Get(kind, name), "metadata.uid")
	if err := n.client.Delete(n.t.Context(), n.empty(kind, name)); err != nil {
		n.t.Fatalf("deletion of %s %s: %v", kind, name, err)
	}
	n.Wait(kind, name, "to be gone", func(o Object) bool { return o == nil || Field(o, "metadata.uid") != uid })
}

// Wait watches an object until it is as described.
func (n *Namespace) Wait(kind, name, what string, is func(Object) bool) {
	n.t.Helper()
	if err := n.TryWait(kind, name, is); err != nil {
		n.t.Fatalf("waited in vain for %s %s %s: %v", kind, name, what, err)
	}
}

// TryWait does so from any goroutine.
func (n *Namespace) TryWait(kind, name string, is func(Object) bool) error {
	return n.cluster.waitFor(n.t.Context(), Kind(kind), client.ObjectKey{Namespace: n.Name, Name: name}, is)
}

// Eventually asks again and again until is says so, for what no single object tells.
func (n *Namespace) Eventually(is func() bool) error {
	return wait.PollUntilContextTimeout(n.t.Context(), 200*time.Millisecond, n.cluster.patience, true, func(context.Context) (bool, error) { return is(), nil })
}

// waitFor watches an object until it is as is says.
func (k *cluster) waitFor(ctx context.Context, kind schema.GroupVersionKind, key client.ObjectKey, is func(Object) bool) error {
	ctx, cancel := context.WithTimeout(ctx, k.patience)
	defer cancel()
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(kind)
	var last Object
	for ctx.Err() == nil {
		options := &client.ListOptions{Namespace: key.Namespace, FieldSelector: fields.OneTermEqualSelector("metadata.name", key.Name)}
		if err := k.client.List(ctx, list, options); err != nil {
			return err
		}
		last = nil
		if len(list.Items) > 0 {
			last = list.Items[0].Object
		}
		if is(last) || watchFor(ctx, k.client, list, options, is, &last) {
			return nil
		}
	}
	unstructured.RemoveNestedField(last, "metadata", "managedFields")
	return fmt.Errorf("%w; it is %s", ctx.Err(), JSON(last))
}

// watchFor follows the object after the version of list; it returns false when
// the watch ends first.
func watchFor(ctx context.Context, c client.WithWatch, list *unstructured.UnstructuredList, options *client.ListOptions, is func(Object) bool, last *Object) bool {
	options.Raw = &metav1.ListOptions{ResourceVersion: list.GetResourceVersion()}
	w, err := c.Watch(ctx, list.DeepCopy(), options)
	if err != nil {
		return false
	}
	defer w.Stop()
	for event := range w.ResultChan() {
		u, ok := event.Object.(*unstructured.Unstructured)
		if !ok || event.Type == watch.Error {
			return false
		}
		*last = u.Object
		if event.Type == watch.Deleted {
			*last = nil
		}
		if is(*last) {
			return true
		}
	}
	return false
}

func (n *Namespace) empty(kind, name string) *unstructured.Unstructured {
	u := &unstructured.Unstructured{}
	u.SetGroupVersionKind(Kind(kind))
	u.SetNamespace(n.Name)
	u.SetName(name)
	return u
}

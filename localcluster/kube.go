package main

import (
	"context"
	"encoding/json"
	"fmt"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	watchtools "k8s.io/client-go/tools/watch"
)

type object = unstructured.Unstructured

// kube is a client of one cluster, for objects of any kind.
type kube struct {
	dynamic dynamic.Interface
	rest    *rest.RESTClient // for plain paths
}

func newKube(kubeconfig string) (*kube, error) {
	cfg, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	cfg.QPS = -1 // no limit
	// The cluster is ours and young: warnings about deprecated fields in
	// upstream's manifests are of no use to anybody.
	cfg.WarningHandler = rest.NoWarnings{}
	client, err := dynamic.NewForConfig(cfg)
	if err != nil {
		return nil, err
	}
	plain, err := rest.UnversionedRESTClientFor(dynamic.ConfigFor(cfg))
	return &kube{dynamic: client, rest: plain}, err
}

// get answers whether a path of the API answers with success.
func (k *kube) get(ctx context.Context, path string) error {
	return k.rest.Get().AbsPath(path).Do(ctx).Error()
}

// in returns the client for o's kind and namespace. The name of the resource is
// guessed from the kind, which is right for every kind used here.
func (k *kube) in(o *object) dynamic.ResourceInterface {
	resource, _ := meta.UnsafeGuessKindToResource(o.GroupVersionKind())
	return k.dynamic.Resource(resource).Namespace(o.GetNamespace())
}

// create creates the objects, namespaces first and the others at the same time.
func (k *kube) create(ctx context.Context, objects []*object) error {
	for _, first := range []bool{true, false} {
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(16)
		for _, o := range objects {
			if (o.GetKind() == "Namespace") != first {
				continue
			}
			group.Go(func() error {
				if _, err := k.in(o).Create(ctx, o, metav1.CreateOptions{}); err != nil {
					return fmt.Errorf("create %s %s: %w", o.GetKind(), o.GetName(), err)
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			return err
		}
	}
	return nil
}

// patch merges change into an object, or into its status subresource.
func (k *kube) patch(ctx context.Context, o *object, change map[string]any, subresources ...string) (*object, error) {
	data, err := json.Marshal(change)
	if err != nil {
		return nil, err
	}
	return k.in(o).Patch(ctx, o.GetName(), types.MergePatchType, data, metav1.PatchOptions{}, subresources...)
}

// wait watches an object, which need not exist yet, until done says so. Of a
// deleted object done gets nil.
func (k *kube) wait(ctx context.Context, o *object, done func(*object) bool) error {
	last := "not seen"
	err := k.watch(ctx, o, o.GetName(), func(seen *object) bool {
		last = "deleted"
		if seen != nil {
			last = conditions(seen)
		}
		return done(seen)
	})
	if err != nil {
		return fmt.Errorf("wait for %s %s: %w; last: %s", o.GetKind(), o.GetName(), err, last)
	}
	return nil
}

// waitAll watches all objects of o's kind until each has the condition.
func (k *kube) waitAll(ctx context.Context, o *object, condition string, count int) error {
	have := map[string]bool{}
	err := k.watch(ctx, o, "", func(seen *object) bool {
		if seen != nil && hasCondition(seen, condition) {
			have[seen.GetName()] = true
		}
		return len(have) >= count
	})
	if err != nil {
		return fmt.Errorf("wait for %d %s to be %s, %d are: %w", count, o.GetKind(), condition, len(have), err)
	}
	return nil
}

func (k *kube) watch(ctx context.Context, o *object, name string, done func(*object) bool) error {
	selector := ""
	if name != "" {
		selector = fields.OneTermEqualSelector("metadata.name", name).String()
	}
	source := &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			options.FieldSelector = selector
			return k.in(o).List(ctx, options)
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			options.FieldSelector = selector
			return k.in(o).Watch(ctx, options)
		},
	}
	_, err := watchtools.UntilWithSync(ctx, source, &object{}, nil, func(event watch.Event) (bool, error) {
		if event.Type == watch.Deleted {
			return done(nil), nil
		}
		return done(event.Object.(*object)), nil
	})
	return err
}

// ref names an object without its content.
func ref(apiVersion, kind, namespace, name string) *object {
	o := &object{}
	o.SetGroupVersionKind(schema.FromAPIVersionAndKind(apiVersion, kind))
	o.SetNamespace(namespace)
	o.SetName(name)
	return o
}

func hasCondition(o *object, condition string) bool {
	list, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	for _, entry := range list {
		if c, ok := entry.(map[string]any); ok && c["type"] == condition && c["status"] == "True" {
			return true
		}
	}
	return false
}

// conditions describes an object's state in one line, for errors.
func conditions(o *object) string {
	status, _, _ := unstructured.NestedMap(o.Object, "status")
	text, err := json.Marshal(map[string]any{
		"phase": status["phase"], "printableStatus": status["printableStatus"], "conditions": status["conditions"],
	})
	if err != nil {
		return err.Error()
	}
	return string(text)
}

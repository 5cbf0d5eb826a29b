package kube

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// kubeVirt remembers how KubeVirt is configured: a process reads it once.
type kubeVirt struct {
	api  client.Reader
	turn chan struct{} // held while it is read, or looked at
	read bool
	obj  *kubevirtv1.KubeVirt
	err  error // it may not be read
}

func newKubeVirt(api client.Reader) *kubeVirt {
	return &kubeVirt{api: api, turn: make(chan struct{}, 1)}
}

// KubeVirt returns the object that KubeVirt is configured by, which lies in a
// namespace of its operator's; nil when there is none. It is asked for once in a
// process, unless the answer is an error that the next may not get: an error that
// lasts is that it may not be read.
func (c *Client) KubeVirt(ctx context.Context) (*kubevirtv1.KubeVirt, error) {
	conn, err := c.connection(ctx)
	if err != nil {
		return nil, err
	}
	return conn.kubeVirt.get(ctx)
}

func (k *kubeVirt) get(ctx context.Context) (*kubevirtv1.KubeVirt, error) {
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if k.read {
		return k.obj.DeepCopy(), k.err
	}
	list := &kubevirtv1.KubeVirtList{}
	err := k.api.List(ctx, list)
	if err != nil && !apierrors.IsForbidden(err) {
		return nil, err
	}
	k.read, k.err = true, err
	if len(list.Items) > 0 {
		k.obj = &list.Items[0]
	}
	return k.obj.DeepCopy(), k.err
}

package kube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gomodules.xyz/jsonpatch/v2"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/merge"
)

// conflictBudget is how long an update is recomputed and sent again after a
// conflict: virt-controller writes often while a machine boots.
const conflictBudget = time.Minute

// Change computes the rendering of an object before and after an update, from
// its live version.
type Change func(live *unstructured.Unstructured) (base, want client.Object, err error)

// Update reads the object, carries the change over to it (merge.Objects) and sends one
// JSON patch that also replaces the resourceVersion, so that a write in
// between is a conflict (409; a failed `test` operation would be a 422, as
// admission errors are) and the change is computed again on the new version.
// It returns the response, or the live object when there is nothing to change.
func (c *Client) Update(ctx context.Context, obj client.Object, change Change, options ...client.PatchOption) (*unstructured.Unstructured, error) {
	api, err := c.API(ctx)
	if err != nil {
		return nil, err
	}
	live := &unstructured.Unstructured{}
	live.SetGroupVersionKind(obj.GetObjectKind().GroupVersionKind())
	deadline := time.Now().Add(conflictBudget)
	// It stays at about a third of a second: who waits longer than others write is
	// never in time.
	backoff := wait.Backoff{Duration: 20 * time.Millisecond, Factor: 1.5, Jitter: 0.5, Steps: 8}
	var result *unstructured.Unstructured
	var refused error // by a patch of what was live then
	refusedAt := ""
	err = retry(ctx, backoff, func(ctx context.Context) (bool, error) {
		if err := api.Get(ctx, client.ObjectKeyFromObject(obj), live); err != nil {
			return false, err
		}
		if refused != nil && live.GetResourceVersion() == refusedAt {
			return false, refused
		}
		base, want, err := change(live)
		if err != nil {
			return false, err
		}
		patch, err := patchOf(live, base, want)
		if err != nil {
			return false, err
		}
		result = live.DeepCopy()
		if patch == nil {
			return true, nil
		}
		err = api.Patch(ctx, result, client.RawPatch(types.JSONPatchType, patch), options...)
		if apierrors.IsConflict(err) && time.Now().Before(deadline) {
			return false, nil
		}
		if DoesNotApply(err) && time.Now().Before(deadline) {
			refused, refusedAt = err, live.GetResourceVersion()
			return false, nil
		}
		return err == nil, err
	})
	if err != nil {
		return nil, err
	}
	return result, nil
}

// retry calls attempt until it is done or fails, or ctx ends. Once the backoff has
// no steps left it stays as long as it is.
func retry(ctx context.Context, backoff wait.Backoff, attempt func(ctx context.Context) (done bool, err error)) error {
	for {
		done, err := attempt(ctx)
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(backoff.Step()):
		}
	}
}

// DoesNotApply tells whether the API server could not apply the patch, as when
// somebody has made a list shorter that it names an element of: such a 422 comes
// before the resourceVersion is compared. It names no causes, as admission does.
func DoesNotApply(err error) bool {
	var answer apierrors.APIStatus
	if !apierrors.IsInvalid(err) || !errors.As(err, &answer) {
		return false
	}
	details := answer.Status().Details
	return details == nil || len(details.Causes) == 0
}

// Merged returns live with the change from base to want carried over (Merge).
func Merged(live *unstructured.Unstructured, base, want client.Object) (*unstructured.Unstructured, error) {
	baseMap, err := jsonOf(base)
	if err != nil {
		return nil, fmt.Errorf("rendering the prior object: %w", err)
	}
	wantMap, err := jsonOf(want)
	if err != nil {
		return nil, fmt.Errorf("rendering the planned object: %w", err)
	}
	return &unstructured.Unstructured{Object: merge.Objects(live.Object, baseMap, wantMap)}, nil
}

// ToUnstructured is an object as the API server would send it.
func ToUnstructured(obj client.Object) (*unstructured.Unstructured, error) {
	content, err := jsonOf(obj)
	return &unstructured.Unstructured{Object: content}, err
}

// patchOf returns the JSON patch for the change from base to want on live, nil
// when it changes nothing.
func patchOf(live *unstructured.Unstructured, base, want client.Object) ([]byte, error) {
	merged, err := Merged(live, base, want)
	if err != nil {
		return nil, err
	}
	before, err := json.Marshal(live.Object)
	if err != nil {
		return nil, err
	}
	after, err := json.Marshal(merged.Object)
	if err != nil {
		return nil, err
	}
	ops, err := jsonpatch.CreatePatch(before, after)
	if err != nil || len(ops) == 0 {
		return nil, err
	}
	ops = append([]jsonpatch.Operation{jsonpatch.NewOperation("replace", "/metadata/resourceVersion", live.GetResourceVersion())}, ops...)
	return json.Marshal(ops)
}

// jsonOf returns obj as the JSON that a live object is compared with.
// DefaultUnstructuredConverter leaves unsigned numbers as uint64, which are
// neither equal to what the API server sends nor can they be copied.
func jsonOf(obj client.Object) (map[string]any, error) {
	data, err := json.Marshal(obj)
	if err != nil {
		return nil, err
	}
	var out map[string]any
	return out, utiljson.Unmarshal(data, &out)
}

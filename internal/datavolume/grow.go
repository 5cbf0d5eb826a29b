package datavolume

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/overhead"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// Growth makes the claim of a disk larger. The DataVolume's own spec is immutable.
type Growth struct {
	Client          *kube.Client
	Namespace, Name string         // of the claim
	Thing           string         // what messages call the disk
	Was, Size       quantity.Value // as they are written
	Completed       bool           // by CDI, as `storage` is
	Attribute       path.Path      // of the size
	Replace         string         // what a disk of another storage class takes, as a clause
}

// Do grows the claim and waits until the volume is as large, also where an earlier
// one wrote the size and did not wait to the end. A claim that does not exist yet is
// not waited for.
func (g Growth) Do(ctx context.Context) error {
	claim, size, err := g.find(ctx)
	if err != nil || claim == nil {
		return err
	}
	capacity := claim.Status.Capacity[corev1.ResourceStorage]
	request := claim.Spec.Resources.Requests[corev1.ResourceStorage]
	switch {
	case request.Cmp(size) < 0 || request.Cmp(size) > 0 && infeasible(claim):
		if err := g.awaitBound(ctx, claim); err != nil {
			return err
		}
		if err := g.write(ctx, claim, size); err != nil {
			return g.refused(claim, err)
		}
	case capacity.Cmp(size) >= 0 || claim.Status.Phase == corev1.ClaimPending:
		return nil
	}
	return g.await(ctx, claim, size)
}

// BeforeGrowth turns the end of a wait for the content, while which no claim can grow:
// to be late is an error here, since the size is not written yet.
func BeforeGrowth(err error, at path.Path) error {
	var late *waiting.Late
	if !errors.As(err, &late) {
		return err
	}
	return &diagnostics.Failure{
		Cause:     "It cannot grow while its content is made, and that was not done in time.",
		Condition: late.Condition,
		Advice:    "Apply again when it is ready, or give it more time with timeouts.update.",
		Attribute: at,
	}
}

// Check tells by a dry run why the claim cannot grow, as a *diagnostics.Failure, or
// why nobody knows. A claim that is not bound may be by the time that it grows.
func (g Growth) Check(ctx context.Context) error {
	claim, size, err := g.find(ctx)
	if err != nil || claim == nil || claim.Status.Phase == corev1.ClaimPending {
		return err
	}
	if request := claim.Spec.Resources.Requests[corev1.ResourceStorage]; request.Cmp(size) >= 0 {
		return nil
	}
	if err = g.write(ctx, claim, size, client.DryRunAll); isClassRefusal(err) {
		return g.refused(claim, err)
	}
	return err
}

// find returns the claim, nil where there is none yet, and the size that it is to
// request.
func (g Growth) find(ctx context.Context) (claim *corev1.PersistentVolumeClaim, size resource.Quantity, err error) {
	if size, err = g.Size.Amount(); err != nil {
		return nil, size, err
	}
	api, err := g.Client.API(ctx)
	if err != nil {
		return nil, size, err
	}
	claim = &corev1.PersistentVolumeClaim{}
	found, err := kube.Find(ctx, api, g.Namespace, g.Name, claim)
	if err != nil || !found {
		return nil, size, err
	}
	if g.Completed {
		size, err = g.withOverhead(ctx, claim, size)
	}
	return claim, size, err
}

func (g Growth) write(ctx context.Context, claim *corev1.PersistentVolumeClaim, size resource.Quantity, options ...client.PatchOption) error {
	claim.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolumeClaim"}
	_, err := g.Client.Update(ctx, claim, func(*unstructured.Unstructured) (client.Object, client.Object, error) {
		larger := claim.DeepCopy()
		larger.Spec.Resources.Requests[corev1.ResourceStorage] = size
		return claim, larger, nil
	}, options...)
	return err
}

// isClassRefusal tells the answer of the admission plugin from a missing permission.
func isClassRefusal(err error) bool {
	return apierrors.IsForbidden(err) && strings.Contains(err.Error(), "resize")
}

// infeasible tells whether the storage will never make the volume as large as the
// claim requests: then Kubernetes lets the request become smaller again.
func infeasible(claim *corev1.PersistentVolumeClaim) bool {
	tried, request := claim.Status.AllocatedResources[corev1.ResourceStorage], claim.Spec.Resources.Requests[corev1.ResourceStorage]
	if tried.Cmp(request) != 0 {
		return false // that was another size
	}
	switch claim.Status.AllocatedResourceStatuses[corev1.ResourceStorage] {
	case corev1.PersistentVolumeClaimControllerResizeInfeasible, corev1.PersistentVolumeClaimNodeResizeInfeasible:
		return true
	}
	return false
}

// complaint is what the storage says of a growth that does not go on.
func complaint(claim *corev1.PersistentVolumeClaim) string {
	for _, c := range claim.Status.Conditions {
		switch c.Type {
		case corev1.PersistentVolumeClaimControllerResizeError, corev1.PersistentVolumeClaimNodeResizeError:
			if c.Status == corev1.ConditionTrue {
				return c.Message
			}
		}
	}
	return ""
}

// refused says why a claim cannot grow.
func (g Growth) refused(claim *corev1.PersistentVolumeClaim, err error) error {
	failure := &diagnostics.Failure{Cause: fmt.Sprintf("The %s %q cannot grow: %s", g.Thing, g.Name, diagnostics.Explain(err)), Attribute: g.Attribute}
	if isClassRefusal(err) {
		failure.Cause = fmt.Sprintf("The %s %q cannot grow: %v", g.Thing, g.Name, err)
		failure.Advice = "Its storage class must have allowVolumeExpansion: true. Set the size back, or use another storage class, which replaces the " + g.Replace + "."
	}
	if claim.Status.Phase == corev1.ClaimPending {
		failure.Advice = "Its claim is not bound to a volume yet, and Kubernetes lets no such claim grow. Where the storage class waits for the first server that uses it, start the server, and apply the larger size after that."
	}
	return failure
}

// bindBudget is how long a claim that is being bound is waited for.
const bindBudget = 30 * time.Second

// awaitBound gives a claim a while to be bound: Kubernetes lets no other one grow.
func (g Growth) awaitBound(ctx context.Context, claim *corev1.PersistentVolumeClaim) error {
	if claim.Status.Phase != corev1.ClaimPending {
		return nil
	}
	budget, cancel := context.WithTimeout(ctx, bindBudget)
	defer cancel()
	err := g.Client.Await(budget, []kube.Watched{{Object: claim, List: &corev1.PersistentVolumeClaimList{}}}, func(now []client.Object) (kube.Verdict, error) {
		current, ok := now[0].(*corev1.PersistentVolumeClaim)
		if ok {
			*claim = *current.DeepCopy()
		}
		return kube.Verdict{Done: !ok || current.Status.Phase != corev1.ClaimPending}, nil
	})
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return nil // the answer to the update says what is wrong
	}
	return err
}

func (g Growth) await(ctx context.Context, claim *corev1.PersistentVolumeClaim, size resource.Quantity) error {
	capacity, said := resource.Quantity{}, ""
	err := g.Client.Await(ctx, []kube.Watched{{Object: claim, List: &corev1.PersistentVolumeClaimList{}}}, func(now []client.Object) (kube.Verdict, error) {
		current, ok := now[0].(*corev1.PersistentVolumeClaim)
		if !ok {
			return kube.Verdict{}, &diagnostics.Failure{Cause: fmt.Sprintf("Somebody deleted the claim %q of the %s meanwhile.", g.Name, g.Thing)}
		}
		capacity, said = current.Status.Capacity[corev1.ResourceStorage], complaint(current)
		if request := current.Spec.Resources.Requests[corev1.ResourceStorage]; infeasible(current) && request.Cmp(size) == 0 {
			return kube.Verdict{}, &diagnostics.Failure{
				Cause:     fmt.Sprintf("The %s %q cannot grow from %s to %s: its storage refuses.", g.Thing, g.Name, capacity.String(), size.String()),
				Condition: said,
				Advice:    fmt.Sprintf("Write a size that the storage has room for, above the %s that there is: only for that does Kubernetes take back what was asked for. Setting the size back leaves the request as it is.", capacity.String()),
				Attribute: g.Attribute,
			}
		}
		// A claim that no pod uses yet is bound later, with its new size.
		return kube.Verdict{Done: capacity.Cmp(size) >= 0 || current.Status.Phase == corev1.ClaimPending || needsPod(current)}, nil
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return &diagnostics.Failure{
			Cause:     fmt.Sprintf("The %s %q was not enlarged in time: it has %s of %s.", g.Thing, g.Name, capacity.String(), size.String()),
			Condition: said,
			Advice:    "It goes on growing by itself; apply again later, or give it more time with timeouts.update.",
			Attribute: g.Attribute,
		}
	}
	return err
}

// withOverhead is the request of a claim for `storage` of the given size: as CDI
// makes it, or in proportion where CDI's configuration may not be read.
func (g Growth) withOverhead(ctx context.Context, claim *corev1.PersistentVolumeClaim, size resource.Quantity) (resource.Quantity, error) {
	from, err := g.Client.Reader(ctx)
	if err != nil {
		return size, err
	}
	config, err := Config(ctx, from)
	if err != nil {
		return size, err
	}
	if config != nil {
		return overhead.Add(size, overhead.Of(config, claim)), nil
	}
	if was, err := g.Was.Amount(); err == nil {
		size = scaled(size, was, claim.Spec.Resources.Requests[corev1.ResourceStorage])
	}
	return size, nil
}

// maxOverhead is the largest part of a disk that counts as a filesystem's
// overhead (CDI's default is 6 %); a claim that is larger yet was grown by
// somebody.
const maxOverhead = 25 // percent

// scaled returns the claim's request for a disk of the given size: CDI adds a
// filesystem's overhead to `storage`, so the claim is larger than the disk was.
func scaled(size, was, request resource.Quantity) resource.Quantity {
	if request.Cmp(was) <= 0 || request.Value() > was.Value()/100*(100+maxOverhead) {
		return size
	}
	n := new(big.Int).Mul(big.NewInt(size.Value()), big.NewInt(request.Value()))
	n.Div(n, big.NewInt(was.Value()))
	return *resource.NewQuantity(n.Int64(), resource.BinarySI)
}

// needsPod tells whether the volume is enlarged and its filesystem waits for
// the next pod that uses it.
func needsPod(claim *corev1.PersistentVolumeClaim) bool {
	for _, c := range claim.Status.Conditions {
		if c.Type == corev1.PersistentVolumeClaimFileSystemResizePending && c.Status == corev1.ConditionTrue {
			return true
		}
	}
	return false
}

// Config reads CDI's configuration; nil when there is none or it may not be read.
func Config(ctx context.Context, from kube.Getter) (*cdiv1.CDIConfig, error) {
	config := &cdiv1.CDIConfig{}
	found, err := kube.Find(ctx, from, "", "config", config)
	switch {
	case kube.IsMissingAPI(err), apierrors.IsForbidden(err):
		return nil, nil
	case err != nil || !found:
		return nil, err
	}
	return config, nil
}

// CheckSize refuses to shrink a disk. thing is what messages call it, and what a
// smaller one replaces.
func CheckSize(was, size quantity.Value, at path.Path, summary, thing, replace string) diag.Diagnostics {
	if !was.IsSet() || !size.IsSet() {
		return nil
	}
	before, errWas := was.Amount()
	after, errNow := size.Amount()
	if errWas != nil || errNow != nil || after.Cmp(before) >= 0 {
		return nil
	}
	return diag.Diagnostics{attribute.Error(at, summary,
		fmt.Sprintf("The %s has %s and cannot shrink to %s: Kubernetes volumes only grow.\n\nWrite at least %[2]s, or replace the %[4]s to start with a smaller disk.", thing, was.ValueString(), size.ValueString(), replace))}
}

package virtualserver

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
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// growRoot makes the root disk's claim larger and waits until the volume is.
// The DataVolume's own spec is immutable; the machine's template follows with
// the rest of the update, so that a failure here leaves the old size planned.
func (r *Resource) growRoot(ctx context.Context, vm *kubevirtv1.VirtualMachine, state, plan convert.Server) error {
	before, after := rootClaimSpec(state), rootClaimSpec(plan)
	if before == nil || after == nil || !after.Size.IsSet() || before.Size.Same(after.Size) || !plan.Storage.Root.Imported() {
		return nil
	}
	size, err := after.Size.Amount()
	if err != nil {
		return err
	}
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return err
	}
	claim := &corev1.PersistentVolumeClaim{}
	name := convert.LayoutOf(vm, state.RootVolume()).RootClaim
	found, err := getObject(ctx, api, vm.Namespace, name, claim)
	if err != nil || !found {
		return err // not imported yet: the template alone counts
	}
	request := claim.Spec.Resources.Requests[corev1.ResourceStorage]
	if plan.Storage.Root.Storage != nil {
		if size, err = r.withOverhead(ctx, claim, before, size); err != nil {
			return err
		}
	}
	if request.Cmp(size) >= 0 {
		return nil
	}
	if err := r.awaitBound(ctx, claim); err != nil {
		return err
	}
	claim.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind(convert.KindClaim))
	_, err = r.data.Client.Update(ctx, claim, func(*unstructured.Unstructured) (client.Object, client.Object, error) {
		larger := claim.DeepCopy()
		larger.Spec.Resources.Requests[corev1.ResourceStorage] = size
		return claim, larger, nil
	})
	at := path.Root("storage").AtName("root").AtName(claimAttribute(plan)).AtName("size")
	if err != nil {
		failure := &diagnostics.Failure{
			Cause:     fmt.Sprintf("The root disk %q cannot grow: %s", name, diagnostics.Explain(err)),
			Attribute: at,
		}
		if apierrors.IsForbidden(err) && strings.Contains(err.Error(), "resize") { // the admission plugin, not a missing permission
			failure.Cause = fmt.Sprintf("The root disk %q cannot grow: %v", name, err)
			failure.Advice = "Its storage class must have allowVolumeExpansion: true. Set the size back, or use another storage class, which replaces the server."
		}
		if claim.Status.Phase == corev1.ClaimPending {
			failure.Advice = "Its claim is not bound to a volume yet, and Kubernetes lets no such claim grow. Where the storage class waits for the first server that uses it, start the server, and apply the larger size after that."
		}
		return failure
	}
	capacity := resource.Quantity{}
	err = r.data.Client.Await(ctx, []kube.Watched{{Object: claim, List: &corev1.PersistentVolumeClaimList{}}}, func(now []client.Object) (kube.Verdict, error) {
		current, ok := now[0].(*corev1.PersistentVolumeClaim)
		if !ok {
			return kube.Verdict{}, &diagnostics.Failure{Cause: fmt.Sprintf("Somebody deleted the root disk's claim %q meanwhile.", name)}
		}
		capacity = current.Status.Capacity[corev1.ResourceStorage]
		// A claim that no pod uses yet is bound later, with its new size.
		return kube.Verdict{Done: capacity.Cmp(size) >= 0 || current.Status.Phase == corev1.ClaimPending || needsPod(current)}, nil
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return &diagnostics.Failure{
			Cause:     fmt.Sprintf("The root disk %q was not enlarged in time: it has %s of %s.", name, capacity.String(), size.String()),
			Advice:    "It goes on growing by itself; apply again later, or give it more time with timeouts.update.",
			Attribute: at,
		}
	}
	return err
}

// bindBudget is how long a claim that is being bound is waited for.
const bindBudget = 30 * time.Second

// awaitBound gives a claim a while to be bound: Kubernetes lets no other one grow.
func (r *Resource) awaitBound(ctx context.Context, claim *corev1.PersistentVolumeClaim) error {
	if claim.Status.Phase != corev1.ClaimPending {
		return nil
	}
	budget, cancel := context.WithTimeout(ctx, bindBudget)
	defer cancel()
	err := r.data.Client.Await(budget, []kube.Watched{{Object: claim, List: &corev1.PersistentVolumeClaimList{}}}, func(now []client.Object) (kube.Verdict, error) {
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

// withOverhead is the request of a claim for `storage` of the given size: as CDI
// makes it, or in proportion where CDI's configuration may not be read.
func (r *Resource) withOverhead(ctx context.Context, claim *corev1.PersistentVolumeClaim, before *convert.Claim, size resource.Quantity) (resource.Quantity, error) {
	from, err := r.data.Client.Reader(ctx)
	if err != nil {
		return size, err
	}
	config, err := getCDIConfig(ctx, from)
	if err != nil {
		return size, err
	}
	if config != nil {
		return convert.WithOverhead(size, convert.Overhead(config, claim)), nil
	}
	if was, err := before.Size.Amount(); err == nil {
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
// the server's next start.
func needsPod(claim *corev1.PersistentVolumeClaim) bool {
	for _, c := range claim.Status.Conditions {
		if c.Type == corev1.PersistentVolumeClaimFileSystemResizePending && c.Status == corev1.ConditionTrue {
			return true
		}
	}
	return false
}

func claimAttribute(m convert.Server) string {
	if m.Storage.Root.Storage != nil {
		return "storage"
	}
	return "pvc"
}

// checkSizes refuses to shrink the root disk.
func checkSizes(state, plan convert.Server) diag.Diagnostics {
	var diags diag.Diagnostics
	before, after := rootClaimSpec(state), rootClaimSpec(plan)
	if before == nil || after == nil || !before.Size.IsSet() || !after.Size.IsSet() {
		return diags
	}
	was, errWas := before.Size.Amount()
	now, errNow := after.Size.Amount()
	if errWas == nil && errNow == nil && now.Cmp(was) < 0 {
		diags.Append(attribute.Error(path.Root("storage").AtName("root").AtName(claimAttribute(plan)).AtName("size"), subject(plan).Summary("shrink the root disk of"),
			fmt.Sprintf("The root disk has %s and cannot shrink to %s: Kubernetes volumes only grow.\n\nWrite at least %[1]s, or replace the server to start with a smaller disk.", before.Size.ValueString(), after.Size.ValueString())))
	}
	return diags
}

func rootClaimSpec(m convert.Server) *convert.Claim {
	if m.Storage == nil || m.Storage.Root == nil {
		return nil
	}
	if m.Storage.Root.PVC != nil {
		return m.Storage.Root.PVC
	}
	return m.Storage.Root.Storage
}

package disk

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/creation"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// isClaimTaken tells how CDI's admission refuses a disk whose claim exists already.
func isClaimTaken(err error) bool {
	return err != nil && strings.Contains(err.Error(), "Destination PVC") && strings.Contains(err.Error(), "already exists")
}

// marked is the DataVolume as the mark of its creation knows it.
func marked(dv *cdiv1.DataVolume) client.Object {
	out := &cdiv1.DataVolume{}
	out.SetGroupVersionKind(cdiv1.SchemeGroupVersion.WithKind(convert.KindDataVolume))
	out.Namespace, out.Name, out.UID, out.Annotations = dv.Namespace, dv.Name, dv.UID, dv.Annotations
	return out
}

// takeOver makes the DataVolume of a create that was cut off the one of this
// create. refused is why there is no new one, and the error where there is nothing
// to take over, or where somebody is still creating it.
func (r *Resource) takeOver(ctx context.Context, in tfsdk.Plan, plan convert.VirtualDisk, token string, refused error) (*cdiv1.DataVolume, error) {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return nil, err
	}
	dv := &cdiv1.DataVolume{}
	found, err := kube.Find(ctx, api, plan.Namespace.ValueString(), plan.Name.ValueString(), dv)
	if err != nil || !found {
		return nil, refused
	}
	refused = creation.InUse(convert.KindDataVolume, dv) // says more than that its claim does
	if dv.DeletionTimestamp != nil || dv.Annotations[creation.Annotation] == "" {
		return nil, refused
	}
	abandoned, err := creation.AwaitAbandoned(ctx, r.data.Client, marked(dv), &cdiv1.DataVolumeList{}, r.times)
	dv, ok := abandoned.(*cdiv1.DataVolume)
	if err != nil || !ok {
		return nil, errors.Join(refused, err)
	}
	if err := refuseDifferent(ctx, in, dv, plan); err != nil {
		return nil, err
	}
	if first, err := creation.TakeOver(ctx, r.data.Client, marked(dv), token); err != nil || !first {
		return nil, errors.Join(refused, err)
	}
	return dv.DeepCopy(), nil
}

// refuseDifferent fails when what was left is not the plan's disk: nothing of a disk
// but labels and annotations can change.
func refuseDifferent(ctx context.Context, in tfsdk.Plan, dv *cdiv1.DataVolume, plan convert.VirtualDisk) error {
	left := convert.FromDisk(convert.DiskObjects{DataVolume: dv}, nil)
	left.Timeouts = plan.Timeouts
	state := tfsdk.State(in)
	diags := state.Set(ctx, &left)
	was, more := values.TreeOf(ctx, state)
	diags.Append(more...)
	now, more := values.TreeOf(ctx, in)
	diags.Append(more...)
	if diags.HasError() {
		return errors.New(diags[0].Detail())
	}
	var different []string
	for _, p := range datavolume.Comparison(dv.Namespace).Replacements(was, now, datavolume.Immutable(), datavolume.Exclusive()) {
		different = append(different, p.String())
	}
	if a, b := left.Claim(), plan.Claim(); len(different) == 0 && a != nil && b != nil && (a.Size.IsSet() || b.Size.IsSet()) && !a.Size.Same(b.Size) {
		different = append(different, sizeAt(plan).String())
	}
	if len(different) == 0 {
		return nil
	}
	return creation.Differs(convert.KindDataVolume, dv, different)
}

package image

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/creation"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// sourceInUse is the Taken of a DataSource, which is no image by itself.
func sourceInUse(source *cdiv1.DataSource) error {
	failure := &diagnostics.Failure{
		Cause:     fmt.Sprintf("A DataSource %q exists already. It is never adopted.", metadata.ID(source.Namespace, source.Name)),
		Advice:    "Choose another name, or delete it.",
		Attribute: path.Root("name"),
	}
	if cron := source.Labels[metadata.LabelCron]; cron != "" {
		id := metadata.ID(source.Namespace, cron)
		failure.Advice = fmt.Sprintf("It is of the DataImportCron %q. To manage that with Terraform, import it: terraform import <address> %[1]s. Otherwise choose another name.", id)
	}
	return creation.Taken{Failure: failure}
}

// isClaimTaken tells how CDI's admission refuses an image whose claim exists already.
func isClaimTaken(err error) bool {
	return err != nil && strings.Contains(err.Error(), "Destination PVC") && strings.Contains(err.Error(), "already exists")
}

// anchorOf is the empty object that holds an image, and a list of its kind.
func anchorOf(m convert.Image) (client.Object, client.ObjectList, string) {
	var obj client.Object = &cdiv1.DataVolume{}
	var list client.ObjectList = &cdiv1.DataVolumeList{}
	kind := convert.KindDataVolume
	if m.Schedule != nil {
		obj, list, kind = &cdiv1.DataImportCron{}, &cdiv1.DataImportCronList{}, convert.KindDataImportCron
	}
	obj.GetObjectKind().SetGroupVersionKind(cdiv1.SchemeGroupVersion.WithKind(kind))
	obj.SetNamespace(m.Namespace.ValueString())
	obj.SetName(m.Name.ValueString())
	return obj, list, kind
}

// marked is the anchor as the mark of its creation knows it.
func marked(m convert.Image, live client.Object) client.Object {
	out, _, _ := anchorOf(m)
	out.SetUID(live.GetUID())
	out.SetAnnotations(live.GetAnnotations())
	return out
}

// objectsOf are the image's objects while there is its anchor alone.
func objectsOf(anchor client.Object) (o convert.ImageObjects) {
	switch x := anchor.(type) {
	case *cdiv1.DataImportCron:
		o.Cron = x
	case *cdiv1.DataVolume:
		o.DataVolume = x
	}
	return o
}

// lastReadTimeout bounds the look at what an interrupted create left.
const lastReadTimeout = 10 * time.Second

// wasCreated tells whether the anchor exists although its creation had no answer: only
// ours has our mark. It reads it into anchor.
func wasCreated(ctx context.Context, api client.Client, m convert.Image, anchor client.Object, token string) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastReadTimeout)
	defer cancel()
	live, _, _ := anchorOf(m)
	found, err := kube.Find(ctx, api, live.GetNamespace(), live.GetName(), live)
	if err != nil || !found || !creation.IsOf(live, token) {
		return false
	}
	switch x := anchor.(type) {
	case *cdiv1.DataImportCron:
		*x = *live.(*cdiv1.DataImportCron) //nolint:forcetypeassert // anchorOf gave it
	case *cdiv1.DataVolume:
		*x = *live.(*cdiv1.DataVolume) //nolint:forcetypeassert // anchorOf gave it
	}
	return true
}

// takeOver makes the anchor of a create that was cut off the one of this create.
// refused is why there is no new one, and the error where there is nothing to take
// over, or where somebody is still creating it.
func (r *Resource) takeOver(ctx context.Context, in tfsdk.Plan, plan convert.Image, token string, refused error) (o convert.ImageObjects, err error) {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return o, err
	}
	anchor, list, kind := anchorOf(plan)
	found, err := kube.Find(ctx, api, anchor.GetNamespace(), anchor.GetName(), anchor)
	if err != nil || !found {
		return o, refused
	}
	refused = creation.InUse(kind, anchor) // says more than that its claim or DataSource does
	if anchor.GetDeletionTimestamp() != nil || anchor.GetAnnotations()[creation.Annotation] == "" {
		return o, refused
	}
	abandoned, err := creation.AwaitAbandoned(ctx, r.data.Client, marked(plan, anchor), list, r.times)
	if err != nil || abandoned == nil {
		return o, errors.Join(refused, err)
	}
	left := abandoned.DeepCopyObject().(client.Object) //nolint:forcetypeassert // DeepCopyObject keeps the type
	o = objectsOf(left)
	if err := refuseDifferent(ctx, in, o, plan, kind); err != nil {
		return o, err
	}
	if first, err := creation.TakeOver(ctx, r.data.Client, marked(plan, left), token); err != nil || !first {
		return o, errors.Join(refused, err)
	}
	return o, nil
}

// refuseDifferent fails when what was left is not the plan's image.
func refuseDifferent(ctx context.Context, in tfsdk.Plan, o convert.ImageObjects, plan convert.Image, kind string) error {
	left := convert.FromImage(o, nil)
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
	immutable := append(datavolume.Immutable(), []string{"schedule"})
	var different []string
	for _, p := range comparisonOf(plan.Namespace.ValueString()).Replacements(was, now, immutable, datavolume.Exclusive()) {
		different = append(different, p.String())
	}
	if a, b := left.Claim(), plan.Claim(); len(different) == 0 && a != nil && b != nil && (a.Size.IsSet() || b.Size.IsSet()) && !a.Size.Same(b.Size) {
		different = append(different, sizeAt(plan).String())
	}
	if len(different) == 0 {
		return nil
	}
	anchor, _ := o.Anchor().(client.Object)
	return creation.Differs(kind, anchor, different)
}

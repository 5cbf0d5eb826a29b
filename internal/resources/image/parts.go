package image

import (
	"context"
	"fmt"
	"maps"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// ensureParts makes what belongs to the image and is missing, and carries over what the
// plan changes in it. was is the state, nil at create.
func (r *Resource) ensureParts(ctx context.Context, o *convert.ImageObjects, was *convert.Image, plan convert.Image) error {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return err
	}
	if plan.Schedule == nil { // else CDI makes it
		if err := ensureDataSource(ctx, api, o, plan); err != nil {
			return err
		}
	}
	if plan.SharedWith == nil && (was == nil || was.SharedWith == nil) {
		return nil
	}
	if err := fetchSharing(ctx, api, plan.Namespace.ValueString(), plan.Name.ValueString(), o); err != nil {
		return err
	}
	if plan.SharedWith == nil {
		return unshare(ctx, api, *o)
	}
	return share(ctx, api, o, plan)
}

func ensureDataSource(ctx context.Context, api client.Client, o *convert.ImageObjects, plan convert.Image) error {
	want := convert.ToDataSource(plan, *o)
	err := api.Create(ctx, want, kube.Strict)
	if err == nil {
		o.DataSource = want
		return nil
	}
	if !apierrors.IsAlreadyExists(err) {
		return err
	}
	live, err := find(ctx, api, want.Namespace, want.Name, &cdiv1.DataSource{})
	if err != nil || live == nil {
		return err
	}
	if o.DataSource = live; !o.OwnsDataSource() {
		return sourceInUse(live)
	}
	if equality.Semantic.DeepEqual(live.Spec, want.Spec) {
		return nil
	}
	before := live.DeepCopy()
	live.Spec = want.Spec
	return api.Patch(ctx, live, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}), kube.Strict)
}

func share(ctx context.Context, api client.Client, o *convert.ImageObjects, plan convert.Image) error {
	role, binding := convert.ToCloneRole(plan, *o), convert.ToCloneRoleBinding(plan, *o)
	if o.Role != nil && !o.IsOwned(o.Role) || o.RoleBinding != nil && !o.IsOwned(o.RoleBinding) {
		return &diagnostics.Failure{
			Cause:     fmt.Sprintf("A Role or RoleBinding %q exists already. It is never adopted.", metadata.ID(role.Namespace, role.Name)),
			Advice:    "Rename or delete it, or choose another name for the image.",
			Attribute: path.Root("shared_with"),
		}
	}
	if o.RoleBinding != nil && o.RoleBinding.RoleRef != binding.RoleRef { // which nobody can change
		if err := kube.Delete(ctx, api, o.RoleBinding); err != nil {
			return err
		}
		o.RoleBinding = nil
	}
	if o.Role == nil {
		if err := allowed(api.Create(ctx, role, kube.Strict)); err != nil {
			return err
		}
		o.Role = role
	} else if !equality.Semantic.DeepEqual(o.Role.Rules, role.Rules) {
		before := o.Role.DeepCopy()
		o.Role.Rules = role.Rules
		if err := allowed(api.Patch(ctx, o.Role, client.MergeFrom(before))); err != nil {
			return err
		}
	}
	if o.RoleBinding == nil {
		o.RoleBinding = binding
		return allowed(api.Create(ctx, binding, kube.Strict))
	}
	if equality.Semantic.DeepEqual(o.RoleBinding.Subjects, binding.Subjects) {
		return nil
	}
	before := o.RoleBinding.DeepCopy()
	o.RoleBinding.Subjects = binding.Subjects
	return allowed(api.Patch(ctx, o.RoleBinding, client.MergeFrom(before)))
}

// allowed says what a user lacks who may not share: Kubernetes lets nobody give a right
// that they do not have.
func allowed(err error) error {
	if !apierrors.IsForbidden(err) {
		return err
	}
	failure := diagnostics.ToFailure(err)
	failure.Advice = "Sharing needs the rights to make roles and rolebindings of the API group rbac.authorization.k8s.io in the image's namespace, and the right that is given: create on datavolumes/source of cdi.kubevirt.io. Give them to the provider's user, or remove shared_with."
	failure.Attribute = path.Root("shared_with")
	return failure
}

func unshare(ctx context.Context, api client.Client, o convert.ImageObjects) error {
	for _, obj := range sharing(o) {
		if err := kube.Delete(ctx, api, obj); err != nil {
			return err
		}
	}
	return nil
}

// sharing are the Role and the RoleBinding that belong to the image.
func sharing(o convert.ImageObjects) []client.Object {
	var out []client.Object
	if o.RoleBinding != nil && o.IsOwned(o.RoleBinding) {
		out = append(out, o.RoleBinding)
	}
	if o.Role != nil && o.IsOwned(o.Role) {
		out = append(out, o.Role)
	}
	return out
}

// changeMetadata writes labels and annotations: the user's on the object that stands for
// the image, and what the image says of itself on all that hold it or lead to it, the
// DataSource last, since CDI copies to it from the others.
func (r *Resource) changeMetadata(ctx context.Context, o convert.ImageObjects, state, plan convert.Image, managed metadata.Keys) error {
	marksWas, marksNow := state.Marks(), plan.Marks()
	was := metav1.ObjectMeta{
		Labels:      metadata.Merge(metadata.StringMap(metadata.Only(state.Labels, managed.Labels)), marksWas.Labels),
		Annotations: metadata.Merge(metadata.StringMap(metadata.Only(state.Annotations, managed.Annotations)), marksWas.Annotations),
	}
	now := metav1.ObjectMeta{
		Labels:      metadata.Merge(metadata.StringMap(metadata.Asked(plan.Labels, state.Labels, managed.Labels)), marksNow.Labels),
		Annotations: metadata.Merge(metadata.StringMap(metadata.Asked(plan.Annotations, state.Annotations, managed.Annotations)), marksNow.Annotations),
	}
	cdi := func(kind string) metav1.TypeMeta {
		return metav1.TypeMeta{APIVersion: cdiv1.SchemeGroupVersion.String(), Kind: kind}
	}
	for _, object := range []struct {
		there bool
		live  metav1.Object
		kind  metav1.TypeMeta
	}{
		{o.Cron != nil, o.Cron, cdi(convert.KindDataImportCron)},
		{o.DataVolume != nil, o.DataVolume, cdi(convert.KindDataVolume)},
		{o.Claim != nil, o.Claim, metav1.TypeMeta{APIVersion: "v1", Kind: convert.KindClaim}},
		{o.DataSource != nil, o.DataSource, cdi(convert.KindDataSource)},
	} {
		if !object.there {
			continue
		}
		before, after := marksWas, marksNow
		if object.live == o.Anchor() {
			before, after = was, now
		}
		if maps.Equal(before.Labels, after.Labels) && maps.Equal(before.Annotations, after.Annotations) {
			continue
		}
		if err := r.patchMetadata(ctx, object.live, object.kind, before, after); err != nil {
			return err
		}
	}
	return r.settle(ctx, o, marksWas.Labels, marksNow.Labels)
}

// settleTime is how long the DataSource must be without the labels that were removed.
const settleTime = 2 * time.Second

// settle takes removed labels from the DataSource again, as long as CDI copies them back
// from what it has not seen changed yet.
func (r *Resource) settle(ctx context.Context, o convert.ImageObjects, was, now map[string]string) error {
	gone := maps.Clone(was)
	maps.DeleteFunc(gone, func(key, _ string) bool { _, stays := now[key]; return stays })
	if len(gone) == 0 || o.DataSource == nil {
		return nil
	}
	kind := metav1.TypeMeta{APIVersion: cdiv1.SchemeGroupVersion.String(), Kind: convert.KindDataSource}
	object := &cdiv1.DataSource{ObjectMeta: metav1.ObjectMeta{Namespace: o.DataSource.Namespace, Name: o.DataSource.Name}}
	since := time.Now()
	return r.data.Client.Await(ctx, []kube.Watched{{Object: object, List: &cdiv1.DataSourceList{}}}, func(seen []client.Object) (kube.Verdict, error) {
		if seen[0] == nil {
			return kube.Verdict{Done: true}, nil
		}
		back := metav1.ObjectMeta{Labels: map[string]string{}}
		for key := range gone {
			if value, there := seen[0].GetLabels()[key]; there {
				back.Labels[key] = value
			}
		}
		if len(back.Labels) > 0 {
			since = time.Now()
			return kube.Verdict{Again: settleTime}, r.patchMetadata(ctx, o.DataSource, kind, back, metav1.ObjectMeta{})
		}
		left := settleTime - time.Since(since)
		return kube.Verdict{Done: left <= 0, Again: left}, nil
	})
}

func (r *Resource) patchMetadata(ctx context.Context, live metav1.Object, kind metav1.TypeMeta, before, after metav1.ObjectMeta) error {
	named := func(meta metav1.ObjectMeta) client.Object {
		meta.Namespace, meta.Name = live.GetNamespace(), live.GetName()
		return &metav1.PartialObjectMetadata{TypeMeta: kind, ObjectMeta: meta}
	}
	was, now := named(before), named(after)
	_, err := r.data.Client.Update(ctx, was, func(*unstructured.Unstructured) (client.Object, client.Object, error) {
		return was, now, nil
	})
	return err
}

package image

import (
	"cmp"
	"context"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// kinds says which objects of an image are looked for.
type kinds struct{ schedule, importing, sharing bool }

// kindsOf are those of an image that is managed; at import all are.
func kindsOf(m convert.Image) kinds {
	return kinds{schedule: m.Schedule != nil, sharing: m.SharedWith != nil}
}

var allKinds = kinds{schedule: true, importing: true, sharing: true}

// find reads an object; nil when it does not exist.
func find[O client.Object](ctx context.Context, from kube.Getter, namespace, name string, into O) (found O, err error) {
	ok, err := kube.Find(ctx, from, namespace, name, into)
	if err != nil || !ok {
		return found, err
	}
	return into, nil
}

// fetch reads the objects of an image.
func fetch(ctx context.Context, from kube.Getter, namespace, name string, which kinds) (o convert.ImageObjects, err error) {
	if which.schedule {
		if o.Cron, err = find(ctx, from, namespace, name, &cdiv1.DataImportCron{}); err != nil {
			return o, err
		}
	}
	content := name
	if which.schedule && (o.Cron != nil || !which.importing) {
		content = importOf(o.Cron)
	}
	source := name
	if o.Cron != nil {
		source = o.Cron.Spec.ManagedDataSource // one that was made by others may have another
	}
	if o.DataSource, err = find(ctx, from, namespace, source, &cdiv1.DataSource{}); err != nil {
		return o, err
	}
	if content != "" {
		if o.DataVolume, o.Claim, err = datavolume.Find(ctx, from, namespace, content); err != nil {
			return o, err
		}
	}
	if which.schedule && !which.importing && o.Cron == nil {
		// What a schedule left behind is no image.
		o.DataVolume, o.Claim = nil, nil
	}
	if which.sharing {
		if err = fetchSharing(ctx, from, namespace, name, &o); err != nil && !(which.importing && apierrors.IsForbidden(err)) {
			return o, err
		}
	}
	if o.Claim != nil {
		o.CDIConfig, err = datavolume.Config(ctx, from)
		return o, err
	}
	return o, nil
}

func fetchSharing(ctx context.Context, from kube.Getter, namespace, name string, o *convert.ImageObjects) (err error) {
	if o.Role, err = find(ctx, from, namespace, convert.SharingName(name), &rbacv1.Role{}); err != nil {
		return err
	}
	o.RoleBinding, err = find(ctx, from, namespace, convert.SharingName(name), &rbacv1.RoleBinding{})
	return err
}

// importOf is the name of a schedule's current import, "" before the first.
func importOf(cron *cdiv1.DataImportCron) string {
	if cron == nil || len(cron.Status.CurrentImports) == 0 {
		return ""
	}
	return cron.Status.CurrentImports[0].DataVolumeName
}

// watched are the objects to wait on: schedule, DataSource, DataVolume and claim.
// content is the name of the latter two.
func watched(m convert.Image, content string) []kube.Watched {
	meta := func(name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Namespace: m.Namespace.ValueString(), Name: name}
	}
	name := m.Name.ValueString()
	source := cmp.Or(m.DataSource.ValueString(), name)
	out := []kube.Watched{{Object: &cdiv1.DataSource{ObjectMeta: meta(source)}, List: &cdiv1.DataSourceList{}}}
	if m.Schedule != nil {
		out = append(out, kube.Watched{Object: &cdiv1.DataImportCron{ObjectMeta: meta(name)}, List: &cdiv1.DataImportCronList{}})
	}
	if content != "" {
		out = append(out,
			kube.Watched{Object: &cdiv1.DataVolume{ObjectMeta: meta(content)}, List: &cdiv1.DataVolumeList{}},
			kube.Watched{Object: &corev1.PersistentVolumeClaim{ObjectMeta: meta(content)}, List: &corev1.PersistentVolumeClaimList{}})
	}
	return out
}

// keep takes what a watch showed over.
func keep(o *convert.ImageObjects, now []client.Object) {
	o.Cron, o.DataSource, o.DataVolume, o.Claim = nil, nil, nil, nil
	for _, obj := range now {
		switch x := obj.(type) {
		case *cdiv1.DataImportCron:
			o.Cron = x
		case *cdiv1.DataSource:
			o.DataSource = x
		case *cdiv1.DataVolume:
			o.DataVolume = x
		case *corev1.PersistentVolumeClaim:
			o.Claim = x
		}
	}
}

// isOurs tells whether what is there is what the state knows: the schedule, the
// DataVolume, or the claim that it left.
func isOurs(o convert.ImageObjects, uid, claim string) bool {
	switch {
	case o.Cron != nil:
		return string(o.Cron.UID) == uid
	case o.DataVolume != nil:
		return string(o.DataVolume.UID) == uid
	}
	return o.Claim != nil && (string(o.Claim.UID) == uid || claim == quoted(string(o.Claim.UID)))
}

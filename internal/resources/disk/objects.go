package disk

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// fetch reads DataVolume and claim, which have one name.
func fetch(ctx context.Context, from kube.Getter, namespace, name string) (convert.DiskObjects, error) {
	var o convert.DiskObjects
	var err error
	if o.DataVolume, o.Claim, err = datavolume.Find(ctx, from, namespace, name); err != nil || o.Claim == nil {
		return o, err
	}
	o.CDIConfig, err = datavolume.Config(ctx, from)
	return o, err
}

// watched are the objects to wait on.
func watched(m convert.VirtualDisk) []kube.Watched {
	dv, claim := &cdiv1.DataVolume{}, &corev1.PersistentVolumeClaim{}
	dv.Namespace, dv.Name = m.Namespace.ValueString(), m.Name.ValueString()
	claim.Namespace, claim.Name = dv.Namespace, dv.Name
	return []kube.Watched{{Object: dv, List: &cdiv1.DataVolumeList{}}, {Object: claim, List: &corev1.PersistentVolumeClaimList{}}}
}

package virtualserver

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// startEphemeral waits for the import of an ephemeral root disk and then gives
// the server its run strategy.
func (r *Resource) startEphemeral(ctx context.Context, o *convert.Objects, plan convert.Server) error {
	if o.Root == nil || plan.SpecStrategy() == kubevirtv1.RunStrategyHalted {
		return nil
	}
	if err := r.awaitEphemeralRoot(ctx, o, plan); err != nil {
		return err
	}
	before := plan
	before.RunStrategy, before.PowerState = types.StringValue(string(kubevirtv1.RunStrategyHalted)), types.StringNull()
	vm, err := r.patchMachine(ctx, o.VM, before, plan, metadata.Keys{})
	if err != nil {
		return err
	}
	o.VM = vm
	return nil
}

// ensureEphemeralRoot makes sure that an ephemeral root disk holds its image
// before the server starts: KubeVirt does not wait for it. An earlier apply may
// have been interrupted, or somebody may have deleted the disk.
func (r *Resource) ensureEphemeralRoot(ctx context.Context, o *convert.Objects, plan convert.Server) error {
	l := convert.LayoutOf(o.VM, plan.RootVolume())
	dv := convert.ToRootDataVolume(plan, l)
	if dv == nil {
		return nil
	}
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return err
	}
	made, err := getObject(ctx, api, dv.Namespace, dv.Name, &cdiv1.DataVolume{})
	if err != nil {
		return err
	}
	claimed, err := getObject(ctx, api, dv.Namespace, dv.Name, &corev1.PersistentVolumeClaim{})
	if err != nil {
		return err
	}
	switch {
	case !made && claimed:
		return nil // older CDI removes a DataVolume that is done
	case !made:
		if err := r.createPart(ctx, o.VM, dv); err != nil {
			return err
		}
	}
	return r.awaitEphemeralRoot(ctx, o, plan)
}

// awaitEphemeralRoot waits for the import. The server stays halted when it
// takes too long, and the next apply sees that it is to be started.
func (r *Resource) awaitEphemeralRoot(ctx context.Context, o *convert.Objects, plan convert.Server) error {
	err := r.await(ctx, o, plan, waitImported)
	var late *waiting.Late
	if errors.As(err, &late) {
		late.Advice = "The server is not started yet: apply again once the import is done. Give it more time with timeouts."
	}
	return err
}

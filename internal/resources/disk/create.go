package disk

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/admission"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// Create makes the DataVolume, saves the state at once, and waits until the disk can
// be used.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan convert.VirtualDisk
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultCreateTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	deadline, cancel := context.WithTimeout(withWarnings(ctx, plan, &resp.Diagnostics), timeout)
	defer cancel()
	dv, err := r.create(deadline, plan)
	if err != nil {
		resp.Diagnostics.Append(subject(plan).Error("create", err))
		return
	}
	o := convert.DiskObjects{DataVolume: dv}
	save := func() {
		plan.ID, plan.UID, plan.Status = types.StringValue(subject(plan).Name), types.StringValue(string(dv.UID)), convert.DiskStatus(o)
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan)...)
	}
	save()
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, privateMade, convert.RecordDisk(o))...)
	resp.Diagnostics.Append(keysOf(plan).Write(ctx, resp.Private)...)
	err = r.await(deadline, &o, plan)
	resp.Diagnostics.Append(outcome(ctx, "create", plan, err)...)
	save()
}

// create makes the DataVolume of a name that nothing has: CDI would take over a claim
// that exists.
func (r *Resource) create(ctx context.Context, plan convert.VirtualDisk) (*cdiv1.DataVolume, error) {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return nil, err
	}
	namespace, name := plan.Namespace.ValueString(), plan.Name.ValueString()
	found, err := kube.Find(ctx, api, namespace, name, &corev1.PersistentVolumeClaim{})
	if err != nil {
		return nil, err
	}
	if found {
		return nil, taken(convert.KindClaim, namespace, name)
	}
	dv := convert.ToDataVolume(plan)
	err = api.Create(ctx, dv, kube.Strict)
	if apierrors.IsAlreadyExists(err) {
		return nil, taken(convert.KindDataVolume, namespace, name)
	}
	return dv, admission.AtAttribute(err, convert.DiskAttribute)
}

func taken(kind, namespace, name string) error {
	id := metadata.ID(namespace, name)
	return &diagnostics.Failure{
		Cause:     fmt.Sprintf("A %s %q exists already. It is never adopted.", kind, id),
		Advice:    fmt.Sprintf("To manage it with Terraform, import it: terraform import <address> %s. Otherwise choose another name.", id),
		Attribute: path.Root("name"),
	}
}

// keysOf are the labels and annotations that a configuration asks for.
func keysOf(m convert.VirtualDisk) metadata.Keys {
	return metadata.Keys{Labels: metadata.KeysOf(metadata.StringMap(m.Labels)), Annotations: metadata.KeysOf(metadata.StringMap(m.Annotations))}
}

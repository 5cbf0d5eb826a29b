package image

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/creation"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// Update carries over what can change of an image: labels and annotations, its size, who
// shares it. It makes again what is missing, and uploads to an image that waits for it.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state, config convert.Image
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaults.Update)
	resp.Diagnostics.Append(diags...)
	managed, diags := metadata.ReadKeys(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	claim, diags := req.Private.GetKey(ctx, privateClaim)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	deadline, cancel := context.WithTimeout(withWarnings(ctx, plan, &resp.Diagnostics), timeout)
	defer cancel()
	var file *localFile
	var err error
	if uploadsNow(state, plan) {
		if file, err = openUpload(plan); err == nil {
			defer file.Close()
		}
	}
	var o convert.ImageObjects
	var hash string
	if err == nil {
		o, hash, err = r.update(deadline, state, plan, managed, string(claim), file)
	}
	ending := outcome("update", plan)
	resp.Diagnostics.Append(ending.Diagnostics(ctx, err)...)
	if ending.Fails(err) {
		// The state keeps what was: the next plan shows what is still to do.
		resp.Diagnostics.Append(managed.And(keysOf(config)).Write(ctx, resp.Private)...)
		return
	}
	resp.Diagnostics.Append(keysOf(config).Write(ctx, resp.Private)...)
	resp.Diagnostics.Append(file.record(ctx, resp.Private, hash)...)
	if plan.Status.IsUnknown() {
		plan.Status = convert.ImageStatus(o)
	}
	if file == nil {
		hash = hashOf(plan)
	}
	noteUpload(&plan, hash)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(identityOf(plan).Set(ctx, resp.Identity)...)
}

func (r *Resource) update(ctx context.Context, state, plan convert.Image, managed metadata.Keys, claim string, file *localFile) (o convert.ImageObjects, hash string, err error) {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return o, "", err
	}
	namespace, name := plan.Namespace.ValueString(), plan.Name.ValueString()
	if o, err = fetch(ctx, api, namespace, name, kindsOf(plan)); err != nil {
		return o, "", err
	}
	if o.Anchor() == nil || !isOurs(o, state.UID.ValueString(), claim) {
		return o, "", &diagnostics.Failure{Cause: "The image is gone: somebody deleted it after the plan was made.", Advice: "Plan and apply again to make a new one."}
	}
	if anchor, _ := o.Anchor().(client.Object); anchor.GetAnnotations()[creation.Annotation] != "" {
		// Of a create that was cut off; the image was imported.
		if err := creation.Forget(ctx, r.data.Client, marked(plan, anchor)); err != nil {
			return o, "", err
		}
	}
	if err := r.changeMetadata(ctx, o, state, plan, managed); err != nil {
		return o, "", err
	}
	if err := r.ensureParts(ctx, &o, &state, plan); err != nil {
		return o, "", err
	}
	switch wants := hashOf(plan); {
	case file != nil:
		if hash, err = r.fill(ctx, &o, plan, file); err != nil {
			return o, "", err
		}
	case wants != "" && hashOf(state) == "" && o.DataVolume != nil:
		// Nobody noted what was uploaded: the user knows.
		if err = r.noteHash(ctx, plan, wants); err != nil {
			return o, "", err
		}
	case state.DataSource.IsNull():
		if err = r.await(ctx, &o, plan, goal{}); err != nil && grows(state, plan) {
			err = datavolume.BeforeGrowth(err, sizeAt(plan)) // the size is not written yet
		}
		if err != nil {
			return o, "", err
		}
	}
	if grows(state, plan) {
		if err := r.grow(ctx, &o, state, plan); err != nil {
			return o, hash, err
		}
	}
	o, err = fetch(ctx, api, namespace, name, kindsOf(plan))
	return o, hash, err
}

// grow makes the claim larger, once the image's content is there.
func (r *Resource) grow(ctx context.Context, o *convert.ImageObjects, state, plan convert.Image) error {
	if err := datavolume.BeforeGrowth(r.await(ctx, o, plan, goal{}), sizeAt(plan)); err != nil {
		return err
	}
	growth := datavolume.Growth{
		Client: r.data.Client, Namespace: plan.Namespace.ValueString(), Name: plan.Name.ValueString(),
		Thing: "image", Replace: "image",
		Was: state.Claim().Size, Size: plan.Claim().Size, Completed: plan.Storage != nil,
		Attribute: sizeAt(plan),
	}
	return growth.Do(ctx)
}

// grows tells whether the plan writes another size.
func grows(state, plan convert.Image) bool {
	before, after := state.Claim(), plan.Claim()
	return before != nil && after != nil && after.Size.IsSet() && !before.Size.Same(after.Size)
}

// sizeAt is the attribute of the size.
func sizeAt(m convert.Image) path.Path {
	if m.Storage != nil {
		return path.Root("storage").AtName("size")
	}
	return path.Root("pvc").AtName("size")
}

// hashOf is the known hash of an upload.
func hashOf(m convert.Image) string {
	if u := m.UploadOf(); u != nil {
		return u.SHA256.ValueString()
	}
	return ""
}

// noteUpload sets the hash of an upload to that of what was uploaded; without one the
// state must not say that anything was.
func noteUpload(m *convert.Image, hash string) {
	u := m.UploadOf()
	if u == nil {
		return
	}
	content, upload := *m.Source, *u // the plan is not changed
	if upload.SHA256 = types.StringNull(); hash != "" {
		upload.SHA256 = types.StringValue(hash)
	}
	content.Upload = &upload
	m.Source = &content
}

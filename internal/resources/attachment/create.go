package attachment

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
)

// Create writes the device into the machine, saves the state at once, and waits until
// the guest that runs has it.
func (r *Resource[M, P]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan M
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	c := P(&plan).Common()
	timeout, diags := c.Timeouts.Create(ctx, defaults.Create)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if c.Namespace.IsUnknown() {
		c.Namespace = types.StringValue(r.data.Namespace)
	}
	if c.ServerUID.IsUnknown() {
		c.ServerUID = types.StringNull()
	}
	deadline, cancel := context.WithTimeout(r.withWarnings(ctx, c, &resp.Diagnostics), timeout)
	defer cancel()
	if !r.data.Machines.Make(id(c)) {
		resp.Diagnostics.Append(r.subject(c).Error("create", twice(id(c))))
		return
	}
	s, leave, err := r.create(deadline, plan)
	if err != nil {
		r.data.Machines.Free(id(c))
		resp.Diagnostics.Append(r.subject(c).Error("create", err))
		return
	}
	defer leave()
	c.ID, c.ServerUID = types.StringValue(id(c)), types.StringValue(string(s.vm.UID))
	save := func() {
		c.Status = convert.AttachmentStatus(P(&plan).Device(), s.vmi)
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, c)...)
	}
	save()
	err = r.bring(deadline, &s, plan, leave)
	resp.Diagnostics.Append(r.outcome("create", c).Diagnostics(ctx, err)...)
	save()
}

// create writes the device. leave ends what Enter of machine.Shared began.
func (r *Resource[M, P]) create(ctx context.Context, plan M) (s server, leave func(), err error) {
	leave = func() {}
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return s, leave, err
	}
	c := P(&plan).Common()
	if s, err = find(ctx, api, c); err != nil {
		return s, leave, err
	}
	if err := s.usable(c); err != nil {
		return s, leave, err
	}
	if r.restarts(&plan) {
		leave = r.data.Machines.Enter(s.vm.UID)
	}
	vm, err := r.write(ctx, s, plan, false)
	if err != nil {
		leave()
		return s, leave, err
	}
	s.vm = vm
	return s, leave, nil
}

// twice refuses a name that two resources of one configuration have.
func twice(id string) *diagnostics.Failure {
	return &diagnostics.Failure{
		Cause:     "Two resources attach something to the server under this name: another one of this configuration has the id \"" + id + "\" too.",
		Advice:    "Give each its own name, or remove one of them. One that was renamed in the configuration needs a moved block.",
		Attribute: path.Root("name"),
	}
}

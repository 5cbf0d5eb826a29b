package virtualserver

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	k8stypes "k8s.io/apimachinery/pkg/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// guestDataAttributes say what cloud-init does in the guest.
var guestDataAttributes = []string{"cloud_init", "cloud_init_wo_version", "cloud_init_secret", "users", "network_data", "network_data_wo_version"}

// restartPends tells whether the state shows changes that wait for a restart
// which the plan wants done: an earlier apply may not have got to it, or somebody
// else made them.
func restartPends(state, plan convert.Server) bool {
	if state.Status.IsNull() || state.Status.IsUnknown() {
		return false
	}
	return pendingOf(plan.RestartPolicy.ValueString(), plan.CloudInitOnChange.ValueString(), values.Texts(state.Status.Attributes()["pending_changes"]))
}

// pendingOf goes by what pends alone, and not by KubeVirt's RestartRequired: a
// machine with a CPU model and no topology has that right after each start.
func pendingOf(policy, onChange string, pending []string) bool {
	return policy == restartAutomatic && len(pending) > 0 ||
		onChange == onChangeRestart && slices.ContainsFunc(pending, isGuestData)
}

func isGuestData(attribute string) bool {
	name, _, _ := strings.Cut(attribute, ".")
	return slices.Contains(guestDataAttributes, strings.TrimSuffix(name, "_wo")) || slices.Contains(guestDataAttributes, name)
}

// hasPending does so for a plan that changes nothing else, from its raw state.
func hasPending(state map[string]tftypes.Value) bool {
	text := func(v tftypes.Value) (out string) {
		if v.Type() != nil && v.IsKnown() && !v.IsNull() {
			_ = v.As(&out)
		}
		return out
	}
	policy, onChange := text(state["restart_policy"]), text(state["cloud_init_on_change"])
	if policy != restartAutomatic && onChange != onChangeRestart {
		return false
	}
	var status map[string]tftypes.Value
	if v := state["status"]; v.Type() == nil || !v.IsKnown() || v.IsNull() || v.As(&status) != nil {
		return false
	}
	var pending []string
	var elements []tftypes.Value
	if v := status["pending_changes"]; v.IsKnown() && !v.IsNull() && v.As(&elements) == nil {
		for _, element := range elements {
			pending = append(pending, text(element))
		}
	}
	return pendingOf(policy, onChange, pending)
}

// refuseRestart refuses a plan that restarts what KubeVirt does not restart.
func refuseRestart(state, plan convert.Server) (diags diag.Diagnostics) {
	if restartTriggers.changed(state, plan) && plan.RunStrategy.ValueString() == string(kubevirtv1.RunStrategyOnce) && !stops(plan) && !stops(state) {
		diags.Append(subject(plan).Error("restart", runsOnce("restart_triggers")))
	}
	return diags
}

func runsOnce(attribute string) *diagnostics.Failure {
	return &diagnostics.Failure{
		Cause:     `A server with the run strategy "Once" cannot be restarted: KubeVirt refuses it.`,
		Advice:    "Choose another run strategy, or leave " + attribute + " as it was.",
		Attribute: path.Root(attribute),
	}
}

// restartIfDue restarts the guest that ran before the update, when the plan says so
// and it has not got another instance by the update itself. asked tells whether
// KubeVirt was told to, which an error does not undo.
func (r *Resource) restartIfDue(ctx context.Context, o *convert.Objects, plan convert.Server, c change, before k8stypes.UID) (asked bool, err error) {
	newData := c.userData && plan.CloudInitOnChange.ValueString() == onChangeRestart
	automatic := plan.RestartPolicy.ValueString() == restartAutomatic
	if before == "" || stops(plan) || !c.restart && !newData && !automatic {
		return false, nil
	}
	// KubeVirt has seen the new spec before it tells what pends.
	err = r.awaitThat(ctx, o, plan, "has not taken the change in yet", func(o *convert.Objects, _ *cdiv1.DataVolume) (bool, error) {
		return runningInstance(o) != before || o.VM.Status.DesiredGeneration >= o.VM.Generation, nil
	})
	if err != nil || runningInstance(o) != before || convert.PowerOf(o.VM, o.VMI) == convert.PowerStopped {
		return false, err
	}
	due := c.restartTriggered || newData
	if !due {
		if due, err = r.pends(ctx, o, plan); err != nil || !due {
			return false, err
		}
	}
	if convert.RunStrategyOf(o.VM) == kubevirtv1.RunStrategyOnce {
		switch {
		case c.restartTriggered:
			return false, runsOnce("restart_triggers")
		case automatic:
			return false, runsOnce("restart_policy")
		}
		return false, runsOnce("cloud_init_on_change")
	}
	if err := r.restart(ctx, o, kubevirtv1.RestartOptions{}); err != nil {
		return false, err
	}
	return true, r.awaitRestarted(ctx, o, plan, before)
}

// pends reads what waits for a restart, and tells whether the plan wants it done.
func (r *Resource) pends(ctx context.Context, o *convert.Objects, plan convert.Server) (bool, error) {
	api, err := r.data.Client.API(ctx)
	if err == nil {
		err = r.readPending(ctx, api, o)
	}
	return pendingOf(plan.RestartPolicy.ValueString(), plan.CloudInitOnChange.ValueString(), o.Pending), err
}

// awaitRestarted waits until the server is ready with another instance, and
// nothing pends any more. A server that is not waited for otherwise is not
// waited for to be ready.
func (r *Resource) awaitRestarted(ctx context.Context, o *convert.Objects, plan convert.Server, before k8stypes.UID) error {
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return err
	}
	lax := startsPaused(plan) || plan.Wait != nil && slices.Contains([]string{waitCreated, waitImported}, plan.Wait.Until.ValueString())
	return r.awaitThat(ctx, o, plan, "has not come back from its restart yet", func(o *convert.Objects, _ *cdiv1.DataVolume) (bool, error) {
		if o.VMI == nil || o.VMI.UID == before || !o.VMI.IsRunning() || !lax && !ready(o.VM) ||
			len(o.VM.Status.StateChangeRequests) > 0 {
			return false, nil
		}
		err := r.readPending(ctx, api, o)
		return err == nil && len(o.Pending) == 0, err
	})
}

// replacedByData returns the attributes of cloud-init data that a plan changes
// for a server that is to be made anew then.
func replacedByData(ctx context.Context, req resource.ModifyPlanRequest, before, after values.Tree, state convert.Server) (out path.Paths, diags diag.Diagnostics) {
	if values.Text(after.At("cloud_init_on_change")) != onChangeReplace {
		return nil, nil
	}
	var now convert.Server
	unknown := false
	for name, into := range map[string]any{
		"cloud_init": &now.CloudInit, "cloud_init_wo_version": &now.CloudInitWOVersion, "cloud_init_secret": &now.CloudInitSecret,
		"users": &now.Users, "network_data": &now.NetworkData, "network_data_wo_version": &now.NetworkDataWOVersion,
	} {
		if v := after.At(name); v != nil && !isKnown(v) {
			unknown = true
			continue
		}
		diags.Append(req.Plan.GetAttribute(ctx, path.Root(name), into)...)
	}
	if diags.HasError() || !unknown && !userDataChanged(state, now) && !networkDataChanged(state, now) {
		return nil, diags
	}
	for _, name := range guestDataAttributes {
		was, is := before.At(name), after.At(name)
		if values.IsEmpty(was) && is != nil && isKnown(is) && values.IsEmpty(is) || values.IsEmpty(was) && is == nil || was != nil && is != nil && was.Equal(is) {
			continue
		}
		out = append(out, path.Root(name))
	}
	return out, diags
}

// isKnown tells whether a value and all that it holds is known.
func isKnown(v attr.Value) bool {
	raw, err := v.ToTerraformValue(context.Background())
	return err == nil && raw.IsFullyKnown()
}

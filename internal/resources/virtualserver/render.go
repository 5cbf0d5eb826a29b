package virtualserver

import (
	"maps"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"k8s.io/apimachinery/pkg/api/equality"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// renderings returns the VirtualMachine as the state and as the plan write it,
// with the layout of the live object. An update carries their difference over
// to the live object. Labels and annotations that nobody manages stand in
// neither, so that they are never written, as what is left to the cluster.
func renderings(state, plan convert.Server, managed metadata.Keys, l convert.Layout) (before, after *kubevirtv1.VirtualMachine) {
	l.CloudInitSecret = l.OwnSecret(state)
	next := nextLayout(state, plan, l)
	state = state.WithoutChosen(plan)
	plan.Labels, plan.LabelsAll = metadata.Asked(plan.Labels, state.Labels, managed.Labels), metadata.Asked(plan.LabelsAll, state.LabelsAll, managed.Labels)
	plan.Annotations = metadata.Asked(plan.Annotations, state.Annotations, managed.Annotations)
	state.Labels, state.LabelsAll = metadata.Only(state.Labels, managed.Labels), metadata.Only(state.LabelsAll, managed.Labels)
	state.Annotations = metadata.Only(state.Annotations, managed.Annotations)
	plan.TemplateLabels, state.TemplateLabels = metadata.Asked(plan.TemplateLabels, state.TemplateLabels, managed.TemplateLabels), metadata.Only(state.TemplateLabels, managed.TemplateLabels)
	plan.TemplateAnnotations, state.TemplateAnnotations = metadata.Asked(plan.TemplateAnnotations, state.TemplateAnnotations, managed.TemplateAnnotations), metadata.Only(state.TemplateAnnotations, managed.TemplateAnnotations)
	// What stands in the machine moves whole, also what the state does not know.
	if l.UserData.Inline() && !next.UserData.Inline() {
		state.CloudInit, state.Users = types.StringValue(l.UserData.Text), nil
	}
	if l.NetworkData.Inline() && !next.NetworkData.Inline() {
		state.NetworkData = types.StringValue(l.NetworkData.Text)
	}
	return convert.ToVirtualMachine(state, l), convert.ToVirtualMachine(plan, next)
}

// nextLayout is the layout after an update.
func nextLayout(state, plan convert.Server, l convert.Layout) convert.Layout {
	if plan.RunStrategy.ValueString() != state.RunStrategy.ValueString() || !plan.SaysRunning() {
		l.LegacyRunning = false // `running` cannot say every strategy
	}
	if state.Network.WithoutPodNetwork() && !plan.Network.WithoutPodNetwork() && l.PodNetwork == "" {
		l.PodNetwork = convert.PodNetwork
	}
	// Data in the machine itself is limited to 2,048 bytes each.
	l.CloudInitSecret = l.OwnSecret(state)
	if userDataChanged(state, plan) {
		l.UserData = convert.CloudInitData{}
	}
	if networkDataChanged(state, plan) {
		l.NetworkData = convert.CloudInitData{}
	}
	return l
}

// userDataChanged compares what cloud_init and users say together: they can be
// spelled in either.
func userDataChanged(state, plan convert.Server) bool {
	was, errWas := state.GuestData()
	now, errNow := plan.GuestData()
	return errWas != nil || errNow != nil || was.User != now.User ||
		!plan.CloudInitWOVersion.Equal(state.CloudInitWOVersion) ||
		!maps.Equal(passwordVersions(state), passwordVersions(plan)) ||
		state.UserDataSecret() != plan.UserDataSecret()
}

func networkDataChanged(state, plan convert.Server) bool {
	return plan.NetworkData.ValueString() != state.NetworkData.ValueString() ||
		!plan.NetworkDataWOVersion.Equal(state.NetworkDataWOVersion) ||
		state.NetworkDataSecret() != plan.NetworkDataSecret()
}

// passwordVersions are the versions of the users' write-only passwords.
func passwordVersions(m convert.Server) map[string]int64 {
	out := map[string]int64{}
	for name, u := range m.Users {
		if !u.PasswordWOVersion.IsNull() {
			out[name] = u.PasswordWOVersion.ValueInt64()
		}
	}
	return out
}

// change says which objects an update writes.
type change struct {
	spec, metadata, userData, service, newService bool

	power            bool // what the guest is to do
	restartTriggered bool
	restart          bool // a restart, also for what pends already
	migrate          bool // a live migration
	reboot           bool // a reboot of the guest by itself
}

func (c change) any() bool {
	return c.spec || c.metadata || c.userData || c.service || c.power || c.restart || c.migrate || c.reboot
}

func changeOf(state, plan convert.Server, managed metadata.Keys) change {
	l := layoutOf(state)
	before, after := renderings(state, plan, managed, l)
	was, now := convert.ToService(state, l), convert.ToService(plan, l)
	return change{
		spec:     !equality.Semantic.DeepEqual(before.Spec, after.Spec),
		metadata: !equality.Semantic.DeepEqual(before.ObjectMeta, after.ObjectMeta),
		userData: userDataChanged(state, plan) || networkDataChanged(state, plan),
		service:  !equality.Semantic.DeepEqual(was, now),

		power:            !state.SamePower(plan),
		restartTriggered: restartTriggers.changed(state, plan),
		restart:          restartTriggers.changed(state, plan) || restartPends(state, plan),
		migrate:          migrationTriggers.changed(state, plan),
		reboot:           rebootTriggers.changed(state, plan),

		newService: was != nil && now != nil && convert.ReplacesService(was, was, now),
	}
}

// changedData names the attributes whose cloud-init data an update writes.
func changedData(state, plan convert.Server) []string {
	var out []string
	for attribute, changed := range map[string]bool{
		"cloud_init":              plan.CloudInit.ValueString() != state.CloudInit.ValueString(),
		"cloud_init_wo_version":   !plan.CloudInitWOVersion.Equal(state.CloudInitWOVersion),
		"users":                   !reflect.DeepEqual(plan.Users, state.Users),
		"network_data":            plan.NetworkData.ValueString() != state.NetworkData.ValueString(),
		"network_data_wo_version": !plan.NetworkDataWOVersion.Equal(state.NetworkDataWOVersion),
	} {
		if changed {
			out = append(out, attribute)
		}
	}
	return out
}

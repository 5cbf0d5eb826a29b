package convert

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Server is the model of a virtualserver.
type Server struct {
	Name      types.String `tfsdk:"name"`
	Namespace types.String `tfsdk:"namespace"`

	Labels      types.Map `tfsdk:"labels"`
	Annotations types.Map `tfsdk:"annotations"`

	RunStrategy        types.String   `tfsdk:"run_strategy"`
	PowerState         types.String   `tfsdk:"power_state"`
	RestartPolicy      types.String   `tfsdk:"restart_policy"`
	RestartTriggers    types.Map      `tfsdk:"restart_triggers"`
	MigrationTriggers  types.Map      `tfsdk:"migration_triggers"`
	RebootTriggers     types.Map      `tfsdk:"reboot_triggers"`
	DeletionProtection types.Bool     `tfsdk:"deletion_protection"`
	ForceDelete        types.Bool     `tfsdk:"force_delete"`
	Wait               *Wait          `tfsdk:"wait"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`

	InstanceType *InstanceTypeRef `tfsdk:"instance_type"`
	Preference   *InstanceTypeRef `tfsdk:"preference"`

	Resources *Resources `tfsdk:"resources"`
	Storage   *Storage   `tfsdk:"storage"`
	Network   *Network   `tfsdk:"network"`

	Firmware     *Firmware    `tfsdk:"firmware"`
	MachineType  types.String `tfsdk:"machine_type"`
	Architecture types.String `tfsdk:"architecture"`
	TPM          *TPM         `tfsdk:"tpm"`
	Devices      *Devices     `tfsdk:"devices"`
	Clock        *Clock       `tfsdk:"clock"`
	Features     *Features    `tfsdk:"features"`

	Scheduling                    *Scheduling `tfsdk:"scheduling"`
	TerminationGracePeriodSeconds types.Int64 `tfsdk:"termination_grace_period_seconds"`
	LivenessProbe                 *Probe      `tfsdk:"liveness_probe"`
	ReadinessProbe                *Probe      `tfsdk:"readiness_probe"`
	TemplateLabels                types.Map   `tfsdk:"template_labels"`
	TemplateAnnotations           types.Map   `tfsdk:"template_annotations"`

	CloudInit            types.String       `tfsdk:"cloud_init"`
	CloudInitWO          types.String       `tfsdk:"cloud_init_wo"`
	CloudInitWOVersion   types.Int64        `tfsdk:"cloud_init_wo_version"`
	CloudInitSecret      *CloudInitSecret   `tfsdk:"cloud_init_secret"`
	CloudInitType        types.String       `tfsdk:"cloud_init_type"`
	CloudInitOnChange    types.String       `tfsdk:"cloud_init_on_change"`
	NetworkData          types.String       `tfsdk:"network_data"`
	NetworkDataWO        types.String       `tfsdk:"network_data_wo"`
	NetworkDataWOVersion types.Int64        `tfsdk:"network_data_wo_version"`
	Users                map[string]User    `tfsdk:"users"`
	AccessCredentials    []AccessCredential `tfsdk:"access_credentials"`
	Sysprep              *Sysprep           `tfsdk:"sysprep"`
	Ignition             types.String       `tfsdk:"ignition"`

	RawPatch types.String `tfsdk:"raw_patch"`

	ID          types.String `tfsdk:"id"`
	UID         types.String `tfsdk:"uid"`
	VMName      types.String `tfsdk:"vm_name"`
	LabelsAll   types.Map    `tfsdk:"labels_all"`
	RootClaim   types.String `tfsdk:"root_claim"`
	ServiceName types.String `tfsdk:"service_name"`
	ClusterIP   types.String `tfsdk:"cluster_ip"`
	Status      types.Object `tfsdk:"status"`
}

// Wait says what an apply waits for.
type Wait struct {
	Until        types.String `tfsdk:"until"`
	OnTimeout    types.String `tfsdk:"on_timeout"`
	IPFamily     types.String `tfsdk:"ip_family"`
	FailureGrace types.String `tfsdk:"failure_grace"`
}

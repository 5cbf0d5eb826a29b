package virtualserver

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/identity"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// How a change lands; the documentation of each attribute ends with one.
const (
	live     = " Changing it takes effect **live**."
	restart  = " Changing it takes effect at the next **restart** of the server."
	replaced = " Changing it **replaces** the server."
	restarts = " Changing it **restarts** the server."
	migrates = " Changing it **migrates** the server."
	reboots  = " Changing it **reboots** the guest."
	provider = " Only the provider reads it: changing it does not touch the server."
)

const maxServerName = 253

// Values of `wait`.
const (
	waitCreated   = waiting.Created
	waitImported  = "imported"
	waitReady     = waiting.Ready
	waitAgent     = "agent"
	waitAddresses = "addresses"

	familyIPv4 = "ipv4"
	familyIPv6 = "ipv6"
)

// Schema describes the resource.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A virtual server: a KubeVirt VirtualMachine with its root disk, its cloud-init Secret and the Service that exposes its ports.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the server: lower case letters, digits, `-` and `.`, up to 253 characters. The VirtualMachine of a name longer than 63 characters gets a shortened one, see `vm_name`." + replaced,
				Validators: []validator.String{
					stringvalidator.LengthBetween(1, maxServerName),
					validate.Text("Invalid server name", validate.DNSSubdomain),
				},
			},
			"namespace": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Namespace of the server, which must exist. Default: the provider's `namespace`." + replaced,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid namespace", validate.DNSLabel)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"labels":      metadata.Attribute(metadata.Labels, "Labels of the VirtualMachine. Only the keys written here are managed: what others add stays, and is not shown."+live),
			"annotations": metadata.Attribute(metadata.Annotations, "Annotations of the VirtualMachine. Only the keys written here are managed."+live),
			"run_strategy": schema.StringAttribute{
				Optional: true, Computed: true,
				Default:             stringdefault.StaticString(string(kubevirtv1.RunStrategyAlways)),
				MarkdownDescription: "When the server runs. `Always` (default): whenever it stops, it is started again. `RerunOnFailure`: it is started again unless it shut down cleanly from inside. `Once`: it runs to its end once. `Manual`: only when told to. `Halted`: it is stopped." + live,
				Validators: []validator.String{stringvalidator.OneOf(
					string(kubevirtv1.RunStrategyAlways), string(kubevirtv1.RunStrategyRerunOnFailure), string(kubevirtv1.RunStrategyManual),
					string(kubevirtv1.RunStrategyHalted), string(kubevirtv1.RunStrategyOnce),
				)},
			},
			"power_state":         powerStateAttribute(),
			"restart_policy":      restartPolicyAttribute(),
			"restart_triggers":    restartTriggersAttribute(),
			"migration_triggers":  migrationTriggersAttribute(),
			"reboot_triggers":     rebootTriggersAttribute(),
			"force_delete":        forceDeleteAttribute(),
			"deletion_protection": optional.Flag("`true` refuses every plan that destroys or replaces the server. To delete it, apply `false` first. Default: `false`." + provider),
			"wait":                waitAttribute(),
			"timeouts":            defaults.Attribute(ctx, waiting.Doing),

			"instance_type": instanceTypeAttribute(),
			"preference":    preferenceAttribute(),

			"resources": resourcesAttribute(),
			"storage":   storageAttribute(),
			"network":   networkAttribute(),

			"firmware":     firmwareAttribute(),
			"machine_type": machineTypeAttribute(),
			"architecture": architectureAttribute(),
			"tpm":          tpmAttribute(),
			"devices":      devicesAttribute(),
			"clock":        clockAttribute(),
			"features":     featuresAttribute(),

			"scheduling":                       schedulingAttribute(),
			"termination_grace_period_seconds": terminationGracePeriodAttribute(),
			"liveness_probe":                   livenessProbeAttribute(),
			"readiness_probe":                  readinessProbeAttribute(),
			"template_labels":                  templateLabelsAttribute(),
			"template_annotations":             templateAnnotationsAttribute(),

			"cloud_init":              cloudInitAttribute(),
			"cloud_init_wo":           cloudInitWOAttribute(),
			"cloud_init_wo_version":   versionAttribute("cloud_init_wo", "the user data", restart),
			"cloud_init_secret":       cloudInitSecretAttribute(),
			"cloud_init_type":         cloudInitTypeAttribute(),
			"cloud_init_on_change":    cloudInitOnChangeAttribute(),
			"network_data":            networkDataAttribute(),
			"network_data_wo":         networkDataWOAttribute(),
			"network_data_wo_version": versionAttribute("network_data_wo", "the network data", restart),
			"users":                   usersAttribute(),
			"access_credentials":      accessCredentialsAttribute(),
			"sysprep":                 sysprepAttribute(),
			"ignition":                ignitionAttribute(),

			"raw_patch": rawPatchAttribute(),

			"id":           computed("`<namespace>/<name>`."),
			"uid":          stable("UID of the VirtualMachine."),
			"vm_name":      computed("Name of the VirtualMachine: the server's name up to 63 characters, else its first 54, `-` and 8 hex digits of its SHA-1."),
			"root_claim":   stable("DataVolume and PersistentVolumeClaim of the root disk."),
			"service_name": computed("Service that exposes the server's ports; null without ports."),
			"cluster_ip":   computed("Address of the Service inside the cluster; null without ports and for a headless Service."),
			"labels_all": schema.MapAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "`labels` together with the provider's `default_labels`.",
			},
			"status": statusAttribute(),
		},
	}
	optional.AllowUnknownElements(resp.Schema.Attributes)
	withTypes(resp.Schema.Attributes)
}

// IdentitySchema describes what a server is imported by.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identity.Schema("server", "Name of the server or of its VirtualMachine.")
}

func computed(text string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: text}
}

func stable(text string) schema.StringAttribute {
	a := computed(text)
	a.PlanModifiers = []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	return a
}

func waitAttribute() schema.Attribute {
	return optional.Nested("What an apply waits for."+provider, map[string]schema.Attribute{
		"until": optional.OneOf("`created`: the objects exist. `imported`: the root disk holds its image. `ready`: the guest runs and passes its probes. `agent`: the guest agent answers. `addresses`: an interface has an address. "+
			"Default: `ready`, and `created` for the run strategy `Halted`, for `Manual` without a `power_state`, for a server that is to be stopped, and with `scheduling.start_strategy = \"Paused\"`. A server that is to be paused is, once it got there.", waitCreated, waitImported, waitReady, waitAgent, waitAddresses),
		"on_timeout":    optional.OneOf("`warn` (default): a server that is not there in time is kept, with a warning and `status.ready = false`. `fail`: it is an error; a server being created is then marked tainted.", waiting.Warn, waiting.Fail),
		"ip_family":     optional.OneOf("The address that `addresses` waits for: `ipv4` or `ipv6`. Default: any.", familyIPv4, familyIPv6),
		"failure_grace": optional.Text("How long a failure must last before the apply stops waiting: long enough for what may pass by itself (a node that the autoscaler is starting, a registry that is restarting). A duration such as `30s`. Default: `1m`.", validate.Text("Invalid duration", validate.Duration)),
	})
}

func statusAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: "What the cluster says of the server. It is read at every refresh and never causes a change.",
		Attributes: map[string]schema.Attribute{
			"printable_status": computed("KubeVirt's word for it: `Running`, `Stopped`, `Provisioning`, `Starting`, `Stopping`, `Paused`, `Migrating`, `Terminating`, `WaitingForVolumeBinding`, `CrashLoopBackOff`, `ErrorUnschedulable` (the platform manifest calls it `FailedUnschedulable`), `ErrImagePull`, `ImagePullBackOff`, `ErrorPvcNotFound`, `DataVolumeError` or `Unknown`."),
			"run_strategy":     computed("The run strategy in force."),
			"ready":            schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the guest runs and passes its probes."},
			"node":             computed("Node that the guest runs on; null when it does not run."),
			"addresses": schema.MapAttribute{
				Computed: true, ElementType: types.ListType{ElemType: types.StringType},
				MarkdownDescription: "IP addresses by interface.",
			},
			"conditions": schema.MapNestedAttribute{
				Computed:            true,
				MarkdownDescription: "Conditions by type. `Ready`, `Failure` and `Paused` are always there; `DataImported` when the root disk is imported.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"status":  computed("`True`, `False` or `Unknown`."),
					"reason":  computed("One word."),
					"message": computed("A sentence."),
				}},
			},
			"load_balancer_ingress": schema.ListAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Addresses that the load balancer of the server's Service has got: an IP address or a host name each. An apply does not wait for them.",
			},
			"restart_required": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether KubeVirt says that a change waits for a restart."},
			"pending_changes": schema.ListAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Attributes whose value the running guest does not have yet, sorted: those that wait for a restart, also where KubeVirt does not tell of it, as for `cloud_init` and `template_labels`; and those that are on their way to it, as with a live migration. Fields without an attribute stand as KubeVirt names them. A restart brings them all. Empty for a server that does not run, and where the provider may not read ControllerRevisions.",
			},
		},
	}
}

package virtualserver

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/observed"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

// Schema describes the data source.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "What a virtual server is, and why it does not run: its state, its disks and interfaces, what the guest agent and the events say, and `problem`, an explanation in words. " +
			"It reads any VirtualMachine, also those that this provider does not manage.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the server, or of its VirtualMachine. One that does not exist is an error.",
				Validators: []validator.String{
					stringvalidator.LengthBetween(1, maxServerName),
					validate.Text("Invalid server name", validate.DNSSubdomain),
				},
			},
			"namespace": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Namespace of the server. Default: the provider's `namespace`.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid namespace", validate.DNSLabel)},
			},

			"id":          observed.Text("`<namespace>/<name>`."),
			"uid":         observed.Text("UID of the VirtualMachine."),
			"vm_name":     observed.Text("Name of the VirtualMachine: shortened for a server's name of more than 63 characters."),
			"labels":      observed.TextMap("Labels of the VirtualMachine, all but those of Kubernetes, KubeVirt and this provider."),
			"annotations": observed.TextMap("Annotations of the VirtualMachine, all but those of Kubernetes, KubeVirt and this provider."),

			"run_strategy": observed.Text("When the server runs: `Always`, `RerunOnFailure`, `Once`, `Manual` or `Halted`. Of a server that was stopped with `power_state` or an action it is the one that it goes back to; `status.run_strategy` is the one in force."),
			"power_state":  observed.Text("Whether the guest runs now: `running`, `stopped` (also while it is only being started) or `paused`."),

			"instance_type": classAttribute("instance type", convert.KindClusterInstanceType, convert.KindInstanceType),
			"preference":    classAttribute("preference", convert.KindClusterPreference, convert.KindPreference),
			"cpu": observed.Object("CPUs that the running guest has; null when it does not run.", map[string]schema.Attribute{
				"cores":   observed.Number("Cores of each socket."),
				"sockets": observed.Number("Sockets."),
				"threads": observed.Number("Threads of each core."),
			}),
			"memory": observed.Text("Memory that the running guest has, a quantity such as `4Gi`; null when it does not run."),

			"root_claim":   observed.Text("DataVolume and PersistentVolumeClaim of the root disk; null for one that has none, such as a container disk."),
			"service_name": observed.Text("Service that exposes the server's ports; null without ports."),
			"cluster_ip":   observed.Text("Address of the Service inside the cluster; null without ports and for a headless Service."),
			"status":       observed.Of(statusAttribute()),

			"volumes":    volumesAttribute(),
			"interfaces": interfacesInfoAttribute(),
			"guest":      guestAttribute(),
			"migration":  migrationAttribute(),
			"events":     eventsAttribute(),
			"problem": observed.Object("Why the server does not run as it should, or what it waits for. Null when all is well, and when the server is stopped because its `run_strategy` says so. A server that runs has a problem, too, while it is paused or not ready, and while changes wait for a restart.", map[string]schema.Attribute{
				"summary": observed.Text("The problem in a few words, such as `No node can run the server`."),
				"cause":   observed.Text("What the cluster says of it."),
				"advice":  observed.Text("What to do about it."),
			}),
		},
	}
}

func classAttribute(what, cluster, namespaced string) schema.Attribute {
	return observed.Object(strings.ToUpper(what[:1])+what[1:]+" of the server; null without one.", map[string]schema.Attribute{
		"name": observed.Text("Name of the " + what + "."),
		"kind": observed.Text("`" + cluster + "`, which all namespaces share, or `" + namespaced + "` of the server's namespace."),
	})
}

func volumesAttribute() schema.Attribute {
	return observed.Map("Volumes by name: those of the running guest, else those that it will have.", map[string]schema.Attribute{
		"source":     observed.Text("Kind of the source, as KubeVirt calls it: `dataVolume`, `persistentVolumeClaim`, `containerDisk`, `cloudInitNoCloud` and others; null for a volume that is being unplugged."),
		"claim_name": observed.Text("PersistentVolumeClaim of the volume; null for one that has none."),
		"phase":      observed.Text("How far a volume is that is plugged in or out: `Pending`, `Bound`, `AttachedToNode`, `MountedToPod`, `Ready`, `Detaching` and others; null for most that the guest was started with."),
		"message":    observed.Text("What KubeVirt says of the phase."),
		"hotplugged": observed.Flag("Whether it was plugged into the running guest."),
	})
}

func interfacesInfoAttribute() schema.Attribute {
	return observed.Map("Network interfaces of the running guest, by name.", map[string]schema.Attribute{
		"mac_address":    observed.Text("MAC address."),
		"addresses":      observed.Texts("IP addresses, the main one first."),
		"interface_name": observed.Text("Name of the interface in the guest, such as `eth0`; the guest agent tells it."),
		"info_source":    observed.Text("Who tells of the interface: `domain`, `guest-agent`, `multus-status`, or several of them."),
		"link_state":     observed.Text("`up` or `down`."),
	})
}

func guestAttribute() schema.Attribute {
	return observed.Object("What the agent in the guest says; null when the guest does not run or has no agent that is connected.", map[string]schema.Attribute{
		"agent_version": observed.Text("Version of the agent."),
		"hostname":      observed.Text("Name that the guest has given itself."),
		"timezone":      observed.Text("Time zone of the guest: its name and the offset from UTC in seconds, such as `CET, 3600`."),
		"os": observed.Object("Operating system of the guest.", map[string]schema.Attribute{
			"id":             observed.Text("Word for it, such as `fedora`."),
			"name":           observed.Text("Name, such as `Fedora Linux`."),
			"pretty_name":    observed.Text("Name with the version, such as `Fedora Linux 42 (Cloud Edition)`."),
			"version":        observed.Text("Version in words."),
			"version_id":     observed.Text("Version as a number, such as `42`."),
			"kernel_release": observed.Text("Release of the kernel."),
			"kernel_version": observed.Text("Version of the kernel: when and how it was built."),
			"machine":        observed.Text("Architecture, such as `x86_64`."),
		}),
		"users": observed.List("Users who are logged in.", map[string]schema.Attribute{
			"name":       observed.Text("Name of the user."),
			"domain":     observed.Text("Windows domain of the user; null for others."),
			"login_time": observed.Text("Time of the first login, RFC 3339 in UTC."),
		}),
		"filesystems": observed.List("File systems that the guest has mounted.", map[string]schema.Attribute{
			"disk":        observed.Text("Name of the device in the guest, such as `vda4`."),
			"mount_point": observed.Text("Where it is mounted."),
			"type":        observed.Text("Type of the file system, such as `ext4`."),
			"used_bytes":  observed.Number("Space in use, in bytes."),
			"total_bytes": observed.Number("Size, in bytes."),
		}),
	})
}

func migrationAttribute() schema.Attribute {
	return observed.Object("Last live migration of the running guest; null without one.", map[string]schema.Attribute{
		"source_node":    observed.Text("Node that the guest ran on before."),
		"target_node":    observed.Text("Node that it was to go to; null while none is chosen."),
		"completed":      observed.Flag("Whether the migration has ended, well or not."),
		"failed":         observed.Flag("Whether it failed; the guest then stays where it was."),
		"failure_reason": observed.Text("Why it failed; null otherwise."),
	})
}

func eventsAttribute() schema.Attribute {
	return observed.List("Latest events of the server's VirtualMachine, instance, disks and virt-launcher pod, at most 20, the newest last. The cluster forgets them, mostly after an hour. Null when they may not be read.", map[string]schema.Attribute{
		"type":      observed.Text("`Normal` or `Warning`."),
		"reason":    observed.Text("One word."),
		"message":   observed.Text("A sentence."),
		"object":    observed.Text("Kind and name of the object, such as `VirtualMachine/web`."),
		"count":     observed.Number("How often it happened."),
		"last_seen": observed.Text("When it happened last, RFC 3339 in UTC."),
	})
}

package virtualserver

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

const (
	maxACPIIndex = 16*1024 - 1

	// The range of DHCP options for private use.
	minPrivateOption = 224
	maxPrivateOption = 254
)

// interfaceModels are KubeVirt's.
var interfaceModels = []string{"virtio", "e1000", "e1000e", "igb", "ne2k_pci", "pcnet", "rtl8139"}

func interfacesAttribute() schema.Attribute {
	attributes := map[string]schema.Attribute{
		"network_attachment": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "The network, a NetworkAttachmentDefinition: `<name>` in the server's namespace, or `<namespace>/<name>`. A server whose network does not exist does not start. Changing it takes effect **live** where KubeVirt migrates the server to the new network, else at the next **restart**.",
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid network", validate.NetworkAttachment)},
		},
		"default": optional.Flag("`true`: the network takes the place of the pod network, which needs `pod_network = false`. Default: `false`." + restart),
		"state":   optional.OneOf("`up` (default) or `down`: the state of the link. `absent` unplugs an interface with the `bridge` binding, and KubeVirt takes it out of the machine afterwards: to remove the interface here does the same."+live, kubevirtv1.InterfaceStateLinkUp, kubevirtv1.InterfaceStateLinkDown, kubevirtv1.InterfaceStateAbsent),
	}
	maps.Copy(attributes, nicAttributes("`bridge` (default): on a Linux bridge. `sriov`: a virtual function of the hardware. Any other name is the one of a network binding plugin that KubeVirt's configuration registers, for example `macvtap`."))
	return schema.MapNestedAttribute{
		Optional: true,
		MarkdownDescription: "Interfaces besides the one on the pod network, by name: letters, digits, `-` and `_`. A new server gets them by boot order and name, after the one on the pod network; later ones are appended. " +
			"One that is added to a running server is plugged in **live** where KubeVirt can: with the `bridge` or `sriov` binding, and by a live migration. One with the `bridge` binding that is removed leaves the running guest **live**, before it leaves the machine; removing another takes effect at the next **restart**.",
		NestedObject: schema.NestedAttributeObject{Attributes: attributes},
		Validators:   []validator.Map{mapvalidator.KeysAre(validate.Text("Invalid interface name", validate.InterfaceName), stringvalidator.LengthAtLeast(1))},
	}
}

// nicAttributes are the attributes that every interface has.
func nicAttributes(bindings string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"binding":     optional.Text("How the interface is connected. " + bindings + restart),
		"model":       optional.OneOf("Model of the card: `virtio` (default, fastest), `e1000`, `e1000e`, `igb`, `ne2k_pci`, `pcnet` or `rtl8139`."+restart, interfaceModels...),
		"mac_address": optional.Text("MAC address, for example `02:00:00:12:34:56`. Without one the guest gets a new one at each start."+restart, validate.Text("Invalid MAC address", validate.MACAddress)),
		"boot_order": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "Position among the devices that the firmware boots from, from 1: it boots from the network (PXE). Disks and interfaces share the order. Default: it does not boot from this interface." + restart,
			Validators:          []validator.Int64{int64validator.AtLeast(1)},
		},
		"pci_address": optional.Text("PCI address of the card in the guest, for example `0000:81:01.0`. Default: KubeVirt chooses."+restart, validate.Text("Invalid PCI address", validate.PCIAddress)),
		"acpi_index":  optional.Number("ACPI index, from which Linux guests name the interface whatever its PCI address: 1 is `eno1`. Each device has its own, from 1 to 16383."+restart, 1, maxACPIIndex),
		"tag":         optional.Text("Tag that the guest finds with the interface's address in its config drive (`cloud_init_type = \"configdrive\"`)." + restart),
		"dhcp_options": optional.Nested("What KubeVirt's DHCP server tells the guest besides its address. It answers on interfaces with the `masquerade` or `bridge` binding only."+restart, map[string]schema.Attribute{
			"boot_file_name":   optional.Text("File to boot from the network (option 67)."),
			"tftp_server_name": optional.Text("Server that has it (option 66)."),
			"ntp_servers": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "IPv4 addresses of time servers (option 42).",
				Validators:          []validator.List{listvalidator.ValueStringsAre(validate.Text("Invalid address", validate.IPv4))},
			},
			"private_options": schema.ListNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Options for private use, each number once.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"option": schema.Int64Attribute{Required: true, MarkdownDescription: "Number of the option, 224 to 254.", Validators: []validator.Int64{int64validator.Between(minPrivateOption, maxPrivateOption)}},
					"value":  schema.StringAttribute{Required: true, MarkdownDescription: "Its value."},
				}},
			},
		}),
	}
}

package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

func instanceTypeAttribute() schema.Attribute {
	return referenceAttribute(
		"Instance type that gives the server its CPUs, its memory and maybe devices, in place of `resources`. KubeVirt keeps a copy of it for the server: a later change of the instance type does not reach the server, a change here does. Its size takes effect **live** where the cluster can raise CPUs and memory, anything else at the next restart.",
		"instance type", convert.KindInstanceType, convert.KindClusterInstanceType)
}

func preferenceAttribute() schema.Attribute {
	return referenceAttribute(
		"Preference that fills in what the server leaves open, as suits its guest system: device models, firmware, the topology of CPUs. What the server says itself wins, and so does the provider, which writes the bus of disks out. KubeVirt keeps a copy of it for the server."+restart,
		"preference", convert.KindPreference, convert.KindClusterPreference)
}

func referenceAttribute(text, what, namespaced, cluster string) schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: text + " Either `name` or `infer_from_volume`.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Name of the " + what + ".",
				Validators:          []validator.String{validate.Text("Invalid name", validate.DNSSubdomain)},
			},
			"kind": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "`" + cluster + "` (default), which all namespaces share, or `" + namespaced + "` of the server's namespace.",
				Validators:          []validator.String{stringvalidator.OneOfCaseInsensitive("", cluster, namespaced, cluster+"s", namespaced+"s")},
			},
			"infer_from_volume": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Disk whose claim, DataVolume, DataSource or cloned claim carries the name of the " + what + " as a label: `root`, or the key of an additional disk. It is looked up when the server is created and when this changes; an import reads the name that was found.",
				Validators:          []validator.String{validate.Text("Invalid device name", validate.DNSLabel)},
			},
			"infer_from_volume_failure_policy": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "What happens when the disk names none: `Reject` (default), an error, or `Ignore`, and the server goes without.",
				Validators:          []validator.String{stringvalidator.OneOf("", string(kubevirtv1.RejectInferFromVolumeFailure), string(kubevirtv1.IgnoreInferFromVolumeFailure))},
			},
		},
	}
}

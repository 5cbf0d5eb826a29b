package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
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
	return optional.Nested(text+" Either `name` or `infer_from_volume`.", map[string]schema.Attribute{
		"name":                             optional.Text("Name of the "+what+".", validate.Text("Invalid name", validate.DNSSubdomain)),
		"kind":                             optional.Text("`"+cluster+"` (default), which all namespaces share, or `"+namespaced+"` of the server's namespace.", stringvalidator.OneOfCaseInsensitive("", cluster, namespaced, cluster+"s", namespaced+"s")),
		"infer_from_volume":                optional.Text("Disk whose claim, DataVolume, DataSource or cloned claim carries the name of the "+what+" as a label: `root`, or the key of an additional disk. It is looked up when the server is created and when this changes; an import reads the name that was found.", validate.Text("Invalid device name", validate.DNSLabel)),
		"infer_from_volume_failure_policy": optional.OneOf("What happens when the disk names none: `Reject` (default), an error, or `Ignore`, and the server goes without.", kubevirtv1.RejectInferFromVolumeFailure, kubevirtv1.IgnoreInferFromVolumeFailure),
	})
}

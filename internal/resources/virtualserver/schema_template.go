package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

func templateLabelsAttribute() schema.Attribute {
	return metadata.Attribute(metadata.TemplateLabels, "Labels of the running instance and its pods, which network policies and Services select by. Only the keys written here are managed. KubeVirt does not announce this restart: `status.restart_required` stays `false`. A cluster may be configured to copy some keys at once."+restart)
}

func templateAnnotationsAttribute() schema.Attribute {
	return metadata.Attribute(metadata.TemplateAnnotations, "Annotations of the running instance and its pods, which meshes and network plugins read. Only the keys written here are managed. KubeVirt does not announce this restart: `status.restart_required` stays `false`. It copies only the descheduler's annotations at once, and keys that the cluster is configured to copy."+restart)
}

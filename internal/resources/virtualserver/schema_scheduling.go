package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

func schedulingAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{}}
}

func terminationGracePeriodAttribute() schema.Attribute {
	return schema.Int64Attribute{Optional: true}
}

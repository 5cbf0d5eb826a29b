package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

func devicesAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{}}
}

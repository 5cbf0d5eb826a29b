package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

func instanceTypeAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{}}
}

func preferenceAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{}}
}

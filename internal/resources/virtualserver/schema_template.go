package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func templateKeysAttribute() schema.Attribute {
	return schema.MapAttribute{Optional: true, ElementType: types.StringType}
}

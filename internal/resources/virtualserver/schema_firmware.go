package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

func firmwareAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{}}
}

func machineTypeAttribute() schema.Attribute {
	return schema.StringAttribute{Optional: true}
}

func architectureAttribute() schema.Attribute {
	return schema.StringAttribute{Optional: true}
}

func tpmAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{}}
}

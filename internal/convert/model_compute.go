package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// Resources is what the guest gets of its node.
type Resources struct {
	CPU           *CPU           `tfsdk:"cpu"`
	Memory        quantity.Value `tfsdk:"memory"`
	MemoryRequest quantity.Value `tfsdk:"memory_request"`
	GPU           *GPU           `tfsdk:"gpu"`
}

// CPU is written either as a count or as KubeVirt's topology.
type CPU struct {
	Count   types.Int64  `tfsdk:"count"`
	Cores   types.Int64  `tfsdk:"cores"`
	Sockets types.Int64  `tfsdk:"sockets"`
	Threads types.Int64  `tfsdk:"threads"`
	Model   types.String `tfsdk:"model"`
}

// GPU is a number of equal GPUs.
type GPU struct {
	Type  types.String `tfsdk:"type"`
	Count types.Int64  `tfsdk:"count"`
}

package validate

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
)

// KubeVirt's limits of disks' blocks.
const (
	MinBlockSize = 512
	maxBlockSize = 2 << 20
)

// BlockSizes returns a validator for an object with the block sizes of disks:
// logical, physical and discard_granularity.
func BlockSizes() validator.Object { return blockSizes{} }

type blockSizes struct{}

func (blockSizes) Description(context.Context) string {
	return "block sizes are powers of 2, the logical one at most the physical one"
}

func (b blockSizes) MarkdownDescription(ctx context.Context) string { return b.Description(ctx) }

func (blockSizes) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	refuse := func(name, summary, detail string) {
		resp.Diagnostics.Append(attribute.Error(req.Path.AtName(name), summary, detail))
	}
	number := func(name string) (n int64, ok bool) {
		v, _ := req.ConfigValue.Attributes()[name].(types.Int64)
		return v.ValueInt64(), !v.IsNull() && !v.IsUnknown()
	}
	valid := true
	for _, name := range []string{"logical", "physical"} {
		if n, ok := number(name); ok && (n < MinBlockSize || n > maxBlockSize || n&(n-1) != 0) {
			refuse(name, "Invalid block size", fmt.Sprintf("%d is not a power of 2 from %d to %d.", n, MinBlockSize, maxBlockSize))
			valid = false
		}
	}
	logical, ok := number("logical")
	if !valid || !ok {
		return
	}
	if physical, ok := number("physical"); ok && logical > physical {
		refuse("logical", "Logical block size too large", fmt.Sprintf("It is %d, and the physical block size is only %d.", logical, physical))
	} else if discard, ok := number("discard_granularity"); ok && discard%logical != 0 {
		refuse("discard_granularity", "Invalid discard granularity", fmt.Sprintf("%d is not a multiple of the logical block size %d.", discard, logical))
	}
}

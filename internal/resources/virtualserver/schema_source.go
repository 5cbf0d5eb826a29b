package virtualserver

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

func sourceAttribute() schema.Attribute {
	kinds := datavolume.Sources("server", "A disk that waits until somebody uploads an image into it, for example with `virtctl image-upload dv <root_claim> --no-create`: `upload = {}`. The server starts after that: set `wait = { until = \"created\" }`, so that the apply does not wait for it.")
	maps.Copy(kinds, map[string]schema.SingleNestedAttribute{
		"claim": {
			MarkdownDescription: "Use a claim that exists. It is not deleted with the server.",
			Attributes: map[string]schema.Attribute{
				"name": optional.RequiredName("The claim."),
				"kind": optional.OneOf("`PersistentVolumeClaim` (default), or `DataVolume`, whose import the server then waits for.", convert.KindClaim, convert.KindDataVolume),
			},
		},
		"container_disk": {
			MarkdownDescription: "Boot from a container disk. What the guest writes is gone when it stops.",
			Attributes:          containerDiskAttributes(),
		},
	})
	attributes, one := kindsOf(kinds)
	return schema.SingleNestedAttribute{
		Required:            true,
		MarkdownDescription: "Where the disk's content comes from: exactly one." + replaced,
		Validators:          []validator.Object{one},
		Attributes:          attributes,
	}
}

// kindsOf makes optional nested attributes, of which validate.ExactlyOne wants one.
func kindsOf(kinds map[string]schema.SingleNestedAttribute) (attributes map[string]schema.Attribute, one validator.Object) {
	attributes = make(map[string]schema.Attribute, len(kinds))
	for name, kind := range kinds {
		kind.Optional = true
		attributes[name] = kind
	}
	return attributes, validate.ExactlyOne("source", slices.Collect(maps.Keys(kinds))...)
}

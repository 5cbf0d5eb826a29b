package image

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/creation"
)

// NewHastyResource returns the resource with other times for a create to renew its mark,
// and to be given up as dead.
func NewHastyResource(renewal, abandoned time.Duration) resource.Resource {
	return &Resource{times: creation.Times{Renewal: renewal, Abandoned: abandoned}}
}

package virtualserver

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
)

// NewResourceWithRootClaim returns the resource with a name for root disks that
// is not random, so that a test can take it beforehand.
func NewResourceWithRootClaim(name string) resource.Resource {
	return &Resource{newRootClaim: func(string) string { return name }, renewal: renewalInterval, abandoned: abandonedAfter}
}

// NewHastyResource returns the resource with other times for a create to renew its
// mark, and to be given up as dead.
func NewHastyResource(renewal, abandoned time.Duration) resource.Resource {
	return &Resource{newRootClaim: convert.NewRootClaimName, renewal: renewal, abandoned: abandoned}
}

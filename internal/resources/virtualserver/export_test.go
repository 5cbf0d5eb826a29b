package virtualserver

import "github.com/hashicorp/terraform-plugin-framework/resource"

// NewResourceWithRootClaim returns the resource with a name for root disks that
// is not random, so that a test can take it beforehand.
func NewResourceWithRootClaim(name string) resource.Resource {
	return &Resource{newRootClaim: func(string) string { return name }}
}
